"""What an ad's run works on, as the run store keeps it: JSON values, so that a run needs no product file later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ...errors import RequestError
from ...graphs.ad.state import MadeAd
from ...home import expanded
from ...tools.editing.types import Product


class AdInputs(BaseModel):
    """The product, the footage, and what else belongs to this ad alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: Product
    footage: Path
    """The folder."""
    script: tuple[str, ...] = ()
    crops: tuple[str, ...] = ()
    music: Path | None = None
    variants: int = 1
    """How many ads are made from this footage one after another."""
    variant: int = 1
    """Which of them this one is, from 1."""
    made: tuple[MadeAd, ...] = ()
    """Those before it."""

    @property
    def request(self) -> str:
        """The ad in a sentence, as lists of runs show it."""
        which = f", {self.variant} of {self.variants}" if self.variants > 1 else ""
        return f"An ad for {self.product.name} from the clips in {self.footage.name}{which}"


def read_inputs(
    product: Path,
    footage: Path,
    script: Path | None = None,
    crops: Sequence[str] = (),
    music: str = "",
    variants: int = 1,
) -> AdInputs:
    """The inputs that files and folders hold.

    `music` is a file, or a mood or track of the extra `ads`. Raises RequestError where one is not there, DataError
    where it is not what it should be.
    """
    from ...graphs.ad.script_file import read_script
    from ...tools.editing.crops import overrides
    from ...tools.editing.music import check_music, music_file
    from ...tools.editing.product import read_product

    overrides(crops)
    bed = music_file(music).absolute() if music else None
    if bed:
        check_music(bed)
    if script and variants > 1:
        raise RequestError(
            "variants of a script of your own would say the same", hint="Leave --variants or --script away."
        )
    return AdInputs(
        product=read_product(_file(product, "product file", "popcorn ad make --product product.toml")),
        footage=_folder(footage),
        script=read_script(_file(script, "script", "--script script.txt")) if script else (),
        crops=tuple(crops),
        music=bed,
        variants=variants,
    )


def _file(path: Path, what: str, how: str) -> Path:
    whole = expanded(path).absolute()
    if not whole.is_file():
        there = "is a folder" if whole.is_dir() else "is not there"
        raise RequestError(f"the {what} {str(path)!r} {there}", hint=f"Name a file: {how}.")
    return whole


def _folder(path: Path) -> Path:
    whole = expanded(path).absolute()
    if not whole.is_dir():
        there = "is a file" if whole.is_file() else "is not there"
        raise RequestError(f"the footage {str(path)!r} {there}", hint="Name the folder that holds the clips.")
    return whole
