"""A run as OpenTelemetry spans in OTLP JSON, after the semantic conventions for generative AI.

The run is an `invoke_workflow` span with its nodes in it, a turn of a conversation `invoke_agent`; model calls are
client spans `chat MODEL`, tool calls `execute_tool NAME`; a score is a `gen_ai.evaluation.result` event.
Source: opentelemetry.io, semantic conventions for generative client AI spans, agent spans and events (development).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from opentelemetry.exporter.otlp.json.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as gen_ai
from opentelemetry.semconv.attributes import error_attributes
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from ...redaction import scrubber
from ...settings import Settings
from ...tools.popularity.standing import briefly, read_score, whole
from ...version import VERSION
from ..runs.run_store import Kind, Run, RunStore
from .run_finder import read_story
from .story import Call, Phase, Story, Visit

if TYPE_CHECKING:
    from opentelemetry.util.types import AttributeValue

_WORKFLOW, _AGENT = "create", "chat"
_ROLES = {"human": "user", "ai": "assistant"}
"""LangChain's names of roles, as the conventions have them; the others are the same."""
_HERE = {"offline", "hf"}
"""Providers that run in this process."""


def otlp(store: RunStore, run: Run, settings: Settings) -> dict[str, Any]:
    """The run as OTLP JSON has it: what an OpenTelemetry collector takes at /v1/traces."""
    record: dict[str, Any] = encode_spans(list(spans(read_story(store, run, scrubber())))).to_dict()
    return record


def spans(story: Story) -> Iterator[ReadableSpan]:
    """The run's span, those of its nodes, and those of their calls; each turn of a conversation is a trace of its own.

    The same run gives the same ids.
    """
    if story.run.kind is Kind.CHAT:
        for number in range(len(story.walks)):
            yield from _turn(story, number)
        return
    run, maker = story.run, _Maker(story.run.run_id, story.run.run_id)
    attributes = {
        gen_ai.GEN_AI_OPERATION_NAME: gen_ai.GenAiOperationNameValues.INVOKE_WORKFLOW.value,
        gen_ai.GEN_AI_WORKFLOW_NAME: _WORKFLOW,
        gen_ai.GEN_AI_CONVERSATION_ID: run.run_id,
        "popcorn.request": run.request,
        "popcorn.parent": run.parent,
    }
    times = (_nanoseconds(run.created), _last_end(story.visits, run.updated))
    root, status = maker.context(run.run_id), _status(story.phase, story.error)
    yield maker.span(f"invoke_workflow {_WORKFLOW}", root, None, attributes=attributes, times=times, status=status)
    for visit in story.visits:
        yield from _visit(maker, story, visit, root)


def _turn(story: Story, number: int) -> Iterator[ReadableSpan]:
    """A turn of a conversation, and all that happened in it."""
    run, visits = story.run, [visit for visit in story.visits if visit.walk == number]
    maker = _Maker(f"{run.run_id} {number}", run.run_id)
    attributes = {
        gen_ai.GEN_AI_OPERATION_NAME: gen_ai.GenAiOperationNameValues.INVOKE_AGENT.value,
        gen_ai.GEN_AI_AGENT_NAME: _AGENT,
        gen_ai.GEN_AI_CONVERSATION_ID: run.run_id,
        "popcorn.request": story.said[number],
    }
    began, last = story.walks[number], number == len(story.walks) - 1
    times = (_nanoseconds(began), _last_end(visits, began))
    root, status = maker.context("turn"), _status(story.phase, story.error) if last else Status(StatusCode.OK)
    yield maker.span(f"invoke_agent {_AGENT}", root, None, attributes=attributes, times=times, status=status)
    for visit in visits:
        yield from _visit(maker, story, visit, root)


def _last_end(visits: Sequence[Visit], otherwise: str) -> int:
    return max((_end(visit.began, visit.seconds) for visit in visits), default=_nanoseconds(otherwise))


def _visit(made: _Maker, story: Story, visit: Visit, root: SpanContext) -> Iterator[ReadableSpan]:
    name = f"{visit.node}:{visit.number}"
    here = made.context(f"{name} {visit.began}")
    attributes: dict[str, Any] = {"popcorn.node": visit.node, "popcorn.visit": visit.number}
    error = story.error if visit.phase is Phase.FAILED else None
    times = (_nanoseconds(visit.began), _end(visit.began, visit.seconds))
    yield made.span(
        visit.node,
        here,
        root,
        attributes=attributes,
        times=times,
        status=_status(visit.phase, error),
        events=_evaluations(visit, times[1]),
    )
    for call in visit.calls:
        parent = made.context(call.inside) if call.inside else here
        yield _call(made, story.run, call, parent)


def _call(made: _Maker, run: Run, call: Call, parent: SpanContext) -> ReadableSpan:
    context = made.context(call.call)
    times = (_nanoseconds(call.began), _end(call.began, call.seconds))
    status = Status(StatusCode.ERROR, call.error) if call.phase is Phase.FAILED else Status()
    failed = {error_attributes.ERROR_TYPE: call.error.partition(":")[0]} if call.error else {}
    if call.tool:
        attributes = {
            gen_ai.GEN_AI_OPERATION_NAME: gen_ai.GenAiOperationNameValues.EXECUTE_TOOL.value,
            gen_ai.GEN_AI_TOOL_NAME: call.tool,
            gen_ai.GEN_AI_TOOL_CALL_ARGUMENTS: call.input,
            gen_ai.GEN_AI_TOOL_CALL_RESULT: call.output,
        }
        return made.span(
            f"execute_tool {call.tool}", context, parent, attributes=attributes | failed, times=times, status=status
        )
    provider = str(run.settings.get("llm") or "").partition(":")[0]
    kind = SpanKind.INTERNAL if provider in _HERE else SpanKind.CLIENT
    return made.span(
        f"chat {call.model}",
        context,
        parent,
        attributes=_chat(call, provider) | failed,
        times=times,
        status=status,
        kind=kind,
    )


