"""The forms of a model's answers about an ad."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ...tools.editing.types import Line, Role
from ..asking.texts import Text
from .policy import MOST_LINES

LONGEST_SCRIPT = 400
"""Characters of one line; nobody says more over a clip of eight seconds."""
Script = Annotated[Text, Field(max_length=LONGEST_SCRIPT)]


class LineReply(BaseModel):
    """One line as a model writes it."""

    clip: int
    script: Script
    subtitles: list[Text] = Field(default_factory=list, max_length=60)
    role: Literal["hook", "demo", "proof", "offer", "call to act"]

    def line(self) -> Line:
        """The line as the graph has it; its subtitles are cut afterwards."""
        return Line(self.clip, self.script, Role(self.role), tuple(self.subtitles))


class PlanReply(BaseModel):
    """The answer to ad_plan."""

    lines: list[LineReply] = Field(min_length=1, max_length=MOST_LINES)


class ScriptReply(BaseModel):
    """The answer to ad_script."""

    script: Annotated[Text, Field(max_length=LONGEST_SCRIPT * MOST_LINES)]


def reply_tokens() -> int:
    """About how many tokens a plan takes at most: the texts twice, and the JSON around them."""
    return 60 * MOST_LINES * 2
