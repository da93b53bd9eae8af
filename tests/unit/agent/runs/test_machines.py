from __future__ import annotations

import re
from pathlib import Path

import popcorn.agent
from popcorn.agent.runs.machines import GRAPH_KINDS, machine_of
from popcorn.agent.runs.run_store import Kind
from popcorn.settings import load_settings

AGENT = Path(popcorn.agent.__file__).parent
OF_THE_CREATE_GRAPH = {
    "runs/create_machine.py", "runs/publishing.py", "runs/request_terms.py", "runs/result.py", "runs/sound_facts.py",
    "trace/difference_words.py", "trace/page.py", "trace/score_reasons.py",
}  # fmt: skip
"""What reads the request of the create graph, and makes its answer out of its state."""
OF_THE_AD_GRAPH = {
    "runs/ad_machine.py", "runs/ad_result.py", "runs/ad_inputs.py", "runs/ad_variants.py", "runs/ad_estimate.py",
}  # fmt: skip
"""Likewise the ad graph's."""


def test_each_kind_of_run_but_a_conversation_walks_a_graph_of_its_own() -> None:
    assert {*GRAPH_KINDS, Kind.CHAT} == set(Kind)
    names = [machine_of(kind).build().get_name() for kind in GRAPH_KINDS]
    assert names == [kind.value for kind in GRAPH_KINDS]


def test_a_machine_says_what_its_checkpoints_hold_and_how_long_a_run_may_be(tmp_path: Path) -> None:
    for kind in GRAPH_KINDS:
        machine = machine_of(kind)
        assert machine.checkpoint_types
        assert all(isinstance(one, type) for one in machine.checkpoint_types)
        few, many = (machine.steps(load_settings(home=tmp_path, attempts=attempts)) for attempts in (1, 20))
        assert 0 < few <= many


def test_what_walks_and_tells_of_runs_names_no_graph_but_through_its_machine() -> None:
    naming = {
        f"{room}/{file.relative_to(AGENT / room).as_posix()}"
        for room in ("runs", "trace")
        for file in (AGENT / room).rglob("*.py")
        if re.search(r"graphs\.(create|ad)\b.*import", file.read_text("utf-8"))
    }
    assert naming == OF_THE_CREATE_GRAPH | OF_THE_AD_GRAPH
