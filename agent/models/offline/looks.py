"""Looks: light, palette, camera move and texture that agree with a scene."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .chance import Chance
from .families import Family, Scene
from .scenes import Turn

_NIGHT = re.compile(
    r"\b(?:night|after dark|in a dark|in the dark|dark room|dusk|evening|lamps?|bulbs?|moonlit|neon|candle"
    r"|projector|studio|stage|spotlight|blue hour)\b"
)
_DAY = re.compile(r"\b(?:morning|daylight|sun|sunny|sunlit|noon|dawn|bright|window|golden|afternoon|first light|day)\b")
_FROM_ABOVE = re.compile(r"top-down|overhead", re.IGNORECASE)
_NOT_FROM_ABOVE = re.compile(r"doorway|tilt|eye level|tracking|crane|walking|aerial|dolly|pan\b|low ", re.IGNORECASE)
_WIDE = re.compile(r"\b(?:wide|aerial|full)\b", re.IGNORECASE)
_NEEDS_ROOM = re.compile(r"aerial|crane|whole picture|walking|doorway", re.IGNORECASE)

OWN_LIGHT = "soft light that belongs to the place"
PLAIN_MOVE = "slow push-in that ends on the decisive detail"

_BRIGHT = ("bright, even light that leaves nothing in shadow", "clear high sun with a white bounce")
_LIVELY = ("fast push-in with movement in every frame", "quick orbit that never comes to rest")


@dataclass(frozen=True, slots=True)
class ChosenLook:
    """One sentence part for each."""

    light: str
    palette: str
    camera: str
    texture: str


def choose_look(family: Family, scene: Scene, chance: Chance, turn: Turn) -> ChosenLook:
    """The look whose turn it is, among those that the scene and the complaints allow."""
    lights = [light for light in family.look.light if _suits(light, f"{scene.what} {scene.place}")]
    cameras = [camera for camera in family.look.camera if _can_move(camera, scene.shot)]
    light = chance.pick(lights or [OWN_LIGHT], "light", turn.step)
    camera = chance.pick(cameras or [PLAIN_MOVE], "camera", turn.step)
    if "brighter" in turn.wishes:
        light = _BRIGHT[turn.step % 2]
    if "livelier" in turn.wishes:
        camera = _LIVELY[turn.step % 2]
    return ChosenLook(
        light,
        chance.pick(family.look.palette, "palette", turn.step),
        camera,
        chance.pick(family.look.texture, "texture", turn.step),
    )


def _suits(light: str, place: str) -> bool:
    """False for morning light at a night stall, and for candles at noon."""
    night, day = _NIGHT.search(place), _DAY.search(place)
    return not (night and _DAY.search(light)) and not (day and _NIGHT.search(light))


def _can_move(camera: str, shot: str) -> bool:
    """False for a walk through a doorway in a macro shot, and for an overhead move at eye level."""
    above = _FROM_ABOVE.search(shot) is not None
    if above:
        return _NOT_FROM_ABOVE.search(camera) is None
    return _FROM_ABOVE.search(camera) is None and (_WIDE.search(shot) is not None or not _NEEDS_ROOM.search(camera))
