"""The seam of those who make an ad out of a sample's clips, and their answers as the bench measures them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..samples import Sample


@dataclass(frozen=True, slots=True)
class PlannedAd:
    """Clips in order, with what is said over them where somebody wrote it."""

    clips: tuple[str, ...]
    """By their numbers in the sample; also those that there are none of, as they were written."""
    script: tuple[str, ...] | None = None
    subtitles: tuple[tuple[str, ...], ...] | None = None
    told: bool = False
    """Whether the planner was told which clips belong, and had to order them alone."""


NOTHING = PlannedAd((), (), ())
"""The answer of whoever gave none: wrong in everything."""


class Planner(Protocol):
    """Answers samples. Implementations: by_model.py, simple.py, by_frames.py."""

    @property
    def name(self) -> str:
        """As tables show it."""
        ...

    def plan(self, samples: Sequence[Sample]) -> list[PlannedAd]:
        """An ad for each sample, in order."""
        ...


def answer_line(sample: Sample, model: str, planned: PlannedAd) -> dict[str, Any]:
    """The answer in the form that `ad bench import` takes.

    A selection is asked for where there are clips that do not belong. Subtitles and script are judged where the planner
    writes any.
    """
    ad, reference = sample.ad, [str(number) for number in sample.answer]
    line: dict[str, Any] = {
        "ad": sample.name,
        "product": ad.product_key,
        "model": model,
        "reference_order": reference,
        "order": list(planned.clips),
        "order_from": len(reference) if planned.told else len(sample.candidates),
        "facts": list(ad.product.facts),
        "brand": ad.product.brand,
        "language": ad.language,
    }
    if sample.distractors and not planned.told:
        line |= {"reference_selection": reference, "selection": list(planned.clips)}
        line["candidates"] = len(sample.candidates)
    if planned.script is not None:
        line |= {"script": list(planned.script), "seconds": _seconds(sample, planned)}
        line["reference_script"] = [sample.clip(number).script for number in sample.answer]
    if planned.subtitles is not None:
        line["subtitles"] = [list(segments) for segments in planned.subtitles]
    return line


def _seconds(sample: Sample, planned: PlannedAd) -> list[float]:
    """How long the chosen clips are; those of the reference where nothing was chosen, so that all of it is missed."""
    known = {str(number): clip for number, clip in enumerate(sample.candidates, 1)}
    chosen = planned.clips or tuple(str(number) for number in sample.answer)
    return [round(known[clip].seconds, 3) if clip in known else 0.0 for clip in chosen]
