"""How a chat model is asked: the question, one round of repair, one of shortening, then a named error."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from ...errors import ModelReplyError, OnlyThoughtError, PopcornError
from ...prompts import defused, fence, load
from ...prompts.text import visible
from .capabilities import SHORT_REPLIES, capabilities_of
from .reply_forms import invoke, said
from .reply_reading import Misfit, is_whole, loops, read, without_thinking
from .texts import TextsReply
from .types import Check, Complaint, ModelCall
from .window import ReplyRoom

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage

SHOWN_AGAIN = 20_000
"""Characters of a model's own reply that it is shown with the complaint."""
LONGEST_SHORTENED = 10_000
"""Characters of a text that is too long which the model is shown to shorten it."""

Reply = TypeVar("Reply", bound=BaseModel)


def accept(reply: BaseModel) -> Complaint | None:
    """No complaint: the schema alone is the judge."""
    return None


async def ask(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    schema: type[Reply],
    call: ModelCall,
    check: Check = accept,
    shown: int = SHOWN_AGAIN,
    room: ReplyRoom | None = None,
    **options: Any,
) -> tuple[Reply, list[ModelCall]]:
    """The model's reply as `schema`, and the calls it took; `options`, such as a seed, go with each of them.

    `call` names node, model and prompt. A reply that does not fit, or that `check` complains of, is shown to the
    model once, up to `shown` characters of it, with the complaint; so is one that was cut off for its length, of which
    what was whole by then is taken where no other comes. Texts that are still too long are then shortened
    by the model, never cut. `room` limits how long a reply may get; one that was cut off has more of it afterwards,
    unless it went in circles.
    Raises ModelReplyError with the raw reply when nothing usable came. Every error of ours carries the calls.
    """
    asking = _Asking(model, schema, call, check, min(shown, SHOWN_AGAIN), room or ReplyRoom(), options)
    try:
        return await asking.answer(messages), asking.calls
    except PopcornError as exc:
        if isinstance(exc, ModelReplyError):
            asking.forget()
        exc.calls = tuple(asking.calls)
        raise


