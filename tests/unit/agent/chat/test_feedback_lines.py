"""Lines that tell what a published video drew, read without a language model."""

from __future__ import annotations

from datetime import date

import pytest
from popcorn.agent.chat.board import Board
from popcorn.agent.chat.router.phrases import read
from popcorn.agent.toolbox.tool_result import FinishedRun

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("it got 420 comments in three days", {"comments": 420, "age_days": 3}),
        ("It got 420 comments in 3 days.", {"comments": 420, "age_days": 3}),
        ("I posted it and it got 1,234 comments within 10 days", {"comments": 1234, "age_days": 10}),
        ("that video got five comments after half a day", {"comments": 5, "age_days": 0.5}),
        ("my last clip has 12 comments after a week", {"comments": 12, "age_days": 7}),
        ("it has 0 comments after 36 hours", {"comments": 0, "age_days": 1.5}),
        (
            "it got 1.2K comments and 30,000 views after 2 weeks on TikTok",
            {"comments": 1200, "views": 30_000, "age_days": 14, "platform": "tiktok"},
        ),
        ("In three days, it got 420 comments", {"comments": 420, "age_days": 3}),
        ("it got no comments in 3 days", {"comments": 0, "age_days": 3}),
        ("zero comments after 2 days", {"comments": 0, "age_days": 2}),
        ("after 36 hours it has 5 comments", {"comments": 5, "age_days": 1.5}),
        ("420 comments and 31 likes in three days", {"comments": 420, "likes": 31, "age_days": 3}),
    ],
)
def test_a_count_is_told_of_the_run_that_came_last(line: str, told: dict[str, object]) -> None:
    board = Board(runs=(FinishedRun("20260101-000000-abcdef", "Tacos"),))
    for here, run in ((Board(), "last"), (board, "20260101-000000-abcdef")):
        wish = read(line, here, TODAY)
        assert wish is not None
        assert (wish.tool, wish.arguments) == ("add_feedback", {"run_id": run} | told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("my tacos clip has 1.2k comments after a week", {"about": "tacos", "comments": 1200, "age_days": 7}),
        ("My street tacos video got 5 comments in 2 days", {"about": "street tacos", "comments": 5, "age_days": 2}),
        ("the clip about tacos got 5 comments in 2 days", {"about": "tacos", "comments": 5, "age_days": 2}),
        ("my video about the best tacos in town got 3,400 comments in 2 weeks",
         {"about": "the best tacos in town", "comments": 3400, "age_days": 14}),
        ("mi video de tacos tiene 1,2 mil comentarios después de una semana",
         {"about": "tacos", "comments": 1200, "age_days": 7}),
        ("我的塔可视频一周后有1200条评论", {"about": "塔可", "comments": 1200, "age_days": 7}),
    ],
)  # fmt: skip
def test_a_video_is_named_by_what_it_is_about(line: str, told: dict[str, object]) -> None:
    wish = read(line, Board(runs=(FinishedRun("20260101-000000-abcdef", "Otters"),)), TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("add_feedback", {"run_id": ""} | told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tuvo 420 comentarios en tres días", {"comments": 420, "age_days": 3}),
        ("Ya tiene 1.234 comentarios y 30 mil vistas después de 2 semanas en TikTok",
         {"comments": 1234, "views": 30_000, "age_days": 14, "platform": "tiktok"}),
        ("En tres días tuvo 420 comentarios", {"comments": 420, "age_days": 3}),
        ("lo publiqué y consiguió 12 comentarios en medio día", {"comments": 12, "age_days": 0.5}),
        ("mi último video lleva 12 comentarios a la semana", {"comments": 12, "age_days": 7}),
        ("三天内有420条评论", {"comments": 420, "age_days": 3}),
        ("它三天收到了420条评论", {"comments": 420, "age_days": 3}),
        ("发布两周后有1.2万条评论和30万次播放", {"comments": 12_000, "views": 300_000, "age_days": 14}),
        ("昨天发的视频24小时收到88条评论", {"comments": 88, "age_days": 1}),
        ("在抖音12小时有5条评论", {"comments": 5, "age_days": 0.5, "platform": "抖音"}),
    ],
)  # fmt: skip
def test_a_count_is_told_in_spanish_and_chinese(line: str, told: dict[str, object]) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("add_feedback", {"run_id": "last"} | told)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("tuvo 12 comentarios", "¿Después de cuántos días?"),
        ("tuvo 400 vistas en un día", "¿Cuántos comentarios?"),
        ("有420条评论", "发布多少天之后？"),
        ("三天有400次播放", "有多少条评论？"),
    ],
)
def test_what_is_missing_is_asked_for_in_the_language_of_the_line(line: str, asked: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert (wish.tool, wish.text.startswith(asked)) == ("", True)


def test_a_run_may_be_named() -> None:
    wish = read("run 20260202-000000-abcdef got 5 comments in 2 days", Board(), TODAY)
    assert wish is not None
    assert wish.arguments == {"run_id": "20260202-000000-abcdef", "comments": 5, "age_days": 2}


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("it got 12 comments", "After how many days?"),
        ("it got 400 views in a day", "How many comments?"),
        ("it got two hundred comments in three days", "How many comments?"),
    ],
)
def test_what_is_missing_is_asked_for(line: str, asked: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert (wish.tool, wish.text.startswith(asked)) == ("", True)


@pytest.mark.parametrize(
    "line",
    [
        "make something about a video that got 420 comments in three days",
        "three hooks about a clip with 420 comments in two days",
        "a video that got 420 comments in three days",
        "no comments please, make a video about tacos",
        "haz un video sobre un clip que tuvo 420 comentarios en tres días",
        "制作一个关于三天内有420条评论的视频的视频",
    ],
)
def test_a_subject_with_comments_in_it_is_a_subject(line: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert wish.tool in {"make_video", "draft_video"}
