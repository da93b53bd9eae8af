"""Setting one value in the user's file: checked, written in one step, with everything else as it was."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from popcorn.errors import RequestError
from popcorn.settings_file import set_setting, unset_setting
from popcorn.settings_sources import user_file

WRITTEN = """# mine
LLM = "offline"  # for now

[providers.mine]
# a server at home
base_url = "http://127.0.0.1:1/v1"
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return user_file()


@pytest.fixture
def mine(place: Path) -> Path:
    place.parent.mkdir(parents=True)
    place.write_text(WRITTEN)
    return place


def test_comments_order_and_spelling_stay(mine: Path) -> None:
    written = set_setting("llm", "openai:gpt-4o")
    assert (written.before, written.value) == ("offline", "openai:gpt-4o")
    assert mine.read_text() == WRITTEN.replace('"offline"', '"openai:gpt-4o"')


@pytest.mark.parametrize(
    ("key", "value", "path", "kept"),
    [
        ("candidates", "5", ["candidates"], 5),
        ("max-cost", "2.5", ["max_cost"], 2.5),
        ("overlay", "true", ["overlay"], True),
        ("aspect", "4:5", ["aspect"], "4:5"),
        ("language", "español “x”", ["language"], "español “x”"),
        ("renderers.ltx.steps", "12", ["renderers", "ltx", "steps"], 12),
        ("providers.mine.model", "m", ["providers", "mine", "model"], "m"),
        ("providers.a-b.base_url", "http://127.0.0.1:2/v1", ["providers", "a-b", "base_url"], "http://127.0.0.1:2/v1"),
        ('prices."openai:gpt-4.1"', "{input = 1, output = 2}", ["prices", "openai:gpt-4.1"], {"input": 1, "output": 2}),
        ("prices", '{"x:y": {"input": 0, "output": 0}}', ["prices"], {"x:y": {"input": 0, "output": 0}}),
    ],
)
def test_values_get_the_type_of_their_setting(mine: Path, key: str, value: str, path: list[str], kept: object) -> None:
    set_setting(key, value)
    found = tomllib.loads(mine.read_text())
    for name in path:
        found = found[name]
    assert found == kept
    assert mine.read_text().startswith(WRITTEN.partition("\n\n")[0])
    assert "# a server at home" in mine.read_text()


def test_the_file_is_made_where_there_is_none(place: Path) -> None:
    set_setting("seed", "7")
    assert place.read_text() == "seed = 7\n"
    assert place.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("candidates", "99", "'99' does not fit the setting 'candidates'"),
        ("threshold", "high", "'high' does not fit the setting 'threshold'"),
        ("llmm", "x", "there is no setting 'llmm'"),
        ("renderers.ltx.speed", "1", "there is no setting 'renderers.ltx.speed'"),
        ("voice.speaker", "x", "'voice' is one value"),
        ("providers", "mine", "'providers' is a table, and 'mine' is none"),
        ("database_url", "postgres://u@h/x", "'database_url' is a secret"),
        ("llm", "sk-proj-abcdEFGH1234567890abcdEFGH1234567890", "the value looks like a secret"),
        ("providers.mine.base_url", "http://u:pa55word@h/v1", "."),
        ("", "x", "there is no setting ''"),
        ("a = 1\nb", "x", "there is no setting"),
    ],
)
def test_what_does_not_fit_or_is_a_secret_is_refused_and_nothing_is_written(
    mine: Path, key: str, value: str, message: str
) -> None:
    with pytest.raises(RequestError, match=message) as caught:
        set_setting(key, value)
    assert caught.value.hint
    assert "pa55word" not in f"{caught.value.message}{caught.value.hint}"
    assert mine.read_text() == WRITTEN


def test_a_file_that_is_no_toml_is_left_alone(mine: Path) -> None:
    mine.write_text("llm = ")
    with pytest.raises(RequestError, match=r"popcorn/popcorn\.toml' is not TOML"):
        set_setting("seed", "1")
    assert mine.read_text() == "llm = "


def test_what_else_is_wrong_with_the_file_stays_and_does_not_keep_a_setting_from_it(mine: Path) -> None:
    mine.write_text("old_setting = 1\n")
    set_setting("seed", "1")
    assert mine.read_text() == "old_setting = 1\nseed = 1\n"


def test_a_link_is_followed_and_stays_one(mine: Path, tmp_path: Path) -> None:
    behind = mine.rename(tmp_path / "dotfiles.toml")
    mine.symlink_to(behind)
    set_setting("seed", "3")
    assert mine.is_symlink()
    assert tomllib.loads(behind.read_text())["seed"] == 3


def test_a_setting_is_taken_out_again(mine: Path) -> None:
    set_setting("seed", "3")
    assert unset_setting("seed").before == 3
    assert mine.read_text() == WRITTEN
    with pytest.raises(RequestError, match="'seed' is not set"):
        unset_setting("seed")
