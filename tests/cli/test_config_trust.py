"""`popcorn config trust`, and what `config show --origin` tells of a folder that is not trusted."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from typing import Any

import pytest

FILE = """aspect = "1:1"
home = "/tmp/elsewhere"
[providers.mine]
base_url = "http://127.0.0.1:9/v1"
key_variable = "MINE_KEY"
"""
ASKS = [
    {"setting": "home", "value": '"/tmp/elsewhere"', "why": "names a place on the disk"},
    {"setting": "providers.mine.base_url", "value": '"http://127.0.0.1:9/v1"', "why": "names a server"},
    {
        "setting": "providers.mine.key_variable",
        "value": '"MINE_KEY"',
        "why": "names a variable whose value is sent as a key",
    },
]
NOTICE = (
    "is not trusted, so it cannot set home, providers.mine.base_url, providers.mine.key_variable: "
    "see `popcorn config show --origin`, and `popcorn config trust` to allow it"
)


@pytest.fixture
def entered(fresh: Any) -> Any:
    """The program in a folder with a settings file of somebody else's."""
    fresh.folder.mkdir(parents=True)
    (fresh.folder / "popcorn.toml").write_text(FILE)
    return fresh


def test_what_is_ignored_is_shown_with_why_and_said_once(entered: Any) -> None:
    outcome = entered("config", "show", "--origin", "--json")
    assert outcome.data["settings"]["aspect"] == "1:1"
    assert outcome.data["settings"]["providers"] == {}
    assert outcome.data["settings"]["home"] == str(entered.home)
    assert (outcome.data["origin"]["aspect"], outcome.data["origin"]["providers"]) == ("popcorn.toml", "default")
    assert outcome.data["ignored"] == ASKS
    assert outcome.data["project"]["standing"] == "unknown"
    assert outcome.stderr.strip().count("\n") == 0
    assert NOTICE in outcome.stderr
    shown = entered("config", "show", "--origin").stdout
    assert '  providers.mine.base_url = "http://127.0.0.1:9/v1"  names a server\n' in shown
    assert "Ignored, since " in shown


def test_trust_shows_what_the_file_asks_for_and_gives_it(entered: Any) -> None:
    outcome = entered("config", "trust", "--json")
    assert outcome.data["asks"] == ASKS
    assert (outcome.data["path"], outcome.data["before"]) == (str(entered.folder / "popcorn.toml"), "unknown")
    shown = entered("config", "show", "--origin", "--json")
    assert shown.data["settings"]["providers"]["mine"]["key_variable"] == "MINE_KEY"
    assert (shown.data["ignored"], shown.data["project"]["standing"]) == ([], "trusted")
    assert shown.stderr == ""
    text = entered("config", "trust").stdout
    assert '  providers.mine.key_variable = "MINE_KEY"  names a variable whose value is sent as a key\n' in text
    assert "popcorn config trust --remove" in text


def test_a_changed_file_is_untrusted_again_and_says_that_it_changed(entered: Any) -> None:
    assert entered("config", "trust").status == 0
    (entered.folder / "popcorn.toml").write_text(FILE.replace("127.0.0.1:9", "127.0.0.1:10"))
    outcome = entered("config", "show", "--origin", "--json")
    assert (outcome.data["project"]["standing"], outcome.data["settings"]["providers"]) == ("changed", {})
    assert "has changed since it was trusted, so it cannot set home, " in outcome.stderr
    assert "has changed since it was trusted" in entered("config", "show", "--origin").stdout
    assert entered("config", "trust", "--json").data["before"] == "changed"
    assert entered("config", "show").stderr == ""


def test_a_folder_can_be_named_listed_and_lose_its_trust(entered: Any) -> None:
    shutil.copytree(entered.folder, entered.folder / "there")
    place = str(entered.folder / "there" / "popcorn.toml")
    assert entered("config", "trust", "there", "--json").data["path"] == place
    (listed,) = entered("config", "trust", "--list", "--json").data["trusted"]
    assert (listed["path"], listed["standing"]) == (place, "trusted")
    assert place in entered("config", "trust", "--list").stdout
    assert NOTICE in entered("config", "show").stderr, "the folder around it is another one"
    assert entered("config", "trust", "there", "--remove", "--json").data == {"path": place}
    assert entered("config", "trust", "--list").stdout == "No folder is trusted.\n"
    again = entered("config", "trust", "there", "--remove", "--json")
    assert again.status == 2
    assert "was not trusted" in again.error["message"]
    assert "--list" in again.error["hint"]


def test_trust_in_a_folder_that_is_gone_is_listed_and_can_be_taken_back(entered: Any) -> None:
    assert entered("config", "trust").status == 0
    (entered.folder / "popcorn.toml").unlink()
    assert entered("config", "trust", "--list", "--json").data["trusted"][0]["standing"] == "gone"
    assert entered("config", "trust", "--remove").status == 0


