"""What stands around every call of a tool: caps, a person's consent, a time limit, and an end for every failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain.agents.middleware.types import AgentMiddleware
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.errors import GraphBubbleUp
from langgraph.types import Command, interrupt

from ...errors import BudgetError, PopcornError, RequestError, StoppedError, StoreError, unforeseen
from ...settings import debugging
from ..toolbox.caps import Ledger, TooManyRendersError
from ..toolbox.sendable_result import LONGEST, cut, sendable
from ..toolbox.table import known_tool
from ..toolbox.tools.make_ad import make_ad
from ..toolbox.tools.make_video import make_video
from ..wiring.background import in_background
from .board import turn_of
from .langchain_tools import CALL
from .model_replies import refuse_wrong
from .without_terminal import without_terminal

if TYPE_CHECKING:
    from langchain.agents.middleware.types import ToolCallRequest

    from ...tools.video.types import Estimate

Handler = Callable[["ToolCallRequest"], Awaitable["ToolMessage | Command[Any]"]]
Estimator = Callable[[str, Mapping[str, Any]], "Estimate | None"]
Agreeing = Callable[[str, Mapping[str, Any]], None]
"""Told of a call that a person agreed to although it may buy something a second time."""
Telling = Callable[["Estimate"], None]
"""Told of an estimate that a person is asked about and that says what may be bought a second time."""

CALLS = 25
"""Tool calls in one turn, after which a model is taken to go in circles."""
MISTAKES = 3
"""Calls of one turn whose arguments did not fit, after which the model is told to stop trying."""
_LOG = logging.getLogger(__name__)
_AGAIN = "Mend the arguments and try again."
_ONLY_IF_ANY = frozenset({"doubt", "doubts", "question"})
"""What is said of an estimate only where there is something."""
_FINAL = "Do not call it again in this turn; tell the person what happened and what they can do."


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a call may take, after which it is given up."""

    quick: float = 180
    """For what only looks things up; the first call of a session loads models."""
    slow: float = 3600
    """For what drafts or renders."""

    def of(self, name: str) -> float:
        """The limit of a tool."""
        tool = known_tool(name)
        return self.slow if tool and tool.spends else self.quick


