"""What a language model may say of a published clip, and how the run is found that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.agent.runs.feedback_store import FeedbackStore
from popcorn.agent.toolbox.toolbox import Toolbox
from popcorn.agent.toolbox.tools.add_feedback import AddFeedback, add_feedback
from popcorn.errors import RequestError
from popcorn.settings import Settings
from published_runs import finished_run, score_of


@pytest.fixture
def toolbox(tmp_path: Path) -> Toolbox:
    return Toolbox(Settings(home=tmp_path, llm="offline"))


def test_a_clip_is_found_by_what_it_is_about_and_asked_about_by_its_title(toolbox: Toolbox, tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8), title="Tacos, up close")
    finished_run(tmp_path, score_of(8), title="Otters at play")
    told = AddFeedback(about="up close", comments=420, age_days=3)
    assert add_feedback.estimate is not None
    assert add_feedback.estimate(toolbox, told).question == (
        f"keep 420 comments at 3 days as what “Tacos, up close” (run {run}) drew on short videos"
    )
    assert FeedbackStore(tmp_path).videos() == []
    add_feedback.run(toolbox, told)
    assert [one.run_id for one in FeedbackStore(tmp_path).videos()] == [run]


def test_words_that_several_clips_or_none_have_are_told_and_nothing_is_kept(toolbox: Toolbox, tmp_path: Path) -> None:
    runs = [finished_run(tmp_path, score_of(8), title=f"Tacos, part {number}") for number in range(2)]
    with pytest.raises(RequestError, match="2 videos have 'tacos' in their title or request") as several:
        add_feedback.run(toolbox, AddFeedback(about="tacos", comments=420, age_days=3))
    assert all(run in several.value.message for run in runs)
    with pytest.raises(RequestError, match="no finished video has 'biryani' in its title or request"):
        add_feedback.run(toolbox, AddFeedback(about="biryani", comments=420, age_days=3))
    assert FeedbackStore(tmp_path).videos() == []


def test_a_platform_that_was_named_once_stands(toolbox: Toolbox, tmp_path: Path) -> None:
    finished_run(tmp_path, score_of(8))
    add_feedback.run(toolbox, AddFeedback(comments=420, age_days=3, platform="tiktok"))
    add_feedback.run(toolbox, AddFeedback(comments=610, age_days=7))
    (kept,) = FeedbackStore(tmp_path).videos()
    assert (kept.platform, [one.comments for one in kept.counts]) == ("tiktok", [420, 610])
