"""How often a line finds its clip by words and order alone, on texts that people wrote.

English: headlines as lines, the opening sentence of the same story as what is known of its clip (Upworthy Research
Archive), eight stories an ad, the footage in the script's order, in a random one, and with half of the clips unknown.
Chinese: lines that judges found to fit a frame (AutoCut): does what is said of a frame by one line tell that another
fits it? AUC of frames judged 2 against frames judged 0, whole ads drawn anew for the interval.

The data is read from POPCORN_TEST_DATA (default ../shared/data).

    python benchmarks/ad_matching.py
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import popcorn
import pyarrow.parquet as parquet
from popcorn.graphs.ad import likeness as likenesses
from popcorn.graphs.ad.likeness import likeness
from popcorn.graphs.ad.matching import Rooms, match
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder
from popcorn.tools.footage.types import FootageClip
from popcorn.tools.media.area import Area
from popcorn.tools.statistics.intervals import clustered_mean

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(popcorn.__file__).parent.parent / "shared" / "data"))
STORIES, ADS = 8, 150


def clip(number: int, note: str) -> FootageClip:
    return FootageClip(number, Path("a.mp4"), "0" * 64, 0.0, 30.0, 1080, 1920, 30.0, Area(0, 0, 1, 1), note=note)


def english() -> list[tuple[str, str]]:
    """Headline and opening sentence of stories, one test each."""
    table = parquet.read_table(DATA / "upworthy" / "headline_tests.parquet").to_pylist()
    found = {row["story"]: (row["headline"], row["lede"]) for row in table if row["headline"] and row["lede"]}
    return [
        texts for _, texts in sorted(found.items(), key=lambda item: hashlib.sha256(str(item[0]).encode()).digest())
    ]


def share_right(encoder: Encoder, stories: list[tuple[str, str]], footage: str) -> str:
    """How many lines go over the clip of their story, by how the footage is ordered."""
    random, right = np.random.default_rng(0), []
    for at in range(0, STORIES * ADS, STORIES):
        chosen = [(line, known.replace("<p>", "").replace("</p>", "")) for line, known in stories[at : at + STORIES]]
        order = np.arange(STORIES) if footage == "in order" else random.permutation(STORIES)
        unknown = set(random.permutation(STORIES)[: STORIES // 2].tolist()) if footage == "half unknown" else set()
        order = np.arange(STORIES) if unknown else order
        clips = [clip(number, "" if story in unknown else chosen[story][1]) for number, story in enumerate(order)]
        rooms = Rooms("en", 2.5, (30.0,) * STORIES)
        lines = match([line for line, _ in chosen], clips, encoder, rooms).lines
        right.append(mean(float(order[line.clip] == number) for number, line in enumerate(lines)))
    return str(clustered_mean(np.array(right), np.arange(len(right))))


def chinese(encoder: Encoder) -> Iterator[tuple[str, str]]:
    """The AUC of each way to tell that a line fits a frame."""
    ads: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    with gzip.open(DATA / "ads" / "autocut_vsc_pairs.jsonl.gz", "rt") as file:
        for row in map(json.loads, file):
            ads[row["product"], row["brand"]][row["frame_id"]][row["text"]].append(row["score"])
    ways: dict[str, tuple[list[float], list[int]]] = defaultdict(lambda: ([], []))
    for number, frames in enumerate(ads.values()):
        judged = {frame: {text: mean(scores) for text, scores in texts.items()} for frame, texts in frames.items()}
        for line in sorted({text for texts in judged.values() for text in texts}):
            for way, value in _aucs(line, judged, encoder).items():
                ways[way][0].append(value)
                ways[way][1].append(number)
    for way, (values, clusters) in ways.items():
        yield way, str(clustered_mean(np.array(values), np.array(clusters)))


def _aucs(line: str, judged: dict[str, dict[str, float]], encoder: Encoder) -> dict[str, float]:
    """Frames judged 2 for a line above frames judged 0, where one other line is all that is known of each."""
    known, labels = [], []
    for texts in judged.values():
        others = sorted((text for text, score in texts.items() if score == 2 and text != line), key=_digest)
        if others and texts.get(line) in (0, 2):
            known.append(clip(len(known) + 1, others[0]))
            labels.append(texts[line] == 2)
    truth = np.array(labels, dtype=bool)
    if not truth.any() or truth.all():
        return {}
    found = {"words alone": likeness([line], known, encoder)[0]}
    vectors = encoder.encode([line, *(one.note for one in known)]).astype(float)
    found["cosine alone"] = vectors[1:] @ vectors[0]
    return {way: _auc(values[truth], values[~truth]) for way, values in found.items()}


def _auc(above: Any, below: Any) -> float:
    return float(((above[:, None] > below[None, :]) + 0.5 * (above[:, None] == below[None, :])).mean())


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def main() -> None:
    encoder, stories = open_encoder(), english()
    print(f"English, {STORIES} lines over {STORIES} clips, {ADS} ads; chance is {1 / STORIES:.3f} in a random order")
    shared = likenesses.WORDS
    for footage in ("random order", "in order", "half unknown"):
        print(f"  {footage:14} {share_right(encoder, stories, footage)}")
    likenesses.WORDS = 0.0
    print(f"  random order, cosine without shared words {share_right(encoder, stories, 'random order')}")
    likenesses.WORDS = shared
    print("Chinese, judged lines and frames; chance is 0.500")
    for way, found in chinese(encoder):
        print(f"  {way:14} {found}")


if __name__ == "__main__":
    main()
