"""How comments grow with age, how far apart drafts and videos are anyway, and what a scale of a few videos is worth.

python benchmarks/feedback.py            # all; the first two need POPCORN_TEST_DATA
"""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from popcorn.tools.popularity.calibration import fit_scale, ranks
from popcorn.tools.popularity.feedback.growth import HALF, STEEPNESS, Growth, label_at
from popcorn.tools.popularity.feedback.types import Count
from pyarrow import parquet
from scipy.optimize import minimize

DATA = Path(os.environ.get("POPCORN_TEST_DATA", "../shared/data")) / "youtube_trending"
TESTS = DATA.parent / "upworthy" / "headline_tests.parquet"
US = "USvideos_unique_2017-2018.csv"
SURE = 1.2816  # standard errors: 80 % of a normal


def counted(name: str) -> dict[str, tuple[float, int, str]]:
    """Age in days, comments and time of publishing of each video of a file, by its id."""
    found = {}
    with (DATA / name).open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            try:
                day = datetime.strptime(row["trending_date"], "%y.%d.%m").replace(tzinfo=UTC)
                age = (day - datetime.fromisoformat(row["publish_time"])).total_seconds() / 86400
                found[row["video_id"]] = (age, int(row["comment_count"]), row["publish_time"])
            except ValueError:
                continue
    return found


def twice_counted() -> NDArray[np.float64]:
    """(N, 4): two ages and two counts of each video that trended in both countries on different days."""
    us, gb = counted(US), counted("GBvideos_unique_2017-2018.csv")
    rows = []
    for known in us.keys() & gb.keys():
        (one, first, when), (other, second, again) = us[known], gb[known]
        if when == again and one != other and first and second:
            rows.append((one, other, first, second) if one < other else (other, one, second, first))
    return np.array(sorted(rows), dtype=np.float64)


def growth_table(rows: NDArray[np.float64]) -> None:
    """The curve that fits best, and how far the one in the code is off. A trending day has no hour: that is fitted."""

    def apart(half: float, steep: float, hours: float) -> NDArray[np.float64]:
        ages = np.maximum(rows[:, :2] + hours, 0.02)
        levels = -np.log2(1 + (half / ages) ** steep)
        found: NDArray[np.float64] = np.log2(rows[:, 3] / rows[:, 2]) - (levels[:, 1] - levels[:, 0])
        return found

    def loss(at: NDArray[np.float64]) -> float:
        half, steep, hours = at
        return float(np.abs(apart(np.exp(half), np.exp(steep), min(max(hours, 0), 1))).mean())

    best = min(
        (minimize(loss, start, method="Nelder-Mead") for start in ((0, 0, 0.5), (-1, -0.5, 0.2))),
        key=lambda one: one.fun,
    )
    half, steep, hours = np.exp(best.x[0]), np.exp(best.x[1]), min(max(best.x[2], 0), 1)
    print(f"{len(rows)} videos; best half {half:.2f} days, steepness {steep:.2f}, day begins {hours:.2f} days early")
    flat, own = np.abs(np.log2(rows[:, 3] / rows[:, 2])).mean(), np.abs(apart(HALF, STEEPNESS, hours)).mean()
    print(f"mean error without growth {flat:.3f}, best {best.fun:.3f}, in the code {own:.3f}")
    print(f"fewer comments at the later age: {(rows[:, 3] < rows[:, 2]).sum()}")
    print("| growth, log2 | videos | middle error | error, 80 % | said standard error holds |")
    print("|---|---:|---:|---|---:|")
    ages, off = np.maximum(rows[:, :2] + hours, 0.02), apart(HALF, STEEPNESS, hours)
    change = np.array([Growth().log2_growth(*pair) for pair in ages.tolist()])
    for low, high in ((0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.5), (0.5, 1.0)):
        rows_in = (change >= low) & (change < high)
        labels = [label_at([Count(one, 1000)], other, Growth()) for one, other in ages[rows_in].tolist()]
        errors = np.array([label.error if label else np.nan for label in labels])
        part = off[rows_in]
        ends = " to ".join(f"{end:+.2f}" for end in np.quantile(part, (0.1, 0.9)))
        holds = np.mean(np.abs(part) <= SURE * errors)
        print(f"| {low} to {high} | {rows_in.sum()} | {np.median(part):+.2f} | {ends} | {holds:.0%} |")


