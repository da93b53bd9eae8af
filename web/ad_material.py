"""What an ad is made of, as the page keeps it under the home: a product file, clips, perhaps lines of one's own.

`material/<id>/` has `product.toml`, `clips/` and `script.txt`: the same files that `popcorn ad make` takes.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import files
from ..agent.runs.ad_inputs import AdInputs, read_inputs
from ..errors import PopcornError, RequestError
from ..prompts.text import visible
from ..tools.editing.product import read_product
from .footage_uploads import Dropped, keep

if TYPE_CHECKING:
    from ..tools.editing.types import Product

_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_LONGEST = 200_000
"""Characters of a form."""


SOUNDS = (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".flac", ".aac")
_LARGEST_SOUND = 64 << 20
"""Bytes of a file with music."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an ad is made of beside facts and footage."""

    script: str = ""
    """Lines of one's own."""
    music: str = ""
    """A mood or a track of the extra `ads`."""
    music_file: Path | None = None
    """An own one, which goes before."""
    crops: str = ""
    """Where the window of a scene stands, one a line, as `--crop` takes it."""
    variants: int = 1


@dataclass(frozen=True, slots=True)
class Material:
    """What was kept for ads of one product."""

    id: str
    folder: Path

    @property
    def clips(self) -> Path:
        """The folder of the footage."""
        return self.folder / "clips"

    def inputs(self, beside: Beside) -> AdInputs:
        """What an ad's run works on. Raises RequestError, DataError, BadClipError as `popcorn ad make` does."""
        own = self.folder / "script.txt" if beside.script.strip() else None
        if own is not None:
            _write(own, beside.script)
        music = str(self._music(beside.music_file)) if beside.music_file else beside.music
        crops = [line.strip() for line in beside.crops.splitlines() if line.strip()]
        return read_inputs(self.folder / "product.toml", self.clips, own, crops, music, beside.variants)

    def _music(self, dropped: Path) -> Path:
        """Where a file with music is kept. Raises RequestError for one that is none by its name or its size."""
        ending = dropped.suffix.lower()
        if ending not in SOUNDS or dropped.stat().st_size > _LARGEST_SOUND:
            raise RequestError(
                f"{visible(dropped.name)!r} is no music that can be taken",
                hint=f"Give a file of at most {_LARGEST_SOUND >> 20} MiB that ends in {', '.join(SOUNDS)}.",
            )
        target = self.folder / f"music{ending}"
        with files.writing(target):
            files.copy(dropped, target)
        return target

    def told(self) -> str:
        """The product and how many clips there are, for a list; the id where it cannot be read."""
        try:
            product = read_product(self.folder / "product.toml")
        except PopcornError:
            return self.id
        count = sum(path.is_file() for path in self.clips.glob("*"))
        return f"{product.called}, {count} clip{'s' * (count != 1)}"


class Materials:
    """All material of a home."""

    def __init__(self, home: Path) -> None:
        """Makes nothing yet."""
        self._root = home / "material"

    def all(self) -> list[Material]:
        """What was kept, the latest first."""
        found = sorted(self._root.glob("*/product.toml"), reverse=True)
        return [Material(path.parent.name, path.parent) for path in found if _ID.fullmatch(path.parent.name)]

    def find(self, name: str) -> Material:
        """The material of that id. Raises RequestError."""
        known = next((one for one in self.all() if one.id == name), None)
        if known is None:
            raise RequestError("this footage of before is gone", hint="Drop the clips onto the page again.")
        return known

    def keep(
        self, facts: Mapping[str, str], footage: Sequence[Path], before: str = ""
    ) -> tuple[Material, list[Dropped]]:
        """Write down what a form says of a product, with new footage or that of `before`. Raises RequestError,
        DataError, StoreError.
        """
        text = product_text(facts)
        _check(text)
        if not footage and not before:
            raise RequestError("an ad is cut from footage, and there is none yet", hint="Drop clips onto the page.")
        if before and not footage:
            material, dropped = self.find(before), list[Dropped]()
        else:
            now = datetime.now(UTC)
            name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
            material = Material(name, self._root / name)
            try:
                dropped = keep(footage, material.clips)
            except PopcornError:
                shutil.rmtree(material.folder, ignore_errors=True)
                raise
        _write(material.folder / "product.toml", text)
        return material, dropped

    @contextmanager
    def tried(self, facts: Mapping[str, str], footage: Sequence[Path], before: str = "") -> Iterator[Material]:
        """The same material as long as somebody wants to know what an ad of it takes; nothing is kept of it."""
        with tempfile.TemporaryDirectory(prefix="popcorn-") as place:
            if before and not footage:
                material = Material(before, Path(place))
                _write(material.folder / "product.toml", product_text(facts))
                material.clips.symlink_to(self.find(before).clips, target_is_directory=True)
                yield material
            else:
                yield Materials(Path(place)).keep(facts, footage)[0]


def product_text(facts: Mapping[str, str]) -> str:
    """The product file that a form stands for; `facts` has a sentence a line. Raises RequestError for an empty one."""
    import tomlkit

    if sum(map(len, facts.values())) > _LONGEST:
        raise RequestError("that is more than a product file holds", hint="Keep what an ad may say.")
    sentences = [" ".join(line.split()) for line in facts.get("facts", "").splitlines() if line.strip()]
    if not facts.get("name", "").strip():
        raise RequestError("the product has no name", hint="Write what it is called.")
    if not sentences:
        raise RequestError(
            "the product has no facts: an ad may claim nothing that is not in them",
            hint="Write what is true of it, a sentence a line.",
        )
    texts = {name: " ".join(value.split()) for name, value in facts.items() if name != "facts" and value.strip()}
    return tomlkit.dumps({**texts, "facts": sentences})


def form_of(product: Product) -> dict[str, str]:
    """What a form shows of a product."""
    names = ("name", "brand", "category", "price", "market", "language")
    return {name: getattr(product, name) for name in names} | {"facts": "\n".join(product.facts)}


def _check(text: str) -> None:
    """Raises DataError for a product file that would not be read, before anything is kept or written over."""
    with tempfile.TemporaryDirectory(prefix="popcorn-") as place:
        path = Path(place) / "product.toml"
        files.write_text(path, text)
        read_product(path)


def _write(path: Path, text: str) -> None:
    with files.writing(path):
        files.folder(path.parent)
        files.write_text(path, text)