@dataclass
class _Asking(Generic[Reply]):
    """One question as it is asked, with the calls that were made for it so far."""

    model: BaseChatModel
    schema: type[Reply]
    call: ModelCall
    check: Check
    shown: int
    room: ReplyRoom
    options: dict[str, Any]
    calls: list[ModelCall] = field(default_factory=list)
    said: list[AIMessage] = field(default_factory=list)

    def forget(self) -> None:
        """Let a model with a memory of its replies lose these, so that asking again may bring others."""
        for message in self.said:
            capabilities_of(self.model).forget(message)

    async def answer(self, messages: Sequence[BaseMessage]) -> Reply:
        """The usable reply. Raises ModelReplyError."""
        conversation, usable = list(messages), None
        for prompt in (self.call.prompt, f"repair@{load('repair').digest}"):
            reply, misfit = _judged(await self._said(conversation, self.schema, prompt), self.schema, self.check)
            if misfit is None and self._cut_off() and not is_whole(self.calls[-1].reply):
                misfit = Misfit("what is there was not brought to its end; say it in fewer words")
            if misfit is None and reply is not None:
                return reply
            usable = reply or usable
            conversation += _repair(without_thinking(self.calls[-1].reply)[: self.shown], f"{misfit}{self._cut_off()}")
        cut_off = self._cut_off()
        if usable is None and misfit is not None and misfit.only_too_long:
            usable = await self._shortened(messages[0], misfit)
            if usable is not None and (complaint := self.check(usable)) and complaint.hard:
                usable, misfit = None, Misfit(complaint.text)
        if usable is not None:
            return usable
        name, node, last = self.call.model, self.call.node, self.calls[-1].reply
        raise ModelReplyError(
            f"the model {name!r} gave no usable reply to {node}: {misfit}{cut_off}; it began {last[:200]!r}",
            hint="Ask again with another --seed, or choose another model with --llm.",
            stage=node,
            reply=last,
        )

    async def _said(self, messages: Sequence[BaseMessage], schema: type[BaseModel], prompt: str) -> str:
        """What the model says, as it came; the call is noted. One that only thinks has more tokens from then on."""
        known = capabilities_of(self.model).refused_forms
        cut_off = bool(self.calls and self._cut_off()) and not loops(self.calls[-1].reply)
        ample = SHORT_REPLIES in known.of(self.call.model) or cut_off
        try:
            message = await self._invoked(messages, schema, ample=ample)
        except OnlyThoughtError:
            if ample or not self._most(messages, ample=False):
                raise
            known.add(self.call.model, [SHORT_REPLIES])
            message = await self._invoked(messages, schema, ample=True)
        self.said.append(message)
        self.calls.append(_record(message, self.call, prompt))
        return self.calls[-1].reply

    async def _invoked(self, messages: Sequence[BaseMessage], schema: type[BaseModel], *, ample: bool) -> AIMessage:
        most = self._most(messages, ample=ample)
        limit = {"max_tokens": most} if most else {}
        return await invoke(self.model, self.call.model, messages, schema, **limit, **self.options)

    def _most(self, messages: Sequence[BaseMessage], *, ample: bool) -> int:
        pictures = self.room.window.pictures
        beside = pictures.of(messages) if pictures else 0
        return self.room.most([one.text for one in messages], ample=ample, beside=beside)

    def _cut_off(self) -> str:
        """What has to be added to a complaint about a reply that the server cut off."""
        return "; it was cut off for its length" if self.calls[-1].finish == "length" else ""

    async def _shortened(self, system: BaseMessage, misfit: Misfit) -> Reply | None:
        """The reply with the texts that were too long said shorter by the model; None when they did not get short."""
        from langchain_core.messages import HumanMessage

        long = [
            {"limit": error["ctx"]["max_length"], "text": visible(str(error["input"])[:LONGEST_SHORTENED])}
            for error in misfit.errors
        ]
        template = load("shorten")
        question = [system, HumanMessage(template.render({"data": fence("too_long", [*long])}))]
        said = await self._said(question, TextsReply, f"shorten@{template.digest}")
        try:
            texts = read(said, TextsReply).texts
            found: Any = copy.deepcopy(misfit.found)
            for error, text in zip(misfit.errors, texts, strict=True):
                _put(found, error["loc"], text)
            return self.schema.model_validate(found)
        except (Misfit, ValidationError, ValueError):
            return None


def _judged(text: str, schema: type[Reply], check: Check) -> tuple[Reply | None, Misfit | None]:
    """The reply where it is better than none, and what is wrong with it where something is."""
    try:
        reply = read(text, schema)
    except Misfit as misfit:
        return None, misfit
    complaint = check(reply)
    if complaint is None:
        return reply, None
    return (None if complaint.hard else reply), Misfit(complaint.text)


def _repair(reply: str, complaint: str) -> list[BaseMessage]:
    """The model's own reply, without what it thought, and the complaint; as text, whatever form it came in."""
    from langchain_core.messages import AIMessage, HumanMessage

    shown = defused(reply.strip()) or "(no answer)"
    return [AIMessage(shown), HumanMessage(load("repair").render({"complaint": fence("complaint", complaint)}))]


def _put(found: Any, place: tuple[int | str, ...], text: str) -> None:
    for key in place[:-1]:
        found = found[key]
    found[place[-1]] = text


def _record(message: AIMessage, call: ModelCall, prompt: str) -> ModelCall:
    usage = message.usage_metadata
    return replace(
        call,
        prompt=prompt,
        reply=said(message),
        reasoning=str(message.additional_kwargs.get("reasoning", "")),
        finish=str(message.response_metadata.get("finish_reason") or ""),
        input_tokens=usage["input_tokens"] if usage else 0,
        output_tokens=usage["output_tokens"] if usage else 0,
    )
