"""The offline router: which line asks for which call."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from popcorn.agent.chat.board import Board, board_of
from popcorn.agent.chat.phrases import Wish, read, shorter
from popcorn.agent.chat.router import OfflineRouter

TODAY = date(2026, 1, 31)
DRAFTS = tuple(
    {"title": f"The long title of draft {n}", "video_prompt": f"Shot {n}", "tag": "Food", "score": {"percentile": 50.0}}
    for n in (1, 2)
)
BOARD = Board(drafts=DRAFTS, chosen=DRAFTS[0], request="street tacos")
SECOND = {"title": "The long title of draft 2", "video_prompt": "Shot 2"}
FIRST = {"title": "The long title of draft 1", "video_prompt": "Shot 1"}
BIRYANI = "Make a video about the preparation of authentic Indian biryani"


@pytest.mark.parametrize(
    ("line", "tool", "arguments"),
    [
        ("make something about street tacos", "make_video", {"request": "street tacos"}),
        (BIRYANI, "make_video", {"request": "the preparation of authentic Indian biryani"}),
        ("try three hooks and tell me which scores best", "draft_video", {"request": "street tacos", "drafts": 3}),
        ("four ideas about cats", "draft_video", {"request": "cats", "drafts": 4}),
        ("draft a rainy window", "draft_video", {"request": "a rainy window"}),
        ("why is it that low?", "explain_score", FIRST | {"tag": "Food"}),
        ("Why is the second one so low", "explain_score", SECOND | {"tag": "Food"}),
        ("render the second with ltx", "render_video", SECOND | {"renderer": "ltx"}),
        ("render it", "render_video", FIRST),
        ("render the last one", "render_video", SECOND),
        ("render #2 please", "render_video", SECOND),
        ("render the 2nd.", "render_video", SECOND),
        ("render it with wan-2.1", "render_video", FIRST | {"renderer": "wan-2.1"}),
        ("ten hooks about cats", "draft_video", {"request": "cats", "drafts": 10}),
        ("why is it lower than last week?", "explain_score", FIRST | {"tag": "Food"}),
        ("score Tacos at 2 am", "score_popularity", {"title": "Tacos at 2 am"}),
        ("compare One or Two", "compare_drafts", {"drafts": [{"title": "One"}, {"title": "Two"}]}),
        ("what works for street food?", "find_references", {"query": "street food"}),
        (
            "what did we do yesterday about biryani?",
            "list_runs",
            {"about": "biryani", "since": "2026-01-30", "until": "2026-01-30"},
        ),
        (
            "what did we make about rain last week?",
            "list_runs",
            {"about": "rain", "since": "2026-01-24", "until": "2026-01-31"},
        ),
        ("show run 20260131-235959-0a1b2c", "show_run", {"run_id": "20260131-235959-0a1b2c"}),
    ],
)
def test_a_line_asks_for_a_call(line: str, tool: str, arguments: dict[str, Any]) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, dict(wish.arguments or {})) == (tool, arguments)


def test_a_shorter_title_keeps_the_shot() -> None:
    wish = read("shorter title", BOARD, TODAY)
    assert wish is not None
    assert wish.tool == "compare_drafts"
    drafts = (wish.arguments or {})["drafts"]
    assert {one["video_prompt"] for one in drafts} == {"Shot 1"}
    assert all(len(one["title"]) < len(str(DRAFTS[0]["title"])) for one in drafts)
    assert shorter("Rain") == []


@pytest.mark.parametrize("line", ["why is it low?", "render the first", "shorter title", "three hooks"])
def test_without_a_draft_it_says_what_to_do_first(line: str) -> None:
    wish = read(line, Board(), TODAY)
    assert wish is not None
    assert wish.tool == ""
    assert wish.text


@pytest.mark.parametrize("which", ["third", "ninth", "twentieth", "9", "0", "11th", "#3", "9" * 5000])
def test_a_draft_outside_the_list_is_refused_and_no_other_is_taken(which: str) -> None:
    for line in (f"render the {which}", f"why is the {which} so low?"):
        wish = read(line, BOARD, TODAY)
        assert wish == Wish(text="There is no such draft. There are 1 to 2, by the numbers in the list.")
    only = read(f"render the {which}", Board(drafts=DRAFTS[:1], chosen=DRAFTS[0]), TODAY)
    assert only is not None
    assert "There is only draft 1" in only.text


def test_every_ordinal_to_the_twentieth_is_its_draft() -> None:
    drafts = tuple({"title": f"Title {n}", "video_prompt": f"Shot {n}"} for n in range(1, 21))
    board = Board(drafts=drafts, chosen=drafts[0])
    for which, number in {"sixth": 6, "eighth": 8, "ninth": 9, "twelfth": 12, "sixteenth": 16, "twentieth": 20}.items():
        wish = read(f"render the {which}", board, TODAY)
        assert wish is not None
        assert (wish.arguments or {})["title"] == f"Title {number}"


@pytest.mark.parametrize(
    ("line", "empty"), [("score ???", "The title is empty"), ("compare ??", "The titles are empty")]
)
def test_a_title_of_signs_alone_is_called_empty(line: str, empty: str) -> None:
    wish = read(line, BOARD, TODAY)
    assert wish is not None
    assert (wish.tool, wish.text.partition(". ")[0]) == ("", empty)


def test_more_drafts_than_anybody_can_count_are_as_many_as_there_can_be() -> None:
    wish = read(f"{'9' * 5000} hooks about cats", BOARD, TODAY)
    assert wish == Wish("draft_video", {"request": "cats", "drafts": 16})


def test_a_line_that_no_rule_fits_is_not_guessed_at() -> None:
    assert read("the weather is nice", BOARD, TODAY) is None
    answer = OfflineRouter().invoke([HumanMessage("the weather is nice")])
    assert answer.text.startswith("No rule of mine fits that line.")
    assert "not a language model" in answer.text


def test_the_board_is_read_from_what_tools_gave() -> None:
    call = {"name": "draft_video", "args": {}, "id": "c1", "type": "tool_call"}
    given = {"drafts": list(DRAFTS), "request": "tacos"}
    messages = [
        HumanMessage("hooks"),
        AIMessage("", tool_calls=[call]),
        ToolMessage("two", tool_call_id="c1", name="draft_video", artifact=given),
        ToolMessage("failed", tool_call_id="c2", name="draft_video", status="error"),
    ]
    board = board_of(messages)
    assert (board.drafts, board.chosen, board.request) == (DRAFTS, DRAFTS[0], "tacos")
    assert [one["title"] for one in board.scored] == [one["title"] for one in DRAFTS]
