"""Whether the memory of `popcorn ad dataset` grows with the number of samples, and how many it writes in a second.

Three small ads are made and read once; ADS copies of them, each under a name, a content hash and a product of its own
(four ads a product), go through filters, index, split and tasks, and their pictures are decoded and written anew.
Reading and listening are left out: they hold one file at a time. Of a test product one ad is asked about, of others
two, in seven files and four orders: 3,700 give 98,420 rows.

    python benchmarks/ad_dataset.py [ADS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from finished_ads import LINES, product_file, subtitled_ad
from popcorn.study.ads.ad_judge import Judge
from popcorn.study.ads.dataset import Wishes, build
from popcorn.study.ads.finished_ads import AdReader, FinishedAd
from popcorn.tools.footage.sight import Sight

A_PRODUCT = 4
SCRIPTS = (LINES, ("Watch the lid.", "It closes tight, nothing spills."), (*LINES, "Get the steel mug for $24.99."))


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        ads = Path(place, "ads")
        product_file(ads)
        for number, lines in enumerate(SCRIPTS):
            subtitled_ad(ads / f"{number}.mp4", lines, 1.5, seed=number)
        known = [ad for ad in AdReader(Path(place, "cache"), sight=Sight()).ads(ads) if isinstance(ad, FinishedAd)]
        measure(known, count, Path(place, "out"))


def measure(known: list[FinishedAd], count: int, out: Path) -> None:
    begun, process, marks = time.perf_counter(), psutil.Process(), dict[str, list[float]]()

    def said(step: str, done: int, total: int) -> None:
        marks.setdefault(step, []).append(process.memory_info().rss / 2**20)

    outcome = build(copies(known, count), out, Judge(), Wishes(test_share=0.1, temporal=0), said)
    seconds = time.perf_counter() - begun
    print(f"{sum(outcome.rows.values()):,} rows of {outcome.data()['ads']:,} ads in {seconds:.0f} s")
    for step, sizes in marks.items():
        tenths = [sizes[min(len(sizes) - 1, len(sizes) * place // 10)] for place in range(11)]
        print(f"{step:16}MiB at each tenth: {' '.join(f'{size:.0f}' for size in tenths)}")


def copies(known: list[FinishedAd], count: int) -> Iterator[FinishedAd]:
    """Ads that nobody takes for one another; of each product two are asked about, so twice as many are made."""
    for number in range(2 * count):
        ad, sha256 = known[number % len(known)], f"{number:064x}"
        product = replace(ad.product, name=f"Steel Mug {number // A_PRODUCT}", facts=ad.product.facts)
        clips = tuple(
            replace(clip, ad=f"{number}.mp4", picture=replace(clip.picture, sha256=sha256)) for clip in ad.clips
        )
        yield replace(ad, name=f"{number}.mp4", sha256=sha256, product=product, clips=clips)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_700)
