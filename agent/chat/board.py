"""What a conversation has brought so far, read from its messages: drafts, clips and runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from ..toolbox.drafts import DraftText, ScoredDraft
from ..toolbox.tool_result import FinishedRun, Listed, RenderedClip, ToolResult
from .answers import results_in

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Message = TypeVar("Message", bound="BaseMessage")


@dataclass(frozen=True, slots=True)
class Board:
    """Drafts, clips and runs, the latest last."""

    drafts: tuple[ScoredDraft, ...] = ()
    """The drafts of the last call that brought any, best first, as people number them."""
    chosen: DraftText | None = None
    """The draft that was spoken of last; None before the first."""
    request: str = ""
    """What was last asked of a tool that drafts."""
    clips: tuple[RenderedClip, ...] = ()
    runs: tuple[FinishedRun, ...] = ()
    """Those that were made or shown."""
    scored: tuple[ScoredDraft, ...] = ()
    """Every draft with a score."""


def board_of(messages: Iterable[BaseMessage]) -> Board:
    """The board after these messages."""
    board = Board()
    for result in results_in(messages):
        board = _with(board, result)
    return board


def turn_of(messages: Sequence[Message]) -> list[Message]:
    """The messages of the last turn: the person's last one, and all after it."""
    start = next((at for at in range(len(messages) - 1, -1, -1) if messages[at].type == "human"), 0)
    return list(messages[start:])


def recent(messages: Sequence[Message], turns: int = 2) -> list[Message]:
    """The messages of the last turns, whole."""
    starts = [at for at, message in enumerate(messages) if message.type == "human"]
    return list(messages[starts[-turns] if len(starts) >= turns else 0 :])


def _with(board: Board, result: ToolResult) -> Board:
    brought = result.brings()
    if brought is None:
        return board
    lists = brought.listed is Listed.YES or (brought.listed is Listed.IF_NONE_IS and not board.drafts)
    chosen = brought.drafts[0] if brought.drafts else None
    return Board(
        drafts=brought.drafts if lists else board.drafts,
        chosen=_same(board, brought.rendered) if brought.rendered else chosen,
        request=result.about() or board.request,
        clips=(*board.clips, *([brought.clip] if brought.clip else [])),
        runs=(*board.runs, *([brought.run] if brought.run else [])),
        scored=board.scored + brought.drafts,
    )


def _same(board: Board, rendered: DraftText) -> DraftText:
    """A draft that was rendered, with its tag and score where it is on the board."""
    own = next((one for one in board.drafts if one.title == rendered.title), None)
    return replace(own, video_prompt=rendered.video_prompt) if own else rendered
