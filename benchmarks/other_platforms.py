"""What a predictor of one's own catalogue refuses of other platforms' titles, and what that costs among its own.

    python benchmarks/other_platforms.py HOME NAME [--data FOLDER] [--plot docs/images/other-platforms.svg]

HOME is a Popcorn home with the predictor NAME and the catalogue that it learned from, whose test videos it has not
seen. Beside them stand titles of the Upworthy archive and of videos that trended on YouTube. The table says what is
refused now, for whatever reason, and of pairs where a side is; the curves say what refusing more or less by the look
alone would cost. A pair of its own is a test video with one of its four nearest.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from domain import draw
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity.choice.headlines.build import read_tests
from popcorn.tools.popularity.choice.part_fitting import neighbours
from popcorn.tools.popularity.shipped.build import merged, read_categories, read_table
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.store import open_trained
from popcorn.tools.popularity.types import Subject
from popcorn.tools.references.catalogue import Catalogue
from sklearn.metrics import roc_auc_score, roc_curve

MOST = 600
"""Titles of each kind, drawn at random."""


def some(titles: Sequence[str]) -> list[str]:
    """At most MOST of them."""
    order = np.random.default_rng(0).permutation(len(titles))[:MOST]
    return [titles[place] for place in sorted(order.tolist())]


def own_titles(catalogue: Catalogue) -> list[str]:
    """Those of its test videos."""
    rows = [row for row, split in enumerate(catalogue.splits) if split == "test"]
    return [title for one in catalogue.references(rows) if (title := (one.title or one.text).strip())]


def other_titles(data: Path) -> dict[str, list[str]]:
    """Those of other platforms, by what they are called."""
    pairs = [pair for pair in read_tests(data / "upworthy" / "headline_tests.parquet") if abs(pair.z) > 1.96]
    folder = data / "youtube_trending"
    names = read_categories(folder / "US_category_id.json")
    videos = merged([video for table in sorted(folder.glob("*videos*.csv")) for video in read_table(table, names)])
    return {
        "web headlines (Upworthy)": some(sorted({pair.title_a for pair in pairs})),
        "videos that trended on YouTube": some([video.title for video in videos]),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--plot", type=Path)
    chosen = parser.parse_args(arguments)
    fitted = open_trained(chosen.home / "predictors" / chosen.name)
    encoder = open_encoder(fitted.bank.encoder)
    predictor, domain = TrainedPredictor(fitted, encoder), fitted.domain
    catalogue = Catalogue.open(chosen.home / "catalogues" / fitted.facts.origin.catalogue)

    def refused(titles: Sequence[str]) -> np.ndarray:
        return np.array([not score.evidence for score in predictor.batch([Subject(title) for title in titles])])

    def foreign(titles: Sequence[str]) -> np.ndarray:
        rows = zip(titles, encoder.encode(list(titles)), strict=True)
        return np.array([max(one.look.least - one.look.of(*row) for one in domain.others) for row in rows])

    own = some(own_titles(catalogue))
    near, no = neighbours(encoder.encode(own)), refused(own)
    of_pairs = np.mean([no[one] or no[other] for one, *others in near.tolist() for other in others])
    print("| titles | number | refused | area under the curve | at 1 % of own | at 3 % |\n|---|---|---|---|---|---|")
    print(f"| its own, kept apart | {len(own)} | {no.mean():.1%}; of pairs {of_pairs:.1%} | | | |")
    usual, curves, points = foreign(own), {}, {}
    for name, titles in other_titles(chosen.data).items():
        odd = foreign(titles)
        values, answers = np.concatenate([usual, odd]), np.repeat([0, 1], [len(usual), len(odd)])
        false, true, _ = roc_curve(answers, values)
        curves[name], points[name] = (false, true), (float(no.mean()), float(refused(titles).mean()))
        at = [float(np.interp(share, false, true)) for share in (0.01, 0.03)]
        area = roc_auc_score(answers, values)
        print(
            f"| {name} | {len(titles)} | {points[name][1]:.1%} | {area:.3f} | {at[0]:.0%} | {at[1]:.0%} |", flush=True
        )
    if chosen.plot:
        draw(curves, points, chosen.plot)


if __name__ == "__main__":
    main()
