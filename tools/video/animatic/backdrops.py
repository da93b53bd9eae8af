"""Settings by name: what stands behind and around the subject, as layers drawn by seed."""

from __future__ import annotations

from collections.abc import Callable

from . import abstract, nature, places, rooms, venues, water
from .scene_layers import Ground, Plate

SETTINGS: dict[str, Callable[[Ground], list[Plate]]] = {
    "city": places.city,
    "desert": nature.desert,
    "desk": rooms.desk,
    "energy": places.energy,
    "forest": nature.forest,
    "hills": nature.hills,
    "kitchen": rooms.kitchen,
    "neon": places.neon,
    "night-town": venues.night_town,
    "plain": abstract.plain,
    "road": places.road,
    "room": rooms.room,
    "sea": nature.sea,
    "sky": nature.sky,
    "space": places.space,
    "stadium": venues.stadium,
    "stage": venues.stage,
    "studio": places.studio,
    "underwater": water.underwater,
}


def plates(setting: str, ground: Ground) -> list[Plate]:
    """The layers of a setting, back to front."""
    return SETTINGS[setting](ground)
