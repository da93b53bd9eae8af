"""What a chat model has to answer, and how its reply is read: by schema, with one round of repair."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, ValidationError

from ...errors import ModelReplyError
from ...prompts import fence, load
from ...prompts.text import visible
from .state import Draft, ModelCall, Thought

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage

TITLE_LENGTH = 50


def _visible(value: object) -> object:
    return visible(value) if isinstance(value, str) else value


def _one_line(text: str) -> str:
    if len(text.splitlines()) != 1:
        raise ValueError("must be a single line")
    return text


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH),
    AfterValidator(_one_line),
    BeforeValidator(_visible),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000),
    AfterValidator(_one_line),
    BeforeValidator(_visible),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), BeforeValidator(_visible)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(_visible)]


class DraftReply(BaseModel):
    """One draft as a model writes it."""

    title: Title
    video_prompt: Paragraph
    cover_prompt: Paragraph

    def draft(self) -> Draft:
        """The same as a value of the state."""
        return Draft(self.title, self.video_prompt, self.cover_prompt)


class DraftsReply(BaseModel):
    """The answer to draft and refine."""

    drafts: list[DraftReply] = Field(min_length=1, max_length=20)


class ThoughtReply(BaseModel):
    """One step of the reasoning as a model writes it."""

    step: Line
    text: Text

    def thought(self) -> Thought:
        """The same as a value of the state."""
        return Thought(self.step, self.text)


class ReasoningReply(BaseModel):
    """The answer to reason."""

    reasoning: list[ThoughtReply] = Field(min_length=1, max_length=20)


class PaperReply(ReasoningReply, DraftsReply):
    """The answer in paper mode: the reasoning and the draft in one reply."""


Reply = TypeVar("Reply", bound=BaseModel)


async def ask(
    model: BaseChatModel, messages: Sequence[BaseMessage], schema: type[Reply], call: ModelCall
) -> tuple[Reply, list[ModelCall]]:
    """The model's reply as `schema`, and the calls it took.

    `call` names node, model and prompt. A reply that does not fit is shown to the model once, with the
    complaint. Raises ModelReplyError when the second one does not fit either.
    """
    from langchain_core.messages import HumanMessage

    calls: list[ModelCall] = []
    conversation = list(messages)
    for prompt in (call.prompt, f"repair@{load('repair').digest}"):
        message = await model.ainvoke(conversation)
        calls.append(_record(message, call, prompt))
        try:
            return read(message.text, schema), calls
        except ValueError as exc:
            complaint = str(exc)
        conversation += [message, HumanMessage(load("repair").render({"complaint": fence("complaint", complaint)}))]
    raise ModelReplyError(
        f"the model {call.model!r} gave no usable reply to {call.node}: {complaint};"
        f" it began {calls[-1].reply[:200]!r}",
        hint="Ask again with another --seed, or choose another model with --llm.",
        stage=call.node,
        reply=calls[-1].reply,
    )


def read(text: str, schema: type[Reply]) -> Reply:
    """The last JSON object in `text` that fits `schema`. Raises ValueError with the first complaint."""
    complaint = "it holds no JSON object"
    fitting: Reply | None = None
    for found in _objects(text):
        try:
            fitting = schema.model_validate(found)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False)[0]
            complaint = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if fitting is None:
        raise ValueError(complaint)
    return fitting


def _objects(text: str) -> Iterator[object]:
    """Every outermost JSON object in `text`, whatever stands around it."""
    decoder, place = json.JSONDecoder(), text.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            place = text.find("{", place + 1)
        else:
            yield found
            place = text.find("{", end)


def _record(message: AIMessage, call: ModelCall, prompt: str) -> ModelCall:
    usage = message.usage_metadata
    return ModelCall(
        node=call.node,
        model=call.model,
        prompt=prompt,
        reply=message.text,
        input_tokens=usage["input_tokens"] if usage else 0,
        output_tokens=usage["output_tokens"] if usage else 0,
    )
