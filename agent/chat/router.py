"""The offline router: a chat model by its seam, a table of rules in truth, so that a session needs no key."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable

from .board import board_of, turn_of
from .phrases import read

NAME = "offline router (fixed rules, not a language model)"
HELP = (
    f"I am the {NAME}. I know a few kinds of sentences and nothing else:\n"
    "  make something about street tacos\n"
    "  three hooks about street tacos\n"
    "  shorter title\n"
    "  why is it that low?\n"
    "  render the second with animatic\n"
    "  score Tacos at 2 am\n"
    "  what works for street food?\n"
    "  what did we do yesterday about biryani?\n"
    "For a real conversation choose a language model: /model openai:gpt-4o"
)
_GREETING = re.compile(r"(?i)^\s*(hi|hello|hey|help|thanks|thank you|what can you do|who are you)\b")

Data = Mapping[str, Any]


class OfflineRouter(BaseChatModel):
    """Answers a line with the call of a tool that a rule names for it, and a result with a sentence.

    Deterministic but for the day it asks about as `yesterday`. No tokens are counted, since none are used.
    """

    @property
    def _llm_type(self) -> str:
        return "offline-router"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": NAME}

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """The same: its rules know the tools already."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=_answer(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = _answer(messages)
        calls: list[Any] = [
            {
                "name": call["name"],
                "args": json.dumps(call["args"], ensure_ascii=False),
                "id": call["id"],
                "index": place,
            }
            for place, call in enumerate(answer.tool_calls)
        ]
        pieces = re.findall(r"\S+\s*|\s+", answer.text)
        for piece in pieces or [""]:
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        if calls:
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=calls))


def _answer(messages: Sequence[BaseMessage]) -> AIMessage:
    turn = turn_of(messages)
    answers = [message for message in turn if isinstance(message, ToolMessage)]
    if answers:
        return AIMessage(" ".join(filter(None, (_sentence(answer) for answer in answers))))
    line = turn[0].text if turn else ""
    if _GREETING.search(line) or not line.strip():
        return AIMessage(HELP)
    wish = read(line, board_of(messages), datetime.now().astimezone().date())
    if wish is None:
        return AIMessage(f"No rule of mine fits that line.\n{HELP}")
    if not wish.tool:
        return AIMessage(wish.text)
    call = {"name": wish.tool, "args": dict(wish.arguments or {}), "id": f"call-{uuid.uuid4().hex[:12]}"}
    return AIMessage("", tool_calls=[{**call, "type": "tool_call"}])


def _sentence(answer: ToolMessage) -> str:
    """What a result comes to, in a sentence."""
    data = answer.artifact
    if answer.status == "error" or not isinstance(data, Mapping):
        return "That did not work; what is wrong stands above."
    return _SENTENCES[str(answer.name)](data)


def _percentile(data: Data) -> str:
    return f"above {data['score']['percentile']:.0f} % of {data['score']['against']}"


def _drafts_said(data: Data) -> str:
    best = data["drafts"][0]
    return (
        f"“{best['title']}” is the best of {len(data['drafts'])}: {_percentile(best)}. "
        "Next: `why is it that low?`, `shorter title`, or `render the first`."
    )


def _explained(data: Data) -> str:
    words = sorted(data["words"], key=lambda one: one["change"])
    if not words:
        return f"{_percentile(data).capitalize()}; the title is one word, so no word can be taken away."
    worst, best = words[0], words[-1]
    return (
        f"Most for it does {best['without']!r} (x{2 ** best['change']:.2f} on comments), least {worst['without']!r} "
        f"(x{2 ** worst['change']:.2f}). Next: `shorter title`, or `three hooks`."
    )


def _made(data: Data) -> str:
    verdict = "accepted" if data["accepted"] else f"below the threshold of {data['threshold']:g}"
    return f"Done: “{data['title']}”, {_percentile(data)}, {verdict}. /open shows the clip, /trace what happened."


def _shown(data: Data) -> str:
    return _made(data) if data["finished"] else f"That run is not finished: {data['status']}."


_SENTENCES: dict[str, Callable[[Data], str]] = {
    "find_references": lambda data: f"{len(data['references'])} references. Next: `draft {data['query']}`.",
    "draft_video": _drafts_said,
    "compare_drafts": _drafts_said,
    "score_popularity": lambda data: f"“{data['title']}”: {_percentile(data)}. Next: `why?`",
    "explain_score": _explained,
    "render_video": lambda data: f"Rendered with {data['video']['renderer']}. /open shows the clip.",
    "make_video": _made,
    "list_runs": lambda data: f"{len(data['runs'])} found." if data["runs"] else "Nothing of that kind was made.",
    "show_run": _shown,
}
