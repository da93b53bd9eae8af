"""Predictors by name: the neighbours of a catalogue, the one that is shipped, and those that somebody trained."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ... import files
from ...errors import MissingError, RequestError
from ...names import meant
from ...trust import foreign_files
from ...trust.plain_names import is_name
from .choice.headlines import NAME as HEADLINES
from .manifests import writing
from .shipped import NAME as SHIPPED
from .shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..embedding.types import Encoder
    from .memory_bank import BankSource
    from .types import Learned, Opener, Predictor

NEIGHBOURS = "neighbours"
"""Fitted to whatever catalogue is in use."""
DEFAULT = "default"
"""The one that `popcorn predictor use` named, or else the shipped one."""
TRAINED = "popcorn.tools.popularity.trained.opening:open_trained_predictor"
PREDICTORS = {NEIGHBOURS: "popcorn.tools.popularity.neighbours_opening:open_neighbours_predictor"}
"""Name to `module:function`; a function is an `Opener`. Every other name is that of a trained predictor."""

_IN_USE = "in-use"


def check_name(name: str) -> None:
    """Raises RequestError for a name that a predictor of one's own cannot have."""
    if not is_name(name):
        raise RequestError(
            f"{name!r} is no name for a predictor", hint="Use letters, digits, dots, dashes and underscores."
        )
    if name in (DEFAULT, NEIGHBOURS, SHIPPED, HEADLINES, _IN_USE) or name.startswith(f"{NEIGHBOURS}-"):
        raise RequestError(f"the name {name!r} is taken by Popcorn itself", hint="Choose another --name.")


def check_new(folder: Path, name: str, *, replace: bool) -> None:
    """Raises RequestError when a predictor or choice model of that name stands below `folder`, and may not go."""
    if not replace and (name in names(folder) or _compares(folder, name)):
        raise RequestError(
            f"there is a predictor {name!r} already",
            hint="Choose another --name, or add --replace to put this in its place.",
        )


def in_use(folder: Path) -> str:
    """The name that `use` wrote below `folder`; the shipped predictor's without one."""
    try:
        name = foreign_files.read_text(folder / _IN_USE).strip()
    except (OSError, UnicodeDecodeError):
        return SHIPPED
    return name if name != DEFAULT and (name == NEIGHBOURS or is_name(name)) else SHIPPED


def use(folder: Path, name: str) -> str:
    """Make `name` the predictor that `default` stands for, `default` itself the shipped one; its name.

    Raises RequestError when there is none of that name.
    """
    check_predictor(folder, name)
    chosen = SHIPPED if name == DEFAULT else name
    with writing(folder):
        files.write_text(folder / _IN_USE, f"{chosen}\n")
    return chosen


def resolve(folder: Path, name: str) -> str:
    """`name`, or for `default` the one in use."""
    return in_use(folder) if name == DEFAULT else name


def names(folder: Path) -> list[str]:
    """Every predictor that can be asked for: neighbours, the shipped one, and those trained below `folder`."""
    from .trained.manifest import is_trained

    own = sorted(found.name for found in folder.iterdir() if found.is_dir()) if folder.is_dir() else []
    return [SHIPPED, NEIGHBOURS, *(name for name in own if _is_own(name) and is_trained(folder / name))]


def trained_folder(folder: Path, name: str) -> Path:
    """Where the trained predictor `name` stands, below `folder` or among what is shipped."""
    return shipped_folder() if name == SHIPPED else folder / name


def check_predictor(folder: Path, name: str) -> None:
    """Raises RequestError for a name that no predictor has."""
    if name in (DEFAULT, SHIPPED) or name in PREDICTORS:
        return
    known = names(folder)
    if name not in known:
        listed = f"there are: {', '.join(known)}"
        hint = meant(name, known, 3, cutoff=0.5) or listed
        if _compares(folder, name):
            raise RequestError(
                f"{name!r} compares drafts and gives no score",
                hint=f"Name it to compare: popcorn predictor compare --predictor {name}. For scores {listed}",
            )
        if name == in_use(folder):
            hint = f"It was in use; choose another one: popcorn predictor use {SHIPPED}"
        raise RequestError(f"there is no predictor {name!r}", hint=hint)


def _compares(folder: Path, name: str) -> bool:
    """Whether `name` is a choice model."""
    from .choice.manifest import is_choice

    return name == HEADLINES or is_choice(folder / name)


def open_fitted(name: str, folder: Path, source: BankSource, encoder: Encoder) -> Predictor:
    """A predictor that is fitted to a catalogue, kept below `folder`; fitted now when no current fit stands there.

    Raises PredictionError when `source` is too small to learn from, StoreError when the fit cannot be written, and
    NewerFormatError when a newer Popcorn wrote the one that stands there.
    """
    opener: Opener = _load(PREDICTORS[name])
    return opener(folder / f"{name}-{source.catalogue}", source, encoder)


def open_trained(name: str, folder: Path, encoder: Callable[[str], Encoder]) -> Predictor:
    """The trained predictor `name`; `encoder` opens text encoders by name.

    Raises MissingError when nothing stands there, DataError when it is damaged, NewerFormatError.
    """
    opener: Callable[[Path, Callable[[str], Encoder]], Predictor] = _load(TRAINED)
    return opener(_standing(folder, name), encoder)


def learned(name: str, folder: Path) -> Learned:
    """Which videos the trained predictor `name` has seen, without opening it. Raises what `open_trained` raises."""
    from .trained.manifest import read_learned

    return read_learned(_standing(folder, name))


def edition(name: str, folder: Path) -> bytes:
    """What tells one training of the predictor `name` from the next: its manifest. Raises what `learned` raises."""
    from .trained.manifest import edition_of

    return edition_of(_standing(folder, name))


def weights_facts(name: str, folder: Path) -> dict[str, str]:
    """What a trained predictor predicts by, as a run's manifest has it; empty for any other predictor.

    That is the SHA-256 of its weights, which a new scale leaves alone, and the shift of its scale. Raises what
    `learned` raises.
    """
    from .trained.manifest import read_trained_manifest

    if name in PREDICTORS or not trained_folder(folder, name).is_dir():
        return {}
    manifest = read_trained_manifest(trained_folder(folder, name))
    return {"predictor_weights": manifest.file_sha256, "predictor_shift": str(manifest.scale.shift)}


def _standing(folder: Path, name: str) -> Path:
    """Where the trained predictor `name` stands. Raises MissingError when it does not."""
    place = trained_folder(folder, name)
    if not place.is_dir():
        raise MissingError(f"there is no predictor {name!r}", hint="`popcorn predictor train` makes one.")
    return place


def _is_own(name: str) -> bool:
    return is_name(name) and not name.startswith(f"{NEIGHBOURS}-")


def _load(place: str):  # type: ignore[no-untyped-def]  # what it loads, its callers say
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)
