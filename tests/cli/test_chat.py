"""`popcorn chat` offline, as people use it: in a terminal, in a dumb one, from a pipe."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pexpect
import pytest
from terminals import terminal


@pytest.fixture
def chatting(own: Any) -> Any:
    """A home of its own, the quickest parts, nobody's model."""
    return own.set(
        POPCORN_LLM="offline", POPCORN_PREDICTOR="neighbours", POPCORN_ASPECT="1:1", POPCORN_ATTEMPTS="1",
        PROMPT_TOOLKIT_NO_CPR="1", OMP_NUM_THREADS="1",
    )  # fmt: skip


def test_a_session_from_hooks_to_a_clip_and_the_next_day(chatting: Any) -> None:
    with terminal(chatting) as chat:
        chat.shows("offline router (fixed rules, not a language model)")
        chat.says("two hooks about street tacos", "stands first of 2")
        chat.says("why is the second so low?", "as a factor on comments")
        chat.says("shorter title", "stands first of")
        chat.says("/variants 2", "stands first of 2")
        chat.says("/score 2", "past videos it rests on")
        chat.says("render the first with ltx-nowhere", "there is no renderer 'ltx-nowhere'")
        chat.says("render the first", "Rendered with animatic")
        chat.says("/cost", "renders 1 of 20")
        chat.says("/save clip.mp4", "saved clip.mp4")
        chat.says("/trace", "explain_score")
        chat.says("what did we do yesterday about biryani?", "Nothing of that kind was made")
        assert chat.leaves() == 0
        assert "go on with: popcorn chat --resume " in chat.text
    assert (chatting.folder / "clip.mp4").stat().st_size > 1000
    (listed,) = chatting("threads", "list", "--json").data["threads"]
    assert (listed["title"], listed["turns"]) == ("two hooks about street tacos", 8)
    with terminal(chatting, "--continue") as chat:
        chat.shows("what did we do yesterday about biryani?")
        chat.says("/fork", "which stays as it is")
        chat.says("/undo", "taken back: what did we do yesterday")
        chat.says("/compact", "messages are now a digest")
        chat.says("/score 1", "past videos it rests on")
        assert chat.leaves() == 0
    assert [one["turns"] for one in chatting("threads", "list", "--json").data["threads"]] == [8, 8]


def test_ctrl_c_stops_the_turn_and_not_the_session_and_leaves_no_call_unanswered(chatting: Any) -> None:
    slow = chatting.set(POPCORN_ASPECT="9:16")
    with terminal(slow) as chat:
        chat.says("make something about rain on a tin roof", "render: attempt")
        chat.types("\x03")
        chat.shows("stopped", 20)
        chat.says("hello", "I am the offline router")
        chat.ready()
        chat.types("\x03")
        chat.shows("Ctrl-D or /quit leaves", 20)
        assert chat.leaves() == 0
    messages = slow("threads", "show", "--json").data["messages"]
    assert [one["role"] for one in messages] == ["human", "ai", "tool", "ai", "human", "ai"]
    assert messages[2]["text"] == messages[3]["text"] == "(stopped by the person)"
    runs = slow("trace", "list", "--json").data["runs"]
    assert {run["kind"]: run["phase"] for run in runs} == {"create": "left", "chat": "done"}


def test_a_session_killed_in_a_call_is_gone_on_with(chatting: Any) -> None:
    with terminal(chatting.set(POPCORN_ASPECT="9:16")) as chat:
        chat.says("make something about rain on a tin roof", "render: attempt")
        chat.child.kill(9)
    with terminal(chatting, "--continue") as chat:
        chat.shows("(the session ended before an answer)")
        chat.says("hello", "I am the offline router")
        assert chat.leaves() == 0
    roles = [one["role"] for one in chatting("threads", "show", "--json").data["messages"]]
    assert roles == ["human", "ai", "tool", "ai", "human", "ai"]


def test_another_model_or_renderer_is_chosen_by_its_name_or_refused_by_it(chatting: Any) -> None:
    with terminal(chatting) as chat:
        chat.says("/renderer cinema", "there is no renderer 'cinema'")
        chat.says("/renderer ltx", "are not on this machine")
        chat.says("/renderer animatic", "animatic renders")
        chat.says("/model gpt-9", "there is no model provider 'gpt-9'")
        chat.says("/model openai:gpt-4o", "OPENAI_API_KEY is not set")
        chat.says("/model", "offline router (fixed rules, not a language model) speaks and drafts")
        chat.says("/cost much", "'much' is no amount")
        chat.says("/cost 0", "of no cap")
        assert chat.leaves() == 0


def test_no_color_in_a_terminal_means_none(chatting: Any) -> None:
    with terminal(chatting.set(NO_COLOR="1")) as chat:
        chat.says("score Tacos at 2 am", "no evidence")
        assert chat.leaves() == 0
        assert re.findall(r"\x1b\[[0-9;]*(?:3[0-8]|9[0-7])[0-9;]*m", chat.raw) == []


