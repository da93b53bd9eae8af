"""Which product a finished ad is for, by the text that lies beside it.

For `cups/morning.mp4` the first of these that is there, up to the folder that was named: `cups/morning.toml`,
`cups/morning.txt`, `cups/product.toml`, `cups/product.txt`, `product.toml`, `product.txt`. A TOML file is a product
file as `popcorn ad make` takes it. In a text file the first line is the name, and each further line or sentence a fact.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ...errors import DataError
from ...graphs.ad.pieces import sentences
from ...tools.editing.product import LARGEST, LONGEST_FACT, MOST_FACTS, read_product
from ...tools.editing.types import Product
from ...trust.foreign_files import leads_out

NAME = "product"
ENDINGS = (".toml", ".txt")


class ProductTexts:
    """The products of one folder of ads; each file is read once."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the search upwards ends."""
        self._folder = folder
        self._read: dict[Path, Product | DataError] = {}

    def of(self, ad: Path) -> Product:
        """What is known of the product of an ad. Raises DataError where no text says it, or one that cannot be read."""
        path = next((place for place in self._places(ad) if place.is_file()), None)
        if path is None:
            raise DataError("no product text lies beside it", hint=f"put {NAME}.toml into its folder")
        if leads_out(path, self._folder, ad.resolve().parent):
            raise DataError(
                f"the product text {path.name!r} is a link that leads out of the folder",
                hint="put the file itself there",
            )
        if path not in self._read:
            try:
                self._read[path] = read_product(path) if path.suffix == ".toml" else read_product_text(path)
            except DataError as exc:
                self._read[path] = exc
        known = self._read[path]
        if isinstance(known, DataError):
            raise known
        return known

    def _places(self, ad: Path) -> Iterator[Path]:
        yield from (ad.with_suffix(ending) for ending in ENDINGS)
        for folder in ad.parents:
            yield from (folder / f"{NAME}{ending}" for ending in ENDINGS)
            if folder == self._folder:
                return


def product_key(product: Product) -> str:
    """What tells one product from another: brand and name, however they are written large or small, wide or narrow."""
    return " ".join(unicodedata.normalize("NFKC", product.called).casefold().split())


def read_product_text(path: Path) -> Product:
    """The product in a plain text. Raises DataError where it cannot be read, or has a name and nothing more."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as exc:
        raise DataError(f"the product text {path.name!r} cannot be read: {exc.strerror or exc}") from exc
    if len(content) > LARGEST:
        raise DataError(f"the product text {path.name!r} is larger than a megabyte", hint="write what an ad may say")
    try:
        lines = [" ".join(line.split()) for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as exc:
        raise DataError(f"the product text {path.name!r} is no text in UTF-8", hint="save it as UTF-8") from exc
    name, *rest = [line for line in lines if line] or [""]
    facts = [fact[:LONGEST_FACT] for line in rest for fact in sentences(line)]
    if not facts:
        raise DataError(
            f"the product text {path.name!r} says nothing of the product",
            hint="write its name in the first line, and a fact in each that follows",
        )
    return Product(name[:LONGEST_FACT], facts=tuple(dict.fromkeys(facts))[:MOST_FACTS])
