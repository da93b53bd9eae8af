"""Where the ad graph goes next: pure functions of the state."""

from __future__ import annotations

from typing import Literal

from .policy import may_repair
from .state import AdState


def after_claims(state: AdState) -> Literal["write", "speak"]:
    """Lines that hold what must not be claimed are written anew; where that is of no use, `claims` has raised."""
    return "write" if state.faults else "speak"


def after_speaking(state: AdState) -> Literal["write", "arrange"]:
    """Lines that last longer than their pictures are written anew; where that is of no use, `speak` has raised."""
    return "write" if state.faults else "arrange"


def after_check(state: AdState) -> Literal["repair", "finish"]:
    """Mend what can be mended; `finish` blocks what is left."""
    return "repair" if may_repair(state.checks, state.mendings) else "finish"


def after_repair(state: AdState) -> Literal["write", "assemble", "finish"]:
    """Make the file anew where something was mended; write anew where clips had to go."""
    if state.faults:
        return "write"
    return "assemble" if state.mended else "finish"
