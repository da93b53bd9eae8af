"""A language model, or the offline planner, asked the compound question: clips, order, script and subtitles at once.

The question is that of `popcorn ad make`, word for word the one that `ad dataset` writes as the compound task: so what
is measured is what was learned, and what makes ads. Replies are read once more after a complaint about their form, and
never mended: clips that there are none of, clips used twice, and too many lines are the model's answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ....errors import ModelCallError, ModelReplyError
from ....graphs.ad.replies import reply_tokens
from ....graphs.asking.ask import ask
from ....graphs.asking.images import image_part
from ....graphs.asking.types import ModelCall
from ....graphs.asking.window import ReplyRoom
from ....prompts import load
from ....prompts.text import visible
from ..clip_pictures import ClipPictures
from ..model_session import ModelSession
from ..samples import Sample
from ..tasks import Question, Task, row
from .types import NOTHING, PlannedAd

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from ....agent.wiring.chat_models import NamedModel

_MOST = 200
"""Lines of a reply that are read."""


class BenchLine(BaseModel):
    """One line as a model writes it; what is missing is missing."""

    clip: int
    script: str = ""
    subtitles: list[str] = Field(default_factory=list, max_length=_MOST)


class BenchReply(BaseModel):
    """The answer to ad_plan, read without its rules."""

    lines: list[BenchLine] = Field(max_length=_MOST)


class ModelPlanner(ModelSession):
    """Asks one model."""

    def __init__(self, open_model: Callable[[], NamedModel], name: str, pictures: Path, *, offline: bool) -> None:
        """`pictures` is a folder for the clips' pictures.

        The offline planner's errors are its answers: it has no server that could be down.
        """
        super().__init__(open_model)
        self.name = name
        self._offline, self._pictures = offline, ClipPictures(pictures)
        self._root = pictures
        self.unanswered = 0
        """Samples without a usable reply."""

    def plan(self, samples: Sequence[Sample]) -> list[PlannedAd]:
        """All samples at once; a reply of no use is no answer. Raises what calls raise."""
        return self.asked(lambda model: self._planned(samples, model))

    async def _planned(self, samples: Sequence[Sample], named: NamedModel) -> list[PlannedAd]:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._one(sample, named)) for sample in samples]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _one(self, sample: Sample, named: NamedModel) -> PlannedAd:
        template = load("ad_plan")
        call = ModelCall("bench", named.name, f"{template.name}@{template.digest}", reply="")
        messages = await asyncio.to_thread(self._messages, sample, named)
        try:
            reply, _ = await ask(named.model, messages, BenchReply, call, room=ReplyRoom(named.window, reply_tokens()))
        except ModelReplyError:
            self.unanswered += 1
            return NOTHING
        except ModelCallError:
            if not self._offline:
                raise
            self.unanswered += 1
            return NOTHING
        return PlannedAd(
            tuple(str(line.clip) for line in reply.lines),
            tuple(visible(line.script).strip() for line in reply.lines),
            _subtitles(reply),
        )

    def _messages(self, sample: Sample, named: NamedModel) -> list[BaseMessage]:
        """The question with its pictures, for a model that reads them; its text alone for others."""
        from langchain_core.messages import HumanMessage, SystemMessage

        sees = named.window.pictures is not None
        asked = row(Question(sample, Task.COMPOUND), self._pictures.of if sees else lambda clip: ())
        system, user, _ = asked["messages"]
        images = iter(asked["images"])
        parts: list[dict[str, Any]] = [
            part if part["type"] == "text" else image_part((self._root / next(images)).read_bytes())
            for part in user["content"]
        ]
        content: Any = parts if sees else parts[0]["text"]
        return [SystemMessage(system["content"][0]["text"]), HumanMessage(content)]


def _subtitles(reply: BenchReply) -> tuple[tuple[str, ...], ...] | None:
    """The subtitles of each line; None where the model cut none at all, as the offline planner does."""
    found = tuple(tuple(map(visible, line.subtitles)) for line in reply.lines)
    return found if any(found) else None
