"""A turn that breaks off: the error that a person is told, and the answers with which its thread can go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, ToolMessage
from langgraph.errors import GraphRecursionError

from ...errors import BudgetError, PopcornError, unforeseen
from ..wiring.chat_models import translate_model_error
from .board import turn_of

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage

MORE_MONEY = "Allow more with `/cost 10` or --max-cost."
STOPPED = "(stopped by the person)"


def missing_answers(messages: Sequence[AnyMessage], why: str) -> list[AnyMessage]:
    """What the last turn lacks: `why` for each call that has no answer, and as what the speaker said last."""
    turn = turn_of(messages)
    if not turn or (turn[-1].type == "ai" and not turn[-1].tool_calls):
        return []
    answered = {message.tool_call_id for message in turn if isinstance(message, ToolMessage)}
    calls = [call for message in turn if isinstance(message, AIMessage) for call in message.tool_calls]
    missing: list[AnyMessage] = [
        ToolMessage(why, tool_call_id=str(call["id"]), name=call["name"], status="error")
        for call in calls
        if call["id"] not in answered
    ]
    return [*missing, AIMessage(why)]


def turn_error(exc: Exception) -> PopcornError:
    """The error as one of ours, with a way out that a session has."""
    if isinstance(exc, GraphRecursionError):
        return BudgetError("the model took too many steps in one turn", hint="Ask again in smaller steps.")
    if isinstance(exc, BudgetError) and "--resume" in exc.hint:
        exc.hint = MORE_MONEY
    return exc if isinstance(exc, PopcornError) else translate_model_error(exc) or unforeseen(exc)
