"""Which setting wins: flag, environment, ./popcorn.toml, the user's file, default."""

from __future__ import annotations

from typing import Any

import pytest


def write(path: Any, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def threshold(program: Any) -> tuple[Any, str]:
    """The threshold in force and where it comes from."""
    data = program("config", "show", "--json", "--origin").data
    return data["settings"]["threshold"], data["origin"]["threshold"]


def test_each_source_beats_the_ones_below_it(fresh: Any) -> None:
    value, origin = threshold(fresh)
    assert (value, origin) == (50, "default")
    write(fresh.folder / "config" / "popcorn" / "popcorn.toml", "threshold = 41\n")
    value, origin = threshold(fresh)
    assert value == 41
    assert str(fresh.folder / "config") in origin
    write(fresh.folder / "popcorn.toml", "threshold = 42\n")
    value, origin = threshold(fresh)
    assert value == 42
    assert "config" not in origin
    assert "popcorn.toml" in origin
    value, origin = threshold(fresh.set(POPCORN_THRESHOLD="43"))
    assert (value, origin) == (43, "environment")


def test_ask_heeds_the_folder_the_environment_and_the_flags_in_that_order(popcorn: Any) -> None:
    write(popcorn.folder / "popcorn.toml", 'mode = "paper"\nattempts = 1\nthreshold = 55\naspect = "1:1"\n')
    program = popcorn.set(POPCORN_MODE="basic", POPCORN_THRESHOLD="99")
    data = program("ask", "A cat", "--json", "--threshold", "100").data
    assert (data["mode"], len(data["attempts"]), data["threshold"], data["video"]["width"]) == ("basic", 1, 100, 1080)
    assert data["video"]["height"] == 1080


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("threshold = 'high'\n", "threshold"),
        ("treshold = 50\n", "treshold"),
        ("threshold = = 3\n", "popcorn.toml"),
        ("mode = 'wild'\n", "wild"),
    ],
    ids=["bad value", "unknown key", "bad syntax", "unknown mode"],
)
def test_a_bad_settings_file_is_named(fresh: Any, text: str, named: str) -> None:
    write(fresh.folder / "popcorn.toml", text)
    outcome = fresh("config", "show", "--json")
    assert outcome.status == 2, str(outcome)
    assert outcome.error["code"] == "usage"
    assert named in outcome.error["message"] + outcome.error["hint"]
    assert outcome.envelope["command"] == "config show", "success and failure name the command differently"
    assert "Traceback" not in outcome.stderr


def test_a_bad_environment_variable_is_named(fresh: Any) -> None:
    outcome = fresh.set(POPCORN_THRESHOLD="high")("config", "show", "--json")
    assert outcome.status == 2, str(outcome)
    assert "POPCORN_THRESHOLD" in outcome.error["message"]
    assert "'high'" in outcome.error["message"]


def test_a_secret_is_never_shown(fresh: Any) -> None:
    outcome = fresh.set(OPENAI_API_KEY="sk-very-secret")("config", "show", "--json", "--origin")
    assert outcome.status == 0, str(outcome)
    assert "sk-very-secret" not in outcome.stdout + outcome.stderr
