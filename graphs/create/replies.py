"""What a chat model has to answer: the schemas that judge every reply."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, get_args

from annotated_types import MinLen
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    create_model,
    model_validator,
)

from ..asking.texts import Text, shown
from .labels import unlabelled
from .policy import needs_translation
from .state import Draft, Mode, Plan, Shot, Thought

TITLE_LENGTH = 50
STEPS = ("examine", "brainstorm", "outline", "check", "produce", "re-evaluate", "refine")
"""The seven steps of the reasoning."""


def _one_line(text: str) -> str:
    if len(text.splitlines()) != 1:
        raise ValueError("must be a single line")
    return text


def _at_most_one_line(text: str) -> str:
    return _one_line(text) if text else text


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH),
    AfterValidator(_one_line),
    BeforeValidator(unlabelled),
    BeforeValidator(shown),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000),
    AfterValidator(_one_line),
    BeforeValidator(unlabelled),
    BeforeValidator(shown),
]
Translation = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4_000),
    AfterValidator(_at_most_one_line),
    BeforeValidator(unlabelled),
    BeforeValidator(shown),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), BeforeValidator(shown)]


def _words(found: object) -> object:
    """Hashtags as a list, also where they stand in one text; what is no text is left out."""
    if isinstance(found, str):
        found = re.split(r"[\s,，、]+", found)
    return [word for word in found if isinstance(word, str) and word.strip()] if isinstance(found, list) else []


def _shot_texts(found: object) -> object:
    """The prompts of shots, also where each is an object with its prompt in it, or they are keyed by number."""
    if isinstance(found, dict):
        found = [*found.values()]
    if not isinstance(found, list):
        return found
    return [_prompt_in(one) if isinstance(one, dict) else one for one in found]


def _prompt_in(shot: Mapping[str, object]) -> object:
    texts = [value for value in shot.values() if isinstance(value, str)]
    return shot.get("video_prompt") or shot.get("prompt") or max(texts, key=len, default="")


Spoken = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=600),
    AfterValidator(_at_most_one_line),
    BeforeValidator(shown),
]
Caption = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), BeforeValidator(shown)]
Hashtags = Annotated[list[str], Field(max_length=30), BeforeValidator(_words)]
Shots = Annotated[list[Paragraph], BeforeValidator(_shot_texts)]
EnglishShots = Annotated[list[Translation], BeforeValidator(_shot_texts)]


class DraftReply(BaseModel):
    """One draft as a model writes it."""

    title: Title
    video_prompt: Paragraph
    cover_prompt: Paragraph

    def draft(self) -> Draft:
        """The same as a value of the state."""
        return Draft(self.title, self.video_prompt, self.cover_prompt)


class TranslatedDraftReply(DraftReply):
    """One draft in another language than English, with what a renderer reads that knows only English."""

    render_prompt: Translation = ""

    def draft(self) -> Draft:
        """The same as a value of the state."""
        return replace(super().draft(), render_prompt=self.render_prompt)


class SpokenDraftReply(DraftReply):
    """One draft with what a voice says."""

    line: Spoken = ""

    def draft(self) -> Draft:
        """The same as a value of the state."""
        return replace(super().draft(), line=self.line)


class PostedDraftReply(DraftReply):
    """One draft with the words of its post."""

    caption: Caption = ""
    hashtags: Hashtags = []

    def draft(self) -> Draft:
        """The same as a value of the state."""
        return replace(super().draft(), caption=self.caption, hashtags=tuple(self.hashtags))


def _without_whole(schema: dict[str, Any]) -> None:
    """A story is asked for shot by shot: its prompt as a whole is put together here."""
    for name in ("video_prompt", "render_prompt"):
        schema["properties"].pop(name, None)
        schema["required"] = [one for one in schema.get("required", []) if one != name]


class StoryDraftReply(DraftReply):
    """One draft with several shots; its video prompt is all of them."""

    model_config = ConfigDict(json_schema_extra=_without_whole)

    shots: Shots

    @model_validator(mode="before")
    @classmethod
    def _joined(cls, found: object) -> object:
        if not isinstance(found, dict):
            return found
        texts = _shot_texts(found.get("shots"))
        texts = [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
        return {**found, "shots": found.get("shots"), "video_prompt": " ".join(texts)[:4_000]} if texts else found

    def draft(self) -> Draft:
        """The same as a value of the state."""
        return replace(super().draft(), shots=tuple(Shot(text) for text in self.shots))


class TranslatedStoryReply(StoryDraftReply, TranslatedDraftReply):
    """A story in another language than English, with its shots in English as well."""

    render_shots: EnglishShots = []

    def draft(self) -> Draft:
        """The same as a value of the state."""
        english = [*self.render_shots, *[""] * len(self.shots)]
        shots = tuple(Shot(text, other) for text, other in zip(self.shots, english, strict=False))
        return replace(super().draft(), shots=shots, render_prompt=" ".join(filter(None, self.render_shots)))


class DraftsReply(BaseModel):
    """The answer to draft and refine."""

    drafts: Sequence[DraftReply] = Field(min_length=1, max_length=20)


class TranslatedDraftsReply(DraftsReply):
    """The answer to draft and refine in another language than English."""

    drafts: Sequence[TranslatedDraftReply] = Field(min_length=1, max_length=20)


class ThoughtReply(BaseModel):
    """One step of the reasoning."""

    step: Line
    text: Text

    def thought(self) -> Thought:
        """The same as a value of the state."""
        return Thought(self.step, self.text)


def _flat(schema: dict[str, Any], reply: type[BaseModel]) -> None:
    """Turn a schema that is asked for into a flat one: a text a step, then the parts of the one draft."""
    steps = {step: {"type": "string"} for step in STEPS} if issubclass(reply, ReasoningReply) else {}
    parts: dict[str, Any] = {}
    if issubclass(reply, DraftsReply):
        (draft,) = get_args(reply.model_fields["drafts"].annotation)
        parts = draft.model_json_schema()["properties"]
    schema |= {"properties": steps | parts}


class ReasoningReply(BaseModel):
    """The answer to reason, asked for flat, a text a step; a model that lists its steps is understood as well."""

    model_config = ConfigDict(json_schema_extra=lambda schema, reply: _flat(schema, reply))

    reasoning: list[ThoughtReply] = Field(min_length=1, max_length=20)


class PaperReply(ReasoningReply, DraftsReply):
    """The answer in paper mode, asked for flat: the reasoning and the draft in one reply."""


class TranslatedPaperReply(ReasoningReply, TranslatedDraftsReply):
    """The answer in paper mode in another language than English."""


class _FlatReply(BaseModel):
    """What is asked for flat."""

    model_config = ConfigDict(json_schema_extra=lambda schema, reply: _flat(schema, reply))


@cache
def of_count(schema: type[DraftsReply], count: int) -> type[DraftsReply]:
    """The schema, asked for with exactly so many drafts, one of them flat; a reply with others is judged as before."""
    if count == 1:
        flat: tuple[Any, ...] = (_FlatReply, schema)
        return create_model(schema.__name__, __base__=flat)
    asked = Field(min_length=1, max_length=20, json_schema_extra={"minItems": count, "maxItems": count})
    drafts: Any = schema.model_fields["drafts"].annotation
    return create_model(schema.__name__, __base__=schema, drafts=(drafts, asked))


def draft_schema(plan: Plan) -> type[DraftsReply]:
    """What `draft` is answered with."""
    if plan.mode is Mode.PAPER:
        return _asked(TranslatedPaperReply if needs_translation(plan.language) else PaperReply, parts_of(plan))
    return refine_schema(plan)


def refine_schema(plan: Plan) -> type[DraftsReply]:
    """What `refine` is answered with."""
    return _asked(TranslatedDraftsReply if needs_translation(plan.language) else DraftsReply, parts_of(plan))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a draft has beside title, shot and cover."""

    shots: int = 1
    spoken: bool = False
    posted: bool = False
    """Whether the words of a post are written with it; the published shape has none."""


