"""Answers in, a table over models out: what `ad bench import`, `report` and `run` do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.editing.voices.registry import words_per_second
from .answer_files import Reading, read_answers
from .answers import Answer
from .baselines.types import Baseline, task_of
from .bench_report import report_data
from .judges.judging import Judging, PublishedJudgements
from .model_table import Tally
from .scores import scores_of
from .word_counts import Rate

if TYPE_CHECKING:
    from ...settings import Settings

Progress = Callable[[int, int], None]
_STEP = 256
"""Answers that are in memory at once, and that a judge is given at once."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How answers are measured."""

    rate: Rate
    """The pace that word counts are measured by."""
    baselines: tuple[Baseline, ...] = ()
    """They answer every order task of which the lines are known."""
    judging: Judging | None = None


def rate_of(settings: Settings) -> Rate:
    """How fast the voice of these settings speaks; that of the language where none is chosen. Raises RequestError."""

    @cache
    def rate(language: str) -> float:
        return words_per_second(settings.voice, language, settings.voices)

    rate("en")  # an unknown name is told before anything is read
    return rate


def bench(files: Sequence[Path], wishes: Wishes, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """The report over all answers of the files, as data. Raises RequestError and DataError."""
    reading = Reading()
    found = measured(read_answers(files, reading), wishes, progress)
    return report_data(found.table, reading, [str(file) for file in files], found.judged, found.published)


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out."""

    table: Any
    judged: dict[str, Any] | None
    """How the judge agrees with itself; None where none was asked."""
    published: list[dict[str, Any]]
    """Correlations with others' judgements."""


def measured(answers: Iterable[Answer], wishes: Wishes, progress: Progress = lambda *_: None) -> Measured:
    """Every answer measured, judged and compared."""
    tally, published, done = Tally(), PublishedJudgements(), 0
    stream = with_baselines(answers, wishes.baselines)
    while some := list(islice(stream, _STEP)):
        levels = wishes.judging.levels(some) if wishes.judging else [{}] * len(some)
        for answer, judged in zip(some, levels, strict=True):
            scores = scores_of(answer, wishes.rate)
            scores.values.update(judged)
            tally.add(scores)
            published.add(answer, scores.values)
        done += len(some)
        progress(done, 0)
    summary = wishes.judging.summary() if wishes.judging else None
    return Measured(tally.table(), summary, published.correlations())


def with_baselines(answers: Iterable[Answer], baselines: Sequence[Baseline]) -> Iterator[Answer]:
    """The answers, and before the first one to an ad whose lines are known those of each baseline."""
    seen: set[tuple[str, str]] = set()
    for answer in answers:
        key = (answer.ad, answer.product)
        task = task_of(answer) if baselines and key not in seen else None
        if task is not None:
            seen.add(key)
            for baseline in baselines:
                order = tuple(baseline.order(task))
                bare = Answer(answer.ad, baseline.name, answer.product, clips=answer.clips)
                yield replace(bare, order=order, reference_order=answer.reference_order)
        yield answer
