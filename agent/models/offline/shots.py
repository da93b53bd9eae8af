"""Shots: a paragraph that a camera, or a video model, could follow for three seconds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from .chance import Chance
from .characters import clipped
from .families import Family, Scene
from .looks import choose_look
from .scenes import Turn, choose_scene
from .shortening import shortenings
from .titles import capitalised
from .topic import Kind, Topic
from .traits import can_be_seen

MENTION_LIMIT = 110


@dataclass(frozen=True, slots=True)
class Shot:
    """The texts that a renderer gets."""

    video_prompt: str
    cover_prompt: str


@cache
def _finishes(table: str) -> dict[str, list[str]]:
    tables: dict[str, dict[str, list[str]]] = tomllib.loads(
        (files(__package__) / "finishes.toml").read_text(encoding="utf-8")
    )
    return tables[table]


def write_shot(topic: Topic, family: Family, angle: str, chance: Chance, turn: Turn) -> Shot:
    """The shot for the title with `angle`."""
    topic = _brief_enough(topic)
    scene = choose_scene(topic, family, chance, turn)
    look = choose_look(family, scene, chance, turn)
    seen = can_be_seen(topic, family)
    what = scene.what.replace("{it}", topic.sight) if seen else scene.what
    size = "Extreme close-up" if "stronger" in turn.wishes and turn.step % 2 else scene.shot
    sentences = [
        f"{_lead(size, what, scene, topic, seen=seen)}, {scene.place}.",
        f"In the first second, {scene.hook}.",
        f"{capitalised(look.light)}, {look.palette}.",
        f"{capitalised(look.camera)}; {look.texture}.",
        *_emphasis(topic, turn.wishes),
        f"{chance.pick(_finishes('angle')[angle], angle, turn.step)}.",
        chance.pick(_finishes("readable")["silent"], "silent", turn.step),
        "One shot, 3 seconds.",
    ]
    cover = chance.pick(_finishes("cover")["of"], "cover", turn.step)
    named = capitalised(topic.sight if seen else what)
    return Shot(_spaced(sentences), cover.format(It=named, what=what, light=look.light, palette=look.palette))


def _brief_enough(topic: Topic) -> Topic:
    if len(topic.text) <= MENTION_LIMIT:
        return topic
    fitting = [form for form in shortenings(topic.text) if len(form.text) <= MENTION_LIMIT]
    best = max(fitting, key=lambda form: (form.sound, form.kept), default=None)
    own = topic.kind is Kind.OWN_WORDS or best is None
    text = clipped(topic.text, MENTION_LIMIT) if own or best is None else best.text
    thing = _brief_enough(topic.thing) if topic.thing is not None else None
    return replace(topic, text=text, thing=thing)


def _lead(size: str, what: str, scene: Scene, topic: Topic, *, seen: bool) -> str:
    if topic.kind is Kind.STATEMENT:
        return f"{size} in which {topic.text}" if what == topic.text else f"{size} that tells how {topic.text}: {what}"
    if seen and scene.shows_it:
        return f"{size} of {what}"
    return f"{size} illustrating {topic.mention}: {what}"


def _emphasis(topic: Topic, wishes: frozenset[str]) -> Iterable[str]:
    if "nearer" in wishes:
        yield f"Everything in the frame points to {topic.mention}."
    if "stronger" in wishes:
        yield "It begins at the peak of the action, with nothing before it."


def _spaced(sentences: Sequence[str]) -> str:
    return " ".join(" ".join(sentences).split())
