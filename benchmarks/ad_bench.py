"""The bench of ads: how long published answers take, what baselines reach, and what conventions change.

Published: AutoCut's answers to 174 real ads, with baselines (roles learned from 942 labelled ads of Ads-1k) and,
apart from the time, judges by rule beside the published judgements. The data is read from POPCORN_TEST_DATA (default
../shared/data). Own: nine invented products, two ads each, cut out of 14 real clips with lines and subtitles of our
own; read, sampled and answered as `ad bench run` does.

    python benchmarks/ad_bench.py            # published answers
    python benchmarks/ad_bench.py own        # ads of our own making
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import popcorn

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from autocut_answers import convert
from popcorn.agent.wiring.workshop import workshop_of
from popcorn.settings import load_settings
from popcorn.study.ads.baselines.table import baselines
from popcorn.study.ads.bench import Wishes, bench, rate_of
from popcorn.study.ads.bench_report import interval
from popcorn.study.ads.bench_run import SampleWishes, material, run
from popcorn.study.ads.finished_ads import AdReader
from popcorn.study.ads.judges.by_rule import RuleJudge
from popcorn.study.ads.judges.judging import Judging
from popcorn.study.ads.planners.by_model import ModelPlanner
from popcorn.study.ads.planners.simple import line_baselines
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.probe import probe
from popcorn.tools.media.sampling import pictures_at

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(popcorn.__file__).parent.parent / "shared" / "data"))
LABELLED = DATA / "ads" / "ads1k_train_segments.json.gz"
FPS, SHOT, WIDTH, HEIGHT = 10, 2.0, 288, 512
PRODUCTS = {
    "Orchard Box": ("fresh apples every week", "picked the day before", "no plastic inside"),
    "Hill Backpack": ("28 litres of room", "rain runs off it", "the straps adjust with one hand"),
    "Toby Bear": ("soft cotton fur", "safe in the washing machine", "made for children from 1 year"),
    "Meadow Seeds": ("flowers from May to October", "40 kinds in a bag", "good for bees"),
    "Clear Jug": ("filters a litre a minute", "one filter lasts 2 months", "fits into every fridge door"),
    "Good Dog Bites": ("85 % meat", "no sugar", "baked in small batches"),
    "Table Cups": ("fired twice", "six colours", "goes into the dishwasher"),
    "Dawn Coffee": ("roasted slowly", "beans from one farm", "ground for your machine"),
    "Carry Bottle": ("keeps cold for 12 hours", "no drop gets out", "a steel lid"),
}
OPENINGS = ("Tired of what you have?", "Have you seen this?")
CALLS = ("Order yours today.", "Get it now from the link below.")


def published() -> None:
    """Time of import, table, conventions, baselines, judges."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "answers.jsonl"
        convert(DATA / "ads" / "autocut_ads.jsonl.gz", file)
        rate, wall, cpu = rate_of(load_settings()), time.perf_counter(), time.process_time()
        rivals = baselines(LABELLED)
        data = bench([file], Wishes(rate, rivals))
        took = time.perf_counter() - wall, time.process_time() - cpu
        print(f"all models, baselines and pairs: {took[0]:.1f} s, {took[1]:.1f} s of processor\n")
        table(data)
        conventions(data)
        judged(bench([file], Wishes(rate, (), Judging(RuleJudge()))))


def table(data: dict[str, Any]) -> None:
    """The measures of order and selection, and what is above chance."""
    print("| model | n | SRA | positions | above chance | tau | n | exact | F1 |")
    print("|---|---:|---|---|---|---|---:|---|---|")
    for model in data["models"]:
        own, over = model["intervals"], model["over_chance"]
        cells = [interval(own[name], name) if name in own else "" for name in ("sra", "positions")]
        cells.append(interval(over["positions"], "positions", signed=True) if "positions" in over else "")
        cells += [interval(own[name], name) if name in own else "" for name in ("tau",)]
        cells.append(str(model["n_selection"]))
        cells += [interval(own[name], name) if name in own else "" for name in ("selection_exact", "selection_f1")]
        print(f"| {model['model']} | {model['n_order']} | {' | '.join(cells)} |")


