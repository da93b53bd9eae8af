"""What a line is for, where no model said so: by its place, and by cues in its words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ...tools.editing.types import Role


def role_of(text: str) -> Role:
    """Offer, proof, or else what can be shown."""
    return next((role for role, cue in _cues() if cue.search(text)), Role.DEMO)


def roles_of(lines: Sequence[str]) -> list[Role]:
    """The first line is the hook, the last the call to act, where there are two."""
    found = [role_of(line) for line in lines]
    if len(found) > 1:
        found[-1] = Role.CALL_TO_ACT
    return [Role.HOOK, *found[1:]] if found else []


@cache
def _cues() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    table = tomllib.loads((files(__package__) / "roles.toml").read_text(encoding="utf-8"))
    return tuple((role, re.compile(table[role.value], re.IGNORECASE)) for role in (Role.OFFER, Role.PROOF))
