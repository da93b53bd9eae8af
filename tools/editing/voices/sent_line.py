"""A line on its way to a voice that may have to be paid: written down before it is sent, until its sound is here.

A program that is killed while the server speaks leaves the note behind. Whoever wants the line next is told first, and
sends it once more with the next command: nothing is paid for twice without a person who knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from .... import files
from ....errors import PopcornError
from ....trust import foreign_files
from ...remote.identity import ServerIdentity
from ...remote.refusals import UnknownOutcomeError

ONCE_MORE = "It may have spoken the line all the same, and bill it; the same command asks for it once more."


@contextmanager
def sent_line(server: ServerIdentity, out: Path) -> Iterator[None]:
    """The time in which a line that will be `out` is asked for; a note lies beside it as long.

    Raises UnknownOutcomeError where an earlier command left such a note and nobody was told of it; whoever asks once
    more has been. Raises StoreError where the note cannot be written: then nothing is sent.
    """
    note = out.with_suffix(".sent")
    if server.is_here and not server.key:  # nobody has to be paid as far as is known
        yield
        return
    _tell(server, note)
    _write(note, told=False)
    try:
        yield
    except UnknownOutcomeError:
        _write(note, told=True)
        raise
    except PopcornError:  # it was refused, or what came is of no use; either way the person hears of it
        note.unlink(missing_ok=True)
        raise
    note.unlink(missing_ok=True)


def _tell(server: ServerIdentity, note: Path) -> None:
    try:
        known = foreign_files.parse_json(foreign_files.read_text(note))
    except FileNotFoundError:
        return
    except (OSError, ValueError):  # cut off: what it is about was sent or about to be
        known = {}
    if isinstance(known, dict) and known.get("told") is True:
        return
    when = known.get("when") if isinstance(known, dict) else None
    _write(note, told=True)
    raise UnknownOutcomeError(
        f"a line was sent to {server.name} {f'at {when}' if isinstance(when, str) else 'before'}, "
        "and the program ended before its sound was here",
        hint=ONCE_MORE,
    )


def _write(note: Path, *, told: bool) -> None:
    with files.writing(note):
        files.folder(note.parent)
        files.write_json(note, {"when": datetime.now(UTC).isoformat(timespec="seconds"), "told": told})
