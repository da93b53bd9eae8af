"""Showings: ads that were put side by side before a person, in a random order, and which of them were taken.

`showings/<id>.json` says what was shown, `showings/<id>.taken.json` what was taken; each is written whole or not at
all, and never read half, so that processes may share the home. A second answer to a showing replaces the first.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from ... import files
from ...errors import RequestError, StoreError
from ...tools.editing.types import Product
from ...trust import foreign_files

FORMAT = 1
_TAKEN = ".taken.json"
_NEWER = "Update Popcorn, or name another folder with POPCORN_HOME."


@dataclass(frozen=True, slots=True)
class ShownAd:
    """An ad of a showing."""

    letter: str
    """What the person calls it: nothing else tells them apart."""
    run_id: str
    strategy: str
    product: str


@dataclass(frozen=True, slots=True)
class Showing:
    """Ads side by side, in the order in which they were shown."""

    showing_id: str
    created: str
    """As ISO 8601 in UTC."""
    ads: tuple[ShownAd, ...]
    taken: frozenset[str] | None = None
    """The runs that the person took; None as long as nobody answered, empty where none was good enough."""


class Showings:
    """All showings of a home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "showings"

    def keep(self, ads: Sequence[Mapping[str, Any]]) -> Showing:
        """A new showing of ads, as `ad make` gave them, in an order that nobody chose. Raises RequestError, StoreError.

        They are two at least, each once, of one product, and no more than there are letters.
        """
        if not 2 <= len(ads) <= len(ascii_uppercase):
            raise RequestError(
                f"a showing holds 2 to {len(ascii_uppercase)} ads, not {len(ads)}",
                hint="Make several: popcorn ad make --variants 2, and again with --strategy script-first.",
            )
        runs = [str(ad["run_id"]) for ad in ads]
        if twice := {run for run in runs if runs.count(run) > 1}:
            raise RequestError(f"{min(twice)!r} is named twice", hint="Name each run once.")
        products = sorted({product_of(ad) for ad in ads})
        if len(products) > 1:
            raise RequestError(
                f"the ads are for {len(products)} products: {' and '.join(map(repr, products[:3]))}",
                hint="Show ads for one product side by side: only these can be chosen between.",
            )
        mixed = list(ads)
        secrets.SystemRandom().shuffle(mixed)
        shown = tuple(
            ShownAd(letter, str(ad["run_id"]), str(ad["strategy"]), products[0])
            for letter, ad in zip(ascii_uppercase, mixed, strict=False)
        )
        now = datetime.now(UTC)
        showing = Showing(f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", now.isoformat(), shown)
        data = asdict(showing) | {"schema_version": FORMAT}
        del data["taken"]
        self._write(self._folder / f"{showing.showing_id}.json", data)
        return showing

    def all(self) -> list[Showing]:
        """Every showing, the earliest first. Raises StoreError for a file that is none."""
        names = self._folder.glob("*.json") if self._folder.is_dir() else ()
        found = [self._read(path) for path in names if not path.name.endswith(_TAKEN)]
        return sorted(found, key=lambda showing: (showing.created, showing.showing_id))

    def find(self, showing_id: str) -> Showing:
        """The showing of that id, or of which it is the beginning. Raises RequestError."""
        found = [one for one in self.all() if showing_id and one.showing_id.startswith(showing_id)]
        if len(found) == 1:
            return found[0]
        what = f"{showing_id!r} is the beginning of {len(found)} showings" if found else f"no showing {showing_id!r}"
        raise RequestError(what, hint="Its id stands on its page, and `popcorn ad show` says it.")

    def latest_of(self, names: Sequence[str]) -> Showing:
        """The last showing in which all these letters or runs were shown. Raises RequestError."""
        for showing in reversed(self.all()):
            known = {name for ad in showing.ads for name in (ad.letter, ad.run_id)}
            if known.issuperset(names):
                return showing
        raise RequestError(
            f"{' and '.join(map(repr, names)) or 'nothing'} was never shown beside another ad",
            hint="Show them first: popcorn ad show RUN RUN -o page.html.",
        )

    def take(self, showing: Showing, names: Sequence[str]) -> Showing:
        """Keep which ads of a showing a person took, by letter or run; none of them is an answer too.

        Raises RequestError for one that was not in it, and StoreError.
        """
        runs = {name: ad.run_id for ad in showing.ads for name in (ad.letter, ad.run_id)}
        if strange := [name for name in names if name not in runs]:
            letters = ", ".join(ad.letter for ad in showing.ads)
            raise RequestError(
                f"{strange[0]!r} was not in showing {showing.showing_id}", hint=f"It had the ads {letters}."
            )
        taken = frozenset(runs[name] for name in names)
        data = {"schema_version": FORMAT, "taken": sorted(taken), "at": datetime.now(UTC).isoformat()}
        self._write(self._folder / f"{showing.showing_id}{_TAKEN}", data)
        return replace(showing, taken=taken)

    def _read(self, path: Path) -> Showing:
        data, answer = _data(path), path.with_name(f"{path.stem}{_TAKEN}")
        try:
            taken = frozenset(map(str, _data(answer)["taken"])) if answer.is_file() else None
            ads = tuple(ShownAd(**ad) for ad in data["ads"])
            return Showing(str(data["showing_id"]), str(data["created"]), ads, taken)
        except (KeyError, TypeError) as exc:
            raise _damaged(path, f"{exc} is missing or wrong") from exc

    def _write(self, path: Path, data: Mapping[str, Any]) -> None:
        with files.writing(path):
            files.folder(self._folder)
            files.write_json(path, data)


def product_of(ad: Mapping[str, Any]) -> str:
    """How the product of an ad is called, with its brand."""
    product = ad["product"]
    return Product(product["name"], product.get("brand", "")).called


def _data(path: Path) -> dict[str, Any]:
    try:
        data = foreign_files.parse_json(foreign_files.read_text(path))
    except (OSError, ValueError) as exc:
        raise _damaged(path, str(exc)) from exc
    if not isinstance(data, dict):
        raise _damaged(path, "it holds no object")
    files.check_format(f"{str(path)!r} has", data.get("schema_version"), FORMAT, hint=_NEWER)
    return data


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"the showing {str(path)!r} cannot be read: {why}", hint="Delete the file, or put it back.")
