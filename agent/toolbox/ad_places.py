"""Where an ad's material may lie that a language model or a client names: in the folder Popcorn was started in."""

from __future__ import annotations

from pathlib import Path

from ...errors import RequestError
from ...home import expanded


def material(named: str, what: str) -> Path:
    """The file or folder of that name, inside the folder in which Popcorn was started. Raises RequestError.

    Whoever wrote the name may have been told to by what a model has read; a person who means another place says so on
    the command line.
    """
    start = Path.cwd().resolve()
    place = (start / expanded(named)).resolve()
    if not named.strip():
        raise RequestError(f"no {what} is named", hint="Name the product file and the folder of the clips.")
    if not place.is_relative_to(start):
        raise RequestError(
            f"the {what} {named!r} is outside of {str(start)!r}, the folder in which Popcorn was started",
            hint="Start it in the folder that holds the material, or type the command: popcorn ad make --help",
        )
    return place
