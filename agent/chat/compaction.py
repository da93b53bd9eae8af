"""What a model is shown of a long conversation: the last turns whole, and of all before them what has to be kept.

The whole conversation stays in the store; only what is sent becomes shorter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from langchain.agents.middleware.types import AgentMiddleware, AgentState
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langgraph.constants import TAG_NOSTREAM

from ...errors import TooLongError
from ...graphs.asking.capabilities import capabilities_of
from ...graphs.asking.window import Window
from ...prompts import fence, load
from ...prompts.fence import JSONValue
from ...prompts.text import visible
from ..toolbox.caps import Ledger
from ..toolbox.draft_results import standing_row
from ..toolbox.sendable_result import cut, sendable
from .board import Board, board_of

if TYPE_CHECKING:
    from langchain.agents.middleware.types import ModelRequest, ModelResponse
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AnyMessage

    Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]

MOST_SAID = 4_000
"""Characters of what is kept of a conversation in words."""
_MOST_KEPT = 12
"""Drafts, clips and runs that are kept of each kind, the latest."""
_LEAST_ROOM = 500
"""Tokens of what was said that are always shown, however little tools and instructions leave."""
_SHOWN = 600
"""Characters of one message that a summary is made from."""


class Digest(TypedDict):
    """What stands for the beginning of a conversation."""

    text: str
    """What was spoken of, in words."""
    covers: int
    """How many messages it stands for, from the first."""


class ChatState(AgentState[Any]):
    """What a thread saves."""

    digest: NotRequired[Digest]
    """Written by compaction; absent before the first."""


class Compaction(AgentMiddleware[ChatState, Any]):
    """Keeps what is sent inside the model's window."""

    state_schema = ChatState

    def __init__(
        self,
        model: BaseChatModel,
        window: Window,
        ledger: Ledger,
        *,
        words: bool,
        beside: int = 0,
        clean: Callable[[str], str] = sendable,
    ) -> None:
        """`words`: the model can summarise; without, only what is counted and named is kept.

        `beside` are the tokens of what is sent with every call: the tools and the instructions.
        `clean` takes out of its words what nobody may read.
        """
        super().__init__()
        self._model, self._opened_with, self._ledger, self._words = model, window, ledger, words
        self._beside, self._clean = beside, clean

    @property
    def _room(self) -> int:
        """Tokens for what was said, beside tools and instructions."""
        return max(self._window.room - self._beside, _LEAST_ROOM)

    @property
    def _window(self) -> Window:
        """The model's, as its server has said by now."""
        return self._opened_with.within(capabilities_of(self._model).named_window)

    async def abefore_model(self, state: ChatState, runtime: Any) -> dict[str, Any] | None:
        """Digest the beginning before the rest no longer fits."""
        messages, digest = state["messages"], state.get("digest")
        if self._size(shown(messages, digest)) + self._kept_size(messages, digest) <= self._room * 3 // 4:
            return None
        covers = self._cut(messages, digest["covers"] if digest else 0)
        if covers <= (digest["covers"] if digest else 0):
            return None
        return {"digest": await self.digest(messages, digest, covers)}

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Ask with what is left of the conversation. Raises BudgetError when nothing more may be spent.

        Where the server refuses it and says that it takes in less than was known, it is asked again with less.
        """
        self._ledger.check()
        state, known = cast("ChatState", request.state), self._window.tokens
        try:
            return await handler(self._shortened(request, state, state.get("digest")))
        except TooLongError:
            if self._window.tokens >= known:
                raise
            update = await self.abefore_model(state, request.runtime)
            if update is None:
                raise
        return await handler(self._shortened(request, state, update["digest"]))

    def _shortened(self, request: ModelRequest[Any], state: ChatState, digest: Digest | None) -> ModelRequest[Any]:
        """The request with the digest in place of what it stands for."""
        if digest is None:
            return request
        messages = state["messages"]
        kept = kept_text(board_of(messages[: digest["covers"]]), digest["text"])
        system = request.system_message.text if request.system_message else ""
        return request.override(
            messages=self._fitting(shown(messages, digest)), system_message=SystemMessage(f"{system}\n{kept}")
        )

    async def digest(self, messages: Sequence[AnyMessage], before: Digest | None, covers: int) -> Digest:
        """The digest of the first `covers` messages; what an earlier one said is a part of it."""
        spoken = [_told(message) for message in messages[before["covers"] if before else 0 : covers]]
        lines = ([before["text"]] if before else []) + [line for line in spoken if line]
        if not self._words:
            return Digest(text=_last("\n".join(lines), MOST_SAID), covers=covers)
        most = self._window.room * 2
        asked = load("digest").render({"data": fence("conversation", _last("\n".join(lines), most))})
        reply = await self._model.ainvoke([HumanMessage(asked)], {"tags": [TAG_NOSTREAM]})  # no word to the person
        summary = self._clean(sendable(reply.text)).strip()
        return Digest(text=cut(summary or _last("\n".join(lines), MOST_SAID), MOST_SAID), covers=covers)

    def _cut(self, messages: Sequence[AnyMessage], covered: int) -> int:
        """How many messages to digest, so that what stays takes about a third of the window.

        Best before words of the person; never between a call and its answer.
        """
        room = self._room // 3
        tails = list(accumulate(self._size([message]) for message in reversed(messages)))[::-1]
        places = range(covered + 1, len(messages))
        for kinds in ({"human"}, {"human", "ai"}):
            for at in places:
                if messages[at].type in kinds and tails[at] <= room:
                    return at
        return next((at for at in reversed(places) if messages[at].type in {"human", "ai"}), covered)

    def _fitting(self, messages: list[AnyMessage]) -> list[AnyMessage]:
        """The messages with long answers of tools cut, the oldest first, as far as the window asks for it."""
        fitted = list(messages)
        for at, message in enumerate(fitted):
            if self._size(fitted) <= self._room * 9 // 10:
                break
            if message.type == "tool":
                fitted[at] = message.model_copy(update={"content": cut(message.text, _SHOWN)})
        return fitted

    def _kept_size(self, messages: Sequence[AnyMessage], digest: Digest | None) -> int:
        if digest is None:
            return 0
        return self._window.count(kept_text(board_of(messages[: digest["covers"]]), digest["text"]))

    def _size(self, messages: Sequence[AnyMessage]) -> int:
        return sum(self._window.count(_whole(message)) + 8 for message in messages)


def shown(messages: Sequence[AnyMessage], digest: Digest | None) -> list[AnyMessage]:
    """The messages that a model is shown."""
    return list(messages[digest["covers"] if digest else 0 :])


def kept_text(board: Board, said: str) -> str:
    """What is kept of the beginning of a conversation, as a model reads it: drafts, scores and run ids by name."""
    kept: dict[str, JSONValue] = {
        "spoken_of": visible(said),
        "last_drafts": [{**one.arguments(), **standing_row(one.score)} for one in board.drafts[:_MOST_KEPT]],
        "scores": [{"title": one.title, **standing_row(one.score)} for one in board.scored[-_MOST_KEPT:]],
        "runs": [{"run_id": one.run_id, "title": one.title} for one in board.runs[-_MOST_KEPT:]],
        "rendered": [one.title for one in board.clips[-_MOST_KEPT:]],
    }
    filled: JSONValue = {name: value for name, value in kept.items() if value}
    return f"What came before in this conversation:\n{fence('before', filled)}"


def _told(message: AnyMessage) -> str:
    """A message in a line, for a digest."""
    who = {"human": "person", "ai": "assistant"}.get(message.type)
    text = " ".join(visible(message.text).split())
    return f"{who}: {cut(text, _SHOWN)}" if who and text else ""


def _whole(message: AnyMessage | AIMessage) -> str:
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    return message.text + (str(calls) if calls else "")


def _last(text: str, most: int) -> str:
    return text if len(text) <= most else f"...{text[-most + 3 :]}"
