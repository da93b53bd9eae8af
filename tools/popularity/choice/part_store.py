"""The choice part of a predictor on disk: `choice.json` and a safetensors file beside the predictor's own.

It names the bank that it was fitted with: beside another training of the predictor it counts as absent.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from .... import files
from ....errors import DataError
from ....trust import foreign_files
from ..manifests import read_arrays, reason, writing
from .part import FittedPart, PartFacts
from .store import lexicon_arrays, lexicon_of

PART = "choice.json"
FORMAT = 1
_FILES = "part-*.safetensors"
_HINT = "Train the predictor again: popcorn predictor train."


@dataclass(frozen=True, slots=True)
class _Saved:
    """The facts of a part, with what tells that it belongs to the predictor beside it."""

    format: int
    bank_digest: str
    facts: PartFacts
    file: str
    file_sha256: str


def save_part(folder: Path, bank_digest: str, part: FittedPart | None) -> None:
    """Put the part beside the predictor at `folder`, or take away one that stood there. Raises StoreError."""
    from safetensors.numpy import save

    content = save(lexicon_arrays(part.turns)) if part else b""
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"part-{sha256[:16]}.safetensors"
    with writing(folder):
        if part:
            files.write_bytes(folder / name, content)
            files.write_json(folder / PART, asdict(_Saved(FORMAT, bank_digest, part.facts, name, sha256)))
        else:
            (folder / PART).unlink(missing_ok=True)
        for old in folder.glob(_FILES):
            if not part or old.name != name:
                old.unlink(missing_ok=True)


def read_part(folder: Path, bank_digest: str) -> FittedPart | None:
    """The part beside the predictor at `folder`; None without one, or where it belongs to another training.

    Raises DataError when it is damaged, and NewerFormatError.
    """
    path = folder / PART
    try:
        text = foreign_files.read_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise DataError(f"the choice part {str(path)!r} cannot be read: {exc.strerror or exc}", hint=_HINT) from exc
    try:
        saved = _adapter().validate_json(text)
        files.check_format(f"the choice part {str(path)!r} has", saved.format, FORMAT, hint="Upgrade Popcorn.")
        if saved.bank_digest != bank_digest:
            return None
        if Path(saved.file).name != saved.file:
            raise DataError(f"the choice part {str(path)!r} points outside its folder", hint=_HINT)
        arrays = read_arrays(folder / saved.file, saved.file_sha256, damaged=_HINT)
        return FittedPart(saved.facts, lexicon_of(arrays))
    except (ValueError, KeyError) as exc:
        raise DataError(f"the choice part {str(path)!r} is damaged: {reason(exc)}", hint=_HINT) from exc


@cache
def _adapter() -> TypeAdapter[_Saved]:
    return TypeAdapter(_Saved)
