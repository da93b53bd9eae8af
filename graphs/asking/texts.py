"""Texts in a reply, as every schema takes them: stripped, without characters that cannot be shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from ...prompts.text import visible


def shown(value: object) -> object:
    """A text without characters that cannot be shown; anything else as it is."""
    return visible(value) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(shown)]


class TextsReply(BaseModel):
    """The answer to shorten: texts in the order in which they were asked for."""

    texts: list[Text] = Field(min_length=1, max_length=60)
