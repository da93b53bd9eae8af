from __future__ import annotations

from pathlib import Path

import pytest
from popcorn import settings as subject
from popcorn.errors import RequestError
from popcorn.settings import load_settings, origins


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in subject.Settings.model_fields:
        monkeypatch.delenv(f"POPCORN_{name.upper()}", raising=False)


def user_file(text: str) -> None:
    subject.user_file().parent.mkdir(parents=True, exist_ok=True)
    subject.user_file().write_text(text)


def test_flags_beat_variables_beat_the_project_beat_the_user_beat_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().attempts == 3
    user_file("attempts = 4\n")
    assert load_settings().attempts == 4
    Path("popcorn.toml").write_text("attempts = 5\n")
    assert load_settings().attempts == 5
    monkeypatch.setenv("POPCORN_ATTEMPTS", "6")
    assert load_settings().attempts == 6
    assert load_settings(attempts=7).attempts == 7


def test_origins_name_the_source_that_won(monkeypatch: pytest.MonkeyPatch) -> None:
    user_file("attempts = 4\nseed = 1\n")
    Path("popcorn.toml").write_text("attempts = 5\n")
    monkeypatch.setenv("POPCORN_TAGS", "2")
    found = origins(threshold=50.0)
    assert {name: found[name] for name in ("threshold", "tags", "attempts", "seed", "mode")} == {
        "threshold": "flag",
        "tags": "environment",
        "attempts": "popcorn.toml",
        "seed": str(subject.user_file()),
        "mode": "default",
    }


def test_a_flag_that_was_not_given_counts_for_nothing() -> None:
    assert load_settings(attempts=None) == load_settings()


def test_a_value_that_does_not_fit_is_named_with_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POPCORN_THRESHOLD", "high")
    with pytest.raises(RequestError, match=r"'high' does not fit the setting 'threshold' \(from POPCORN_THRESHOLD\)"):
        load_settings()


def test_an_unknown_setting_suggests_a_near_name() -> None:
    Path("popcorn.toml").write_text("atempts = 5\n")
    with pytest.raises(RequestError, match=r"no setting 'atempts' \(from popcorn.toml\)") as caught:
        load_settings()
    assert caught.value.hint == "Did you mean 'attempts'?"


def test_a_file_that_is_not_toml_is_named() -> None:
    Path("popcorn.toml").write_text("attempts = = 5\n")
    with pytest.raises(RequestError, match="not TOML") as caught:
        load_settings()
    assert "popcorn.toml" in caught.value.hint


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().attempts = 9  # type: ignore[misc]


def test_the_home_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(home="~/films").home == tmp_path / "films"
