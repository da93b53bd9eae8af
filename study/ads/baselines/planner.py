"""The offline planner of `ad make` as a baseline: it puts the product's facts over clips by the words they share."""

from __future__ import annotations

from ....agent.models.offline.ad.brief import AdBrief, AdTask, SeenClip, SeenProduct
from ....agent.models.offline.ad.planner import write_plan
from ....errors import ModelCallError
from ....languages import language_of
from .types import OrderTask

_SECONDS = 30.0
"""Of every clip: lengths are not what is asked for."""


class OfflinePlanner:
    """The order of the plan that it makes; clips that the plan leaves out follow as they are shown."""

    name = "baseline: offline planner of ad make"

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def order(self, task: OrderTask) -> list[str]:
        """What is said over a clip is shown to it as what is heard in it. Empty where it makes no plan."""
        clips = tuple(SeenClip(clip=at, seconds=_SECONDS, heard=line) for at, line in enumerate(task.lines, 1))
        language = task.language or language_of("\n".join(task.lines)) or "en"
        product = SeenProduct(name=task.product, brand=task.brand, facts=task.facts)
        brief = AdBrief(task=AdTask.PLAN, product=product, language=language, clips=clips, lines=len(clips))
        try:
            lines = write_plan(brief, self._seed)["lines"]
        except ModelCallError:
            return []
        numbers = [line["clip"] for line in lines]  # type: ignore[attr-defined]
        rest = [at for at in range(1, len(clips) + 1) if at not in numbers]
        return [task.clips[at - 1] for at in (*numbers, *rest)]
