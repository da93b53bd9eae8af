"""The camera's path over three beats: a hook close to the subject, the scene, the payoff."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .easing import drift, settle, smooth, span
from .reading import Shot
from .stage import Stage, View

HOOK_ENDS = 0.30
"""Where the first beat ends, as a share of the clip."""
PAYOFF_STARTS = 0.68
_TURN = 0.055  # how long a change of beat takes

_ZOOMS = {"close": (1.42, 1.16), "medium": (1.30, 1.05), "wide": (1.18, 0.97)}


@dataclass(frozen=True, slots=True)
class Camera:
    """The view at every moment; `share` runs from 0 at the first frame to 1 at the last."""

    shot: Shot
    stage: Stage

    def at(self, share: float) -> View:
        """Where the camera is: a framing for each beat, joined by quick eased moves, and the prompt's own."""
        near, base = _ZOOMS[self.shot.framing]
        hook = near + 0.10 * settle(span(share, 0, HOOK_ENDS))
        scene = base + self._push(span(share, HOOK_ENDS, PAYOFF_STARTS))
        payoff = base + 0.10 - 0.055 * settle(span(share, PAYOFF_STARTS, 1))
        first = smooth(span(share, HOOK_ENDS - _TURN, HOOK_ENDS + _TURN))
        second = smooth(span(share, PAYOFF_STARTS - _TURN, PAYOFF_STARTS + _TURN))
        zoom = hook + (scene - hook) * first
        zoom += (payoff - zoom) * second
        x, y = self._sway(share)
        lift = self.stage.height * (0.030 * (1 - first) - 0.012 * second)
        return View(zoom, x, y - lift, self._roll(share))

    def _push(self, share: float) -> float:
        return {"push": 0.13, "pull": -0.11, "orbit": 0.05, "shake": 0.06}.get(self.shot.move, 0.03) * drift(share)

    def _sway(self, share: float) -> tuple[float, float]:
        side = min(self.stage.width, self.stage.height)
        sign = 1 if self.shot.seed & 64 else -1
        along = drift(share) - 0.5
        if self.shot.move == "pan":
            return sign * side * 0.17 * along, 0.0
        if self.shot.move == "tilt":
            return 0.0, -side * 0.15 * along
        if self.shot.move == "drop":
            return 0.0, side * 0.15 * along
        if self.shot.move == "orbit":
            return sign * side * 0.13 * math.sin(math.pi * along), -side * 0.02 * math.cos(math.pi * along)
        if self.shot.move == "shake":
            return side * 0.012 * _wander(share, 1.0), side * 0.010 * _wander(share, 2.7)
        return sign * side * 0.035 * along, 0.0

    def _roll(self, share: float) -> float:
        if self.shot.move == "orbit":
            return 0.012 * math.sin(2 * math.pi * share)
        return 0.008 * _wander(share, 4.1) if self.shot.move == "shake" else 0.0


def _wander(share: float, phase: float) -> float:
    """A hand's unsteadiness: three slow waves that do not meet, from about -1 to 1."""
    waves = (math.sin(share * turn + phase * turn) for turn in (7.3, 12.1, 17.9))
    return sum(waves) / 2.2
