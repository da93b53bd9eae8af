"""Runs in a list, page by page, and two of them beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.agent.runs.run_store import RunStore, Status
from popcorn.errors import RequestError
from popcorn.web.run_comparison import comparison
from popcorn.web.run_index import PAGE, forkable, run_index


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def test_an_empty_list_says_what_to_do(store: RunStore) -> None:
    index = run_index(store, "", 0)
    assert (index.lines, index.more, index.page) == ((), False, 0)
    assert "in the tab Make" in index.told


def test_runs_come_page_by_page_the_latest_first_and_a_page_too_far_is_the_last(store: RunStore) -> None:
    runs = [store.start(f"tacos {number}", {}) for number in range(PAGE + 2)]
    first, second = run_index(store, "", 0), run_index(store, "", 1)
    assert (len(first.lines), first.more, len(second.lines), second.more) == (PAGE, True, 2, False)
    assert {run for _, run in (*first.lines, *second.lines)} == {run.run_id for run in runs}
    assert run_index(store, "", 99).page == 1
    assert run_index(store, "", -5).page == 0


def test_words_find_runs_and_what_is_not_found_is_said(store: RunStore) -> None:
    store.start("biryani at noon", {})
    run = store.start("tacos <script>alert(1)</script>\u202e at dawn", {})
    assert [one for _, one in run_index(store, "DAWN tacos", 0).lines] == [run.run_id]
    line = run_index(store, "tacos", 0).lines[0][0]
    assert line.startswith("tacos <script>alert(1)</script> at dawn\n")
    assert line.endswith("killed")
    assert "“pizza”" in run_index(store, "pizza", 0).told


def test_a_run_without_steps_can_be_left_at_none(store: RunStore) -> None:
    assert forkable(store, store.start("tacos", {}).run_id) == []


def test_two_runs_are_compared_in_words_and_no_text_of_theirs_is_markup(store: RunStore) -> None:
    one = store.start("<img src=x onerror=alert(1)>", {"renderer": "animatic", "aspect": "9:16"})
    other = store.start("tacos", {"renderer": "ltx", "aspect": "9:16"})
    shown = comparison(store, one.run_id, other.run_id)
    assert "<img" not in shown
    assert "animatic" in shown
    assert "aspect" not in shown
    with pytest.raises(RequestError, match="both are the same"):
        comparison(store, one.run_id, one.run_id)
    with pytest.raises(RequestError, match="there is no run"):
        comparison(store, one.run_id, "../../etc")
    assert store.find(one.run_id).status is Status.RUNNING
