"""Messages about settings: the way out that they name is one, and what a stranger wrote does nothing to a terminal."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def entered(fresh: Any) -> Any:
    """The program in a folder of its own."""
    fresh.folder.mkdir(parents=True)
    return fresh


@pytest.mark.parametrize("written", ["thresold = 50\n", "threshold = 1000\n"])
def test_the_settings_are_listed_where_a_message_about_one_says_that_they_are(entered: Any, written: str) -> None:
    (entered.folder / "popcorn.toml").write_text(written)
    assert "`popcorn config show` lists" in entered("threads", "list").stderr
    shown = entered("config", "show")
    assert "threshold" in shown.stdout
    assert "candidates" in shown.stdout
    assert shown.status == 2, "no command would begin with them"


def test_all_that_is_wrong_is_named_and_what_is_right_counts(entered: Any) -> None:
    (entered.folder / "popcorn.toml").write_text("thresold = 50\nthreshold = 1000\nattempts = 2\n")
    program = entered.set(POPCORN_CANDIDATES="many", NO_COLOR="1")
    shown = program("config", "show", "--origin")
    told = " ".join(shown.stderr.split())
    assert [name in told for name in ("'thresold'", "'threshold'", "'candidates'")] == [True] * 3
    lines = [line.split() for line in reversed(shown.stdout.splitlines()) if line.strip()]
    rows = {words[0]: words[1:] for words in lines}  # the first line of that word: descriptions may begin with one too
    assert (rows["attempts"][0], rows["threshold"][0], rows["threshold"][-1]) == ("2", "50.0", "default")
    assert program("config", "show", "--json").error["code"] == "usage"


@pytest.mark.parametrize("setting", ["language", "llm", "renderer"])
def test_a_strangers_setting_is_shown_without_what_steers_a_terminal(entered: Any, setting: str) -> None:
    (entered.folder / "popcorn.toml").write_text(f'{setting} = "\\u001b]0;owned\\u0007\\u001b[2J"\n')
    assert "\x1b" not in entered.set(NO_COLOR="1")("config", "show", "--origin").stdout


def test_what_is_trusted_is_listed_also_where_one_of_the_files_is_broken(entered: Any) -> None:
    for name in ("whole", "broken"):
        (entered.folder / name).mkdir()
        (entered.folder / name / "popcorn.toml").write_text('cover = "a"\n')
        assert entered("config", "trust", name).status == 0
    (entered.folder / "broken" / "popcorn.toml").write_text("cover = [\n")
    listed = entered("config", "trust", "--list", "--json").data["trusted"]
    assert len(listed) == 2


@pytest.mark.parametrize("value", ["{", "[]x"])
def test_a_variable_that_is_no_json_is_named_and_nothing_unforeseen(entered: Any, value: str) -> None:
    outcome = entered.set(POPCORN_RENDERERS=value)("config", "show", "--json")
    assert "POPCORN_RENDERERS" in outcome.error["message"]
    assert "unforeseen" not in outcome.error["message"]


def test_a_file_that_nests_too_deeply_is_a_settings_file_that_cannot_be_read(entered: Any) -> None:
    (entered.folder / "popcorn.toml").write_text(f"a = {'[' * 3000}{']' * 3000}\n")
    assert "unforeseen" not in entered("config", "show", "--json").error["message"]


def test_the_settings_file_that_a_missing_server_is_to_be_written_into_is_the_persons_own(entered: Any) -> None:
    outcome = entered("render", "A pot", "--renderer", "api:m", "--json")
    assert str(entered.settings_file) in outcome.error["hint"], "one in this folder would be ignored"
