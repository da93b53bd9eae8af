"""A folder of finished ads into a data set: read, filtered, split by product, written as the four tasks.

Two passes. The first reads one ad after another and puts those that are taken into an index on disk; the second goes
through the index product by product and writes rows. Neither holds more than a batch of ads or one product, so memory
does not grow with the number of samples. All is written into a folder beside the target, which takes its place at the
end: there is a whole data set, or none.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from ... import files
from ...errors import DataError, RequestError, StoreError
from .ad_index import AdIndex, ProductAds, TakenAd
from .ad_judge import Judge
from .ad_statistics import AdStatistics
from .clip_pictures import ClipPictures, captions_of
from .criteria import Fault
from .data_card import write_card
from .finished_ads import FinishedAd, Unusable
from .samples import MOST_DISTRACTORS, ORDERS, samples
from .split import Split
from .tasks import WITH_Z, Notes, Question, Row, Task, row

BATCH = 8
"""Ads that are judged at once."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many ads are done, and how many there are; 0 where nobody knows."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a data set is to be like."""

    orders: int = ORDERS
    distractors: int = MOST_DISTRACTORS
    test_share: float = 0.1
    """The share of products that is held out."""
    seed: int = 0
    temporal: int = 5
    """Pictures of a clip beside its middle frame, at most."""


@dataclass
class Outcome:
    """What came of it."""

    folder: Path
    read: int = 0
    """Files that were looked at."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Files and ads that were not taken, by their first reason."""
    by: Counter[str] = field(default_factory=Counter)
    """Ads by who judged their text: `rule`, or a model."""
    notes_by: Counter[str] = field(default_factory=Counter)
    """Ads by who rewrote their scripts as Z."""
    notes_mended: int = 0
    products: int = 0
    test_products: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    """Rows by file: `train/compound.jsonl`."""
    splits: dict[str, AdStatistics] = field(default_factory=lambda: {split.value: AdStatistics() for split in Split})
    unused: int = 0
    """Ads that were taken and are asked about in neither split: they give distractors."""

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "folder": str(self.folder),
            "files": self.read,
            "ads": sum(one.ads for one in self.splits.values()),
            "ads_for_distractors": self.unused,
            "rejected": sum(self.rejected.values()),
            "reasons": dict(self.rejected.most_common()),
            "judged_by": dict(self.by),
            "z_by": dict(self.notes_by),
            "z_mended": self.notes_mended,
            "products": self.products,
            "test_products": self.test_products,
            "rows": dict(sorted(self.rows.items())),
            "samples": sum(self.rows.values()),
            "splits": {name: one.data() for name, one in self.splits.items()},
        }


def build(
    ads: Iterable[FinishedAd | Unusable], out: Path, judge: Judge, wishes: Wishes, progress: Progress | None = None
) -> Outcome:
    """Write the data set of these ads into the folder `out`, which must not be there yet, or be empty.

    Raises RequestError where it is not, DataError where no ad is taken, StoreError where the disk refuses, and what
    judging raises; the folder is then not there.
    """
    check_target(out)
    outcome, said = Outcome(out), progress or (lambda step, done, total: None)
    with _in_place_of(out) as folder:
        with AdIndex(folder / ".ads.sqlite", wishes.seed) as index:
            _Building(folder, index, outcome, wishes, said).build(ads, judge)
        (folder / ".ads.sqlite").unlink()
        write_card(folder, outcome.data(), outcome.splits, asdict(wishes))
    return outcome


