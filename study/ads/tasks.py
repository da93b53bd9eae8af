"""The paper's four tasks as conversations: a question with its pictures, and the answer that people gave.

Source: VC-LLM (Qian et al.), section 3: remix (choose the ad's clips among others and order them), script prediction
(write what is said over ordered clips), script segmentation (cut that into subtitles), and the compound of the three,
which is the question of `popcorn ad make` word for word: graphs/ad/messages.py asks it there. A row is what TRL's SFT
takes: `messages`, whose parts `{"type": "image"}` stand for `images`, one after another.

Conventions: `words` of a clip, the paper's word count target, is how many its own line has, of a distractor in its own
ad; roles are those that rules read off lines (graphs/ad/roles.py); subtitles are cut by the paper's rule, not as
somebody cut them. With Z each clip has its note in the place of what a person says of footage. Segmentation has no Z,
since its question holds the whole script, and no pictures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ...graphs.ad.messages import clip_facts, label_of, plan_blocks, product_facts
from ...graphs.ad.roles import roles_of
from ...graphs.ad.state import AdPlan
from ...graphs.asking.fitting import fenced
from ...graphs.asking.lengths import spoken_units
from ...languages import name_of
from ...prompts import load
from ...prompts.fence import JSONValue
from ...tools.editing.subtitles import segments
from ...tools.footage.types import FootageClip
from .finished_ads import AdClip
from .samples import Sample


class Task(StrEnum):
    """What is asked."""

    REMIX = "remix"
    SCRIPT = "script"
    SEGMENTATION = "segmentation"
    COMPOUND = "compound"


_TEMPLATES = {
    Task.REMIX: "ad_remix",
    Task.SCRIPT: "ad_lines",
    Task.SEGMENTATION: "ad_segments",
    Task.COMPOUND: "ad_plan",
}
WITH_Z = frozenset({Task.REMIX, Task.SCRIPT, Task.COMPOUND})
"""The tasks that have a variant with the supplementary information."""
Pictures = Callable[[AdClip], Sequence[str]]
"""The names of a clip's picture files."""
Notes = Mapping[tuple[str, int], str]
"""Z by ad and place."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One task on one sample, as clips that a model is shown."""

    sample: Sample
    task: Task
    notes: Notes | None = None
    """None for the variant without Z."""

    @property
    def shown(self) -> Sample:
        """With the distractors where they are to be told apart."""
        return self.sample if self.task in (Task.REMIX, Task.COMPOUND) else self.sample.without_distractors()

    def footage(self) -> list[FootageClip]:
        """The clips as footage that nobody has cut: without what is said, laid over and wrong with them."""
        return [self._as_footage(number, clip) for number, clip in enumerate(self.shown.candidates, 1)]

    def _as_footage(self, number: int, clip: AdClip) -> FootageClip:
        note = "" if self.notes is None else self.notes.get((clip.ad, clip.place), "")
        texts = tuple(text for text in clip.picture.texts if not text.burned)
        return replace(clip.picture, number=number, words=(), language="", texts=texts, flaws=(), twin=0, note=note)


def row(question: Question, pictures: Pictures) -> Row:
    """The task on a sample as TRL takes it."""
    task, shown = question.task, question.shown
    text = load(_TEMPLATES[task]).render({"data": fenced(_data(question))})
    content, images = [{"type": "text", "text": text}], list[str]()
    if task is not Task.SEGMENTATION:
        for number, clip in enumerate(shown.candidates, 1):
            names = pictures(clip)
            content += [{"type": "text", "text": label_of(number)}, *({"type": "image"} for _ in names)]
            images += names
    return {
        "id": f"{question.sample.name}#{task.value}{'' if question.notes is None else '-z'}",
        "task": task.value,
        "ad": question.sample.ad.name,
        "product": question.sample.ad.product_key,
        "order": question.sample.order,
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": load("ad_system").render({})}]},
            {"role": "user", "content": content},
            {
                "role": "assistant",
                "content": [{"type": "text", "text": json.dumps(_answer(question), ensure_ascii=False)}],
            },
        ],
        "images": images,
    }


def _data(question: Question) -> Mapping[str, JSONValue]:
    shown, task, ad = question.shown, question.task, question.sample.ad
    if task is Task.SEGMENTATION:
        lines: list[JSONValue] = [
            {"clip": number, "script": clip.script} for number, clip in enumerate(shown.candidates, 1)
        ]
        return {"task": _TEMPLATES[task], "language": name_of(ad.language), "lines": lines}
    footage, words = question.footage(), {number: _words(clip) for number, clip in enumerate(shown.candidates, 1)}
    if task is Task.COMPOUND:
        seconds = sum(clip.seconds for clip in ad.clips)
        plan = AdPlan(ad.product, Path(), ad.language or "en", clips=len(ad.clips), seconds=seconds)
        return plan_blocks(plan, footage, seconds, len(ad.clips), words)
    clips: list[JSONValue] = [clip_facts(clip, words[clip.number]) for clip in footage]
    data: dict[str, JSONValue] = {
        "task": _TEMPLATES[task],
        "product": product_facts(ad.product),
        "language": name_of(ad.language or "en"),
    }
    if task is Task.REMIX:
        return data | {"lines": len(shown.answer), "clips": clips}
    return data | {"order": list(shown.answer), "clips": clips}


def _answer(question: Question) -> Mapping[str, Any]:
    shown, language = question.shown, question.sample.ad.language
    if question.task is Task.REMIX:
        return {"clips": list(shown.answer)}
    if question.task is Task.SEGMENTATION:
        numbers: Iterable[int] = range(1, len(shown.candidates) + 1)
        return {
            "lines": [
                {"clip": number, "subtitles": segments(shown.clip(number).script, language)} for number in numbers
            ]
        }
    scripts = [shown.clip(number).script for number in shown.answer]
    if question.task is Task.SCRIPT:
        return {"lines": [{"clip": n, "script": script} for n, script in zip(shown.answer, scripts, strict=True)]}
    return {
        "lines": [
            {"clip": number, "script": script, "subtitles": segments(script, language), "role": role.value}
            for number, script, role in zip(shown.answer, scripts, roles_of(scripts), strict=True)
        ]
    }


def _words(clip: AdClip) -> int:
    return max(1, spoken_units(clip.script, clip.picture.language))
