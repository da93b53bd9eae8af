"""Train the shipped predictor anew, from the public tables "Trending YouTube Video Statistics".

    python -m popcorn.tools.popularity.shipped.build --categories US_category_id.json USvideos.csv GBvideos.csv

The tables are Kaggle's datasnaek/youtube-new (CC0). A video counts once, with the largest comment count that any row
has; a count of 0 says that comments were disabled, or nothing, and is left out. All videos of a channel stand on the
same side of the split.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .... import files
from ....errors import DataError
from ...embedding.encoder import open_encoder
from ..memory_bank import popularity
from ..other_titles import moments_of, save_moments
from ..trained.card import CARD, card
from ..trained.fitting import fit
from ..trained.manifest import Origin
from ..trained.material import Material
from ..trained.recipe import Recipe
from ..trained.reliability_plot import RELIABILITY, draw_reliability
from ..trained.store import save_predictor
from ..trained.word_vectors import WordVectors
from . import NAME, PLATFORM, shipped_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..mmra.plan import Epoch

ENCODER = "all-MiniLM-L6-v2"
SOURCE = "trending YouTube videos of 2017-2018"
COMMAND = "python -m popcorn.tools.popularity.shipped.build --categories US_category_id.json USvideos.csv GBvideos.csv"
NETWORKS = 3
HIDDEN = 96
FOLDS = 5
KEPT = 0.93
"""Between what the association was on kept-apart channels and in another year and country: `docs/log.md`."""


@dataclass(frozen=True, slots=True)
class Video:
    """A trending video as the tables have it."""

    id: str
    title: str
    channel: str
    category: str
    comments: int


class _Printing:
    """Says how the training goes."""

    def stage(self, name: str) -> None:
        print(name, flush=True)

    def epoch(self, network: int, epoch: Epoch) -> None:
        print(f"  {network}: {epoch}", flush=True)

    def progress(self, done: int, total: int) -> None:
        pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the tables, train, and replace the shipped files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path, nargs="+")
    parser.add_argument("--categories", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=shipped_folder())
    chosen = parser.parse_args(arguments)
    material = read_material(chosen.tables, chosen.categories)
    recipe = Recipe(
        networks=NETWORKS, hidden=HIDDEN, members=("network", "lexical"), steady=True, folds=FOLDS, kept=KEPT
    )
    made = fit(NAME, material, recipe, None, _Printing())
    save_predictor(chosen.out, made.fitted)
    save_moments(chosen.out, moments_of(PLATFORM, material.titles, material.text))
    text = card(made.fitted)
    files.write_text(chosen.out / CARD, text, shared=True)
    if found := made.fitted.facts.reliability:
        draw_reliability(found, chosen.out / RELIABILITY)
    print(text)


def read_material(tables: Sequence[Path], categories: Path) -> Material:
    """The videos of all tables, in the order of their ids. Raises DataError for a table without the columns."""
    names = read_categories(categories)
    videos = merged([video for table in tables for video in read_table(table, names)])
    encoder = open_encoder(ENCODER)
    vectors = encoder.encode([video.title for video in videos])
    figures = json.dumps([(video.id, video.comments) for video in videos]).encode()
    return Material(
        Origin("youtube-trending", hashlib.sha256(figures).hexdigest(), SOURCE, encoder.name, platform=PLATFORM),
        ids=tuple(video.id for video in videos),
        titles=tuple(video.title for video in videos),
        tags=tuple(video.category for video in videos),
        labels=popularity(np.array([video.comments for video in videos], dtype=np.float64)),
        text=vectors,
        retrieval=vectors,
        groups=tuple(video.channel for video in videos),
        encode=WordVectors(encoder),
        notes=(
            "the videos trended in the United States or Great Britain: they were popular already, so the score tells "
            "apart the popular from the very popular",
            "ranks keep, counts do not: learned from one part of those years and read in another one, its range held "
            "77% to 81% of the ranks among that part's own, its interval 39% to 76% of the counts (docs/log.md)",
            f"made from Kaggle's datasnaek/youtube-new (CC0) by `{COMMAND}`",
        ),
    )


def read_categories(file: Path) -> dict[str, str]:
    """Category names by id, from the file that YouTube's API gives."""
    items = json.loads(file.read_text(encoding="utf-8"))["items"]
    return {item["id"]: item["snippet"]["title"] for item in items}


def read_table(file: Path, categories: dict[str, str]) -> list[Video]:
    """The rows of a table that have a title and a comment count above 0."""
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        reader = csv.DictReader(opened)
        missing = {"video_id", "title", "channel_title", "category_id", "comment_count"} - set(reader.fieldnames or [])
        if missing:
            raise DataError(f"{str(file)!r} has no column {sorted(missing)[0]!r}")
        rows = list(reader)
    return [
        Video(
            row["video_id"],
            " ".join(row["title"].split()),
            row["channel_title"].strip(),
            categories.get(row["category_id"], ""),
            int(row["comment_count"]),
        )
        for row in rows
        if row["title"].strip() and row["comment_count"].isdigit() and int(row["comment_count"]) > 0
    ]


def merged(videos: Sequence[Video]) -> list[Video]:
    """Each video once, with the largest count, in the order of the ids."""
    best: dict[str, Video] = {}
    for video in videos:
        if video.id not in best or video.comments > best[video.id].comments:
            best[video.id] = video
    return [best[known] for known in sorted(best)]


if __name__ == "__main__":
    main()
