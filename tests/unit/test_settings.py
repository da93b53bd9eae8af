from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from popcorn import settings as subject
from popcorn import settings_sources
from popcorn.errors import RequestError
from popcorn.settings import load_settings
from popcorn.settings_file import set_setting
from popcorn.settings_in_force import ignored_settings, origins
from popcorn.trust.trusted_folders import TrustedFolders


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in subject.Settings.model_fields:
        monkeypatch.delenv(f"POPCORN_{name.upper()}", raising=False)


def user_file(text: str) -> None:
    settings_sources.user_file().parent.mkdir(parents=True, exist_ok=True)
    settings_sources.user_file().write_text(text)


def test_flags_beat_variables_beat_the_project_beat_the_user_beat_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().attempts == 3
    user_file("attempts = 4\n")
    assert load_settings().attempts == 4
    Path("popcorn.toml").write_text("attempts = 2\n")
    assert load_settings().attempts == 2
    monkeypatch.setenv("POPCORN_ATTEMPTS", "6")
    assert load_settings().attempts == 6
    assert load_settings(attempts=7).attempts == 7


def test_origins_name_the_source_that_won(monkeypatch: pytest.MonkeyPatch) -> None:
    user_file("attempts = 4\nseed = 1\n")
    Path("popcorn.toml").write_text("attempts = 2\n")
    monkeypatch.setenv("POPCORN_TAGS", "2")
    found = origins(threshold=50.0)
    assert {name: found[name] for name in ("threshold", "tags", "attempts", "seed", "mode")} == {
        "threshold": "flag",
        "tags": "environment",
        "attempts": "popcorn.toml",
        "seed": str(settings_sources.user_file()),
        "mode": "default",
    }


def test_a_setting_that_is_written_in_upper_case_has_its_origin_too() -> None:
    user_file("ATTEMPTS = 4\nThreshold = 20\n")
    Path("popcorn.toml").write_text("SEED = 5\n")
    assert (load_settings().attempts, load_settings().seed) == (4, 5)
    found = origins()
    assert (found["attempts"], found["threshold"]) == (
        str(settings_sources.user_file()),
        str(settings_sources.user_file()),
    )
    assert found["seed"] == "popcorn.toml"
    user_file("ATTEMPTS = 0\n")
    with pytest.raises(RequestError, match=re.escape(f"(from {settings_sources.user_file()})")):
        load_settings()


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
    assert caught.value.hint == "Did you mean 'attempts'? `popcorn config show` lists every setting."


def test_a_file_that_is_not_toml_is_named() -> None:
    Path("popcorn.toml").write_text("attempts = = 5\n")
    with pytest.raises(RequestError, match=r"the settings file 'popcorn\.toml' is not TOML") as caught:
        load_settings()
    assert "Mend it there" in caught.value.hint


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().attempts = 9  # type: ignore[misc]


def test_the_home_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(home="~/films").home == tmp_path / "films"


def test_what_is_ignored_of_a_stranger_is_logged_once_however_often_the_settings_are_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Path("popcorn.toml").write_text('attempts = 2\nhome = "/tmp/elsewhere"\n')
    assert {load_settings().attempts for _ in range(3)} == {2}
    (record,) = caplog.records
    assert record.getMessage().startswith(
        f"{str(Path.cwd() / 'popcorn.toml')!r} is not trusted, so it cannot set home:"
    )


def test_a_stranger_cannot_fill_the_screen_with_the_name_of_a_setting(caplog: pytest.LogCaptureFixture) -> None:
    Path("popcorn.toml").write_text(f'[providers.{"x" * 5000}]\nbase_url = "http://127.0.0.1:9/v1"\n')
    load_settings()
    (record,) = caplog.records
    assert f"so it cannot set providers.{'x' * 47}...: see" in record.getMessage()


def test_a_stranger_may_not_raise_what_a_conversation_costs_where_nobody_set_a_limit() -> None:
    Path("popcorn.toml").write_text("max_cost = 1000.0\n")
    assert load_settings().max_cost == 0, "and so SESSION_COST_USD holds"
    Path("popcorn.toml").write_text("max_cost = 0.5\n")
    assert load_settings().max_cost == 0.5


def test_a_stranger_multiplies_nothing_that_is_bought() -> None:
    user_file("attempts = 5\nRENDER = 'best'\n")
    Path("popcorn.toml").write_text("attempts = 20\ncandidates = 16\nshots = 5\nrender = 'each'\ncache = false\n")
    loaded = load_settings()
    assert (loaded.attempts, loaded.candidates, loaded.shots, loaded.render, loaded.cache) == (5, 3, 1, "best", True)
    project, ignored = ignored_settings()
    assert [(one.setting, one.value, one.why) for one in ignored][:2] == [
        ("attempts", "20", "buys more than your own settings do: 5 holds"),
        ("candidates", "16", "buys more than your own settings do: 3 holds"),
    ]
    assert project is not None
    TrustedFolders().keep(project.path, project.sha256)
    assert (load_settings().attempts, load_settings().render) == (20, "each")


