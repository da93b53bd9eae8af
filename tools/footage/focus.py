"""Where the subject of a clip is: what a crop must keep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..media.area import WHOLE, Area
from ..media.attention import Glimpse, of_areas
from .captions import around
from .look import Moment


def focus_of(moments: Sequence[Moment]) -> Area:
    """The faces of a clip where it mostly has some, else what draws the eye: the middle of where it is over time."""
    if not moments:
        return WHOLE
    with_faces = [moment for moment in moments if moment.faces]
    if 2 * len(with_faces) >= len(moments):
        return _middle([around(moment.faces) for moment in with_faces])
    return _middle([moment.focus for moment in moments])


def glimpses_of(moments: Sequence[Moment]) -> tuple[Glimpse, ...]:
    """What draws the eye at each moment of a clip: its faces where the clip mostly has some."""
    with_faces = sum(bool(moment.faces) for moment in moments)
    if 2 * with_faces >= len(moments):
        return tuple(Glimpse(moment.at, of_areas(moment.faces)) for moment in moments if moment.faces)
    return tuple(Glimpse(moment.at, moment.draws) for moment in moments if moment.draws)


def _middle(areas: Sequence[Area]) -> Area:
    """The median of each edge: one moment in which something else draws the eye moves no crop."""
    edges = [(area.left, area.top, area.left + area.width, area.top + area.height) for area in areas]
    left, top, right, bottom = (round(float(edge), 4) for edge in np.median(np.array(edges), axis=0))
    return Area(left, top, right - left, bottom - top)
