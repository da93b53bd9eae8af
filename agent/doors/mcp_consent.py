"""A person's consent to a render that takes long or costs money, asked for through their client.

The protocol has had two ways to ask: a request to the client while the call waits (elicitation/create), and, from
2026-07-28 on, an answer that names what is missing, after which the client calls again. Source:
modelcontextprotocol.io, specification, elicitation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mcp_types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp_types.version import is_version_at_least

from ...errors import RequestError

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams

    from ...tools.video.types import Estimate

_CALLS_AGAIN = "2026-07-28"
"""The first revision in which a client calls again with the answers."""
_QUESTION = "render"
_FORM: dict[str, Any] = {"type": "object", "properties": {}}
"""Nothing to fill in: to accept is to agree."""


async def consent(
    context: ServerRequestContext[Any], params: CallToolRequestParams, estimate: Estimate
) -> InputRequiredResult | None:
    """Nothing where the person agrees; else what the client has to ask them before it calls again.

    Raises RequestError where they decline, or where their client cannot ask.
    """
    if not _can_ask(context):
        if estimate.doubt:
            raise RequestError(
                f"this may be paid for twice: {estimate.doubt}; a person has to decide, and this client cannot ask",
                hint="Look at the server; whoever wants it all the same calls `popcorn render` with --buy-again.",
            )
        if estimate.question:
            raise RequestError(
                f"a person has to agree first: {estimate.question}; this client cannot ask",
                hint="Whoever runs the server agrees with `popcorn mcp --yes`; or types it in: popcorn feedback add.",
            )
        raise RequestError(
            f"this render would take: {estimate.summary}; nobody allowed such renders, and this client cannot ask",
            hint="Whoever runs the server allows them with `popcorn mcp --yes`; or render with `animatic`.",
        )
    what = "call" if estimate.question else "render"
    question = f"{params.name}: {estimate.summary}. {_shown(params.arguments or {})}"
    if not is_version_at_least(context.protocol_version, _CALLS_AGAIN):
        _decided(await context.session.elicit_form(question, _FORM, context.request_id), what)
        return None
    digest = hashlib.sha256(question.encode()).hexdigest()
    answer = (params.input_responses or {}).get(_QUESTION)
    if isinstance(answer, ElicitResult) and params.request_state == digest:
        _decided(answer, what)
        return None
    form = ElicitRequestFormParams(message=question, requested_schema=_FORM)
    return InputRequiredResult(input_requests={_QUESTION: ElicitRequest(params=form)}, request_state=digest)


def _can_ask(context: ServerRequestContext[Any]) -> bool:
    """Whether the client shows forms; one that names no kind of question means forms."""
    capabilities = context.session.client_capabilities
    asks = capabilities.elicitation if capabilities else None
    return asks is not None and (asks.form is not None or asks.url is None)


def _decided(answer: ElicitResult, what: str) -> None:
    if answer.action != "accept":
        raise RequestError(f"the person declined this {what}", hint="Do not call it again unless they ask for it.")


def _shown(arguments: Mapping[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False)[:500]