def check_target(out: Path) -> None:
    """Raises RequestError where a data set cannot be written to this place."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError(
            f"{str(out)!r} is there already", hint="Name a folder that is not there yet, or an empty one."
        )


@contextmanager
def _in_place_of(out: Path) -> Iterator[Path]:
    """A new folder that becomes `out` when all went well, and is gone when it did not."""
    with files.new_folder(out) as folder:
        try:
            yield folder
        except sqlite3.Error as exc:
            raise StoreError(
                f"the index in {str(folder)!r} cannot be written: {exc}", hint="Free space there."
            ) from exc


class _Building:
    """One data set on its way into its folder."""

    def __init__(self, folder: Path, index: AdIndex, outcome: Outcome, wishes: Wishes, said: Progress) -> None:
        self._folder, self._index, self._outcome = folder, index, outcome
        self._wishes, self._said = wishes, said
        self._pictures = ClipPictures(folder, wishes.temporal)

    def build(self, ads: Iterable[FinishedAd | Unusable], judge: Judge) -> None:
        """Both passes. Raises DataError where no ad is taken."""
        with files.replacing(self._folder / "rejected.jsonl", shared=True) as self._rejected:
            self._take(ads, judge)
            if not len(self._index):
                raise DataError(
                    f"none of {self._outcome.read} files gave an ad to learn from: {_listed(self._outcome.rejected)}",
                    hint="Each ad needs a product text beside it, and 2 to 8 shots over which something is said.",
                )
            self._index.divide(self._wishes.test_share)
            self._outcome.products, self._outcome.test_products = self._index.products, self._index.test_products
            self._write()

    def _take(self, ads: Iterable[FinishedAd | Unusable], judge: Judge) -> None:
        """Put the ads that pass into the index."""
        waiting: list[FinishedAd] = []
        for ad in ads:
            self._outcome.read += 1
            self._said("reading ads", self._outcome.read, 0)
            if isinstance(ad, Unusable):
                self._reject(ad.name, [Fault(ad.reason, ad.detail)])
            elif first := self._index.first_with(ad):
                self._reject(ad.name, [Fault("the same file", f"it is {first!r} once more")])
            else:
                waiting.append(ad)
            if len(waiting) == BATCH:
                self._decide(waiting, judge)
                waiting = []
        self._decide(waiting, judge)

    def _decide(self, ads: Sequence[FinishedAd], judge: Judge) -> None:
        for ad, judged in zip(ads, judge.judge(ads), strict=True):
            if judged.faults:
                self._reject(ad.name, judged.faults)
                continue
            self._index.add(TakenAd(ad, judged.notes, judged.notes_by))
            self._outcome.by[judge.name] += 1
            self._outcome.notes_by[judged.notes_by] += 1
            self._outcome.notes_mended += judged.mended

    def _reject(self, name: str, faults: Iterable[Fault]) -> None:
        listed = [asdict(fault) for fault in faults]
        self._outcome.rejected[listed[0]["reason"]] += 1
        _line(self._rejected, {"ad": name, "faults": listed})

    def _write(self) -> None:
        """Write the rows, and what each ad is for."""
        done, total = 0, len(self._index)
        with ExitStack() as stack:
            listed = stack.enter_context(files.replacing(self._folder / "ads.jsonl", shared=True))
            rows = {
                f"{split.value}/{name}": stack.enter_context(
                    files.replacing(self._folder / split.value / name, shared=True)
                )
                for split in Split
                for name in file_names()
            }
            for product in self._index.by_product():
                readable = self._readable(product)
                for taken in readable.asked:
                    self._write_ad(taken, readable, rows)
                for taken in readable.others:
                    _line(listed, _ad_line(taken, readable))
                done += product.count
                self._said("writing samples", done, total)
        asked = sum(one.ads for one in self._outcome.splits.values())
        self._outcome.unused = sum(self._outcome.by.values()) - asked - self._outcome.rejected["gone meanwhile"]

    def _readable(self, product: ProductAds) -> ProductAds:
        """The product without ads whose files cannot be decoded any more: those are rejected."""
        gone = set()
        for taken in product.others:
            try:
                for clip in taken.ad.clips:
                    self._pictures.of(clip)
            except DataError as exc:
                gone.add(taken.ad.name)
                self._reject(taken.ad.name, [Fault("gone meanwhile", exc.message)])
        return product.without(gone)

    def _write_ad(self, taken: TakenAd, product: ProductAds, files_of_rows: Mapping[str, IO[bytes]]) -> None:
        captioned = sum(bool(captions_of(clip)) for clip in taken.ad.clips)
        self._outcome.splits[product.split.value].add(taken.ad, captioned)
        for name, made in _rows(taken, product, self._wishes, self._pictures):
            place = f"{product.split.value}/{name}"
            _line(files_of_rows[place], made)
            self._outcome.rows[place] += 1


def file_names() -> list[str]:
    """The files of each split."""
    return [_file(task, z=z) for task in Task for z in (False, True) if not z or task in WITH_Z]


def _file(task: Task, *, z: bool) -> str:
    return f"{task.value}{'-z' if z else ''}.jsonl"


def _rows(taken: TakenAd, product: ProductAds, wishes: Wishes, pictures: ClipPictures) -> Iterator[tuple[str, Row]]:
    """Every row of one ad with the file that it goes into."""
    notes: Notes = {
        (other.ad.name, place): note for other in product.others for place, note in enumerate(other.notes, 1)
    }
    others = [other.ad for other in product.others]
    for sample in samples(taken.ad, others, orders=wishes.orders, most=wishes.distractors, seed=wishes.seed):
        for task in Task:
            yield _file(task, z=False), row(Question(sample, task), pictures.of)
            if task in WITH_Z:
                yield _file(task, z=True), row(Question(sample, task, notes), pictures.of) | {"z_by": taken.notes_by}


def _ad_line(taken: TakenAd, product: ProductAds) -> Mapping[str, Any]:
    ad = taken.ad
    return {
        "ad": ad.name,
        "sha256": ad.sha256,
        "product": ad.product_key,
        "category": ad.product.category,
        "split": product.split.value,
        "asked": taken in product.asked,
        "language": ad.language,
        "seconds": round(ad.seconds, 3),
        "shots": ad.shots,
        "heard_by": ad.heard_by,
        "z_by": taken.notes_by,
        "clips": [
            {"start": clip.picture.start, "end": clip.picture.end, "script": clip.script, "z": note}
            for clip, note in zip(ad.clips, taken.notes, strict=True)
        ],
        "notices": list(ad.notices),
    }


def _line(file: IO[bytes], data: Mapping[str, Any]) -> None:
    file.write(files.json_line(data))


def _listed(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in reasons.items()) or "there were none"
