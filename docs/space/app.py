"""Popcorn's page on a hosted machine, such as a Space of Hugging Face: the same page as `popcorn web`.

What it needs of its surroundings is in the README beside it.
"""

from __future__ import annotations

import os
import sys

from popcorn.errors import PopcornError, RequestError
from popcorn.settings import load_settings
from popcorn.web.mounted_page import keep_to_itself
from popcorn.web.people import People
from popcorn.web.server import Place, serve
from popcorn.web.service import PageService


def service() -> PageService:
    """The service with the settings of the variables, for the people in the secret PEOPLE."""
    people = os.environ.get("PEOPLE", "")
    if not people.strip():
        raise RequestError("nobody could sign in", hint="Set the secret PEOPLE: a line `NAME PASSWORD` for everybody.")
    settings = load_settings()
    keep_to_itself(settings)
    return PageService(settings, People.of(people, "the secret PEOPLE", shared="SHARED" in os.environ))


def place() -> Place:
    """Every address of the machine, called by the name that the Space has."""
    names = [os.environ.get("SPACE_HOST", ""), *os.environ.get("NAMES", "").split()]
    return Place("0.0.0.0", int(os.environ.get("PORT", "7860")), tuple(filter(None, names)))  # noqa: S104 - on purpose


def main() -> None:
    """Serve until it is stopped."""
    try:
        serve(service(), place(), lambda address: print(f"listening on {address}", flush=True))  # noqa: T201
    except PopcornError as exc:
        sys.exit(f"{exc.message}\n{exc.hint}")


if __name__ == "__main__":
    main()