def conventions(data: dict[str, Any]) -> None:
    """By how much each convention changes a figure, at most and on average over models."""
    changes: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for model in data["models"]:
        for one in model["other_conventions"]:
            change = one["value"] - model[one["measure"]]
            changes.setdefault((one["measure"], one["convention"]), []).append((change, model["model"]))
    print("\n| measure | convention | models | mean change | largest | of |")
    print("|---|---|---:|---:|---:|---|")
    for (measure, name), found in changes.items():
        largest = max(found, key=lambda one: abs(one[0]))
        mean = np.mean([abs(change) for change, _ in found])
        print(f"| {measure} | {name} | {len(found)} | {mean:.4f} | {largest[0]:+.4f} | {largest[1]} |")


def judged(data: dict[str, Any]) -> None:
    """Spearman's rho with published judgements."""
    print("\n| ours | theirs | scripts | over all | within ads |")
    print("|---|---|---:|---|---|")
    for one in data["published_judgements"]:
        cells = [
            f"{rho['rho']:.2f} [{rho['low']:.2f}, {rho['high']:.2f}]" for rho in (one["overall"], one["within_ads"])
        ]
        print(f"| {one['ours']} | {one['theirs']} | {one['n']:,} | {' | '.join(cells)} |")


def own() -> None:
    """Baselines on ads of our own making."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder / "ads")
        settings = load_settings(home=folder / "home")
        reader = AdReader(folder / "footage", None, workshop_of(settings).sight())
        found = material(reader.ads(folder / "ads"), SampleWishes(orders=4))
        print(f"{found.ads} ads, {len(found.samples)} samples, left out: {dict(found.left_out)}")
        opened = lambda: workshop_of(settings).chat_model(settings)  # noqa: E731 - as the command has it
        with ModelPlanner(opened, "offline planner of ad make", folder, offline=True) as planner:
            run(found.samples, [planner, *line_baselines(LABELLED, 0)], folder / "answers.jsonl", lambda *_: None)
        table(bench([folder / "answers.jsonl"], Wishes(rate_of(settings))))


def make(folder: Path) -> None:
    """Two ads of each product: an opening, facts and a call, each over a real shot, with subtitles beside the file."""
    sources = [path for path in sorted((DATA / "clips" / "open").iterdir()) if probe(path).seconds > SHOT + 0.2]
    drawing = random.Random(7)  # noqa: S311 - nothing secret is drawn
    for name, facts in PRODUCTS.items():
        place = folder / name
        place.mkdir(parents=True)
        listed = ", ".join(f'"{fact[0].upper()}{fact[1:]}."' for fact in facts)
        (place / "product.toml").write_text(f'name = "{name}"\nbrand = "{name.split()[0]}"\nfacts = [{listed}]\n')
        shots = drawing.sample(sources, 9)
        for number, some in enumerate((facts, facts[1:])):
            said = [f"{fact[0].upper()}{fact[1:]}." for fact in some]
            lines = [OPENINGS[number], *said, CALLS[number]]
            ad(place / f"{number}.mp4", lines, [shots.pop() for _ in lines])


def ad(path: Path, lines: list[str], shots: list[Path]) -> None:
    """A shot a line, and an SRT file."""
    with ClipWriter(path, Encoding(WIDTH, HEIGHT, FPS)) as writer:
        for shot in shots:
            for picture in pictures_at(shot, [at / FPS for at in range(round(SHOT * FPS))], side=WIDTH):
                writer.write(framed(picture))
    cues = [
        f"{at + 1}\n{stamp(at * SHOT + 0.1)} --> {stamp((at + 1) * SHOT - 0.1)}\n{line}\n"
        for at, line in enumerate(lines)
    ]
    path.with_suffix(".srt").write_text("\n".join(cues), "utf-8")


def framed(picture: np.ndarray) -> np.ndarray:
    """The middle of a picture in the shape of a phone."""
    import cv2

    scale = max(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    large = cv2.resize(picture, None, fx=scale, fy=scale)
    top, left = (large.shape[0] - HEIGHT) // 2, (large.shape[1] - WIDTH) // 2
    return np.ascontiguousarray(large[top : top + HEIGHT, left : left + WIDTH])


def stamp(seconds: float) -> str:
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"00:{whole // 60:02d}:{whole % 60:02d},{part:03d}"


if __name__ == "__main__":
    own() if "own" in sys.argv[1:] else published()
