"""Shots: a paragraph that a camera, or a video model, could follow for three seconds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from .chance import Chance
from .families import Family, Scene, families
from .shortening import shortenings
from .titles import capitalised
from .topic import Kind, Topic
from .traits import can_be_seen

_NIGHT = re.compile(
    r"\b(?:night|after dark|in a dark|in the dark|dark room|dusk|evening|lamps?|bulbs?|moonlit|neon|candle"
    r"|projector|studio|stage|spotlight|blue hour)\b"
)
_DAY = re.compile(r"\b(?:morning|daylight|sun|sunny|sunlit|noon|dawn|bright|window|golden|afternoon|first light|day)\b")
MENTION_LIMIT = 110
_FEWEST_SCENES = 2


@dataclass(frozen=True, slots=True)
class Shot:
    """The texts that a renderer gets."""

    video_prompt: str
    cover_prompt: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Which draft it is, so that no two are alike: candidate `number` after `tried` prompts, with wishes."""

    number: int = 0
    wishes: frozenset[str] = frozenset()
    tried: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """Counts candidates and attempts together."""
        return self.number + len(self.tried)


@cache
def _finishes() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "finishes.toml").read_text(encoding="utf-8"))


def write_shot(topic: Topic, family: Family, angle: str, chance: Chance, turn: Turn) -> Shot:
    """The shot for the title with `angle`."""
    topic = _brief_enough(topic)
    scene = _scene(topic, family, chance, turn)
    look = {
        part: chance.pick(getattr(family.look, part), part, turn.step)
        for part in ("light", "palette", "camera", "texture")
    }
    lights = [light for light in family.look.light if _suits(light, scene.place)]
    look["light"] = chance.pick(lights, "light", turn.step) if lights else "soft light that belongs to the place"
    look = _changed(look, turn)
    shot = "Extreme close-up" if "stronger" in turn.wishes and turn.step % 2 else scene.shot
    what = _what(scene, topic, family)
    finishes = _finishes()
    sentences = [
        f"{_lead(shot, what, scene, topic, family)}, {scene.place}.",
        f"In the first second, {scene.hook}.",
        f"{capitalised(look['light'])}, {look['palette']}.",
        f"{capitalised(look['camera'])}; {look['texture']}.",
        *_emphasis(topic, turn.wishes),
        f"{chance.pick(finishes['angle'][angle], angle, turn.step)}.",
        chance.pick(finishes["readable"]["silent"], "silent", turn.step),
        "Vertical 9:16, 3 seconds.",
    ]
    cover = chance.pick(finishes["cover"]["of"], "cover", turn.step)
    named = topic.sight if can_be_seen(topic, family) else what
    cover = cover.format(It=capitalised(named), what=what, light=look["light"], palette=look["palette"])
    return Shot(_spaced(sentences), _spaced([cover]))


def _brief_enough(topic: Topic) -> Topic:
    if topic.kind is Kind.OWN_WORDS or len(topic.text) <= MENTION_LIMIT:
        return topic
    fitting = [form for form in shortenings(topic.text) if len(form.text) <= MENTION_LIMIT]
    best = max(fitting, key=lambda form: (form.sound, form.kept), default=None)
    text = best.text if best is not None else topic.text[:MENTION_LIMIT].rsplit(" ", 1)[0]
    thing = _brief_enough(topic.thing) if topic.thing is not None else None
    return replace(topic, text=text, thing=thing)


def _scene(topic: Topic, family: Family, chance: Chance, turn: Turn) -> Scene:
    """The scene whose turn it is: scenes that show the topic first where it can be seen, else only the others."""
    seen = can_be_seen(topic, family)
    if topic.kind is Kind.STATEMENT:
        fitting = [Scene(shot, topic.text, hook, place) for shot, place, hook in _finishes()["moment"]["scenes"]]
    else:
        fitting = [scene for scene in family.scenes if seen or not scene.shows_it]
    if len(fitting) < _FEWEST_SCENES:
        fitting += [scene for scene in families()[-1].scenes if not scene.shows_it]
    order = sorted(chance.order(fitting, "scene"), key=lambda scene: seen and not scene.shows_it)
    fresh = [scene for scene in order if not _was_used(scene, turn.tried)]
    again = [scene for scene in order if scene not in fresh]
    return (fresh + again)[turn.number % len(order)] if fresh else order[turn.step % len(order)]


def _was_used(scene: Scene, tried: Iterable[str]) -> bool:
    return any(scene.hook in prompt for prompt in tried)


def _what(scene: Scene, topic: Topic, family: Family) -> str:
    return scene.what.replace("{it}", topic.sight) if can_be_seen(topic, family) else scene.what


def _lead(shot: str, what: str, scene: Scene, topic: Topic, family: Family) -> str:
    if topic.kind is Kind.STATEMENT:
        return f"{shot} in which {what}"
    if can_be_seen(topic, family) and scene.shows_it:
        return f"{shot} of {what}"
    return f"{shot} illustrating {topic.mention}: {what}"


def _suits(light: str, place: str) -> bool:
    """False for morning light at a night stall, and for candles at noon."""
    night, day = _NIGHT.search(place), _DAY.search(place)
    return not (night and _DAY.search(light)) and not (day and _NIGHT.search(light))


def _changed(look: dict[str, str], turn: Turn) -> dict[str, str]:
    """The look with what the complaints asked for."""
    if "brighter" in turn.wishes:
        look["light"] = ("bright, even light that leaves nothing in shadow", "clear high sun with a white bounce")[
            turn.step % 2
        ]
    if "livelier" in turn.wishes:
        look["camera"] = ("fast push-in with movement in every frame", "quick orbit that never comes to rest")[
            turn.step % 2
        ]
    return look


def _emphasis(topic: Topic, wishes: frozenset[str]) -> Iterable[str]:
    if "nearer" in wishes:
        yield f"Everything in the frame points to {topic.mention}."
    if "stronger" in wishes:
        yield "It begins at the peak of the action, with nothing before it."


def _spaced(sentences: Sequence[str]) -> str:
    return " ".join(" ".join(sentences).split())
