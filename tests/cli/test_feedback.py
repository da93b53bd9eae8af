"""`popcorn feedback`: what a published clip drew, told, held against what was predicted, and made a scale of."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from popcorn.tools.popularity.shipped import NAME
from published_runs import finished_run, score_of
from terminals import terminal


@pytest.fixture
def channel(own: Any) -> Callable[..., Path]:
    """Makes a table of what the clips of so many runs drew, which went with what was predicted to a degree."""

    def made(videos: int, degree: float, ages: tuple[float, ...] = (7,)) -> Path:
        rng = np.random.default_rng(5)
        table = own.folder / f"counts-{videos}-{degree}.csv"
        table.parent.mkdir(parents=True, exist_ok=True)
        rows = []
        for number in range(videos):
            said = rng.normal()
            real = degree * said + math.sqrt(1 - degree**2) * rng.normal()
            rank = min(max(100 * NormalDist().cdf(said / 2), 1), 99)
            run = finished_run(own.home, score_of(9 + said, rank=rank), title=f"Tacos, part {number}")
            rows.append((run, round(2 ** (6 + 2 * real)), ages[number % len(ages)]))
        with table.open("w", newline="") as file:
            csv.writer(file).writerows([("run", "comments", "age"), *rows])
        return table

    return made


def test_a_count_is_told_shown_beside_the_prediction_and_replaced(own: Any) -> None:
    run = finished_run(own.home, score_of(8, rank=62), title="Street tacos, up close")
    added = own("feedback", "add", run[:15], "--comments", "420", "--age", "3", "--views", "10K")
    assert added.status == 0, str(added)
    assert "420 comments at 3 days, with 10,000 views" in " ".join(added.stdout.split())
    assert "about 256 comments by youtube-trending, likely 64 to 1,024; the 62nd of 100" in " ".join(
        added.stdout.split()
    )
    again = own("feedback", "add", "last", "--comments", "1,430", "--age", "3", "--json")
    assert again.data["replaced"]["comments"] == 420
    assert again.data["notices"][0].startswith("it replaces the count of the same age, 420 comments at 3 days")
    shown = own("trace", "show", run, "--json").data["feedback"]
    assert [one["comments"] for one in shown["counts"]] == [1430]
    assert "real 1,430 comments at 3 days" in " ".join(own("trace", "show", run).stdout.split())
    assert own("trace", "export", run, "--json").data["feedback"] == shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("20200101-000000-abcdef", "--comments", "5", "--age", "3"), "there is no run '20200101-000000-abcdef'"),
        (("last", "--comments", "5", "--age", "0"), "an age of 0 days is none that a counted video has"),
        (("last", "--comments", "-5", "--age", "3"), "'-5' is no number of comments"),
        (("last", "--comments", "5", "--age", "3", "--platform", "youtube"), "counts is on another scale"),
        (("last", "--comments", "5", "--age", "9"), "counts hardly shrink with age"),
        (("last", "--comments", "9999", "--age", "1"), "counts hardly shrink with age"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(own: Any, arguments: tuple[str, ...], said: str) -> None:
    finished_run(own.home, score_of(8))
    assert own("feedback", "add", "last", "--comments", "420", "--age", "3").status == 0
    outcome = own("feedback", "add", *arguments, "--json")
    assert outcome.status == 2, str(outcome)
    assert said in outcome.envelope["error"]["message"]
    assert outcome.envelope["error"]["hint"]


def test_a_count_that_shrank_is_taken_where_somebody_says_so(own: Any) -> None:
    finished_run(own.home, score_of(8))
    own("feedback", "add", "last", "--comments", "420", "--age", "3")
    assert own("feedback", "add", "last", "--comments", "400", "--age", "9", "--fewer").status == 0


def test_a_report_says_what_can_be_said_of_a_few_videos(own: Any, channel: Callable[..., Path]) -> None:
    assert own("feedback", "import", str(channel(6, 0.9))).status == 0
    (report,) = own("feedback", "report", "--json").data["reports"]
    assert (report["platform"], report["predictor"], report["videos"]) == ("short-video", NAME, 6)
    assert report["says"][0] == "6 published short videos, which is little: from 30 on a scale can be fitted"
    assert report["spearman_high"] - report["spearman_low"] > 0.5
    refused = own("feedback", "recalibrate", "--predictor", NAME, "--name", "mine", "--json")
    assert refused.status == 2
    assert "6 published short videos: too few to fit a scale" in refused.envelope["error"]["message"]
    assert "30 are needed" in refused.envelope["error"]["message"]
    assert not (own.home / "predictors" / "mine").exists()


def test_a_scale_of_ones_own_videos_is_a_new_predictor_and_the_old_one_stays(
    own: Any, channel: Callable[..., Path]
) -> None:
    imported = own("feedback", "import", str(channel(60, 0.7, (3, 7, 14))), "--json")
    assert (imported.data["rows"], imported.data["videos"]) == (60, 60)
    (report,) = own("feedback", "report", "--json").data["reports"]
    assert report["spearman_low"] > 0
    assert report["counts"]["bias"] == pytest.approx(-3, abs=1)
    assert (report["exact"], report["with_evidence"], report["ranks"]["videos"]) == (20, 60, 60)
    text = own("feedback", "report")
    assert "the predictions order your videos better than chance" in " ".join(text.stdout.split())
    draft = ("--title", "The best street tacos in Mexico City at night", "--json")
    before = own("predictor", "score", "--predictor", NAME, *draft).data
    made = own("feedback", "recalibrate", "--predictor", "default", "--name", "mine", "--json")
    assert made.status == 0, str(made)
    assert made.data["against"] == "60 of your own short videos, counted at 7 days"
    after = own("predictor", "score", "--predictor", "mine", *draft).data
    assert after["against"] == "60 of your own short videos, counted at 7 days"
    assert after["log2_comments"] == pytest.approx(before["log2_comments"] + report["counts"]["bias"])
    assert after["interval"]["low"] < after["log2_comments"] < after["interval"]["high"]
    assert own("predictor", "score", "--predictor", NAME, *draft).data == before
    assert "counted at 7 days" in (own.home / "predictors" / "mine" / "card.md").read_text()
    twice = own("feedback", "recalibrate", "--predictor", "default", "--name", "mine", "--json")
    assert "there is a predictor 'mine' already" in twice.envelope["error"]["message"]


def test_a_predictor_that_orders_nothing_gets_no_scale(own: Any, channel: Callable[..., Path]) -> None:
    own("feedback", "import", str(channel(40, 0.0)))
    refused = own("feedback", "recalibrate", "--predictor", NAME, "--name", "mine", "--json")
    assert refused.status == 1
    assert "does not order your 40 videos" in refused.envelope["error"]["message"]


def test_platforms_never_mix(own: Any, channel: Callable[..., Path]) -> None:
    own("feedback", "import", str(channel(31, 0.9)), "--platform", "tiktok")
    own("feedback", "import", str(channel(3, 0.9)), "--platform", "instagram")
    reports = own("feedback", "report", "--json").data["reports"]
    assert [(one["platform"], one["videos"]) for one in reports] == [("instagram", 3), ("tiktok", 31)]
    refused = own("feedback", "recalibrate", "--predictor", NAME, "--name", "mine", "--json")
    assert refused.status == 2
    assert "whose scales never mix: tiktok (31), instagram (3)" in refused.envelope["error"]["message"]
    assert own("feedback", "recalibrate", "--predictor", NAME, "--name", "mine", "--platform", "tiktok").status == 0
    assert own("feedback", "report", "--platform", "vine", "--json").status == 2
    score = own("predictor", "score", "--predictor", "mine", "--title", "The best street tacos in town", "--json").data
    assert (score["evidence"], score["against"]) == (True, "31 of your own videos on tiktok, counted at 7 days")


def test_a_platform_is_named_once(own: Any) -> None:
    run = finished_run(own.home, score_of(8))
    assert own("feedback", "add", "last", "--comments", "420", "--age", "3", "--platform", "tiktok").status == 0
    again = own("feedback", "add", run, "--comments", "610", "--age", "7", "--json")
    assert again.data["video"]["platform"] == "tiktok"
    table = own.folder / "counts.csv"
    table.write_text(f"run,comments,age\n{run},900,14\n")
    assert own("feedback", "import", str(table), "--json").data["platform"] == "tiktok"
    assert own("feedback", "add", run, "--comments", "999", "--age", "20", "--platform", "instagram").status == 2
    gone = own("feedback", "remove", run, "--age", "14 days")
    assert f"1 count of run {run} taken away: at 14 days" in " ".join(gone.stdout.split())
    assert [one["age_days"] for one in own("feedback", "remove", run, "--json").data["removed"]] == [3, 7]
    assert own("feedback", "add", run, "--comments", "999", "--age", "20", "--platform", "instagram").status == 0


def test_without_feedback_there_is_nothing_to_report(own: Any) -> None:
    outcome = own("feedback", "report", "--json")
    assert outcome.status == 2
    assert outcome.envelope["error"]["message"] == "there is no feedback yet"


def test_a_line_of_a_conversation_is_kept_after_a_question(own: Any) -> None:
    run = finished_run(own.home, score_of(8), title="Street tacos, up close")
    chatting = own.set(POPCORN_LLM="offline", PROMPT_TOOLKIT_NO_CPR="1")
    with terminal(chatting) as chat:
        chat.shows("offline router (fixed rules, not a language model)")
        chat.says("it got 420 comments in three days", "keep 420 comments at 3 days")
        chat.says("n", "declined")
        assert counts_of(own, run) == []
        chat.says("it got 420 comments in three days", "keep 420 comments at 3 days")
        chat.says("y", "kept with run")
        assert chat.leaves() == 0
    assert counts_of(own, run) == [420]


def counts_of(program: Any, run: str) -> list[int]:
    drew = program("trace", "show", run, "--json").data["feedback"]
    return [one["comments"] for one in drew["counts"]] if drew else []
