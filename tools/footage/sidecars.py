"""What people wrote beside a clip: `clip.txt` or `clip.toml` next to `clip.mp4`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ...trust import foreign_files

_LONGEST = 2000
"""Characters; a note is a few sentences, and a model pays for each of them."""


def sidecar_note(path: Path) -> tuple[str, str]:
    """The note beside a file, and what was wrong with it; both empty where there is none.

    A text file is the note itself; in a TOML file the key `note` is, or else all of its texts. A link that leads out of
    the folder is none: it is sent to a model.
    """
    for ending in (".txt", ".toml"):
        for beside in (path.with_suffix(ending), path.with_name(path.name + ending)):
            if not beside.is_file():
                continue
            if foreign_files.leads_out(beside, path.parent, path.resolve().parent):
                return "", f"the note {beside.name!r} was left out: it is a link that leads out of the folder"
            return _read(beside)
    return "", ""


def _read(beside: Path) -> tuple[str, str]:
    try:
        text = foreign_files.read_file(beside, 1 << 20)[: 4 * _LONGEST].decode("utf-8-sig", "replace")
        note = _from_toml(text) if beside.suffix == ".toml" else text
    except OSError as exc:
        return "", f"the note {beside.name!r} was left out: {exc.strerror or exc}"
    except tomllib.TOMLDecodeError as exc:
        return "", f"the note {beside.name!r} was left out, since it is no TOML: {exc}"
    return " ".join(note.split())[:_LONGEST], ""


def _from_toml(text: str) -> str:
    data = foreign_files.parse_toml(text)
    if isinstance(data.get("note"), str):
        return str(data["note"])
    return ". ".join(f"{key}: {value}" for key, value in data.items() if isinstance(value, str | int | float))