class Guard(AgentMiddleware[Any, Any]):
    """Runs the calls of one session."""

    def __init__(
        self,
        ledger: Ledger,
        estimate: Estimator,
        agree: Agreeing,
        tell: Telling,
        patience: Patience,
        *,
        consents: bool,
        served: bool = False,
        clean: Callable[[str], str] = sendable,
    ) -> None:
        """`consents`: the person has agreed beforehand to whatever is dear. `clean` takes out what nobody may read.

        `served`: the person has no terminal, so that no way out is named that only a terminal has.
        """
        super().__init__()
        self._clean, self._served = clean, served
        self._ledger, self._estimate, self._agree, self._tell = ledger, estimate, agree, tell
        self._patience = patience
        self._consents = consents

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage | Command[Any]:
        """Run one call. Raises BudgetError, StoppedError and StoreError; every other failure is told to the model."""
        name = request.tool_call["name"]
        try:
            if self._is_too_many(request):
                return self._message(request, f"{name} was not called: {CALLS} calls are the most of a turn.", _FINAL)
            refuse_wrong(request)
            estimate = None
            tool = known_tool(name)
            if tool and tool.asks:
                estimate = await in_background(self._estimate, name, request.tool_call["args"])
                try:
                    agreed, refusal = self._agreed(request, estimate)
                except GraphBubbleUp:  # the person is asked now; after their answer the call comes here once more
                    if estimate is not None and estimate.doubt:
                        await in_background(self._tell, estimate)
                    raise
                if refusal is not None:
                    return refusal
                if agreed is not request:  # edited: what was estimated is not what will be made
                    estimate = await in_background(self._estimate, name, agreed.tool_call["args"])
                elif estimate is not None and estimate.doubt:
                    await in_background(self._agree, name, agreed.tool_call["args"])
                request = agreed
            return await self._run(request, handler, estimate)
        except (GraphBubbleUp, asyncio.CancelledError):
            raise
        except TooManyRendersError as exc:  # the turn goes on, and so do other calls at the same time
            return self._message(request, f"{name} was not called: {self._sentence(exc)}", _FINAL)
        except (BudgetError, StoppedError, StoreError):
            raise
        except Exception as exc:  # a tool may fail in any way; the model is told, the log has the rest
            return self._message(request, *self._failure(request, exc))

    async def _run(
        self, request: ToolCallRequest, handler: Handler, estimate: Estimate | None
    ) -> ToolMessage | Command[Any]:
        name = request.tool_call["name"]
        CALL.set(str(request.tool_call["id"]))
        limit = self._patience.of(name)
        try:
            with self._ledger.rendering(estimate):
                async with asyncio.timeout(limit) as timer:
                    return self._bounded(await handler(request))
        except TimeoutError as exc:
            if not timer.expired():
                raise
            raise PopcornError(f"{name} gave no answer for {limit:g} s and was given up") from exc

    def _message(self, request: ToolCallRequest, text: str, advice: str) -> ToolMessage:
        """What happened, for both; `advice` is for the model alone."""
        call = request.tool_call
        shown = cut(self._clean(sendable(text)), LONGEST)
        names = {"tool_call_id": str(call["id"]), "name": call["name"], "status": "error"}
        return ToolMessage(f"{shown} {advice}", additional_kwargs={"shown": shown}, **names)

    def _bounded(self, answer: ToolMessage | Command[Any]) -> ToolMessage | Command[Any]:
        """The answer with nothing in it that cannot be sent."""
        if isinstance(answer, ToolMessage):
            return answer.model_copy(update={"content": cut(self._clean(sendable(answer.text)), LONGEST)})
        return answer

    def _is_too_many(self, request: ToolCallRequest) -> bool:
        """Whether the turn has had its calls before this one. Raises BudgetError when nothing more may be used."""
        self._ledger.check()
        turn = turn_of(request.state["messages"])
        asked = [str(call["id"]) for one in turn if isinstance(one, AIMessage) for call in one.tool_calls]
        if sum(one.type == "tool" for one in turn) >= CALLS:
            raise BudgetError(
                f"the model called tools {CALLS} times in one turn without coming to an answer",
                hint="Ask again in smaller steps, or choose another model with /model.",
            )
        return str(request.tool_call["id"]) not in asked[:CALLS]

    def _agreed(
        self, request: ToolCallRequest, estimate: Estimate | None
    ) -> tuple[ToolCallRequest, ToolMessage | None]:
        """The call as the person wants it, and what the model is told when they do not want it."""
        call = request.tool_call
        if estimate is None or not estimate.is_dear or (self._consents and not estimate.doubt):
            return request, None
        self._ledger.check_render(estimate.cost_usd, estimate.clips)
        facts = asdict(replace(estimate, doubts=()))
        would_take = {name: value for name, value in facts.items() if value or name not in _ONLY_IF_ANY}
        asked = {"call": call["id"], "name": call["name"], "arguments": call["args"], "estimate": would_take}
        answer = interrupt(asked)
        if answer["type"] == "edit":
            return request.override(tool_call={**call, "args": {**call["args"], **answer["arguments"]}}), None
        if answer["type"] == "approve":
            return request, None
        why = f": {answer['reason']}" if answer.get("reason") else ""
        return request, self._message(request, f"The person declined this call{why}.", _FINAL)

    def _failure(self, request: ToolCallRequest, exc: Exception) -> tuple[str, str]:
        """What happened, and what the model is told to do: to mend its arguments, or to leave it."""
        name = request.tool_call["name"]
        if isinstance(exc, RequestError) and _mistakes(request) < MISTAKES:
            return f"{name} was called in a wrong way: {self._sentence(exc)}", _AGAIN
        if not isinstance(exc, PopcornError):
            _LOG.log(logging.WARNING if debugging() else logging.INFO, "%s failed", name, exc_info=exc)
            exc = unforeseen(exc)
        again = f'{name if name == make_ad.name else make_video.name}(resume="{exc.run_id}")'
        unfinished = f" Its run {exc.run_id} can be gone on with: {again}." if exc.run_id else ""
        return f"{name} failed: {self._sentence(exc)}{unfinished}", _FINAL

    def _sentence(self, exc: Exception) -> str:
        """Message and hint as two sentences."""
        hint = exc.hint if isinstance(exc, PopcornError) else ""
        parts = [str(exc), without_terminal(hint) if self._served else hint]
        neat = [part.strip().rstrip(".") for part in parts if part.strip()]
        return " ".join(f"{part[:1].upper() if number else part[:1]}{part[1:]}." for number, part in enumerate(neat))


def _mistakes(request: ToolCallRequest) -> int:
    """Calls of this turn that were told to be wrong."""
    turn = turn_of(request.state["messages"])
    return sum(isinstance(one, ToolMessage) and one.status == "error" for one in turn)
