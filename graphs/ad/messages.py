"""What a model is asked about an ad: instructions, then the data behind its fence, then the pictures of the clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...languages import name_of
from ...prompts import load
from ...prompts.fence import JSONValue
from ..asking.fitting import fenced
from ..asking.images import ImageRate, image_part, size_of
from ..asking.lengths import counts_characters
from ..asking.window import Window, shortened
from .policy import length_of, lines_of, room_for, spread
from .state import AdPlan, AdState, MadeAd, Strategy

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from ...tools.editing.types import Product
    from ...tools.footage.types import FootageClip
    from .context import FootageReader

TEXTS = (400, 200, 80)
"""Characters of each text about a clip, as many as fit."""
LONGEST_FACT = 500
_FEWEST = 4
"""Clips that a prompt has at least."""
_SHARE_OF_PICTURES = 0.7
"""The part of a window that pictures may take."""


class Question(NamedTuple):
    """What is asked."""

    messages: list[BaseMessage]
    notices: list[str]
    clips: list[FootageClip]
    """Those that were shown."""
    images: int = 0


class Shown(NamedTuple):
    """A clip with its pictures, and the tokens that each is read as."""

    clip: FootageClip
    pictures: tuple[bytes, ...]
    counts: tuple[int, ...]

    @property
    def tokens(self) -> int:
        """Of all its pictures."""
        return sum(self.counts)


def template_of(plan: AdPlan) -> str:
    """The name of the prompt that a strategy asks with."""
    return "ad_script" if plan.strategy is Strategy.SCRIPT_FIRST else "ad_plan"


def plan_question(state: AdState, window: Window, rate: float, reader: FootageReader) -> Question:
    """What `write` asks; `rate` is how many words (characters) a second the voice says. Reads pictures of clips."""
    from langchain_core.messages import HumanMessage, SystemMessage

    system, template = load("ad_system").render({}), load(template_of(state.plan))
    shown, notices = _pictures(state, window, reader)
    taken = window.count(system + template.render({"data": ""})) + sum(one.tokens for one in shown)
    data, clips, more = _fitted(state, state.clips, rate, window, taken)
    kept = [one for one in shown if one.clip in clips]
    text = template.render({"data": data})
    content: Any = [{"type": "text", "text": text}, *_parts(kept)] if kept else text
    images = sum(len(one.pictures) for one in kept)
    return Question([SystemMessage(system), HumanMessage(content)], [*notices, *more], clips, images)


def _pictures(state: AdState, window: Window, reader: FootageReader) -> tuple[list[Shown], list[str]]:
    """Pictures of the clips, as many of each as the window holds of all; none for a model that reads no pictures.

    Where not even the middle frames of all fit, some clips are left to their words.
    """
    rate = window.pictures
    if rate is None or state.plan.strategy is Strategy.SCRIPT_FIRST:
        return [], []
    room = int(window.room * _SHARE_OF_PICTURES)
    shown = [
        _seen(clip, (reader.spatial(clip), *reader.temporal(clip)), rate)
        for clip in spread(state.clips, room // rate.tokens(996, 560))
    ]
    depth = max((len(one.counts) for one in shown), default=0)
    while depth > 1 and sum(sum(one.counts[:depth]) for one in shown) > room:
        depth -= 1
    taken = [one._replace(pictures=one.pictures[:depth], counts=one.counts[:depth]) for one in shown]
    while taken and sum(one.tokens for one in taken) > room:
        taken = spread(taken, len(taken) - 1)
    left = len(state.clips) - len(taken)
    told = f"pictures of {left} of {len(state.clips)} clips do not fit the model's window ({window.size}): words stand"
    return taken, [f"{told} for them"] if left else []


def _seen(clip: FootageClip, pictures: tuple[bytes, ...], rate: ImageRate) -> Shown:
    return Shown(clip, pictures, tuple(rate.tokens(*size_of(picture)) for picture in pictures))


def label_of(number: int) -> str:
    """What stands before a clip's pictures."""
    return f"Clip {number}:"


