"""Answers in, a table over models out: what `ad bench import` and `ad bench report` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.editing.voices.registry import words_per_second
from .answer_files import Reading, read_answers
from .bench_report import report_data
from .model_table import Tally
from .scores import scored
from .word_counts import Rate

if TYPE_CHECKING:
    from ...settings import Settings

Progress = Callable[[int, int], None]
_STEP = 500
"""Answers after which progress is told."""


def rate_of(settings: Settings) -> Rate:
    """How fast the voice of these settings speaks; that of the language where none is chosen. Raises RequestError."""

    @cache
    def rate(language: str) -> float:
        return words_per_second(settings.voice, language, settings.voices)

    rate("en")  # an unknown name is told before anything is read
    return rate


def bench(files: Sequence[Path], rate: Rate, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """The report over all answers of the files, as data. Raises RequestError and DataError."""
    reading, tally = Reading(), Tally()
    for done, scores in enumerate(scored(read_answers(files, reading), rate), 1):
        tally.add(scores)
        if done % _STEP == 0:
            progress(done, 0)
    return report_data(tally.table(), reading, [str(file) for file in files])
