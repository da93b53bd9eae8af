"""A run as its events tell it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.run_store import Run, RunStore, Status
from popcorn.agent.trace.graph_drawing import drawing
from popcorn.agent.trace.run_finder import ended, find_run, phase_of, read_story
from popcorn.agent.trace.story import Phase, Story, Visit, nested
from popcorn.agent.trace.story_builder import build_story
from popcorn.commands.views.trace import runs_view, story_view
from popcorn.errors import RequestError
from rich.console import Console

RUN = Run("20260101-000000-abcdef", "tacos", {}, Status.DONE, "2026-01-01T00:00:00+00:00")


def event(name: str, second: int = 0, **facts: Any) -> dict[str, Any]:
    return {"event": name, "run_id": RUN.run_id, "ts": f"2026-01-01T00:00:{second:02d}+00:00", **facts}


def story(phase: Phase, *events: dict[str, Any]) -> Story:
    return build_story(Story(RUN, phase), events)


def test_calls_belong_to_their_task_even_when_they_are_told_of_before_it() -> None:
    found = story(
        Phase.DONE,
        event("run_started"),
        event("model_started", 1, call="a", task="t1", node="draft", model="m", messages=[]),
        event("node_started", 2, node="draft", task="t1"),
        event("model_finished", 3, call="a", seconds=2.0, reply="{}", cut=["reply: 1 of 2 characters"]),
        event("node_finished", 3, node="draft", task="t1", seconds=2.5),
    )
    (visit,) = found.visits
    (call,) = visit.calls
    assert (visit.phase, visit.seconds, found.setup_seconds) == (Phase.DONE, 2.5, 2.0)
    assert (call.phase, call.model, call.reply, call.seconds) == (Phase.DONE, "m", "{}", 2.0)
    assert call.cut == ["reply: 1 of 2 characters"]


def test_calls_at_the_same_time_say_so_and_when_each_began() -> None:
    asked = {"task": "t1", "node": "draft", "model": "m"}
    found = story(
        Phase.DONE,
        event("run_started"),
        event("node_started", 10, node="draft", task="t1"),
        event("model_started", 10, call="a", **asked),
        event("model_started", 11, call="b", **asked),
        event("model_finished", 12, call="a", seconds=2.0),
        event("model_finished", 14, call="b", seconds=3.0),
        event("model_started", 14, call="c", **asked),
        event("model_finished", 15, call="c", seconds=1.0),
        event("node_finished", 15, node="draft", task="t1", seconds=5.0),
    )
    assert [(call.after, call.beside) for call in found.calls] == [(0.0, 1), (1.0, 1), (4.0, 0)]
    console = Console(width=80, record=True)
    console.print(story_view(found))
    shown = console.export_text()
    assert "m  3.0 s, began at 1.0 s beside 1 other" in shown
    assert "m  1.0 s\n" in "\n".join(line.rstrip() for line in shown.splitlines()) + "\n"


def test_a_step_that_was_killed_and_walked_again_is_two_visits() -> None:
    found = story(
        Phase.DONE,
        event("run_started"),
        event("node_started", 1, node="draft", task="t1"),
        event("model_started", 1, call="a", task="t1", node="draft", model="m"),
        event("run_started", 5),
        event("model_started", 6, call="b", task="t1", node="draft", model="m"),
        event("node_started", 6, node="draft", task="t1"),
        event("node_finished", 7, node="draft", task="t1", seconds=1.0),
    )
    assert [(visit.phase, visit.number) for visit in found.visits] == [(Phase.LEFT, 1), (Phase.DONE, 2)]
    assert [[call.call for call in visit.calls] for visit in found.visits] == [["a"], ["b"]]
    assert found.visits[0].calls[0].phase is Phase.LEFT
    assert len(found.walks) == 2


def test_an_error_is_that_of_the_node_it_happened_in_until_the_run_goes_on() -> None:
    events = [
        event("run_started"),
        event("node_started", 1, node="draft", task="t1"),
        event("error", 2, error={"code": "x", "message": "no reply", "hint": "", "stage": "draft"}),
    ]
    failed = story(Phase.FAILED, *events)
    assert failed.visits[0].phase is Phase.FAILED
    assert failed.error is not None
    assert failed.error["message"] == "no reply"
    assert story(Phase.DONE, *events, event("run_started", 5)).error is None


def test_a_run_of_before_calls_were_recorded_is_told_all_the_same() -> None:
    found = story(
        Phase.DONE,
        event("run_started"),
        event("node_started", 1, node="draft"),
        event("node_finished", 2, node="draft", seconds=1.0),
        event("attempt", 2, number=1, title="Tacos", score={"percentile": 61.0}),
    )
    assert found.visits[0].seconds == 1.0
    assert [attempt["title"] for attempt in found.attempts] == ["Tacos"]


def test_a_run_is_found_by_the_beginning_of_its_id_and_by_last(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with pytest.raises(RequestError, match="no run is stored yet"):
        find_run(store, "last")
    first, second = store.start("one", {}), store.start("two", {})
    assert find_run(store, first.run_id) == first
    assert find_run(store, "last").run_id == max(first, second, key=lambda run: run.created).run_id
    with pytest.raises(RequestError, match="'20' is the beginning of 2 runs"):
        find_run(store, "20")
    with pytest.raises(RequestError, match="there is no run 'tacos'"):
        find_run(store, "tacos")
    with pytest.raises(RequestError, match="there is no run ''"):
        find_run(store, "")


def test_the_calls_of_a_tool_come_right_after_it_and_beside_it() -> None:
    asked = {"task": "t1", "node": "draft"}
    found = story(
        Phase.DONE,
        event("run_started"),
        event("node_started", 1, node="draft", task="t1"),
        event("tool_started", 1, call="a", tool="explore", **asked),
        event("tool_started", 2, call="b", tool="look", **asked),
        event("model_started", 3, call="c", model="m", inside="a", **asked),
        event("model_started", 4, call="d", inside="c", **asked),
    )
    (visit,) = found.visits
    calls = [(call.name, within.name if within else "") for call, within in nested(visit)]
    assert calls == [("explore", ""), ("m", "explore"), ("a model", "m"), ("look", "")]


def test_a_run_costs_what_its_finished_model_calls_cost_and_nothing_certain_where_one_has_no_price() -> None:
    asked = {"task": "t1", "node": "draft"}
    events = [
        event("run_started"),
        event("node_started", 1, node="draft", task="t1"),
        event("tool_started", 1, call="a", tool="explore", **asked),
        event("tool_finished", 2, call="a", seconds=1.0),
        event("model_started", 2, call="b", model="m", **asked),
        event("model_finished", 3, call="b", seconds=1.0, cost_usd=0.25, input_tokens=7),
        event("model_started", 3, call="c", model="m", **asked),
        event("model_finished", 4, call="c", seconds=1.0, cost_usd=0.5),
        event("model_started", 4, call="d", model="m", **asked),
    ]
    found = story(Phase.LEFT, *events)
    assert found.cost_usd == 0.75
    assert [(call.input_tokens, call.output_tokens) for call in found.calls] == [(0, 0), (7, 0), (0, 0), (0, 0)]
    assert (found.begun, found.seconds) == (False, 0)
    unpriced = story(Phase.DONE, *events, event("model_finished", 5, call="d", seconds=1.0))
    assert unpriced.cost_usd is None


def test_a_story_knows_whether_a_node_has_finished_and_in_which_walk_each_visit_was() -> None:
    found = story(
        Phase.DONE,
        event("run_started"),
        event("node_started", 1, node="reason", task="t1"),
        event("node_finished", 3, node="reason", task="t1", seconds=2.0),
        event("run_started", 5),
        event("node_started", 6, node="draft", task="t2"),
        event("node_finished", 9, node="draft", task="t2", seconds=3.0),
    )
    assert found.begun
    assert [visit.walk for visit in found.visits] == [0, 1]
    assert found.seconds == 5.0
    assert Visit("draft", 1, RUN.created).walk == 0


def test_a_trace_that_reached_its_bound_is_told_as_such_and_another_is_not() -> None:
    events = [
        event("run_started"),
        event("node_started", 1, node="draft", task="t1"),
        event("node_finished", 2, node="draft", task="t1", seconds=1.0),
    ]
    said = "! the trace reached its bound: later events are without their texts"
    for found, full in (
        (story(Phase.DONE, *events), False),
        (story(Phase.DONE, *events, event("trace_cut", 3, most=1000)), True),
    ):
        console = Console(width=80, record=True)
        console.print(story_view(found))
        assert found.full is full
        assert (said in console.export_text()) is full


def test_a_run_that_says_it_runs_while_nobody_walks_it_was_left(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.start("tacos", {})
    assert phase_of(run, store) is Phase.LEFT
    with store.alone(run.run_id):
        assert phase_of(run, store) is Phase.UNDER_WAY
        assert read_story(store, run).phase is Phase.UNDER_WAY


def test_a_run_that_has_its_result_is_done_though_its_walk_was_left(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.start("tacos", {})
    store.end(run.run_id, Status.STOPPED)
    assert phase_of(store.find(run.run_id), store) is Phase.LEFT
    store.folder(run.run_id).mkdir(parents=True)
    (store.folder(run.run_id) / "result.json").write_text("{}")
    assert phase_of(store.find(run.run_id), store) is Phase.DONE


def test_a_run_that_was_left_was_stopped_or_killed() -> None:
    ends = {Status.STOPPED: "stopped", Status.RUNNING: "killed"}
    assert {status: ended(Phase.LEFT, replace(RUN, status=status)) for status in ends} == ends
    assert ended(Phase.FAILED, RUN) == "failed"


def test_a_drawing_marks_the_path_and_counts_what_came_twice() -> None:
    names = ["draft", "choose", "score", "refine", "choose"]
    events = [event("run_started")]
    for number, name in enumerate(names):
        events += [
            event("node_started", number, node=name, task=str(number)),
            event("node_finished", number, node=name, task=str(number), seconds=0.1),
        ]
    lines = drawing(story(Phase.LEFT, *events)).splitlines()
    assert "\tchoose(choose 2×)" in lines
    assert {"\tclass draft taken", "\tclass choose taken", "\tclass refine taken"} <= set(lines)
    assert "\tclass render taken" not in lines
    edges = [line for line in lines if "->" in line]
    (thick,) = [line for line in lines if line.startswith("\tlinkStyle")]
    taken = {edges[int(number)].strip() for number in thick.split()[1].split(",")}
    assert taken == {
        "__start__ -.-> draft;", "draft --> choose;", "choose -.-> score;", "score -.-> refine;", "refine -.-> choose;",
    }  # fmt: skip


def test_what_a_terminal_shows_fits_eighty_columns_and_hides_its_codes() -> None:
    found = story(
        Phase.FAILED,
        event("run_started"),
        event("node_started", 1, node="draft", task="t"),
        event(
            "model_started", 1, call="a", task="t", model="m", messages=[{"role": "human", "text": "\x1b[31mred [b]"}]
        ),
        event("error", 2, error={"code": "x", "message": "no \x1b]0;reply", "hint": "", "stage": "draft"}),
    )
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123 - closed with the test
    console.print(story_view(found, messages=True))
    row = {
        "run_id": RUN.run_id,
        "kind": "create",
        "phase": "failed",
        "created": RUN.created,
        "title": "",
        "percentile": None,
        "evidence": None,
        "ended": "failed",
        "turns": 0,
    }
    console.print(runs_view([row | {"request": "tacos " * 40, "parent": RUN.run_id, "node": "render"}]))
    shown = console.export_text()
    console.file.close()
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown
    assert "[31mred [b]" in shown
    assert "popcorn ask --resume 20260101-000000-abcdef" in shown
