"""The form in which a reply is asked for: the strongest that the server has, remembered per model.

Strongest first: a strict JSON schema, a forced call of one tool, JSON mode, plain text. Which of them a chat model has,
and which its server refused, stands in its `Capabilities`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .capabilities import capabilities_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel

TOOL = "answer"
"""The one tool that a model may call: it takes the reply and does nothing."""
REFUSALS = {400, 404, 422, 501}
"""HTTP statuses with which servers refuse a parameter that they do not know."""
_ORDER = ("json_schema", "tool", "json_object", "text")

_log = logging.getLogger(__name__)


def forms_of(model: BaseChatModel, name: str) -> list[str]:
    """The forms to try, strongest first; plain text is always the last."""
    known = capabilities_of(model)
    offered = {*known.reply_forms} - known.refused_forms.of(name) | {"text"}
    return [form for form in _ORDER if form in offered]


async def invoke(
    model: BaseChatModel, name: str, messages: Sequence[BaseMessage], schema: type[BaseModel], **options: Any
) -> AIMessage:
    """The model's message, asked for in the strongest form that its server takes; `options` go with every call.

    An error that is no refusal of the form passes, and so does the refusal of plain text.
    """
    refused, memory = list[str](), capabilities_of(model).refused_forms
    *stronger, last = forms_of(model, name)
    for form in stronger:
        try:
            message = await model.ainvoke(list(messages), **_arguments(form, schema), **options)
        except Exception as exc:  # every client has classes of its own; the status is what they share
            if getattr(exc, "status_code", None) not in REFUSALS:
                raise
            _log.info("the server of %r refused the form %s: %s", name, form, exc)
            refused.append(form)
        else:
            memory.add(name, refused)
            return message
    message = await model.ainvoke(list(messages), **_arguments(last, schema), **options)
    memory.add(name, refused)
    return message


def said(message: AIMessage) -> str:
    """What the message answers: the arguments of the answering tool, else its text, else why it refused."""
    for call in message.tool_calls:
        if call["name"] == TOOL:
            return json.dumps(call["args"], ensure_ascii=False)
    for broken in message.invalid_tool_calls:
        if broken["name"] == TOOL and broken["args"]:
            return broken["args"]
    return message.text or str(message.additional_kwargs.get("refusal") or "")


def _arguments(form: str, schema: type[BaseModel]) -> dict[str, Any]:
    """What the call needs for this form, as the chat completions protocol writes it."""
    if form == "json_schema":
        wanted = {"name": TOOL, "strict": True, "schema": strict_schema(schema)}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    if form == "tool":
        function = {"name": TOOL, "description": "Give the answer.", "parameters": strict_schema(schema)}
        choice = {"type": "function", "function": {"name": TOOL}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if form == "json_object" else {}


def strict_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """`schema` as strict servers take it: every property required, no others, and no limits, which stay ours."""
    whole = schema.model_json_schema()
    return _strict(whole, whole.get("$defs", {}))


def _strict(node: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _strict(known[node["$ref"].rpartition("/")[2]], known)
    if node["type"] == "array":
        return {"type": "array", "items": _strict(node["items"], known)}
    if node["type"] != "object":
        described = {"description": f"at most {node['maxLength']} characters"} if "maxLength" in node else {}
        return {"type": node["type"], **described}
    properties = {name: _strict(inner, known) for name, inner in node["properties"].items()}
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