def parts_of(plan: Plan) -> Parts:
    """What the drafts of a plan have."""
    return Parts(plan.shots, bool(plan.voice), plan.mode is not Mode.PAPER)


def shots_asked(schema: type[BaseModel]) -> int:
    """How many shots each draft of this answer has."""
    (draft,) = get_args(schema.model_fields["drafts"].annotation)
    if not issubclass(draft, StoryDraftReply):
        return 1
    return next((int(one.min_length) for one in draft.model_fields["shots"].metadata if isinstance(one, MinLen)), 1)


@cache
def _asked(schema: type[DraftsReply], parts: Parts) -> type[DraftsReply]:
    """The answer whose drafts have these parts."""
    if parts == Parts():
        return schema
    translated = issubclass(schema, TranslatedDraftsReply)
    fields: dict[str, Any] = {}
    bases: list[type[DraftReply]] = [*([PostedDraftReply] if parts.posted else [])]
    bases += [SpokenDraftReply] if parts.spoken else []
    if parts.shots > 1:
        bases.append(TranslatedStoryReply if translated else StoryDraftReply)
        fields["shots"] = (Shots, Field(min_length=parts.shots, max_length=parts.shots))
    elif translated:
        bases.append(TranslatedDraftReply)
    draft: Any = create_model("DraftReply", __base__=tuple(bases), **fields)
    asked: Any = (Sequence[draft], Field(min_length=1, max_length=20))
    return create_model(schema.__name__, __base__=schema, drafts=asked)
