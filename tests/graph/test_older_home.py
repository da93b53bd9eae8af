"""A home that an older Popcorn made still opens: runs, checkpoints, threads, catalogues, predictors.

`fixtures/home-0.1.0.tar.xz` was made by 0.1.0 of November 2026, before the folders of the code were laid out anew: a
catalogue of 144 invented references, a predictor trained on it, a finished run, one that was killed while it rendered,
and a conversation of three turns. `fixtures/ad-home.tar.xz` has the run store of a finished ad from when the parts of
its timeline stood in one module with its lines.
"""

from __future__ import annotations

import importlib
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.checkpoints import MOVED, open_checkpoints
from popcorn.graphs.ad import state as ads
from popcorn.graphs.create.state import CHECKPOINT_TYPES
from popcorn.tools.editing.check_results import Check
from popcorn.tools.editing.timeline_parts import Cue, Cut, Timeline

ARCHIVE = Path(__file__).parents[1] / "fixtures" / "home-0.1.0.tar.xz"
AD_ARCHIVE = ARCHIVE.with_name("ad-home.tar.xz")
AD = "20261130-213733-e02a68"
KILLED, DONE, THREAD = "20261130-080414-d26907", "20261130-080355-9449ed", "20261130-080430-4dc4b9"


@pytest.fixture
def older(tmp_path: Path, fresh: Any) -> Any:
    """The program in a copy of that home."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    return replace(fresh, home=tmp_path / "popcorn-home", variables={})


def test_an_unfinished_run_goes_on_where_it_was_killed(older: Any) -> None:
    ran = older("ask", "--resume", KILLED, "--json")
    assert ran.data["request"] == "a puppy sees the ferry"
    assert Path(ran.data["video"]["path"]).is_file()
    assert ran.data["score"]["predictor"] == "before"
    assert [attempt["title"] for attempt in ran.data["attempts"]] == [
        "3 seconds in which a puppy sees the ferry",
        "Wait for it: a puppy sees the ferry",
    ]
    assert "Blocked deserialization" not in ran.stderr
    assert ran.data["choice"]["over"] == 1
    assert ran.data["choice"]["no_evidence"] == ["an older Popcorn did not compare them"]
    assert [attempt["score"]["percentile"] for attempt in ran.data["attempts"]] == [None, None]
    again = older("trace", "show", KILLED, "--json").data
    drafted = [visit for visit in again["visits"] if visit["node"] in {"draft", "refine"}]
    assert len(drafted) == 2, "no finished step is done again"


def test_a_finished_run_is_shown_with_every_state_it_had(older: Any) -> None:
    shown = older("trace", "show", DONE, "--state", "--json")
    assert shown.data["request"] == "street tacos at dawn"
    assert len(shown.data["state"]) > 8
    assert "Blocked deserialization" not in shown.stderr


def test_a_score_that_ranked_predictions_is_shown_as_one_of_an_older_popcorn(older: Any, tmp_path: Path) -> None:
    kept = json.loads((tmp_path / "popcorn-home" / "runs" / DONE / "result.json").read_text())
    assert kept["score"]["percentile"] > 0, "the file is as it was"
    (row,) = (one for one in older("trace", "list", "--json").data["runs"] if one["run_id"] == DONE)
    assert (row["percentile"], row["evidence"]) == (None, False)
    listed = older("trace", "list").stdout
    assert "no evidence" in listed
    assert "%" not in listed
    told = older("chat", "--llm", "offline", stdin=f"show run {DONE}\n").stdout
    assert "an older Popcorn scored it" in told
    assert "above" not in told


def test_a_conversation_goes_on(older: Any) -> None:
    said = older("chat", "--resume", THREAD, "--llm", "offline", stdin="compare them\n")
    assert said.status == 0, str(said)
    assert "Ramen" in said.stdout
    assert "percentile" not in said.stdout


def test_a_catalogue_is_searched_without_being_built_again(older: Any, tmp_path: Path) -> None:
    index = next((tmp_path / "popcorn-home").glob("catalogues/before/builds/*/index.faiss"))
    before = index.stat().st_mtime_ns
    found = older("references", "search", "ramen at night", "--catalogue", "before", "--json")
    assert "ramen" in str(found.data).casefold()
    assert index.stat().st_mtime_ns == before


def test_a_trained_predictor_scores(older: Any) -> None:
    scored = older("predictor", "explain", "--predictor", "before", "--title", "Nobody talks about ramen", "--json")
    assert scored.data["score"]["predictor"] == "before"


def test_a_class_that_moved_is_found_under_its_older_name() -> None:
    assert MOVED
    for module, name in MOVED:
        assert getattr(importlib.import_module(module), name) in (*CHECKPOINT_TYPES, *ads.CHECKPOINT_TYPES)


async def test_an_older_ad_comes_back_with_the_classes_of_today(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with tarfile.open(AD_ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    async with open_checkpoints(tmp_path / "popcorn.sqlite", ads.CHECKPOINT_TYPES) as saver:
        saved = [one async for one in saver.alist({"configurable": {"thread_id": AD}})]
    assert "Blocked deserialization" not in caplog.text
    values = saved[0].checkpoint["channel_values"]
    assert isinstance(values["timeline"], Timeline)
    parts = values["timeline"]
    assert (len(parts.cuts), len(parts.cues)) == (2, 2)
    assert all(isinstance(one, Cut) for one in parts.cuts)
    assert all(isinstance(one, Cue) for one in parts.cues)
    assert all(isinstance(one, Check) for one in values["checks"])
