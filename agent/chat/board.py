"""What a conversation has brought so far, read from its messages: drafts, clips and runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Message = TypeVar("Message", bound="BaseMessage")
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """Drafts, clips and runs, the latest last."""

    drafts: tuple[Data, ...] = ()
    """The drafts of the last call that brought any, best first, as people number them."""
    chosen: Data | None = None
    """The draft that was spoken of last; None before the first."""
    request: str = ""
    """What was last asked of a tool that drafts."""
    clips: tuple[Data, ...] = ()
    """`title`, `path` and `cover` of each rendered clip."""
    runs: tuple[Data, ...] = ()
    """`run_id`, `title` and `percentile` of each run that was made."""
    scored: tuple[Data, ...] = field(default=())
    """`title` and `percentile` of every draft with a score."""


def board_of(messages: Iterable[BaseMessage]) -> Board:
    """The board after these messages."""
    board = Board()
    for message in messages:
        data = getattr(message, "artifact", None)
        if message.type == "tool" and isinstance(data, Mapping):
            board = _with(board, str(getattr(message, "name", "")), data)
    return board


def turn_of(messages: Sequence[Message]) -> list[Message]:
    """The messages of the last turn: the person's last one, and all after it."""
    start = next((at for at in range(len(messages) - 1, -1, -1) if messages[at].type == "human"), 0)
    return list(messages[start:])


def recent(messages: Sequence[Message], turns: int = 2) -> list[Message]:
    """The messages of the last turns, whole."""
    starts = [at for at, message in enumerate(messages) if message.type == "human"]
    return list(messages[starts[-turns] if len(starts) >= turns else 0 :])


def _with(board: Board, name: str, data: Data) -> Board:
    changes: dict[str, Any] = {}
    if name in {"draft_video", "compare_drafts"}:
        drafts = tuple(data["drafts"])
        changes = {"drafts": drafts, "chosen": drafts[0] if drafts else None}
        changes["scored"] = board.scored + tuple(_scored(one) for one in drafts)
        changes["request"] = data.get("request", board.request)
    elif name in {"score_popularity", "explain_score"}:
        changes = {"chosen": data, "scored": (*board.scored, _scored(data))}
    elif name == "render_video":
        changes = {"chosen": {**_same(board, data), **data}, "clips": (*board.clips, _clip(data))}
    elif name in {"make_video", "show_run"} and data.get("score"):
        own = {name: data[name] for name in ("title", "video_prompt", "score")} | {"tag": (data["tags"] or [""])[0]}
        run = {"run_id": data["run_id"], "title": data["title"], "percentile": data["score"]["percentile"]}
        changes = {"chosen": own, "clips": (*board.clips, _clip(data)), "runs": (*board.runs, run)}
        changes |= {"request": data["request"], "scored": (*board.scored, _scored(data))}
        changes |= {"drafts": (own,)} if name == "make_video" or not board.drafts else {}
    kept = {one: getattr(board, one) for one in Board.__slots__}
    return Board(**kept | changes)


def _same(board: Board, data: Data) -> Data:
    """The draft that was rendered, where it is on the board."""
    return next((one for one in board.drafts if one["title"] == data["title"]), {})


def _scored(data: Data) -> Data:
    return {"title": data["title"], "percentile": data["score"]["percentile"]}


def _clip(data: Data) -> Data:
    return {"title": data["title"], "path": data["video"]["path"], "cover": data["cover"]["path"]}
