"""Scenes: which picture of the lexicon a draft gets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .chance import Chance
from .families import Family, Scene, families, stem
from .topic import Kind, Topic
from .traits import can_be_seen, is_doing

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """Which draft it is, so that no two are alike: candidate `number` after the `tried` prompts, with wishes."""

    number: int = 0
    wishes: frozenset[str] = frozenset()
    tried: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """Counts candidates and attempts together."""
        return self.number + len(self.tried)


def choose_scene(topic: Topic, family: Family, chance: Chance, turn: Turn) -> Scene:
    """The scene whose turn it is.

    Scenes with a cue in the topic come first, then those that show the topic where it can be seen, then those that
    stand for it; what was tried comes last.
    """
    seen = can_be_seen(topic, family)
    words = {stem(word) for word in re.findall(r"\w+", topic.text)}

    def distance(scene: Scene) -> tuple[bool, bool]:
        return not words & scene.cues, seen and not scene.shows_it

    order = sorted(chance.order(_own_scenes(topic, family, seen=seen), "scene"), key=distance)
    if len(order) < _FEWEST:
        order += [
            scene for scene in chance.order(_broad(family).scenes, "broad") if scene not in order and not scene.shows_it
        ]
    fresh = [scene for scene in order if not _was_used(scene, turn.tried)]
    again = [scene for scene in order if scene not in fresh]
    return (fresh + again)[turn.number % len(order)] if fresh else order[turn.step % len(order)]


def _own_scenes(topic: Topic, family: Family, *, seen: bool) -> list[Scene]:
    if topic.kind is Kind.STATEMENT:
        return [Scene(shot, topic.text, hook, place) for shot, place, hook in _moments()]
    if is_doing(topic):
        return [Scene(shot, "{it}", hook, place) for shot, place, hook in _moments()]
    return [scene for scene in family.scenes if seen or not scene.shows_it]


@cache
def _moments() -> tuple[tuple[str, str, str], ...]:
    rows = tomllib.loads((files(__package__) / "finishes.toml").read_text(encoding="utf-8"))["moment"]["scenes"]
    return tuple((shot, place, hook) for shot, place, hook in rows)


def _broad(family: Family) -> Family:
    """The family that lends its scenes to `family`: the broad one of its group, or the one for anything."""
    return next((other for other in families() if other.broad and other.group == family.group), families()[-1])


def _was_used(scene: Scene, tried: Iterable[str]) -> bool:
    return any(scene.hook in prompt for prompt in tried)