def _chat(call: Call, provider: str) -> dict[str, Any]:
    """The attributes of a model call."""
    attributes = {
        gen_ai.GEN_AI_OPERATION_NAME: gen_ai.GenAiOperationNameValues.CHAT.value,
        gen_ai.GEN_AI_PROVIDER_NAME: provider,
        gen_ai.GEN_AI_REQUEST_MODEL: call.model,
        gen_ai.GEN_AI_RESPONSE_MODEL: call.answered_by,
        gen_ai.GEN_AI_OUTPUT_TYPE: "text" if call.form in {"", "text"} else "json",
        gen_ai.GEN_AI_INPUT_MESSAGES: json.dumps([_message(one) for one in call.messages], ensure_ascii=False),
        gen_ai.GEN_AI_RESPONSE_FINISH_REASONS: [call.finish] if call.finish else [],
        gen_ai.GEN_AI_REQUEST_TEMPERATURE: call.options.get("temperature"),
        gen_ai.GEN_AI_REQUEST_TOP_P: call.options.get("top_p"),
        gen_ai.GEN_AI_REQUEST_SEED: call.options.get("seed"),
        gen_ai.GEN_AI_REQUEST_MAX_TOKENS: call.options.get("max_tokens"),
        "popcorn.cost_usd": call.cost_usd,
        "popcorn.cached": call.cached or None,
    }
    if call.input_tokens or call.output_tokens:
        attributes[gen_ai.GEN_AI_USAGE_INPUT_TOKENS] = call.input_tokens
        attributes[gen_ai.GEN_AI_USAGE_OUTPUT_TOKENS] = call.output_tokens
    if call.phase is Phase.DONE:
        attributes[gen_ai.GEN_AI_OUTPUT_MESSAGES] = json.dumps([_answer(call)], ensure_ascii=False)
    return attributes


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    parts = [{"type": "text", "content": message["text"]}] if message["text"] else []
    parts += [_tool_call(call) for call in message.get("tool_calls", ())]
    return {"role": _ROLES.get(message["role"], message["role"]), "parts": parts}


def _answer(call: Call) -> dict[str, Any]:
    parts = [{"type": "reasoning", "content": call.reasoning}] if call.reasoning else []
    parts += [{"type": "text", "content": call.reply}] if call.reply else []
    parts += [_tool_call(one) for one in call.tool_calls]
    return {"role": "assistant", "parts": parts, "finish_reason": call.finish or "stop"}


def _tool_call(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "tool_call", "name": call["name"], "arguments": call["args"]}


def _evaluations(visit: Visit, at: int) -> list[Event]:
    """The attempts that a node brought, as results of an evaluation."""
    evaluations = []
    for attempt in visit.attempts:
        score = read_score(attempt["score"])
        attributes: dict[str, AttributeValue] = {
            gen_ai.GEN_AI_EVALUATION_NAME: "expected rank among 100 real videos",
            gen_ai.GEN_AI_EVALUATION_SCORE_LABEL: briefly(score),
            gen_ai.GEN_AI_EVALUATION_EXPLANATION: f"{whole(score)}; by {score.predictor}",
            "popcorn.title": str(attempt["title"]),
        }
        if score.percentile is not None:
            attributes[gen_ai.GEN_AI_EVALUATION_SCORE_VALUE] = float(score.percentile)
        evaluations.append(Event("gen_ai.evaluation.result", attributes, at))
    return evaluations


class _Maker:
    """Makes the spans of one trace, which share where they come from."""

    def __init__(self, trace: str, run_id: str) -> None:
        """`trace` names it."""
        self._trace = trace
        facts = {"service.name": "popcorn", "service.version": VERSION, "service.instance.id": run_id}
        self._resource = Resource(facts)
        self._scope = InstrumentationScope("popcorn", VERSION)

    def context(self, what: str) -> SpanContext:
        """Ids made of names, so that a run exported twice is one trace."""
        trace_id, span_id = (hashlib.sha256(text.encode()).digest() for text in (self._trace, f"{self._trace} {what}"))
        return SpanContext(
            int.from_bytes(trace_id[:16]),
            int.from_bytes(span_id[:8]),
            is_remote=False,
            trace_flags=TraceFlags(TraceFlags.SAMPLED),
        )

    def span(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        *,
        attributes: Mapping[str, Any],
        times: tuple[int, int],
        status: Status,
        events: list[Event] | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> ReadableSpan:
        """A span; attributes that are empty are left away."""
        return ReadableSpan(
            name=name,
            context=context,
            parent=parent,
            resource=self._resource,
            attributes={key: value for key, value in attributes.items() if value not in (None, "", [])},
            events=events or [],
            kind=kind,
            status=status,
            start_time=times[0],
            end_time=times[1],
            instrumentation_scope=self._scope,
        )


def _status(phase: Phase, error: Mapping[str, str] | None) -> Status:
    if phase is Phase.FAILED:
        return Status(StatusCode.ERROR, error["message"] if error else "")
    return Status(StatusCode.OK) if phase is Phase.DONE else Status()


def _nanoseconds(stamp: str) -> int:
    """A time of ISO 8601 since 1970, exact to the microsecond."""
    moment = datetime.fromisoformat(stamp)
    return (moment - datetime.fromtimestamp(0, moment.tzinfo)) // timedelta(microseconds=1) * 1000


def _end(began: str, took: float | None) -> int:
    return _nanoseconds(began) + int((took or 0) * 1e9)