def test_the_record_is_the_persons_alone(entered: Any) -> None:
    assert entered("config", "trust").status == 0
    folder = entered.folder / "config" / "popcorn" / "trusted"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(record.stat().st_mode) for record in folder.iterdir()] == [0o600]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no popcorn.toml in"),
        ("threshold = = 3", "popcorn.toml' is not TOML"),
        ("\udcff", "popcorn.toml' is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_not_trusted(entered: Any, text: str | None, message: str) -> None:
    file = entered.folder / "popcorn.toml"
    file.unlink()
    if text is not None:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    outcome = entered("config", "trust", "--json")
    assert outcome.status == 2
    assert message in outcome.error["message"]
    assert outcome.error["hint"]
    assert entered("config", "trust", "--list").stdout == "No folder is trusted.\n"


def test_a_file_of_mere_choices_needs_no_trust(fresh: Any) -> None:
    fresh.folder.mkdir(parents=True)
    (fresh.folder / "popcorn.toml").write_text('aspect = "1:1"\nreferences = 5\nllm = "offline"\n')
    outcome = fresh("config", "show", "--json", "--origin")
    assert (outcome.data["settings"]["references"], outcome.data["ignored"], outcome.stderr) == (5, [], "")


@pytest.mark.parametrize("table", ['providers.mine]\nbase_url = "{}"', 'renderers.api]\nbase_url = "{}"'])
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://me:hunter2@127.0.0.1:9/v1", "it holds a user or a password"),
        ("http://127.0.0.1:9/v1?api-key=hunter2", "it has a query or a fragment"),
    ],
)
def test_an_address_with_credentials_is_refused_and_not_repeated(
    fresh: Any, table: str, address: str, told: str
) -> None:
    fresh.settings_file.write_text(f"[{table.format(address)}\n")
    for command in (("config", "show"), ("doctor",), ("ask", "cats")):
        outcome = fresh(*command, "--json")
        assert outcome.status == 2, str(outcome)
        assert f"{table.partition(']')[0]}.base_url" in outcome.error["message"]
        assert told in outcome.error["message"]
        assert "hunter2" not in outcome.stdout + outcome.stderr


def test_an_address_with_credentials_in_a_variable_is_refused_and_not_repeated(fresh: Any) -> None:
    program = fresh.set(VLLM_BASE_URL="http://127.0.0.1:9/v1?key=hunter2", POPCORN_LLM="vllm:m")
    asked = program("ask", "cats", "--json")
    assert asked.status == 2
    assert "no address of vllm: it has a query or a fragment" in asked.error["message"]
    assert "VLLM_BASE_URL" in asked.error["hint"]
    examined = program("doctor", "--json")
    assert "hunter2" not in asked.stdout + asked.stderr + examined.stdout + examined.stderr
    (finding,) = [one for one in examined.envelope["data"]["checks"] if one["name"] == "chat model"]
    assert "no address of vllm" in finding["detail"]


def test_a_key_where_its_variables_name_belongs_is_refused_and_not_repeated(fresh: Any) -> None:
    fresh.settings_file.write_text('[providers.mine]\nbase_url = "http://h/v1"\nkey_variable = "sk-hunter2-hunter2"\n')
    outcome = fresh("config", "show", "--json")
    assert outcome.status == 2
    assert "providers.mine.key_variable" in outcome.error["message"]
    assert "hunter2" not in outcome.stdout + outcome.stderr


def test_a_file_in_place_of_its_folder_is_told_how_to_trust_that(entered: Any) -> None:
    for words in ((), ("--remove",)):
        outcome = entered("config", "trust", "popcorn.toml", *words, "--json")
        assert outcome.status == 2
        assert outcome.error["message"] == "'popcorn.toml' is a file, and trust is given to the folder that it is in"
        assert outcome.error["hint"] == "Write: popcorn config trust ."


def test_a_folder_that_is_not_there_is_said_to_be_none(entered: Any) -> None:
    gone = entered.folder / "gone"
    outcome = entered("config", "trust", str(gone), "--json")
    assert (outcome.status, outcome.error["message"]) == (2, f"there is no folder {str(gone)!r}")


def test_who_stands_in_a_folder_that_is_gone_is_told_so(entered: Any) -> None:
    gone = entered.folder / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m popcorn config trust --json"
    ended = subprocess.run(["/bin/sh", "-c", script], env=entered.environment, capture_output=True, text=True)
    answer = json.loads(ended.stdout)
    assert (ended.returncode, answer["error"]["message"]) == (2, "the folder that you stand in is gone"), ended.stderr
