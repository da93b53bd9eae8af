"""`popcorn ad show | adopt | adoption | test-plan`: what a person types, and what comes back."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from popcorn.agent.runs.run_store import RunStore
from popcorn.commands.ad_adoption import mount
from popcorn.errors import RequestError
from typer.testing import CliRunner

app = typer.Typer()
mount(app)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Four finished ads of two strategies, and a run that made none."""
    monkeypatch.setenv("POPCORN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    store = RunStore(tmp_path / "home")
    return [made(store, strategy) for strategy in ("clips-first", "script-first", "clips-first", "script-first", "")]


def made(store: RunStore, strategy: str) -> str:
    run = store.start("An ad for Trailcup", {})
    folder = store.folder(run.run_id)
    folder.mkdir(parents=True)
    (folder / "clip.mp4").write_bytes(b"clip")
    data = {
        "run_id": run.run_id,
        "product": {"name": "Trailcup", "brand": "Norda"},
        "video": {"path": str(folder / "clip.mp4"), "width": 1080, "height": 1920, "seconds": 15.0},
        "segments": [{"script": "Meet Trailcup."}],
    }
    (folder / "result.json").write_text(json.dumps(data | ({"strategy": strategy} if strategy else {})))
    return run.run_id


def said(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    data: dict[str, Any] = json.loads(result.stdout)["data"]
    return data


def refused(*words: str) -> RequestError:
    with pytest.raises(RequestError) as caught:
        CliRunner().invoke(app, [*words], catch_exceptions=False)
    return caught.value


def test_ads_are_shown_taken_and_counted(runs: list[str]) -> None:
    shown = said("show", *runs[:4])
    assert {ad["run_id"] for ad in shown["ads"]} == {*runs[:4]}
    assert "strategy" not in json.dumps(shown)
    assert said("adopt", runs[0], runs[2])["taken"] == sorted([runs[0], runs[2]])
    counted = said("adoption")
    assert counted["strategies"] == [
        {"strategy": "clips-first", "taken": 2, "shown": 2, "rate": 1.0},
        {"strategy": "script-first", "taken": 0, "shown": 2, "rate": 0.0},
    ]
    assert counted["relative_difference"]["value"] is None
    assert counted["told"] == [
        "in 1 showing with both, no ad of script-first was taken: there is nothing to compare with",
        "how many showings more it takes cannot be said yet",
    ]


def test_letters_may_be_small_and_none_is_an_answer(runs: list[str]) -> None:
    shown = said("show", runs[0], runs[1])
    assert said("adopt", "a", "b", "--showing", shown["showing_id"])["letters"] == ["A", "B"]
    assert said("adopt", "--none", "--showing", shown["showing_id"])["taken"] == []


def test_the_terminal_shows_what_is_said_and_how_to_answer(runs: list[str]) -> None:
    result = CliRunner().invoke(app, ["show", runs[0], runs[1]], catch_exceptions=False)
    assert "2 ads for Norda Trailcup" in result.stdout
    assert "Meet Trailcup." in result.stdout
    assert "-first" not in result.output
    assert "popcorn ad adopt --showing" in result.stderr
    counted = CliRunner().invoke(app, ["adoption"], catch_exceptions=False)
    assert "nobody has answered a showing yet" in counted.stdout.replace("\n", " ")


def test_a_page_is_written_where_it_is_asked_for(runs: list[str], tmp_path: Path) -> None:
    assert said("show", runs[0], runs[1], "-o", "page.html", "--link")["files"] == [
        "page.html",
        "page_files/A.mp4",
        "page_files/B.mp4",
    ]
    assert (tmp_path / "page.html").is_file()


def test_what_cannot_be_is_refused_with_a_way_out(runs: list[str]) -> None:
    assert f"run {runs[4]} has no finished ad" in refused("show", runs[0], runs[4]).message
    assert "is named twice" in refused("show", runs[0], runs[0]).message
    assert "--link belongs to a page" in refused("show", runs[0], runs[1], "--link").message
    assert "was never shown beside another ad" in refused("adopt", runs[0]).message
    assert "or says --none" in refused("adopt").message
    assert "or says --none" in refused("adopt", "A", "--none").message
    assert "--none does not say of which showing" in refused("adopt", "--none").message
    assert refused("test-plan", "--rate", "2").hint.startswith("Write rates as shares")


def test_a_test_is_planned_in_a_sentence() -> None:
    data = said("test-plan", "--variants", "2", "--rate", "0.1", "--lift", "0.5")
    assert (data["impressions_each"], data["impressions"]) == (686, 1372)
    result = CliRunner().invoke(app, ["test-plan", "--rate", "0.1", "--lift", "0.5"], catch_exceptions=False)
    sentence = " ".join(result.stdout.split())
    assert sentence.startswith("686 impressions for each of 2 ads, 1,372 in all: then a lift from 10.00% to 15.00% is")
