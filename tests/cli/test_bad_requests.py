"""Requests and options that cannot be served as they are: a sentence, a way out, the right exit code."""

from __future__ import annotations

from typing import Any

import pytest


def complaint(outcome: Any, status: int, code: str) -> str:
    """Check the shape of a failure under --json; its message."""
    assert outcome.status == status, str(outcome)
    assert set(outcome.envelope) == {"schema_version", "command", "ok", "error"}
    error = outcome.error
    assert set(error) == {"code", "message", "hint", "stage", "run_id"}
    assert error["code"] == code, str(outcome)
    assert error["hint"], "no way out is named"
    assert "Traceback" not in outcome.stderr
    message: str = error["message"]
    return message


@pytest.mark.parametrize("request_text", ["", "   ", "\n\t \u3000"], ids=["empty", "spaces", "wide space"])
def test_an_empty_request_is_refused(popcorn: Any, request_text: str) -> None:
    message = complaint(popcorn("ask", request_text, "--json"), 2, "usage")
    assert "empty" in message.lower()


def test_an_empty_stdin_is_refused(popcorn: Any) -> None:
    assert "empty" in complaint(popcorn("ask", "-", "--json", stdin=""), 2, "usage").lower()


def test_a_request_of_100_kilobytes_is_refused_with_its_size(popcorn: Any) -> None:
    outcome = popcorn("ask", "-", "--json", stdin="rice and saffron " * 6000)
    message = complaint(outcome, 2, "usage")
    assert "101999" in message.replace(",", "")
    assert len(outcome.stdout) < 2000, "the request is echoed whole"


def test_control_characters_reach_neither_the_terminal_nor_the_draft(popcorn: Any) -> None:
    outcome = popcorn(
        "ask", "A \x1b[31mred\x07 panda\x08 at\x9b1m dawn", "--json", "--mode", "paper", "--aspect", "1:1"
    )
    assert outcome.status == 0, str(outcome)
    data = outcome.data
    written = "".join([data["request"], data["title"], data["video_prompt"], data["cover_prompt"], outcome.stderr])
    assert [sign for sign in written if (ord(sign) < 32 and sign != "\n") or 127 <= ord(sign) < 160] == []
    assert "panda" in data["title"].lower()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("اصنع فيديو عن القهوة العربية", "القهوة"),
        ("做一个关于北京烤鸭的视频", "北京烤鸭"),
        ("🎉🐶🏖️", "🐶"),
    ],
    ids=["right to left", "chinese", "emoji only"],
)
def test_other_scripts_get_a_clip_about_their_subject(popcorn: Any, text: str, subject: str) -> None:
    data = popcorn("ask", text, "--json", "--mode", "paper", "--aspect", "1:1").data
    assert data["request"] == text
    assert subject in data["title"]
    assert len(data["title"]) <= 50
    assert data["video"]["frames"] == 90


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--colour", "red"), "--colour"),
        (("--mode", "wild"), "wild"),
        (("--aspect", "4:3"), "4:3"),
        (("--threshold", "101"), "101"),
        (("--threshold", "high"), "--threshold"),
        (("--attempts", "0"), "0"),
        (("-k", "0"), "0"),
        (("-n", "0"), "0"),
        (("--routing", "dice"), "dice"),
        (("--max-seconds", "-1"), "-1"),
        (("--seed", "x"), "--seed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_bad_option_is_named_with_exit_2(popcorn: Any, arguments: tuple[str, ...], named: str) -> None:
    outcome = popcorn("ask", "A cat", *arguments)
    assert outcome.status == 2, str(outcome)
    assert named in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert outcome.stdout == ""


@pytest.mark.parametrize(
    "arguments", [("ask", "A cat", "--colour", "--json"), ("ask", "A cat", "--seed", "x", "--json")]
)
def test_with_json_even_a_usage_error_is_an_envelope(popcorn: Any, arguments: tuple[str, ...]) -> None:
    outcome = popcorn(*arguments)
    message = complaint(outcome, 2, "usage")
    assert arguments[2] in message
    assert outcome.envelope["command"] == "ask"


def test_an_unknown_command_is_named_with_exit_2(popcorn: Any) -> None:
    outcome = popcorn("bake", "--json")
    assert "bake" in complaint(outcome, 2, "usage")
    assert popcorn("bake").status == 2


def test_ask_without_a_request_says_so(popcorn: Any) -> None:
    outcome = popcorn("ask")
    assert outcome.status == 2, str(outcome)
    assert "request" in outcome.stderr.lower()


@pytest.mark.parametrize("option", ["--catalogue", "--renderer", "--predictor", "--llm"])
def test_an_unknown_component_is_named(popcorn: Any, option: str) -> None:
    outcome = popcorn("ask", "A cat", "--json", option, "nonesuch")
    assert outcome.status in {2, 10}, str(outcome)
    assert "'nonesuch'" in outcome.error["message"]
    assert outcome.error["hint"]
    assert "Traceback" not in outcome.stderr


def test_an_openai_model_without_a_key_is_a_missing_credential(popcorn: Any) -> None:
    message = complaint(popcorn("ask", "A cat", "--json", "--llm", "openai:gpt-4o-mini"), 10, "missing")
    assert "OPENAI_API_KEY" in message


@pytest.mark.parametrize("name", ["../x", "/etc", "a/b", "..", ""])
def test_a_catalogue_name_that_is_a_path_is_refused(popcorn: Any, name: str) -> None:
    complaint(popcorn("ask", "A cat", "--json", "--catalogue", name), 2, "usage")


@pytest.mark.parametrize("run_id", ["../x", "/etc/passwd", ".."])
def test_a_run_id_that_is_a_path_is_refused(popcorn: Any, run_id: str) -> None:
    complaint(popcorn("ask", "--json", "--resume", run_id), 2, "usage")


def test_an_unknown_run_cannot_be_resumed(popcorn: Any) -> None:
    message = complaint(popcorn("ask", "--json", "--resume", "20200101-000000-0a1b2c"), 2, "usage")
    assert "'20200101-000000-0a1b2c'" in message


def test_without_json_a_failure_is_two_sentences_on_stderr(popcorn: Any) -> None:
    outcome = popcorn("ask", "A cat", "--catalogue", "nowhere")
    assert outcome.status != 0
    assert outcome.stdout == ""
    assert "'nowhere'" in outcome.stderr
    assert 1 <= len(outcome.stderr.strip().splitlines()) <= 8
    assert "Traceback" not in outcome.stderr


def test_the_debug_variable_shows_the_traceback(popcorn: Any) -> None:
    outcome = popcorn.set(POPCORN_DEBUG="1").cold()("ask", "A cat", "--catalogue", "nowhere")
    assert outcome.status != 0
    assert "Traceback" in outcome.stderr


@pytest.mark.parametrize(
    "words",
    [("study", "finetune", "--data", "d", "-o", "x", "--model"), ("ask", "tacos", "--image"), ("ask", "--file")],
)
def test_a_text_that_is_too_long_for_a_file_is_the_askers_mistake(popcorn: Any, words: tuple[str, ...]) -> None:
    outcome = popcorn(*words, "tacos " * 100, *(("--results", "r.csv") if words[-1] == "--file" else ()), "--json")
    assert outcome.status in {2, 10}, str(outcome)
    assert "unforeseen" not in outcome.stdout
