"""A language model beside the rules: it judges the text of ads, and rewrites scripts into notes (VC-LLM, 3.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, Field

from ...errors import ModelReplyError
from ...graphs.ad.messages import product_facts
from ...graphs.asking.ask import accept, ask
from ...graphs.asking.texts import Text
from ...graphs.asking.types import Check, Complaint, ModelCall
from ...graphs.asking.window import ReplyRoom
from ...prompts import fence, load
from . import criteria, supplements
from .criteria import Fault
from .finished_ads import FinishedAd
from .model_session import ModelSession

if TYPE_CHECKING:
    from ...agent.wiring.chat_models import NamedModel
    from ...prompts.fence import JSONValue

Reply = TypeVar("Reply", bound=BaseModel)
REPLY = 200
"""Tokens of a judgement."""
A_NOTE = 120
"""Tokens of one note."""


class Judgement(BaseModel):
    """The answer to ad_criteria."""

    fluent: bool
    typos: bool
    relevant: bool
    why: str = ""


class Notes(BaseModel):
    """The answer to ad_supplement."""

    notes: list[Text] = Field(max_length=criteria.MOST_CLIPS)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one ad."""

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    """Z of each clip; empty for an ad that is not taken."""
    notes_by: str
    mended: int = 0
    """Notes of a model that had lost a number or changed nothing: the rule's stand in their place."""


class Judge:
    """Judges ads one batch after another. Without a model rules do, and every judgement says so.

    Used as a context manager, as `ModelSession` is.
    """

    def __init__(self, open_model: Callable[[], NamedModel] | None = None, name: str = criteria.RULE) -> None:
        """`open_model` is called before the first ad; `name` is who judges, for the data card."""
        self._session = ModelSession(open_model) if open_model else None
        self.name = name

    def __enter__(self) -> Judge:
        """Nothing is opened yet."""
        return self

    def __exit__(self, *_: object) -> None:
        if self._session:
            self._session.close()

    def judge(self, ads: Sequence[FinishedAd]) -> list[Judged]:
        """One judgement an ad, in order. A model is not asked about ads that numbers speak against.

        Raises what its calls raise; a reply of no use is a fault of the ad, `not judged`.
        """
        if self._session is None:
            return [_by_rule(ad) for ad in ads]
        return self._session.asked(lambda model: self._asked(ads, model))

    async def _asked(self, ads: Sequence[FinishedAd], named: NamedModel) -> list[Judged]:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_one(ad, named)) for ad in ads]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]


def _by_rule(ad: FinishedAd) -> Judged:
    faults = criteria.limits(ad) or criteria.by_rule(ad)
    notes = () if faults else tuple(supplements.by_rule(clip.script) for clip in ad.clips)
    return Judged(tuple(faults), notes, supplements.RULE)


async def _one(ad: FinishedAd, named: NamedModel) -> Judged:
    if faults := criteria.limits(ad):
        return Judged(tuple(faults), (), named.name)
    try:
        if faults := await _faults(ad, named):
            return Judged(tuple(faults), (), named.name)
    except ModelReplyError as exc:
        return Judged((Fault("not judged", exc.message, named.name),), (), named.name)
    try:
        return await _noted(ad, named)
    except ModelReplyError:  # the rule stands in for it, and says so
        return Judged((), tuple(supplements.by_rule(clip.script) for clip in ad.clips), supplements.RULE, len(ad.clips))


async def _faults(ad: FinishedAd, named: NamedModel) -> list[Fault]:
    data: dict[str, JSONValue] = {"product": product_facts(ad.product), "lines": [clip.script for clip in ad.clips]}
    found = await _answer(named, "ad_criteria", data, Judgement, REPLY)
    wrong = {"not fluent": not found.fluent, "typos": found.typos, "not relevant": not found.relevant}
    return [Fault(reason, found.why or "it gave no reason", named.name) for reason, bad in wrong.items() if bad]


async def _noted(ad: FinishedAd, named: NamedModel) -> Judged:
    scripts = [clip.script for clip in ad.clips]

    def as_many(reply: BaseModel) -> Complaint | None:
        count = len(reply.notes) if isinstance(reply, Notes) else 0
        return None if count == len(scripts) else Complaint(f"there are {count} notes, and {len(scripts)} lines")

    found = await _answer(named, "ad_supplement", {"lines": [*scripts]}, Notes, A_NOTE * len(scripts), as_many)
    notes, changed = supplements.mended(scripts, found.notes)
    return Judged((), tuple(notes), named.name, changed)


async def _answer(
    named: NamedModel,
    prompt: str,
    data: dict[str, JSONValue],
    schema: type[Reply],
    tokens: int,
    check: Check = accept,
) -> Reply:
    from langchain_core.messages import HumanMessage

    template = load(prompt)
    blocks = "\n\n".join(fence(name, value) for name, value in data.items())
    call = ModelCall(prompt, named.name, f"{template.name}@{template.digest}", reply="")
    message = HumanMessage(template.render({"data": blocks}))
    reply, _ = await ask(named.model, [message], schema, call, check, room=ReplyRoom(named.window, tokens))
    return reply
