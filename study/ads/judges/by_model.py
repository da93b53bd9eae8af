"""A language model as a judge: each item twice, with its levels listed from 0 to 2 and from 2 to 0.

A model that chooses favours a place in a list, whatever stands there (Zheng et al., "Judging LLM-as-a-Judge with
MT-Bench and Chatbot Arena", NeurIPS 2023, section 3.4). The mean of the two counts, and how far they agree is reported.
It sees one frame a second of every clip, however many there are (VC-LLM).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from ....errors import ModelReplyError, RefusedReplyError, TooLongError
from ....graphs.asking.ask import ask
from ....graphs.asking.images import image_part
from ....graphs.asking.types import ModelCall
from ....graphs.asking.window import ReplyRoom
from ....prompts import fence, load
from ..model_session import ModelSession
from .types import LEVELS, Item, Judgement, Measure, Progress, Shots

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from ....agent.wiring.chat_models import NamedModel

WAYS = ("rising", "falling")
"""The two orders of the levels: conditions of the prompts."""
AT_ONCE = 8
"""Items under way at the same time: their pictures are in memory."""
REPLY = 32
"""Tokens of a reply: one key and one digit, with room for spaces."""
_SEEN = frozenset({Measure.VSC, Measure.LOGIC})
"""The measures that pictures are shown for."""


class Verdict(BaseModel):
    """The judge's reply."""

    level: Annotated[int, Field(ge=min(LEVELS), le=max(LEVELS))]


class ModelJudge(ModelSession):
    """Asks a language model."""

    def __init__(self, open_model: Callable[[], NamedModel], spec: str) -> None:
        """`open_model` is called before the first item; `spec` names the model in reports."""
        super().__init__(open_model)
        self._spec = spec

    @property
    def name(self) -> str:
        """The model's."""
        return self._spec

    def can(self, item: Item) -> bool:
        """VSC where somebody has the clips, Fact where facts are known, the others always."""
        needed = {Measure.VSC: item.shots is not None, Measure.FACT: bool(item.facts)}
        return needed.get(item.measure, True)

    def judge(self, items: Sequence[Item], progress: Progress) -> list[Judgement]:
        """Two judgements an item. Raises what calls raise; a reply of no use, a refusal, and pictures that are too many
        for the model are no judgement.
        """
        if not items:
            return []
        return self.asked(lambda model: self._judged(items, model, progress))

    async def _judged(self, items: Sequence[Item], named: NamedModel, progress: Progress) -> list[Judgement]:
        free, done = asyncio.Semaphore(AT_ONCE), 0

        async def one(item: Item) -> Judgement:
            nonlocal done
            async with free:
                judgement = await _both(item, named)
            done += 1
            progress(done, len(items))
            return judgement

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(item)) for item in items]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]


async def _both(item: Item, named: NamedModel) -> Judgement:
    """The item judged in both orders of the levels."""
    sees = named.window.pictures is not None
    if item.measure is Measure.VSC and not sees:
        return Judgement((None, None))
    shots: Shots = ()
    if item.shots is not None and item.measure in _SEEN and sees:
        shots = await asyncio.to_thread(item.shots)
    return Judgement(tuple([await _asked(item, way, shots, named) for way in WAYS]))


async def _asked(item: Item, way: str, shots: Shots, named: NamedModel) -> int | None:
    template = load(f"bench_{item.measure.value}")
    call = ModelCall(template.name, named.name, f"{template.name}@{template.digest}", reply="")
    try:
        verdict, _ = await ask(
            named.model, [question(item, way, shots)], Verdict, call, room=ReplyRoom(named.window, REPLY)
        )
    except (ModelReplyError, RefusedReplyError, TooLongError):
        return None
    return verdict.level


def question(item: Item, way: str, shots: Shots = ()) -> BaseMessage:
    """What is asked, with the levels in one of two orders."""
    from langchain_core.messages import HumanMessage

    blocks = [fence("lines", [*item.lines])]
    if item.measure is Measure.FACT:
        blocks = [fence("product", _product(item)), fence("facts", [*item.facts]), *blocks]
    text = load(f"bench_{item.measure.value}").render({"data": "\n\n".join(blocks)}, {way})
    if not shots:
        return HumanMessage(text)
    parts: list[Any] = [{"type": "text", "text": text}]
    for name, pictures in shots:
        parts += [{"type": "text", "text": f"Clip {name}:"}, *map(image_part, pictures)]
    return HumanMessage(parts)


def _product(item: Item) -> str:
    return " ".join(part for part in (item.brand, item.product) if part)
