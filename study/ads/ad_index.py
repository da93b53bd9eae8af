"""The ads that are taken, on disk: a hundred thousand of them need no more memory than those of one product."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ... import files
from .finished_ads import FinishedAd
from .split import HELD_OUT, LEARNED_FROM, Split, count_of_test, mark

if TYPE_CHECKING:
    from types import TracebackType

    from pydantic import TypeAdapter

MOST_OTHERS = 24
"""Other videos of a product from which distractors are drawn: some products have thousands."""
_TABLES = (
    "CREATE TABLE ads (name TEXT PRIMARY KEY, product TEXT, mark TEXT, product_mark TEXT, ad TEXT, z TEXT, by TEXT)",
    "CREATE INDEX by_product ON ads (product, mark)",
    "CREATE TABLE seen (sha256 TEXT PRIMARY KEY, name TEXT)",
    "CREATE TABLE tests (product TEXT PRIMARY KEY)",
)


@dataclass(frozen=True, slots=True)
class TakenAd:
    """An ad that is learned from or held out."""

    ad: FinishedAd
    notes: tuple[str, ...]
    """Z, one for each clip."""
    notes_by: str
    """Who rewrote: `rule`, or a model by its name."""


@dataclass(frozen=True, slots=True)
class ProductAds:
    """The ads of one product: those that questions are about, and those that give distractors."""

    split: Split
    asked: tuple[TakenAd, ...]
    others: tuple[TakenAd, ...]
    """Those and the ones that give distractors."""
    count: int = 0
    """How many the product has in all."""

    def without(self, names: Set[str]) -> ProductAds:
        """The same without the ads of these names; others are not asked about in their place."""
        asked = tuple(one for one in self.asked if one.ad.name not in names)
        return replace(self, asked=asked, others=tuple(one for one in self.others if one.ad.name not in names))


class AdIndex:
    """Ads by product in one SQLite file. Used as a context manager; the file stays."""

    def __init__(self, path: Path, seed: int) -> None:
        """A new index at `path`; `seed` draws the split."""
        self._seed = seed
        self._base = sqlite3.connect(files.private_file(path), isolation_level=None)
        for command in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", *_TABLES, "BEGIN"):
            self._base.execute(command)

    def __enter__(self) -> AdIndex:
        """Nothing more to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._base.close()

    def first_with(self, ad: FinishedAd) -> str:
        """The name of the ad of the same content that came before; empty for the first, which is remembered."""
        found = self._base.execute("SELECT name FROM seen WHERE sha256 = ?", (ad.sha256,)).fetchone()
        if found:
            return str(found[0])
        self._base.execute("INSERT INTO seen VALUES (?, ?)", (ad.sha256, ad.name))
        return ""

    def add(self, taken: TakenAd) -> None:
        """Keep an ad."""
        ad, key = taken.ad, taken.ad.product_key
        content = _adapter().dump_json(ad).decode()
        drawn = (mark(self._seed, ad.name), mark(self._seed, key))
        row = (ad.name, key, *drawn, content, json.dumps(taken.notes), taken.notes_by)
        self._base.execute("INSERT INTO ads VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def divide(self, share: float) -> None:
        """Draw the test products: about this share of all."""
        count = count_of_test(self.products, share)
        self._base.execute("DELETE FROM tests")
        self._base.execute(
            "INSERT INTO tests SELECT product FROM ads GROUP BY product "
            "ORDER BY COUNT(*) > 1 DESC, MIN(product_mark) LIMIT ?",
            (count,),
        )

    @property
    def products(self) -> int:
        """How many products there are."""
        return int(self._base.execute("SELECT COUNT(DISTINCT product) FROM ads").fetchone()[0])

    @property
    def test_products(self) -> int:
        """How many of them are for the test."""
        return int(self._base.execute("SELECT COUNT(*) FROM tests").fetchone()[0])

    def __len__(self) -> int:
        """How many ads there are."""
        return int(self._base.execute("SELECT COUNT(*) FROM ads").fetchone()[0])

    def by_product(self) -> Iterator[ProductAds]:
        """One product after another, in the order of their names."""
        keys = (
            "SELECT ads.product, tests.product, COUNT(*) FROM ads LEFT JOIN tests ON ads.product = tests.product "
            "GROUP BY ads.product ORDER BY ads.product"
        )
        with closing(self._base.execute(keys)) as products:
            for key, test, count in products:
                ads = self._of_product(str(key))
                split = Split.TEST if test else Split.TRAIN
                yield ProductAds(split, tuple(ads[: HELD_OUT if test else LEARNED_FROM]), tuple(ads), count)

    def _of_product(self, key: str) -> Sequence[TakenAd]:
        chosen = "SELECT ad, z, by FROM ads WHERE product = ? ORDER BY mark LIMIT ?"
        rows = self._base.execute(chosen, (key, LEARNED_FROM + MOST_OTHERS)).fetchall()
        return [TakenAd(_adapter().validate_json(ad), tuple(json.loads(notes)), by) for ad, notes, by in rows]


@cache
def _adapter() -> TypeAdapter[FinishedAd]:
    from pydantic import TypeAdapter

    return TypeAdapter(FinishedAd)