def test_lines_are_completed_searched_and_pasted_whole(chatting: Any) -> None:
    with terminal(chatting) as chat:
        chat.ready()
        chat.types("/thr\t")
        chat.shows("eads")
        chat.types("\r")
        chat.shows("no conversation is stored yet")
        chat.ready()
        chat.types("\x1b[200~score Tacos at\n2 am\x1b[201~")
        chat.shows("2 am")
        chat.types("\r")
        chat.shows("“Tacos at 2 am”: no evidence")
        chat.ready()
        chat.types("\x12core")
        chat.shows("score Tacos at")
        chat.types("\r")
        chat.shows("2 am")
        chat.types("\r")
        chat.shows("“Tacos at 2 am”: no evidence")
        assert chat.leaves() == 0
    history = chatting.home / "threads" / "history"
    assert history.stat().st_mode & 0o777 == 0o600
    assert "2 am" in history.read_text()


def test_a_key_that_is_typed_is_in_no_file(chatting: Any) -> None:
    key = "sk-mine-4f9a81b0c27d0a55d4"
    with terminal(chatting.set(SOME_API_KEY="plain-words-as-a-key")) as chat:
        chat.says(f"hello {key}", "I am the offline router")
        chat.says("/score plain-words-as-a-key", "there is no draft")
        chat.ready()
        chat.types("\x1b[A\x1b[A\r")
        chat.shows("I am the offline router")
        assert chat.leaves() == 0
    history = (chatting.home / "threads" / "history").read_text()
    assert history.count("+hello [hidden]\n") == 2, "the line came back as it was typed, and was written cleaned"
    assert "+/score [hidden]\n" in history
    files = [path for path in Path(chatting.home).rglob("*") if path.is_file()]
    assert [path for path in files if any(word in path.read_bytes() for word in (key.encode(), b"plain-words"))] == []


def test_what_cannot_be_meant_in_a_command_is_refused_in_a_line(chatting: Any) -> None:
    with terminal(chatting) as chat:
        chat.says("two hooks about street tacos", "stands first of 2")
        chat.says("/variants ²", "'²' is no number of drafts")
        chat.says("/variants 17", "Write a number from 1 to 16")
        chat.says("/score ²", "there is no draft '²'")
        chat.says(f"/score {'9' * 1000}", "There are 1 to 2")
        chat.says("/save ~nobodyhere/x.md", "cannot be a file: Could not determine home directory")
        chat.says(f"/save {'a' * 300}/x.md", "cannot be a file: File name too long")
        chat.says(f"/save {'a' * 300}.md", "is too long for the name of a file")
        chat.says("render the ninth", "There are 1 to 2")
        assert chat.leaves() == 0


def test_a_copy_in_which_nothing_was_said_names_the_trace_of_its_parent(chatting: Any) -> None:
    with terminal(chatting) as chat:
        chat.says("hello", "I am the offline router")
        chat.says("/trace last", "no run is stored yet")
        chat.says("/fork", "which stays as it is")
        chat.says("/trace", "nothing was said in this copy yet; /trace")
        chat.says("hello", "I am the offline router")
        chat.says("/trace", "a conversation, 1 turn")
        assert chat.leaves() == 0


def test_a_deleted_thread_leaves_no_word_in_the_database(chatting: Any) -> None:
    chatting("chat", stdin="hello UNFORGOTTEN\n")
    (thread,) = chatting("threads", "list", "--json").data["threads"]
    file = chatting.home / "threads" / thread["id"] / "thread.json"
    file.write_text(json.dumps(thread | {"generation": thread["generation"] + 1}))  # as one killed in its settling
    assert chatting("threads", "delete", thread["id"]).status == 0
    with sqlite3.connect(chatting.home / "popcorn.sqlite") as database:
        ((left,),) = database.execute("select count(*) from checkpoints").fetchall()
    database.close()
    assert left == 0


def test_a_dumb_terminal_of_40_columns_gets_plain_lines(chatting: Any) -> None:
    with terminal(chatting, term="dumb", columns=40) as chat:
        chat.says("two hooks about street tacos", "stands first of 2")
        chat.says("/help", "/quit leave")
        chat.says("/new", "a new conversation")
        chat.ready()
        chat.types("\x04")
        chat.child.expect(pexpect.EOF)
        assert "\x1b" not in chat.child.before


def test_a_pipe_gives_answers_on_stdout_and_everything_else_on_stderr(chatting: Any) -> None:
    lines = "two hooks about street tacos\n/undo\nwhat works for street food?\n"
    outcome = chatting.set(NO_COLOR="1", COLUMNS="40")("chat", stdin=lines)
    assert outcome.status == 0, str(outcome)
    assert "\x1b" not in outcome.stdout + outcome.stderr
    assert "stands first of 2" in outcome.stdout
    assert "illustrative: these counts are invented" in " ".join(outcome.stdout.split())
    cards = [line for line in outcome.stdout.splitlines() if line.startswith("  ")]
    assert cards
    assert max(map(len, cards)) <= 40
    assert "taken back: two hooks about street tacos" in outcome.stderr
    assert "taken back" not in outcome.stdout