def spread_table() -> None:
    """Standard deviations of differences in log2: of two headlines of one test, and of two videos of one channel."""
    tests = parquet.read_table(TESTS).to_pylist()
    arms: dict[tuple[str, str], dict[str, tuple[int, int, str]]] = {}
    for row in tests:
        if not 201326 <= row["test_week"] <= 201402 and row["impressions"] >= 100 and row["clicks"] >= 5:
            arm = (row["impressions"], row["clicks"], row["story"])
            arms.setdefault((row["clickability_test_id"], row["eyecatcher_id"]), {}).setdefault(row["headline"], arm)
    stories: dict[str, list[float]] = {}
    for own in arms.values():
        for (shown, clicks, story), (others, others_clicks, _) in combinations(own.values(), 2):
            noise = (1 / clicks - 1 / shown + 1 / others_clicks - 1 / others) / np.log(2) ** 2
            stories.setdefault(story, []).append(float(np.log2(clicks / shown * others / others_clicks)) ** 2 - noise)
    squares, rng = [np.array(one) for one in stories.values()], np.random.default_rng(0)
    drawn = [rng.integers(len(squares), size=len(squares)) for _ in range(500)]
    spreads = [np.sqrt(np.concatenate([squares[place] for place in one]).mean()) for one in drawn]
    low, high = np.quantile(spreads, (0.025, 0.975))
    whole = np.concatenate(squares)
    print(f"headlines: {np.sqrt(whole.mean()):.2f} [{low:.2f}, {high:.2f}], {len(whole):,} pairs of {len(squares):,}")
    channels: dict[str, list[tuple[str, float]]] = {}
    with (DATA / US).open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["comment_count"]):
                video = (row["publish_time"], float(np.log2(int(row["comment_count"]))))
                channels.setdefault(row["channel_title"], []).append(video)
    large = [np.array([label for _, label in sorted(one)]) for one in channels.values() if len(one) >= 5]
    apart = np.concatenate([np.diff(one) for one in large])
    print(
        f"videos that follow one another on a channel: {apart.std():.2f}, {len(large)} channels, {len(apart):,} pairs"
    )


def scale_table(times: int = 300) -> None:
    """Scales of few videos, on 2,000 new ones each: how often there is none, and what their ranges hold."""
    rng = np.random.default_rng(0)
    print("| videos | true correlation | refused | range holds (80 % meant) | rank is off | always 50 |")
    print("|---:|---:|---:|---:|---:|---:|")
    for count in (30, 60, 120):
        for true in (0.0, 0.3, 0.5):
            refused, held, off, middle = 0, [], [], []
            for _ in range(times):
                both = rng.multivariate_normal([0, 0], [[1, true], [true, 1]], count + 2000)
                scale = fit_scale(both[:count, 0], both[:count, 1], fewest=30)
                if scale.reason:
                    refused += 1
                    continue
                some = both[count : count + 100]
                real = ranks(both[count:, 1])[:100]
                read = [scale.read(float(one)) for one in some[:, 0]]
                held.append(np.mean([one.low <= rank <= one.high for one, rank in zip(read, real, strict=True)]))
                off.append(np.mean([abs(one.rank - rank) for one, rank in zip(read, real, strict=True)]))
                middle.append(np.abs(50 - real).mean())
            told = f"{np.mean(held):.0%} | {np.mean(off):.1f} | {np.mean(middle):.1f}" if held else "- | - | -"
            print(f"| {count} | {true} | {refused / times:.0%} | {told} |")


if __name__ == "__main__":
    if DATA.is_dir():
        growth_table(twice_counted())
        spread_table()
    scale_table()