def _parts(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for one in shown:
        parts.append({"type": "text", "text": label_of(one.clip.number)})
        parts += [image_part(picture) for picture in one.pictures]
    return parts


def _fitted(
    state: AdState, clips: Sequence[FootageClip], rate: float, window: Window, taken: int
) -> tuple[str, list[FootageClip], list[str]]:
    """The data behind its fence, the clips in it, and a notice where texts were cut or clips left out."""
    wanted = state.plan.clips or 1
    for limit in TEXTS:
        data = fenced(_blocks(state, clips, rate, limit))
        if taken + window.count(data) <= window.room:
            cut = [] if limit == TEXTS[0] else [f"what is known of clips was cut to {limit} characters each"]
            return data, list(clips), cut
    kept = list(clips)
    while len(kept) > max(_FEWEST, wanted):
        kept = spread(kept, max(_FEWEST, wanted, len(kept) * 3 // 4))
        data = fenced(_blocks(state, kept, rate, TEXTS[-1]))
        if taken + window.count(data) <= window.room:
            break
    return data, kept, [f"{len(clips) - len(kept)} clips do not fit the model's window ({window.size})"]


def _blocks(state: AdState, clips: Sequence[FootageClip], rate: float, limit: int) -> Mapping[str, JSONValue]:
    plan = state.plan
    seconds = length_of(plan, state.clips)
    count = lines_of(plan, state.clips, seconds)
    words = {clip.number: words_for(clip, rate, seconds / count) for clip in clips}
    blocks = plan_blocks(plan, clips, seconds, count, words, limit)
    if plan.made:
        blocks |= {"variant": {"number": plan.variant}, "made": [_made(ad) for ad in plan.made]}
    if state.faults:
        blocks |= {"tried": [_line(line) for line in state.lines], "findings": list(state.faults)}
    return blocks


def plan_blocks(
    plan: AdPlan,
    clips: Sequence[FootageClip],
    seconds: float,
    count: int,
    words: Mapping[int, int],
    limit: int = TEXTS[0],
) -> dict[str, JSONValue]:
    """The data of a question before anything was tried: an ad of so many seconds and lines out of these clips.

    `words` says for each clip by its number how many are said over it; texts have at most `limit` characters.
    """
    blocks: dict[str, JSONValue] = {
        "task": template_of(plan),
        "product": product_facts(plan.product),
        "language": name_of(plan.language),
        "lines": count,
        "length": {"seconds": round(seconds, 1)},
        "twice": plan.repeats,
    }
    if plan.strategy is Strategy.CLIPS_FIRST:
        blocks["clips"] = [clip_facts(clip, words[clip.number], limit) for clip in clips]
    return blocks


def product_facts(product: Product) -> JSONValue:
    """A product as a prompt shows it."""
    named = {name: getattr(product, name) for name in ("name", "brand", "category", "price", "market")}
    known: dict[str, JSONValue] = {name: shortened(value, LONGEST_FACT) for name, value in named.items() if value}
    return known | {"facts": [shortened(fact, LONGEST_FACT) for fact in product.facts]}


def clip_facts(clip: FootageClip, words: int, limit: int = TEXTS[0]) -> JSONValue:
    """A clip as a prompt shows it, with how many words fit over it."""
    texts = {
        "description": clip.description,
        "note": clip.note,
        "seen": "; ".join(dict.fromkeys(text.text for text in clip.texts)),
        "heard": clip.speech,
    }
    shown: dict[str, JSONValue] = {
        "clip": clip.number,
        "seconds": round(clip.seconds, 1),
        "words": words,
    }
    shown |= {name: shortened(text, limit) for name, text in texts.items() if text.strip()}
    return shown | ({"flaws": [flaw.value for flaw in clip.flaws]} if clip.flaws else {})


def words_for(clip: FootageClip, rate: float, share: float) -> int:
    """The paper's word count target: what a voice of this rate says over the clip in its share of the ad."""
    return max(1, int(room_for(clip, share) * rate))


def _made(ad: MadeAd) -> JSONValue:
    return {"clips": [line.clip for line in ad.lines], "lines": [line.script for line in ad.lines]}


def _line(line: Any) -> JSONValue:
    return {"clip": line.clip, "script": line.script, "role": line.role.value}


def unit_name(language: str) -> str:
    """What a script is counted in."""
    return "characters" if counts_characters(language) else "words"
