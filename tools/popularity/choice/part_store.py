"""The choice part of a predictor on disk: `choice.json` beside its manifest, which names the training that it fits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from .... import files
from ....errors import DataError
from ..manifests import reason, writing
from .part import FittedPart

PART = "choice.json"
FORMAT = 1
_HINT = "Train the predictor again: popcorn predictor train."


@dataclass(frozen=True, slots=True)
class _Saved:
    """A part with what tells that it belongs to the predictor beside it."""

    format: int
    bank_digest: str
    """The digest of the predictor's bank."""
    part: FittedPart


def save_part(folder: Path, bank_digest: str, part: FittedPart | None) -> None:
    """Put the part beside the predictor at `folder`, or take away one that stood there. Raises StoreError."""
    with writing(folder):
        if part is None:
            (folder / PART).unlink(missing_ok=True)
        else:
            files.write_json(folder / PART, asdict(_Saved(FORMAT, bank_digest, part)))


def read_part(folder: Path, bank_digest: str) -> FittedPart | None:
    """The part beside the predictor at `folder`; None without one, or where it belongs to another training.

    Raises DataError when it is damaged, and NewerFormatError.
    """
    path = folder / PART
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise DataError(f"the choice part {str(path)!r} cannot be read: {exc.strerror or exc}", hint=_HINT) from exc
    try:
        saved = _adapter().validate_json(text)
    except ValueError as exc:
        raise DataError(f"the choice part {str(path)!r} is damaged: {reason(exc)}", hint=_HINT) from exc
    files.check_format(f"the choice part {str(path)!r} has", saved.format, FORMAT, hint="Upgrade Popcorn.")
    return saved.part if saved.bank_digest == bank_digest else None


@cache
def _adapter() -> TypeAdapter[_Saved]:
    return TypeAdapter(_Saved)