@pytest.mark.parametrize("spell", [str.lower, str.upper])
def test_a_limit_of_the_users_own_file_holds_against_a_stranger(spell: Callable[[str], str]) -> None:
    user_file(spell("max_cost = 2.0\nmax_tokens = 1000\nmax_seconds = 60\n"))
    Path("popcorn.toml").write_text("max_cost = 3.0\nmax_tokens = 0\nmax_seconds = 30\n")
    loaded = load_settings()
    assert (loaded.max_cost, loaded.max_tokens, loaded.max_seconds) == (2.0, 1000, 30)


def test_a_strangers_table_does_not_mix_with_the_users() -> None:
    user_file('[providers.mine]\nbase_url = "http://127.0.0.1:1/v1"\nkey_variable = "MINE"\n')
    Path("popcorn.toml").write_text('[providers.mine]\nbase_url = "http://127.0.0.1:2/v1"\n')
    assert load_settings().providers["mine"].base_url == "http://127.0.0.1:1/v1"


def test_a_trusted_file_sets_all_that_the_users_may() -> None:
    Path("popcorn.toml").write_text('max_cost = 1000.0\nhome = "/tmp/elsewhere"\n')
    project, asks = ignored_settings()
    assert project is not None
    assert [one.setting for one in asks] == ["max_cost", "home"]
    TrustedFolders().keep(project.path, project.sha256)
    assert (load_settings().max_cost, load_settings().home) == (1000, Path("/tmp/elsewhere"))


def test_a_file_that_is_far_too_large_is_not_read() -> None:
    Path("popcorn.toml").write_text("#" * (2 << 20))
    with pytest.raises(RequestError, match=r"'popcorn.toml' cannot be read: it is larger than 1 MiB"):
        load_settings()


def test_a_file_that_is_no_text_is_named() -> None:
    Path("popcorn.toml").write_bytes("attempts = 2\n".encode("utf-16"))
    with pytest.raises(RequestError, match=r"the settings file 'popcorn\.toml' is not UTF-8") as caught:
        load_settings()
    assert caught.value.hint == "Save it as UTF-8 in your editor."


def _folder(place: Path) -> None:
    place.mkdir()


def _link_to_nowhere(place: Path) -> None:
    place.symlink_to("/nowhere/popcorn.toml")


def _link_to_itself(place: Path) -> None:
    place.symlink_to(place)


def _link_without_end(place: Path) -> None:
    place.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("put", "why"),
    [
        (_folder, "Is a directory"),
        (os.mkfifo, "it is a pipe"),
        (_link_to_nowhere, "a link that leads nowhere"),
        (_link_to_itself, "symbolic links"),
        (_link_without_end, "it is a device"),
    ],
)
@pytest.mark.parametrize("whose", ["folder", "user"])
def test_what_stands_in_place_of_a_settings_file_is_named_and_not_passed_over(
    put: Callable[[Path], None], why: str, whose: str
) -> None:
    place = Path("popcorn.toml") if whose == "folder" else settings_sources.user_file()
    place.parent.mkdir(parents=True, exist_ok=True)
    put(place)
    with pytest.raises(RequestError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"the settings file {str(place)!r} cannot be read: ")
    assert why in caught.value.message
    assert "move what is there away" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n", b"# nothing\r\n"])
def test_a_settings_file_that_says_nothing_sets_nothing(content: bytes) -> None:
    Path("popcorn.toml").write_bytes(content)
    assert set(origins().values()) == {"default"}


def test_which_of_two_settings_files_is_broken_is_said() -> None:
    user_file("attempts = 3\n")
    Path("popcorn.toml").write_text("attempts = [\n")
    with pytest.raises(RequestError, match=r"the settings file 'popcorn\.toml' is not TOML"):
        load_settings()


def test_a_link_to_a_settings_file_elsewhere_is_read_as_a_strangers(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text('attempts = 2\nhome = "/tmp/elsewhere"\n')
    Path("popcorn.toml").symlink_to(tmp_path / "shared.toml")
    assert load_settings().attempts == 2
    assert [one.setting for one in ignored_settings()[1]] == ["home"]


def test_the_mark_that_some_editors_put_before_a_file_is_no_part_of_it() -> None:
    Path("popcorn.toml").write_bytes(b"\xef\xbb\xbfattempts = 2\r\n")
    user_file("\ufeffcandidates = 3\n")
    settings = load_settings()
    assert (settings.attempts, settings.candidates) == (2, 3)
    set_setting("seed", "1")
    assert (load_settings().seed, load_settings().candidates) == (1, 3)


def test_a_value_of_a_table_is_named_with_its_place_and_not_repeated() -> None:
    user_file('[providers.mine]\nbase_url = "http://h/v1"\nfree = "sk-hunter2"\n')
    with pytest.raises(RequestError, match=r"what is given does not fit the setting 'providers\.mine\.free'") as caught:
        load_settings()
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
    user_file('[providers.mine]\nbase_url = "http://h/v1"\nkey = "sk-hunter2"\n')
    with pytest.raises(RequestError, match=r"there is no setting 'providers\.mine\.key'"):
        load_settings()
