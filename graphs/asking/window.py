"""What fits into a model's window: references with shorter descriptions first, fewer references only then."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...prompts import fence
from ...prompts.fence import JSONValue
from ...prompts.text import visible
from ...tools.references.types import Reference, RetrievedReference, Side
from .images import ImageRate

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

DESCRIPTIONS = (240, 150, 80, 0)
"""Characters of a description that are shown, as many as fit."""
TITLE = 300
"""Characters of a title that are shown."""
TAG = 100
"""Characters of a tag that are shown."""
SHORTEST_TITLE = 120
"""Characters of a title where no description fits."""
MOST_FOR_REPLY = 8_000
"""Tokens that are kept free for the reply and what is thought before it; at most a quarter of the window."""
_AROUND = 8
"""Tokens that a chat template puts around a message."""
_LEAST = 64
"""Tokens that a reply may always have: a prompt is counted too high where it is estimated."""
_AMPLE = 8

_Shown = tuple[Side, dict[str, JSONValue]]


def estimated_tokens(text: str) -> int:
    """About how many tokens `text` has, rather too many: a token for every three bytes of UTF-8."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


@dataclass(frozen=True, slots=True)
class Window:
    """How much a model takes in, and how that is counted."""

    tokens: int = 32_000
    count: Callable[[str], int] = estimated_tokens
    """The model's own tokenizer where it is at hand; else the estimate, and notices say so."""
    assumed: bool = False
    """True when nobody said how many tokens the model takes in."""
    limits: bool = False
    """True for a model that is told with each call how long its reply may get."""
    pictures: ImageRate | None = None
    """What it reads pictures as; None for a model that is shown none."""

    def within(self, tokens: int) -> Window:
        """The same where a server has said since that it takes in so many tokens; 0 for a server that has not."""
        return replace(self, tokens=tokens, assumed=False) if 0 < tokens < self.tokens else self

    @property
    def room(self) -> int:
        """Tokens for the prompt."""
        return self.tokens - min(MOST_FOR_REPLY, self.tokens // 4)

    def tokens_of(self, messages: Sequence[BaseMessage]) -> int:
        """Tokens of messages, their pictures among them."""
        pictures = self.pictures.of(messages) if self.pictures else 0
        return pictures + sum(self.count(one.text) for one in messages)

    @property
    def shown_again(self) -> int:
        """Characters of a reply that fit in again beside the next one."""
        return 3 * (self.tokens - self.room) // 2

    @property
    def size(self) -> str:
        """How large it is and how that is known, for notices."""
        by_estimate = ", by estimate" if self.count is estimated_tokens else ""
        return f"{self.tokens:,} tokens{', assumed: set llm_window' if self.assumed else ''}{by_estimate}"


@dataclass(frozen=True, slots=True)
class ReplyRoom:
    """How long a reply may get: what is left of the window beside the prompt, and no more than its form needs."""

    window: Window = Window()
    size: int = 0
    """Tokens that a reply of this form takes at most; 0 for as many as it likes."""

    def most(self, prompt: Sequence[str], *, ample: bool = False, beside: int = 0) -> int:
        """Tokens for the reply to these messages, 0 for no limit; `ample` is for one that was cut off, or thinks.

        `beside` are tokens of the prompt that are no text.
        """
        if not self.window.limits or not self.size:
            return 0
        left = self.window.tokens - beside - sum(self.window.count(text) + _AROUND for text in prompt)
        return max(_LEAST, min(left, self.size * (_AMPLE if ample else 1)))


def fit_references(references: Sequence[RetrievedReference], taken: int, window: Window) -> tuple[JSONValue, list[str]]:
    """The references as a prompt shows them, both sides, nearest first, and a notice where not all of it fits.

    `taken` is the number of tokens of everything else in the prompt.
    """
    room = window.room - taken

    def fits(shown: Sequence[_Shown]) -> bool:
        return window.count(fence("references", _sides(shown))) <= room

    tagged = len({found.reference.tag for found in references}) > 1
    whole = [(found.side, _whole(found.reference, tagged=tagged)) for found in references]
    if fits(whole):
        return _sides(whole), []
    level = bisect_left(DESCRIPTIONS, True, lo=1, key=lambda limit: fits(_described(whole, limit)))
    if level < len(DESCRIPTIONS):
        limit = DESCRIPTIONS[level]
        return _sides(_described(whole, limit)), _notices(references, len(references), limit, window)
    alike = sorted(range(len(references)), key=lambda place: -references[place].similarity)
    bare = _described(whole, 0)
    nearest = [bare[place] for place in alike]
    kept = bisect_left(range(1, len(nearest)), True, key=lambda count: not fits(nearest[:count]))
    return _sides(nearest[:kept]) if kept else None, _notices(references, kept, 0, window)


def _notices(references: Sequence[RetrievedReference], kept: int, limit: int, window: Window) -> list[str]:
    cut = f"their descriptions were cut to {limit} characters" if limit else "their descriptions were left out"
    fewer = f", and the {len(references) - kept} least alike with them" if kept < len(references) else ""
    return [f"the {len(references)} references do not fit the model's window ({window.size}): {cut}{fewer}"]


def _described(whole: Sequence[_Shown], limit: int) -> list[_Shown]:
    """The references with at most `limit` characters of description each."""
    if not limit:
        return [(side, _bare(reference)) for side, reference in whole]
    return [(side, reference | _description(reference, limit)) for side, reference in whole]


def _bare(reference: dict[str, JSONValue]) -> dict[str, JSONValue]:
    kept = {name: value for name, value in reference.items() if name != "description"}
    return kept | {"title": _cut(str(reference["title"]), SHORTEST_TITLE)}


def _description(reference: dict[str, JSONValue], limit: int) -> dict[str, JSONValue]:
    return {"description": _cut(str(reference["description"]), limit)} if "description" in reference else {}


def _sides(shown: Sequence[_Shown]) -> JSONValue:
    sides: dict[str, JSONValue] = {}
    for side in Side:
        if found := [reference for on, reference in shown if on is side]:
            sides[side.value] = [*found]
    return sides


def _whole(reference: Reference, *, tagged: bool) -> dict[str, JSONValue]:
    """All of a reference that a prompt may show; its tag where they are not all of one."""
    shown: dict[str, JSONValue] = {"title": shortened(reference.title, TITLE), "comments": reference.comments}
    if tagged:
        shown["tag"] = shortened(reference.tag, TAG)
    longest = DESCRIPTIONS[0]
    parts = (part[: 2 * longest] for part in (reference.cover_description, reference.description) if part)
    if description := shortened(" ".join(parts), longest):
        shown["description"] = description
    return shown


def shortened(text: str, limit: int) -> str:
    """The start of `text` on one line, without hidden characters, in at most `limit` characters, by whole words."""
    return _cut(visible(" ".join(text[: 2 * limit].split())).strip(), limit)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    whole = text[:limit].rpartition(" ")[0]
    return f"{whole if 2 * len(whole) > limit else text[: limit - 1]}…"
