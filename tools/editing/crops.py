"""Which part of a source's picture is shown: the largest window of the ad's shape that keeps the subject.

A window never grows beyond the source and never changes its shape. Where the subject is larger than the window, its
middle is kept. A person may place the window of a scene by hand: `scene=2:left`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from ...errors import RequestError
from ..media.area import WHOLE, Area
from ..media.attention import Glimpse, best_start

_OVERRIDE = re.compile(r"scene=(\d+):([a-z]+)\Z")
_HOW = "Write it as scene=2:left; the places are left, center, right, top and bottom."


class Place(StrEnum):
    """Where a person wants the window of a scene; what is not named follows the subject."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"


def crop_for(
    width: int,
    height: int,
    out_width: int,
    out_height: int,
    focus: Area,
    place: Place | None = None,
    within: Area = WHOLE,
    glimpses: Sequence[Glimpse] = (),
) -> Area:
    """The window of a source of `width` x `height` pixels that fills `out_width` x `out_height`, around `focus`.

    It stays `within` a part of the picture: what is outside has burned-in captions. Where there are `glimpses` of what
    is shown, it stands where it keeps most of what draws the eye, for the longest time.
    """
    wide, high = within.width * width, within.height * height
    across = within.width * min(1.0, out_width * high / (out_height * wide))
    down = within.height * min(1.0, out_height * wide / (out_width * high))
    room = (within.left, within.width - across), (within.top, within.height - down)
    middle = focus.left + focus.width / 2, focus.top + focus.height / 2
    if place is Place.CENTER:
        middle = within.left + within.width / 2, within.top + within.height / 2
    left, top = _kept(middle[0], across, *room[0]), _kept(middle[1], down, *room[1])
    if glimpses and place is not Place.CENTER:
        left = best_start([glimpse.draws.columns for glimpse in glimpses], across, *room[0])
        top = best_start([glimpse.draws.rows for glimpse in glimpses], down, *room[1])
    if place in (Place.LEFT, Place.RIGHT):
        left = within.left if place is Place.LEFT else within.left + within.width - across
    elif place in (Place.TOP, Place.BOTTOM):
        top = within.top if place is Place.TOP else within.top + within.height - down
    return Area(left, top, across, down)


def _kept(middle: float, part: float, first: float, room: float) -> float:
    """Where a window of `part` of the picture begins so that it is around `middle`: from `first` on, in its `room`."""
    return min(max(middle - part / 2, first), first + room)


def overrides(texts: Iterable[str]) -> dict[int, Place]:
    """Scenes, from 1 in the order of the ad, and the place a person chose for each: `scene=2:left`.

    Raises RequestError where a text is none, or two differ about one scene.
    """
    chosen: dict[int, Place] = {}
    for text in texts:
        match = _OVERRIDE.match(text.strip().lower())
        if match is None or match[2] not in set(Place):
            raise RequestError(f"the crop {text!r} is not understood", hint=_HOW)
        scene, place = int(match[1]), Place(match[2])
        if scene < 1:
            raise RequestError(f"the crop {text!r} names scene 0", hint="Scenes are counted from 1.")
        if chosen.setdefault(scene, place) is not place:
            raise RequestError(
                f"scene {scene} is to be cropped both {chosen[scene].value} and {place.value}", hint="Give one of them."
            )
    return chosen


def check_scenes(chosen: Mapping[int, Place], scenes: int) -> None:
    """Raises RequestError for a crop of a scene that the ad does not have."""
    if beyond := sorted(scene for scene in chosen if scene > scenes):
        raise RequestError(
            f"there is a crop for scene {beyond[0]}, and the ad has {scenes} scenes",
            hint=f"Name a scene from 1 to {scenes}.",
        )
