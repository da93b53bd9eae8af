"""What sets two runs apart, as people read it: ranks are ranks, and where there are none it says so."""

from __future__ import annotations

import io
from typing import Any

from popcorn.commands.views.comparison import diff_view
from popcorn.commands.views.consoles import Whole

CHOICE = {"over": 2, "probability": 0.7, "tied": False, "model": "headlines", "evidence": True, "no_evidence": []}


def told(**groups: Any) -> str:
    data = {
        "runs": ["one", "other"], "requests": ["tacos", "tacos"], "settings": {}, "versions": {}, "facts": {},
        "templates": {}, "messages": [], "draft": {}, "score": {}, "outcome": {}, "video": {}, "seconds": [1.0, 2.0],
    }  # fmt: skip
    out = io.StringIO()
    Whole(file=out, width=200, color_system=None, highlight=False).print(diff_view(data | groups))
    return " ".join(out.getvalue().split())


def test_ranks_of_two_runs_are_told_as_places() -> None:
    score = {"percentile": [62.3, 41.6], "percentile_low": [25.0, 10.0], "evidence": [True, True]}
    text = told(score=score)
    assert "rank A the 62nd of 100 B the 42nd of 100" in text
    assert "likely from A the 25th of 100 B the 10th of 100" in text
    assert "percentile" not in text


def test_a_run_without_evidence_has_that_in_place_of_its_rank_and_its_range() -> None:
    interval = {"low": 8.0, "high": 12.0, "coverage": 0.8}
    text = told(score={"percentile": [62.3, None], "interval": [interval, None], "evidence": [True, False]})
    assert "rank A the 62nd of 100 B no evidence" in text
    assert "most get A 256 to 4,096 comments (80% of such videos) B no evidence" in text


def test_choices_and_attempts_are_told_in_words() -> None:
    text = told(outcome={"choice": [CHOICE, None], "attempts": [[62.3, 41.6], [None]]})
    assert "choice A picked over 2 others; right in about 7 of 10 such choices B none" in text
    assert "attempts A the 62nd of 100, the 42nd of 100 B no evidence" in text
