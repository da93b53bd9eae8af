"""A conversation as a piece of the page: what was said as plain text, what tools gave as cards with their clips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agent.chat.answers import summary_in
from ..agent.toolbox.score_phrases import one_line
from ..agent.toolbox.table import label, tool_of
from ..tools.video.types import Estimate
from .fragments import fragment

if TYPE_CHECKING:
    from ..agent.chat.events import Asked
    from ..agent.toolbox.tool_result import Summary
    from .service import Visitor

Piece = Mapping[str, Any]
_LONGEST = 300
"""Characters of an argument in a question."""


def transcript(visitor: Visitor, messages: Iterable[Any]) -> str:
    """All that was said, as HTML; empty for nothing."""
    pieces: list[Piece] = []
    for message in messages:
        if message.type == "human":
            pieces.append(person(message.text))
        elif message.type == "tool":
            given, shown = summary_in(message), message.additional_kwargs.get("shown", "")
            pieces.append(card(visitor, str(message.name), replace(given, told=str(shown)) if shown else given))
        elif message.text:
            pieces.append(said(message.text))
    return conversation(pieces, "What was said")


def conversation(pieces: Sequence[Piece], called: str) -> str:
    """Pieces of a conversation as HTML; empty for none."""
    return fragment("talk.html", pieces=pieces, label=called) if pieces else ""


def question(asked: Asked) -> str:
    """A call that waits for consent: what it is, and what it would take, as HTML."""
    given = [
        f"{name.replace('_', ' ')}: {one_line(str(value), _LONGEST)}"
        for name, value in asked.arguments.items()
        if value not in ("", None, -1, 0)
    ]
    summary = Estimate(**asked.estimate).summary
    return fragment("question.html", head=f"{label(asked.name)}? {summary}", lines=given)


def person(text: str) -> Piece:
    """What a person said."""
    return {"kind": "person", "text": text}


def said(text: str) -> Piece:
    """What the model said."""
    return {"kind": "said", "text": text}


def card(visitor: Visitor, name: str, given: Summary) -> Piece:
    """What a tool gave."""
    facts = {**asdict(given), "rows": [asdict(row) for row in given.rows]}
    return facts | {
        "kind": "card",
        "label": label(name),
        "clip": visitor.address(given.path) if given.path.endswith(".mp4") else "",
        "cover": _cover(visitor, Path(given.path)) if given.path.endswith(".mp4") else "",
    }


def _cover(visitor: Visitor, clip: Path) -> str:
    """The address of the picture beside a clip; empty where there is none."""
    beside = (clip.with_name(f"{clip.stem}-cover.jpg"), clip.with_name("cover.jpg"))
    return next((visitor.address(str(one)) for one in beside if one.is_file()), "")


def card_of(visitor: Visitor, name: str, data: Mapping[str, Any]) -> Piece:
    """The same of the result that just came."""
    return card(visitor, name, tool_of(name).read(data).summary())
