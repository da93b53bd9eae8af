"""A run as OpenTelemetry's spans: written, and read again with OpenTelemetry's own types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto_json.collector.trace.v1.trace_service import ExportTraceServiceRequest
from popcorn.agent.runs.run_store import RunStore, Status
from popcorn.agent.trace.spans import otlp
from popcorn.secret_shapes import HIDDEN
from popcorn.settings import load_settings

SCORE = {
    "log2_comments": 10.0, "comments": 1024.0, "percentile": 75.0, "percentile_low": 40.0, "percentile_high": 92.0,
    "evidence": True, "against": "872 videos", "predictor": "p",
}  # fmt: skip


@pytest.fixture
def exported(tmp_path: Path) -> dict[str, Any]:
    """The spans of a run with a model call, a failed one and an attempt, by name."""
    store = RunStore(tmp_path)
    run = store.start("street tacos", {"llm": "deepseek:deepseek-chat"})
    call = {"task": "t", "node": "draft", "model": "deepseek-chat", "form": "json_object", "options": {"seed": 3}}
    said = {"messages": [{"role": "system", "text": "be kind"}, {"role": "human", "text": "Bearer abcdefghijkl"}]}
    told: list[dict[str, Any]] = [
        {"event": "run_started", "ts": "2026-01-01T00:00:00+00:00"},
        {"event": "node_started", "node": "draft", "task": "t", "ts": "2026-01-01T00:00:01.000002+00:00"},
        {"event": "model_started", "call": "a", **call, **said, "ts": "2026-01-01T00:00:01+00:00"},
        {"event": "model_failed", "call": "a", "seconds": 0.5, "error": "RateLimitError: slow down", "ts": ""},
        {"event": "model_started", "call": "b", **call, **said, "ts": "2026-01-01T00:00:02+00:00"},
        {"event": "model_finished", "call": "b", "seconds": 1.5, "reply": "{}", "reasoning": "hm", "finish": "stop",
         "input_tokens": 700, "output_tokens": 30, "cost_usd": 0.5, "answered_by": "deepseek-v3", "ts": ""},
        {"event": "node_finished", "node": "draft", "task": "t", "seconds": 3.25, "ts": ""},
        {"event": "attempt", "number": 1, "title": "Tacos", "score": SCORE, "ts": ""},
    ]  # fmt: skip
    for event in told:
        store.record(run.run_id, event)
    store.end(run.run_id, Status.DONE)
    text = json.dumps(otlp(store, store.find(run.run_id), load_settings(home=tmp_path)))
    read = ExportTraceServiceRequest.from_dict(json.loads(text))
    assert read.to_dict() == json.loads(text)
    (resource,) = json.loads(text)["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    return {f"{span['name']} {number}": span for number, span in enumerate(scope["spans"])}


def facts(span: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def test_a_run_is_one_trace_of_a_workflow_its_nodes_and_their_calls(exported: dict[str, Any]) -> None:
    assert list(exported) == ["invoke_workflow create 0", "draft 1", "chat deepseek-chat 2", "chat deepseek-chat 3"]
    run, node, *calls = exported.values()
    assert len({span["traceId"] for span in exported.values()}) == 1
    assert "parentSpanId" not in run
    assert node["parentSpanId"] == run["spanId"]
    assert {call["parentSpanId"] for call in calls} == {node["spanId"]}
    assert len(run["traceId"]) == 32
    assert len({span["spanId"] for span in exported.values()}) == 4
    assert int(node["startTimeUnixNano"]) == 1767225601000002000
    assert int(node["endTimeUnixNano"]) - int(node["startTimeUnixNano"]) == 3_250_000_000


def test_a_model_call_has_the_attributes_of_the_conventions(exported: dict[str, Any]) -> None:
    call = exported["chat deepseek-chat 3"]
    found = facts(call)
    assert call["kind"] == 3
    wanted = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "deepseek", "gen_ai.request.model": "deepseek-chat",
        "gen_ai.response.model": "deepseek-v3", "gen_ai.output.type": "json", "gen_ai.request.seed": "3",
        "gen_ai.usage.input_tokens": "700", "gen_ai.usage.output_tokens": "30",
    }  # fmt: skip
    assert wanted.items() <= found.items()
    assert json.loads(found["gen_ai.input.messages"]) == [
        {"role": "system", "parts": [{"type": "text", "content": "be kind"}]},
        {"role": "user", "parts": [{"type": "text", "content": f"Bearer {HIDDEN}"}]},
    ]
    (answer,) = json.loads(found["gen_ai.output.messages"])
    assert [part["type"] for part in answer["parts"]] == ["reasoning", "text"]
    assert (answer["role"], answer["finish_reason"]) == ("assistant", "stop")


def test_a_failed_call_is_an_error_with_its_type(exported: dict[str, Any]) -> None:
    call = exported["chat deepseek-chat 2"]
    assert call["status"] == {"code": 2, "message": "RateLimitError: slow down"}
    assert facts(call)["error.type"] == "RateLimitError"


def test_a_score_is_the_result_of_an_evaluation(exported: dict[str, Any]) -> None:
    (event,) = exported["draft 1"]["events"]
    assert event["name"] == "gen_ai.evaluation.result"
    assert facts(event)["gen_ai.evaluation.score.value"] == 75.0


def test_each_turn_of_a_conversation_is_a_trace_of_an_agent_with_the_calls_of_its_tools_in_them(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.conversation("20260101-000000-abcdef", "two hooks", {"llm": "offline"})
    task = {"node": "tools", "task": "t"}
    told: list[dict[str, Any]] = [
        {"event": "run_started", "request": "two hooks", "ts": "2026-01-01T00:00:00+00:00"},
        {"event": "node_started", **task, "ts": "2026-01-01T00:00:01+00:00"},
        {"event": "tool_started", "call": "a", **task, "tool": "draft_video", "ts": "2026-01-01T00:00:01+00:00"},
        {"event": "model_started", "call": "b", "inside": "a", **task, "model": "m", "ts": "2026-01-01T00:00:02+00:00"},
        {"event": "model_finished", "call": "b", "seconds": 1.0, "ts": ""},
        {"event": "tool_finished", "call": "a", "seconds": 3.0, "ts": ""},
        {"event": "node_finished", **task, "seconds": 3.0, "ts": ""},
        {"event": "run_started", "request": "shorter", "ts": "2026-01-02T00:00:00+00:00"},
    ]
    for event in told:
        store.record(run.run_id, event)
    store.end(run.run_id, Status.STOPPED)
    (resource,) = otlp(store, store.find(run.run_id), load_settings(home=tmp_path))["resourceSpans"]
    first, node, tool, model, second = resource["scopeSpans"][0]["spans"]
    assert [first["name"], tool["name"], model["name"]] == ["invoke_agent chat", "execute_tool draft_video", "chat m"]
    assert facts(first)["gen_ai.conversation.id"] == facts(second)["gen_ai.conversation.id"] == run.run_id
    assert [one["parentSpanId"] for one in (node, tool, model)] == [one["spanId"] for one in (first, node, tool)]
    assert first["traceId"] != second["traceId"]
    assert (facts(second)["popcorn.request"], second["name"]) == ("shorter", "invoke_agent chat")
