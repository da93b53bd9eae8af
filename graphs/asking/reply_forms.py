"""The form in which a reply is asked for: the strongest that the server has, remembered per model.

Strongest first: a strict JSON schema, a forced call of one tool, JSON mode, plain text. Which of them a chat model has,
and which its server refused, stands in its `Capabilities`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .capabilities import LIMITS, capabilities_of
from .reply_reading import holds_json
from .writing import calling

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from pydantic import BaseModel

TOOL = "answer"
"""The one tool that a model may call: it takes the reply and does nothing."""
REFUSALS = {400, 404, 422, 501}
"""HTTP statuses with which servers refuse a parameter that they do not know."""
_KEPT = frozenset({"minItems", "maxItems", "enum", "const"})
_NAMES_LIMITS = re.compile(r"minItems|maxItems|\benum\b|\bconst\b")
_IGNORED_WITH = {"json_schema": ("json_schema", "json_object")}
"""What a server does not know either that ignores a form: both are values of one parameter."""
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

    An error that is no refusal of the form passes, and so does the refusal of plain text. Some servers ignore a form
    without a word, which is seen by what comes back: then the next one is tried, and what came is taken for the reply
    in plain text where no other form does better.
    """
    refused, memory = list[str](), capabilities_of(model).refused_forms
    *stronger, last = forms_of(model, name)
    in_words: AIMessage | None = None
    for form in stronger:
        if form in refused:
            continue
        for limited in (False,) if LIMITS in memory.of(name) else (True, False):
            try:
                with calling():
                    message = await model.ainvoke(
                        list(messages), **form_arguments(form, schema, limited=limited), **options
                    )
            except Exception as exc:  # every client has classes of its own; the status is what they share
                if getattr(exc, "status_code", None) not in REFUSALS:
                    raise
                _log.info("the server of %r refused the form %s: %s", name, form, exc)
                if not limited or not _NAMES_LIMITS.search(str(exc)):
                    refused.append(form)
                    break
                refused.append(LIMITS)
            else:
                if kept_to(form, message):
                    memory.add(name, refused)
                    return message
                _log.info("the server of %r ignored the form %s", name, form)
                capabilities_of(model).forget(message)
                refused += _IGNORED_WITH.get(form, (form,))
                in_words = message
                break
    if in_words is not None:
        memory.add(name, refused)
        return in_words
    with calling():
        message = await model.ainvoke(list(messages), **form_arguments(last, schema), **options)
    memory.add(name, refused)
    return message


def kept_to(form: str, message: AIMessage) -> bool:
    """Whether a reply may have been written in the form that was asked for, which else was ignored.

    A server that knows a form lets nothing else by; of a reply that was cut off nobody can say.
    """
    if message.response_metadata.get("finish_reason") == "length" or form == "text":
        return True
    called = any(call["name"] == TOOL for call in (*message.tool_calls, *message.invalid_tool_calls))
    return called or holds_json(message.text)


def said(message: AIMessage) -> str:
    """What the message answers: the arguments of the answering tool, else its text, else why it refused."""
    for call in message.tool_calls:
        if call["name"] == TOOL:
            return json.dumps(call["args"], ensure_ascii=False)
    for broken in message.invalid_tool_calls:
        if broken["name"] == TOOL and broken["args"]:
            return broken["args"]
    return message.text or str(message.additional_kwargs.get("refusal") or "")


def form_arguments(form: str, schema: type[BaseModel], *, limited: bool = True) -> dict[str, Any]:
    """What the call needs for this form, as the chat completions protocol writes it."""
    strict = strict_schema(schema, limited=limited)
    if form == "json_schema":
        wanted = {"name": TOOL, "strict": True, "schema": strict}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    if form == "tool":
        function = {"name": TOOL, "description": "Give the answer.", "parameters": strict}
        choice = {"type": "function", "function": {"name": TOOL}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if form == "json_object" else {}


def strict_schema(schema: type[BaseModel], *, limited: bool = True) -> dict[str, Any]:
    """`schema` as strict servers take it: every property required, no others, no lengths of texts, which stay ours.

    How many items a list has and which values a text may have is in it where it is `limited`.
    """
    whole = schema.model_json_schema()
    return _strict(whole, whole.get("$defs", {}), _KEPT if limited else frozenset())


def _strict(node: dict[str, Any], known: dict[str, Any], kept: frozenset[str]) -> dict[str, Any]:
    if "$ref" in node:
        return _strict(known[node["$ref"].rpartition("/")[2]], known, kept)
    limits = {name: value for name, value in node.items() if name in kept}
    if node["type"] == "array":
        return {"type": "array", "items": _strict(node["items"], known, kept), **limits}
    if node["type"] != "object":
        described = {"description": f"at most {node['maxLength']} characters"} if "maxLength" in node else {}
        return {"type": node["type"], **described, **limits}
    properties = {name: _strict(inner, known, kept) for name, inner in node["properties"].items()}
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