def test_what_goes_wrong_in_a_pipe_ends_it_with_its_status(chatting: Any) -> None:
    outcome = chatting("chat", stdin="hello\n/nosuch\nhello\n")
    assert outcome.status == 2
    assert "there is no command '/nosuch'" in outcome.stderr
    assert outcome.stdout.count("I am the offline router") == 1


def test_threads_are_listed_shown_exported_and_deleted(chatting: Any) -> None:
    chatting("chat", stdin="score Tacos at 2 am\n")
    chatting("chat", "hello", stdin="")
    first, second = reversed(chatting("threads", "list", "--json").data["threads"])
    assert (first["title"], second["title"]) == ("score Tacos at 2 am", "hello")
    assert "> score Tacos at 2 am" in chatting("threads", "show", first["id"]).stdout
    said = chatting("threads", "export", first["id"], "--json").data["messages"]
    assert [one["role"] for one in said] == ["human", "ai", "tool", "ai"]
    assert said[2]["data"]["score"]["log2_comments"] > 0
    out = Path(chatting.folder) / "talk.md"
    assert chatting("threads", "export", first["id"], "-o", out).status == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert "> score Tacos at 2 am" in out.read_text()
    assert chatting("threads", "delete", first["id"], "--json").data == {"deleted": [first["id"]]}
    assert [one["id"] for one in chatting("threads", "list", "--json").data["threads"]] == [second["id"]]
    assert chatting("threads", "show", first["id"], "--json").error["code"] == "usage"
    assert not (chatting.home / "threads" / first["id"]).exists()


def test_what_a_conversation_did_is_shown_by_trace_and_goes_with_it(chatting: Any) -> None:
    assert chatting("chat", stdin="two hooks about street tacos\nwhy is the first so low?\n").status == 0
    (run,) = chatting("trace", "list", "--json").data["runs"]
    assert (run["kind"], run["request"], run["phase"]) == ("chat", "two hooks about street tacos", "done")
    told = chatting("trace", "show", run["run_id"], "--json").data
    assert told["said"] == ["two hooks about street tacos", "why is the first so low?"]
    tools = [call["tool"] for visit in told["visits"] for call in visit["calls"] if call["tool"]]
    assert tools == ["draft_video", "find_references", "explain_score"]
    shown = chatting("trace", "show").stdout
    assert "a conversation, 2 turns" in shown
    assert f"popcorn chat --resume {run['run_id']}" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert chatting("trace", "export", run["run_id"], "--json").data["kind"] == "chat"
    for refused in (("replay",), ("fork", "--from", "render"), ("export", "--html"), ("show", "--state")):
        outcome = chatting("trace", refused[0], run["run_id"], *refused[1:])
        assert outcome.status == 2
        assert "is a conversation, not a run of the create" in outcome.stderr
    assert chatting("threads", "delete", run["run_id"]).status == 0
    assert chatting("trace", "list", "--json").data["runs"] == []
    assert not (chatting.home / "runs" / run["run_id"]).exists()


def test_a_conversation_that_is_not_there_is_named(chatting: Any) -> None:
    outcome = chatting("chat", "--resume", "2026", stdin="")
    assert outcome.status == 2
    assert "there is no thread '2026'" in outcome.stderr
    both = chatting("chat", "--continue", "--resume", "x", stdin="")
    assert "--continue and --resume exclude each other" in both.stderr


def test_the_database_that_holds_conversations_is_its_owners_alone(chatting: Any) -> None:
    chatting("chat", stdin="hello\n")
    assert (chatting.home / "popcorn.sqlite").stat().st_mode & 0o777 == 0o600


def test_drafts_are_changed_and_more_of_them_are_new_ones(chatting: Any) -> None:
    with terminal(chatting) as chat:
        chat.says("two hooks about street tacos", "stands first of 2")
        chat.says("/variants 2", "stands first of 2")
        chat.says("make it funnier", "stands first of 3")
        chat.says("render the fifth", "There are 1 to 3")
        chat.says("make it vertical", "1080x1920")
        chat.says("render the first two", "2 clips, rendered with animatic")
        chat.says("/model gpt-4o", "with /model ollama:MODEL, or use /model offline")
        assert chat.leaves() == 0
    with terminal(chatting, "--continue") as chat:
        chat.says("three more", "stands first of 3")
        assert chat.leaves() == 0
    messages = chatting("threads", "show", "--json").data["messages"]
    lists = [one["data"]["drafts"] for one in messages if one["role"] == "tool" and "drafts" in one["data"]]
    titles = [draft["title"] for drafts in lists for draft in drafts]
    assert [len(drafts) for drafts in lists] == [2, 2, 3, 3]
    assert len(set(titles)) == len(titles), titles
