"""What a chat model has to answer: the schemas that judge every reply."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model

from ..asking.texts import Text, shown
from .policy import needs_translation
from .state import Draft, Mode, Plan, Thought

TITLE_LENGTH = 50
STEPS = ("examine", "brainstorm", "outline", "check", "produce", "re-evaluate", "refine")
"""The seven steps of the reasoning."""
REASONING_TOKENS = 2_000
"""What seven steps of two to four sentences take, with room to spare."""
DRAFT_TOKENS = 600
"""The same of a draft, and half as much again where it is said in English as well."""
SHORT_DRAFT = 300
"""What a draft mostly takes: so many of them are asked for in one call as there is room for at this size."""


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
    BeforeValidator(shown),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000),
    AfterValidator(_one_line),
    BeforeValidator(shown),
]
Translation = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4_000),
    AfterValidator(_at_most_one_line),
    BeforeValidator(shown),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), BeforeValidator(shown)]


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
        return Draft(self.title, self.video_prompt, self.cover_prompt, self.render_prompt)


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
        draft = TranslatedDraftReply if issubclass(reply, TranslatedDraftsReply) else DraftReply
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


def reply_tokens(schema: type[BaseModel], count: int) -> int:
    """How many tokens a reply of this schema with so many drafts takes at most."""
    reasoning = REASONING_TOKENS if issubclass(schema, ReasoningReply) else 0
    if not issubclass(schema, DraftsReply):
        return reasoning
    each = DRAFT_TOKENS * 3 // 2 if issubclass(schema, TranslatedDraftsReply) else DRAFT_TOKENS
    return reasoning + count * each


def drafts_in(tokens: int, plan: Plan) -> int:
    """How many drafts a reply of so many tokens holds, one at least."""
    each = SHORT_DRAFT * 3 // 2 if needs_translation(plan.language) else SHORT_DRAFT
    return max(1, tokens // each)


@cache
def of_count(schema: type[DraftsReply], count: int) -> type[DraftsReply]:
    """The schema, asked for with exactly so many drafts, one of them flat; a reply with others is judged as before."""
    if count == 1:
        return create_model(schema.__name__, __base__=(_FlatReply, schema))  # type: ignore[arg-type]  # a mixin
    asked = Field(min_length=1, max_length=20, json_schema_extra={"minItems": count, "maxItems": count})
    drafts: Any = schema.model_fields["drafts"].annotation
    return create_model(schema.__name__, __base__=schema, drafts=(drafts, asked))


def draft_schema(plan: Plan) -> type[DraftsReply]:
    """What `draft` is answered with."""
    if plan.mode is Mode.PAPER:
        return TranslatedPaperReply if needs_translation(plan.language) else PaperReply
    return refine_schema(plan)


def refine_schema(plan: Plan) -> type[DraftsReply]:
    """What `refine` is answered with."""
    return TranslatedDraftsReply if needs_translation(plan.language) else DraftsReply
