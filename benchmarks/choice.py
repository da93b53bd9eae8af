"""How often a choice model finds the better of two drafts: on its own stories kept apart, and what carries over.

Tables for docs/log.md, as Markdown. The first is what the model's training measured on stories kept apart. The others
ask the model about real pairs of other sources in POPCORN_TEST_DATA (default ../shared/data), none of which it learned
from: MicroLens validation videos and their four nearest titles, and trending YouTube videos of one channel that were
published within 30 days of one another. A pair is right when the side with the larger probability has more comments;
evidence is not asked for, since what does not carry over is the point. The last is of choosing: among a MicroLens
video and its four nearest titles, how often the one that the model likes best has more comments than another. Intervals
hold 95 % and are of whole topics (MicroLens) or channels (YouTube) drawn anew.

    python benchmarks/choice.py [NAME [HOME]]

NAME is a choice model (default `headlines`) or a predictor in HOME that carries a choice part.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import popcorn
from popcorn.agent.wiring.choices import choice_in, open_choice_model
from popcorn.agent.wiring.workshop import workshop_of
from popcorn.settings import load_settings
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity.choice.card import card
from popcorn.tools.popularity.choice.part_fitting import clusters_of, neighbours
from popcorn.tools.popularity.choice.types import ChoiceModel, Pair
from popcorn.tools.popularity.types import Subject
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import read_source
from popcorn.tools.statistics.intervals import clustered_mean

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(popcorn.__file__).parent.parent / "shared" / "data"))
DAYS = 30
LENGTHS = ((1, 6), (7, 10), (11, 15), (16, 1000))
SIZES = ((0.0, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, np.inf))


@dataclass(frozen=True)
class Case:
    """Two real titles of one topic or channel; `difference` is log2(comments) of A less that of B."""

    a: str
    b: str
    difference: float
    cluster: int


@dataclass(frozen=True)
class Fives:
    """Real titles, each with its four nearest ones: `groups` int [n, 5] (rows, itself first), `labels` log2(comments)
    float [n], `clusters` int [n]."""

    titles: Sequence[str]
    groups: np.ndarray
    labels: np.ndarray
    clusters: np.ndarray

    def cases(self) -> list[Case]:
        """Each video beside each of its nearest, every pair once."""
        pairs = {tuple(sorted((row, int(other)))) for row, *others in self.groups.tolist() for other in others}
        return [
            Case(self.titles[a], self.titles[b], float(self.labels[a] - self.labels[b]), int(self.clusters[a]))
            for a, b in sorted(pairs)
        ]


def microlens() -> Fives:
    """Validation videos and their four nearest titles."""
    source = str(DATA / "microlens_100k")
    references = [one for one in read_source(source, {}, ImportReport(source)) if one.split == "valid" and one.title]
    counted = [one for one in references if one.comments is not None]
    vectors = open_encoder().encode([one.title for one in counted])
    labels = np.log2(np.maximum([one.comments or 0 for one in counted], 1.0))
    return Fives([one.title for one in counted], neighbours(vectors), labels, clusters_of(vectors))


def youtube() -> list[Case]:
    """Trending videos of one channel, each with the next one within 30 days."""
    channels: defaultdict[str, list[tuple[datetime, str, float]]] = defaultdict(list)
    for country in ("US", "GB"):
        with (DATA / "youtube_trending" / f"{country}videos_unique_2017-2018.csv").open(encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                if row["comment_count"].isdigit() and int(row["comment_count"]) > 0:
                    published = datetime.fromisoformat(row["publish_time"].replace("Z", "+00:00"))
                    count = float(np.log2(int(row["comment_count"])))
                    channels[row["channel_title"]].append((published, row["title"].strip(), count))
    return list(_in_a_row(channels))


def _in_a_row(channels: dict[str, list[tuple[datetime, str, float]]]) -> Iterator[Case]:
    for number, videos in enumerate(channels.values()):
        by_title = {title: (published, title, count) for published, title, count in sorted(videos)}
        ordered = sorted(by_title.values())
        for (then, a, many), (later, b, few) in pairwise(ordered):
            if (later - then).days <= DAYS:
                yield Case(a, b, many - few, number)


def table(model: ChoiceModel, source: str, cases: Sequence[Case]) -> str:
    """How often the better one is found, by difference and by length, beside the longer one."""
    said = np.array([one.probability_a for one in model.compare([Pair(Subject(c.a), Subject(c.b)) for c in cases])])
    difference = np.array([one.difference for one in cases])
    clusters = np.array([one.cluster for one in cases])
    right = np.where(said == 0.5, 0.5, (said > 0.5) == (difference > 0)).astype(float)
    by = np.array([len(one.a) - len(one.b) for one in cases])
    longer = np.where(by == 0, 0.5, (by > 0) == (difference > 0)).astype(float)
    words = np.array([(len(one.a.split()) + len(one.b.split())) / 2 for one in cases])
    told = difference != 0
    rows = [("all", told)]
    rows += [
        (f"{low:g} to {high:g} doublings", told & (abs(difference) > low) & (abs(difference) <= high))
        for low, high in SIZES
    ]
    rows += [(f"{low} to {high} words", told & (words >= low) & (words < high + 1)) for low, high in LENGTHS]
    rows += [("said at 0.6 and more", told & (np.maximum(said, 1 - said) >= 0.6))]
    lines = [
        f"\n### {model.name} on {source}\n",
        "| pairs | number | better one found | the longer wins | chance |",
        "|---|---|---|---|---|",
    ]
    for name, inside in rows:
        if inside.any():
            found, length = (
                clustered_mean(right[inside], clusters[inside]),
                clustered_mean(longer[inside], clusters[inside]),
            )
            lines.append(f"| {name} | {found.count:,} | {found} | {length} | 0.500 |")
    return "\n".join(lines)


def best_of_five(model: ChoiceModel, fives: Fives) -> str:
    """How often the best of five by the model, and the longest, has more than another of them; ties count a half."""
    pairs = sorted({(int(a), int(b)) for group in fives.groups for a, b in combinations(sorted(group), 2)})
    asked = [Pair(Subject(fives.titles[a]), Subject(fives.titles[b])) for a, b in pairs]
    said = dict(zip(pairs, (one.probability_a for one in model.compare(asked)), strict=True))
    liked = [
        [sum(said[a, b] if a < b else 1 - said[b, a] for b in group if b != a) for a in group]
        for group in fives.groups.tolist()
    ]
    lengths = [[len(fives.titles[row]) for row in group] for group in fives.groups]
    won, by_length = (
        clustered_mean(_won(np.array(values), fives.labels[fives.groups]), fives.clusters)
        for values in (liked, lengths)
    )
    return (
        f"\n### {model.name}: the best of five MicroLens videos of one topic\n\n"
        "| videos | has more than another | the longest | chance |\n|---|---|---|---|\n"
        f"| {len(fives.titles):,} | {won} | {by_length} | 0.500 |"
    )


def _won(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of each group, float [n]: the share of the others that the one with the largest value is above."""
    best = np.argmax(values, axis=1)[:, None]
    own = np.take_along_axis(labels, best, axis=1)
    return (((own > labels) + 0.5 * (own == labels)).sum(axis=1) - 0.5) / (labels.shape[1] - 1)


def main(name: str = "headlines", home: str | None = None) -> None:
    settings = load_settings(home=Path(home)) if home else load_settings()
    workshop = workshop_of(settings)
    model = open_choice_model(settings, name, lambda known: workshop.predictor(settings, known)[0])
    if name == "headlines":
        print(card(choice_in(settings, name)))
    fives = microlens()
    print(table(model, "MicroLens: neighbours in topic among validation videos", fives.cases()))
    print(table(model, f"trending YouTube videos of one channel within {DAYS} days", youtube()))
    print(best_of_five(model, fives))


if __name__ == "__main__":
    main(*sys.argv[1:])
