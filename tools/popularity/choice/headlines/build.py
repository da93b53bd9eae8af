"""Train the shipped choice model anew, from the Upworthy Research Archive.

    python -m popcorn.tools.popularity.choice.headlines.build headline_tests.parquet

The archive (Matias, Munger, Aubin Le Quere and Ebersole 2021, Scientific Data 8:195; OSF jd64p; CC BY 4.0) has the arms
of randomised tests of headlines and pictures. Two arms make a pair when they share the test and the picture and differ
in the headline; arms with equal headlines are summed first, and each side was shown to at least 100. A side's level is
its log click rate less the mean of those of all arms of its week that so many saw. Columns: clickability_test_id,
headline, eyecatcher_id, impressions, clicks, test_week, and `story`, which tests of one story share.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from ..... import files
from .....errors import DataError
from ...other_titles import moments_of, save_moments
from ..card import CARD, card
from ..fitting import Origin, fit
from ..layers import states_of, unit_vectors
from ..pairs import LabelledPair, pair_set
from ..recipe import Recipe
from ..store import save_choice
from . import NAME, PLATFORM, headlines_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FEWEST_SHOWN = 100
SOURCE = "pairs of randomised web headlines (Upworthy, 2013-2015)"
COMMAND = "python -m popcorn.tools.popularity.choice.headlines.build headline_tests.parquet"
UNSOUND = (201326, 201402)
"""The first and the last week, as year * 100 + week, of tests whose randomisation was faulty."""
NOTES = (
    "learned from the Upworthy Research Archive, exploratory part: J. Nathan Matias, Kevin Munger, Marianne Aubin Le "
    "Quere and Charles Ebersole (2021), Scientific Data 8:195, https://osf.io/jd64p, CC BY 4.0; no headline is kept",
    "its authors found faulty randomisation from 2013-06-25 to 2014-01-10: those tests are learned from, and left out "
    "of all figures",
    "what draws clicks to a headline on the web need not draw comments to a video; docs/log.md says what carries over",
    f"trained anew by `{COMMAND}`",
)
_COLUMNS = ("clickability_test_id", "headline", "eyecatcher_id", "impressions", "clicks", "story", "test_week")
_Group = tuple[str, str, str, bool]
"""Test, picture, story, and whether its weeks are sound: what the arms of pairs share."""
_Arms = dict[str, tuple[int, int]]
"""To how many each headline was shown, and how many clicked."""
_SEED = 5
"""Which arm of a pair is called A."""


class _Printing:
    """Says how the training goes."""

    def stage(self, name: str) -> None:
        print(name, flush=True)

    def progress(self, done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            print(f"  {done:,} of {total:,}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the tests, train, and replace the shipped files."""
    recipe = Recipe()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", type=Path)
    parser.add_argument("--out", type=Path, default=headlines_folder())
    parser.add_argument("--work", type=Path, help="where the parts are kept, to go on after a break")
    parser.add_argument("--epochs", type=int, default=recipe.tuning.epochs)
    parser.add_argument("--encoders", type=int, default=1)
    parser.add_argument("--judged", type=int, help="how many of the folds are judged")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    chosen = parser.parse_args(arguments)
    recipe = replace(recipe, seed=chosen.seed).changed(
        epochs=chosen.epochs, encoders=chosen.encoders, judged=chosen.judged
    )
    pairs = pair_set(list(read_tests(chosen.tests)))
    made = fit(NAME, pairs, Origin(SOURCE, PLATFORM, NOTES), recipe, _Printing(), work=chosen.work)
    save_choice(chosen.out, made, shared=True)
    save_moments(chosen.out, moments_of(PLATFORM, pairs.titles, unit_vectors(states_of(pairs.texts))))
    text = card(made)
    files.write_text(chosen.out / CARD, text, shared=True)
    print(text)


def read_tests(file: Path) -> Iterator[LabelledPair]:
    """The pairs of the archive's arms. Raises DataError for a table without the columns."""
    import pyarrow.parquet as pq

    table = pq.read_table(file)
    missing = [name for name in _COLUMNS if name not in table.column_names]
    if missing:
        raise DataError(f"{str(file)!r} has no column {missing[0]!r}", hint=f"It needs {', '.join(_COLUMNS)}.")
    arms: defaultdict[_Group, _Arms] = defaultdict(dict)
    weeks: dict[_Group, int] = {}
    for test, headline, picture, shown, clicks, story, week in zip(
        *(table[name].to_pylist() for name in _COLUMNS), strict=True
    ):
        if headline and picture:
            group: _Group = (test, picture, story, not UNSOUND[0] <= week <= UNSOUND[1])
            sides, known = arms[group], headline.strip()
            weeks[group] = min(week, weeks.get(group, week))
            before = sides.get(known, (0, 0))
            sides[known] = (before[0] + shown, before[1] + clicks)
    chance = random.Random(_SEED)  # noqa: S311 - nothing secret
    usual = _usual_rates(arms, weeks)
    for group, headlines in sorted(arms.items()):
        test, _, story, sound = group
        sides_of, level = sorted(headlines.items()), usual[weeks[group]]
        for place, first in enumerate(sides_of):
            for second in sides_of[place + 1 :]:
                a, b = (first, second) if chance.random() < 0.5 else (second, first)
                z = _difference(*a[1], *b[1])
                if z is not None:
                    levels = _log_rate(*a[1]) - level, _log_rate(*b[1]) - level
                    yield LabelledPair(a[0], b[0], round(z, 4), test, story, sound=sound, levels=levels)


def _usual_rates(arms: Mapping[_Group, _Arms], weeks: Mapping[_Group, int]) -> defaultdict[int, float]:
    """The mean log click rate of each week."""
    rates: defaultdict[int, list[float]] = defaultdict(list)
    for group, headlines in arms.items():
        seen = [_log_rate(shown, clicks) for shown, clicks in headlines.values() if shown >= FEWEST_SHOWN]
        rates[weeks[group]] += seen
    return defaultdict(float, {week: fmean(values) for week, values in rates.items() if values})


def _log_rate(shown: int, clicks: int) -> float:
    """The log of a click rate, which is finite without a click, too."""
    return math.log((clicks + 0.5) / (shown + 1))


def _difference(shown_a: int, clicks_a: int, shown_b: int, clicks_b: int) -> float | None:
    """The z of two click rates with their pooled variance; None where too few saw a side, or nobody clicked."""
    rate = (clicks_a + clicks_b) / (shown_a + shown_b) if min(shown_a, shown_b) >= FEWEST_SHOWN else 0.0
    if not 0 < rate < 1:
        return None
    return (clicks_a / shown_a - clicks_b / shown_b) / math.sqrt(rate * (1 - rate) * (1 / shown_a + 1 / shown_b))


if __name__ == "__main__":
    main()
