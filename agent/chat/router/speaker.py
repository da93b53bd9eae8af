"""The offline router: a chat model by its seam, a table of rules in truth, so that a session needs no key."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable

from ....graphs.asking.capabilities import AsksInText
from ..best_draft import best_of
from ..board import board_of, turn_of
from ..without_terminal import without_terminal
from .openings import HELPED, opened, subject_to_ask_about
from .phrases import read
from .sentences import told
from .typos import mended
from .wishes import Wish, bare

NAME = "offline router (fixed rules, not a language model)"
HELP = (
    f"I am the {NAME}. I know a few kinds of sentences and nothing else:\n"
    "  make something about street tacos\n"
    "  three hooks about street tacos\n"
    "  shorter title\n"
    "  why is it low?\n"
    "  render the second with animatic\n"
    "  make it square\n"
    "  caption and hashtags for it\n"
    "  score Tacos at 2 am\n"
    "  what works for street food?\n"
    "  what did we do yesterday about biryani?\n"
    "  it got 420 comments in three days\n"
    "For a real conversation choose a language model: /model openai:gpt-4o"
)
_HELP_BEGINS = HELP.splitlines()[0]
_SHORT = f"I am the {NAME}; `help` lists what I know."
_NO_RULE = "No rule of mine fits that line."
_ASKED = "Did you mean: "
_SUBJECT_WORDS = 20
"""Words of the longest line that may be meant as a subject."""
_HELP = re.compile(r"(?i)(?:help|what can you do|what do you do|who are you|what are you)[\s.!?]*$")
_GREETING = re.compile(r"(?i)(?:hi|hello|hey|good (?:morning|evening|day))\b")
_ONLY_GREETING = re.compile(rf"{_GREETING.pattern}(?:[ ,]+(?:again|there|you|robot|popcorn))*[\s.!]*$")
_THANKS = re.compile(
    r"(?i)(?:(?:many )?thanks|thank you|thx|cheers|great|nice|cool|perfect|well done|good)"
    r"(?: (?:one|job|work|a lot|so much|very much|you))*[\s.!]*$"
)
_YES = re.compile(r"(?i)(?:yes|yep|yeah|y|ok(?:ay)?|sure)\b[\s.!,]*(?:please)?[\s.!]*$")


class OfflineRouter(AsksInText, BaseChatModel):
    """Answers a line with the call of a tool that a rule names for it, and a result with a sentence.

    Deterministic but for the day it asks about as `yesterday`. No tokens are counted, since none are used.
    """

    served: bool = False
    """The person has no terminal: none of its commands are named."""
    notice: str = ""
    """What is said before the first answer of a conversation; empty for nothing."""

    def _answer(self, messages: Sequence[BaseMessage]) -> AIMessage:
        answer = _answer(messages)
        text = without_terminal(answer.text) if self.served else answer.text
        if self.notice and not any(self.notice in message.text for message in messages):
            text = f"{self.notice}\n\n{text}".strip()
        return answer.model_copy(update={"content": text})

    @property
    def _llm_type(self) -> str:
        return "offline-router"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": NAME}

    @property
    def takes_tools(self) -> bool:
        """Yes: it calls those that its rules know."""
        return True

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
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages)
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
    before = messages[: len(messages) - len(turn)]
    line = turn[0].text if turn else ""
    answers = [message for message in turn if isinstance(message, ToolMessage)]
    if answers:
        return AIMessage(told(answers, before, line))
    wish = _wish(line, before)
    arguments = [dict(wish.arguments or {}), *map(dict, wish.more)] if wish.tool else []
    calls = [
        {"name": wish.tool, "args": one, "id": f"call-{uuid.uuid4().hex[:12]}", "type": "tool_call"}
        for one in arguments
    ]
    return AIMessage(wish.text, tool_calls=calls)


def _wish(line: str, before: Sequence[BaseMessage]) -> Wish:
    """What the line asks for; what there is to say of it where that is nothing."""
    if (asked := _asked(before)) and _YES.match(line):
        line = asked
    if _HELP.match(line):
        return Wish(text=HELP)
    if opening := opened(line):
        return Wish(text=HELP if opening == HELPED else opening)
    right, sure = mended(" ".join(line.split()))
    wish = None if _ONLY_GREETING.match(line) else _read(right if sure else line, before)
    if wish and sure and right != " ".join(line.split()):
        return replace(wish, text=f"I read that as: {right}\n{wish.text}".strip())
    if wish:
        return wish
    if _THANKS.match(line):
        return Wish(text="You are welcome.")
    greeted = bool(_GREETING.match(line)) or not line.strip()
    if not greeted and not sure and _read(right, before):
        return Wish(text=f"{_NO_RULE} {_ASKED}`{right}`?")
    helped = any(_HELP_BEGINS in message.text for message in before)
    if greeted:
        return Wish(text=_SHORT if helped else HELP)
    known = " `help` lists what I know. " if helped else f"\n{HELP}\n"
    words = subject_to_ask_about(line)
    if not words or len(words.split()) > _SUBJECT_WORDS or "`" in words:
        return Wish(text=f"{_NO_RULE}{known.rstrip()}")
    return Wish(text=f"{_NO_RULE}{known}{_ASKED}`make something about {words}`?")


def _read(line: str, before: Sequence[BaseMessage]) -> Wish | None:
    return read(line, board_of(before), datetime.now().astimezone().date(), best_of(before)) if bare(line) else None


def _asked(before: Sequence[BaseMessage]) -> str:
    """The line that was asked about last, if nothing was said since."""
    said = before[-1].text if before else ""
    found = re.search(rf"{_ASKED}`(.+)`\?$", said)
    return found[1] if found else ""
