"""Samples out of finished ads, answered by planners, written down as they come: `ad bench run`.

The file of answers is the one that `ad bench import` reads. A run that was stopped goes on where it was: what its file
holds is not asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import DataError, RequestError
from ...tools.footage.representation import jpeg, represent
from .answer_files import Reading, read_answers
from .answers import Answer
from .clip_pictures import captions_of
from .finished_ads import AdClip, FinishedAd, Unusable
from .judges.types import Shots
from .planners.types import Planner, answer_line
from .samples import MOST_DISTRACTORS, Sample, samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_ONCE = 8
"""Samples that a planner is asked at once."""
FEWEST_CLIPS = 2
"""Clips of an ad that can be put in order."""
_BEGINNING = 1_000_000
"""Bytes in which the first line of answers ends."""
_EVERY_SECOND = 1_000_000
"""Frames of a clip at most: no limit."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SampleWishes:
    """What is asked about."""

    orders: int = 1
    """Orders of its clips in which an ad is asked about."""
    distractors: int = MOST_DISTRACTORS
    seed: int = 0


@dataclass(slots=True)
class Material:
    """The samples, and the files that gave none."""

    samples: list[Sample] = field(default_factory=list)
    ads: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Files and ads by the reason."""


def material(found: Iterable[FinishedAd | Unusable], wishes: SampleWishes) -> Material:
    """All samples of a folder's ads. Raises DataError where no ad has clips that can be put in order."""
    made, ads = Material(), list[FinishedAd]()
    for one in found:
        if isinstance(one, Unusable):
            made.left_out[one.reason] += 1
        elif len(one.clips) < FEWEST_CLIPS:
            made.left_out[f"fewer than {FEWEST_CLIPS} clips"] += 1
        else:
            ads.append(one)
    for ad in ads:
        made.samples += samples(ad, ads, orders=wishes.orders, most=wishes.distractors, seed=wishes.seed)
    made.ads = len(ads)
    if not ads:
        reasons = "; ".join(f"{reason} ({count})" for reason, count in made.left_out.most_common(4))
        raise DataError(
            f"no ad can be asked about: {reasons or 'there is no video'}",
            hint="Each ad needs two clips or more, and a product text beside it: product.toml or product.txt.",
        )
    return made


def run(asked: Sequence[Sample], planners: Sequence[Planner], out: Path, progress: Progress) -> int:
    """Let every planner answer every sample into `out`; how many answers were new.

    Raises RequestError where `out` is another file, StoreError, and what asking raises: what was answered is kept.
    """
    done = answered(out)
    new, total = 0, len(asked) * len(planners)
    progress(len(done), total)
    with files.writing(out):
        if not out.exists():
            files.new_file(out, shared=True).close()
    for planner in planners:
        left = (sample for sample in asked if (sample.name, planner.name) not in done)
        for some in _batches(left):
            planned = planner.plan(some)
            lines = [answer_line(one, planner.name, ad) for one, ad in zip(some, planned, strict=True)]
            _append(out, lines)
            new += len(lines)
            progress(len(done) + new, total)
    return new


def answered(out: Path) -> set[tuple[str, str]]:
    """What a file of answers holds already: sample and planner."""
    if not out.exists() or not out.stat().st_size:
        return set()
    try:
        return {(answer.ad, answer.model) for answer in read_answers([out], Reading())}
    except DataError as exc:
        with out.open("rb") as file:
            if b"\n" not in file.read(_BEGINNING):  # a first line that a kill cut off
                return set()
        raise RequestError(
            f"{str(out)!r} is there already and holds no answers", hint="Name another file after -o."
        ) from exc


def _batches(asked: Iterator[Sample]) -> Iterator[list[Sample]]:
    while some := list(islice(asked, AT_ONCE)):
        yield some


def _append(out: Path, lines: Sequence[dict[str, Any]]) -> None:
    """Write lines on; one that a kill cut off before is ended first."""
    with files.writing(out), files.appending(out) as file:
        torn = not _ends_in_a_line(out)
        file.write((b"\n" if torn else b"") + b"".join(map(files.json_line, lines)))


def _ends_in_a_line(out: Path) -> bool:
    with out.open("rb") as file:
        if not file.seek(0, 2):
            return True
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def pictures_of(asked: Sequence[Sample]) -> Callable[[Answer], Callable[[], Shots] | None]:
    """Where a judge can look at the clips of an answer: one frame a second, without the captions of the finished ad."""
    known = {sample.name: sample for sample in asked}

    def of(answer: Answer) -> Callable[[], Shots] | None:
        sample = known.get(answer.ad)
        return None if sample is None or not answer.order else lambda: _shots(sample, answer)

    return of


def _shots(sample: Sample, answer: Answer) -> Shots:
    clips = {str(number): clip for number, clip in enumerate(sample.candidates, 1)}
    chosen = [(name, clips[name]) for name in answer.order or () if name in clips]
    return [(name, [jpeg(picture) for picture in _frames(clip)]) for name, clip in chosen]


def _frames(clip: AdClip) -> NDArray[np.uint8]:
    """One frame a second: (n, h, w, 3)."""
    return represent(clip.picture, _EVERY_SECOND, [text.area for text in captions_of(clip)]).temporal
