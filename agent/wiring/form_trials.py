"""One tiny call of a chat model in each form in which Popcorn asks: whether it is answered, refused or ignored."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ...errors import OnlyThoughtError, PopcornError, sentences
from ...graphs.asking.capabilities import AsksInText
from ...graphs.asking.reply_forms import REFUSALS, TOOL, form_arguments
from ..models.meter import Spent

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, AIMessageChunk

PLAIN, SCHEMA, TOOLS, STREAM = "plain", "schema", "tool", "stream"
_FEW, _MORE = 64, 2_048
"""Tokens of a reply; and of one by a model that thinks before it answers."""
_LINE = "Answer with the one word: ready"
_CALLING = f"Call the tool `{TOOL}` with the word: ready"
_STREAMED = "Describe a street at dawn in three sentences."
_IN_OTHER_FORMS = "Popcorn asks it in another form."
_SHOWN = 40
"""Characters of a reply that are shown."""


class Ready(BaseModel):
    """What a trial asks for as JSON."""

    word: str = Field(max_length=20)


@dataclass(frozen=True, slots=True)
class FormTrial:
    """How one call went."""

    form: str
    ok: bool | None
    """None for a form that such a model does not have: it was not tried."""
    detail: str
    seconds: float = 0.0


@dataclass(slots=True)
class FormTrials:
    """The calls of one model, one after the other."""

    model: BaseChatModel
    takes_tools: bool
    """Whether it may be given tools at all."""
    spent: Spent = field(default_factory=Spent)
    first_token_seconds: float | None = None
    tokens_per_second: float | None = None

    async def all(self, tell: Callable[[str], None]) -> tuple[FormTrial, ...]:
        """Every form; where the first call fails there is nobody to try the others with. `tell` hears of each."""
        made = [await self._tried(PLAIN, self._plain, tell)]
        if made[0].ok:
            for form, call in ((SCHEMA, self._schema), (TOOLS, self._tool), (STREAM, self._stream)):
                made.append(await self._tried(form, call, tell))
        return tuple(made)

    async def _tried(self, form: str, call: Callable[[int], Awaitable[str]], tell: Callable[[str], None]) -> FormTrial:
        if lacking := self._lacking(form):
            return FormTrial(form, None, lacking)
        tell(form)
        began = time.perf_counter()
        try:
            try:
                detail = await call(_FEW)
            except OnlyThoughtError:
                detail = f"{await call(_MORE)}; it thinks first"
        except PopcornError as exc:
            way_out = _IN_OTHER_FORMS if _refused(form, exc) else exc.hint
            return FormTrial(form, False, sentences(exc.message, way_out), _since(began))
        return FormTrial(form, not detail.startswith("ignored"), detail, _since(began))

    def _lacking(self, form: str) -> str:
        """Why the form is not tried; empty where it is."""
        if isinstance(self.model, AsksInText):
            if form == SCHEMA:
                return "not to be held to a schema: JSON is asked for in words"
            if form == TOOLS and not self.takes_tools:
                return "no tools: its template has no place for them"
        return ""

    async def _plain(self, most: int) -> str:
        message = await self._asked(most)
        return f"answered {_shown(message.text)}"

    async def _schema(self, most: int) -> str:
        text = (await self._asked(most, **form_arguments("json_schema", Ready))).text
        if not isinstance(found := _json(text), Mapping):
            return f"ignored: it answered {_shown(text)}, which is no JSON; replies are read as they come"
        if list(found) != [*Ready.model_fields]:
            return f"ignored: it answered {_shown(text)}, which is JSON of another form; replies are read as they come"
        return f"answered {_shown(text)}"

    async def _tool(self, most: int) -> str:
        """As a conversation does it: the model may call. Some servers take only a call that the model is made to."""
        tools = form_arguments("tool", Ready)["tools"]
        message = await self._asked(most, _CALLING, tools=tools)
        if not any(call["name"] == TOOL for call in [*message.tool_calls, *message.invalid_tool_calls]):
            return f"ignored: it called no tool and answered {_shown(message.text)}"
        return f"called {_shown(json.dumps(message.tool_calls[0]['args'] if message.tool_calls else {}))}"

    async def _stream(self, most: int) -> str:
        began, times = time.perf_counter(), list[float]()
        whole: AIMessageChunk | None = None
        async with aclosing(self.model.astream(_STREAMED, max_tokens=max(most, 2 * _FEW))) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                if chunk.text or chunk.additional_kwargs.get("reasoning"):
                    times.append(time.perf_counter())
                whole = chunk if whole is None else whole + chunk
        usage = whole.usage_metadata if whole else None
        self._count(usage)
        if not times:
            return "ignored: nothing came in pieces"
        written = usage["output_tokens"] if usage else len(times)
        self.first_token_seconds = round(times[0] - began, 3)
        if len(times) > 1 and times[-1] > times[0]:
            self.tokens_per_second = round((written - 1) / (times[-1] - times[0]), 1)
        return f"{written:,} tokens in {len(times):,} pieces"

    async def _asked(self, most: int, line: str = _LINE, **form: Any) -> AIMessage:
        message: AIMessage = await self.model.ainvoke(line, max_tokens=most, **form)
        self._count(message.usage_metadata)
        return message

    def _count(self, usage: Mapping[str, Any] | None) -> None:
        self.spent = self.spent.plus(Spent.of(usage or {}))


def _refused(form: str, exc: PopcornError) -> bool:
    """Whether the server refused a form that Popcorn can do without."""
    return form in {SCHEMA, TOOLS} and getattr(exc, "status_code", None) in REFUSALS


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _shown(text: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"“{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}”"


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)
