"""`popcorn ad make` as people and scripts use it, on footage that is made here."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.toolbox.ad_card import ads_card
from rich.console import Console
from small_ads import footage

PRODUCT = """
name = "Steel Mug"
brand = "Trailcup"
category = "mugs"
price = "$24.99"
market = "US"
language = "English"
facts = ["It keeps coffee hot for 6 hours.", "It holds 350 ml.", "It is made of steel.", "The lid closes tight."]
"""
QUICK = ("--voice", "none", "--aspect", "1:1", "--clips", "2")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A product file and three clips beside a file that is none."""
    place = tmp_path_factory.mktemp("material")
    (place / "product.toml").write_text(PRODUCT)
    (place / "clips").mkdir()
    for number in range(3):
        footage(place / "clips" / f"{number}.mp4", seconds=3.0, hue=80 * number)
    (place / "clips" / "broken.mp4").write_bytes(b"no film at all")
    return place


@pytest.fixture(scope="module")
def made(built: Any, material: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A whole run as JSON."""
    program = replace(built, folder=tmp_path_factory.mktemp("made"))
    return program("ad", "make", *given(material), *QUICK, "--json", "-o", "ad.mp4")


def given(material: Path) -> tuple[str, ...]:
    return ("--product", str(material / "product.toml"), "--footage", str(material / "clips"), "--llm", "offline")


def test_an_ad_comes_with_all_that_an_editor_goes_on_with(made: Any) -> None:
    data = made.data
    assert data["video"]["width"], data["video"]["height"] == (1080, 1080)
    assert [one["role"] for one in data["segments"]] == ["hook", "demo"]
    assert all(one["subtitles"] and Path(one["source"]).is_file() for one in data["segments"])
    assert data["segments"][0]["at"] == 0
    assert data["segments"][1]["at"] == pytest.approx(
        data["segments"][0]["end"] - data["segments"][0]["start"], abs=0.05
    )
    assert [Path(path).name for path in data["edit_lists"]] == ["ad.otio", "ad.xml"]
    assert set(data["subtitles"]) == {"srt", "vtt", "ass"}
    files = [data["cover"]["path"], *data["edit_lists"], *data["subtitles"].values(), data["video"]["copy"]]
    folder = Path(data["video"]["path"]).parent
    assert all(Path(folder, path).stat().st_size for path in files[:-1])
    assert [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o077] == [], "they are the owner's alone"
    assert all(one["ok"] for one in data["checks"])
    assert {"text", "kind", "verdict", "source"} <= {*data["claims"][0]} if data["claims"] else True
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [prompt.partition("@")[0] for prompt in manifest["prompts"]] == ["ad_plan"]
    assert set(manifest["sources"]) == {one["source"] for one in data["segments"]}


def test_a_dry_run_says_what_the_ad_takes_and_makes_nothing(popcorn: Any, material: Path) -> None:
    before = {*popcorn.home.glob("runs/*")}
    data = popcorn("ad", "make", *given(material), *QUICK, "--dry-run", "--json").data
    told = {name: data[name] for name in ("clips", "surveyed", "left_out", "lines", "calls", "tokens", "cost_usd")}
    assert told == {"clips": 3, "surveyed": 3, "left_out": 1, "lines": 2, "calls": 0, "tokens": 0, "cost_usd": 0.0}
    assert data["seconds"] == pytest.approx(9.0, abs=0.1)
    assert any("left out: broken.mp4" in notice for notice in data["notices"])
    shown = popcorn("ad", "make", *given(material), *QUICK, "--dry-run")
    assert "3 of 3 can be used, 1 file left out" in shown.stdout
    assert "none: no language model is asked" in shown.stdout
    assert {*popcorn.home.glob("runs/*")} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--seconds", "60"), "and 60 s were asked for"), (("--voice", "nobody"), "there is no voice 'nobody'")],
)
def test_a_dry_run_fails_as_the_ad_would(popcorn: Any, material: Path, words: tuple[str, ...], said: str) -> None:
    outcome = popcorn("ad", "make", *given(material), "--dry-run", *words, "--json")
    assert outcome.status in {1, 2}
    assert said in outcome.error["message"]


def test_the_clips_own_sound_is_wished_for_by_its_flag_or_its_volume() -> None:
    from popcorn.commands.ad import _volumes

    assert _volumes(None, clip_sound=False) is None
    assert _volumes(None, clip_sound=True) == "clips=0"
    assert _volumes("music=-3", clip_sound=True) == "music=-3,clips=0"
    assert _volumes("clips=-6", clip_sound=True) == "clips=-6"


def test_a_dry_run_of_a_run_that_is_gone_on_with_is_refused(popcorn: Any, made: Any) -> None:
    outcome = popcorn("ad", "make", "--resume", made.data["run_id"], "--dry-run", "--json")
    assert (outcome.status, outcome.error["message"]) == (
        2,
        "--resume goes on with what its run began with; --dry-run cannot change that",
    )


def test_what_was_left_out_and_what_is_a_demo_is_said(made: Any) -> None:
    notices = " ".join(made.data["notices"])
    assert "left out: broken.mp4" in notices
    assert "offline ad planner, a demo" in notices
    assert "shown no pictures" in notices


def test_a_finished_ad_is_found_shown_and_resumed_without_doing_anything_again(built: Any, made: Any) -> None:
    run_id = made.data["run_id"]
    again = built("ad", "make", "--resume", run_id, "--jsonl")
    assert [one["event"] for one in again.events if one["event"] == "node_started"] == []
    assert again.result["video"]["sha256"] == made.data["video"]["sha256"]
    shown = built("trace", "show", run_id)
    assert "An ad for Steel Mug from the clips in clips" in shown.stdout
    assert "assemble_ad" in shown.stdout
    row = next(one for one in built("trace", "list", "--json").data["runs"] if one["run_id"] == run_id)
    assert (row["kind"], row["title"]) == ("ad", "Trailcup Steel Mug")
    refused = built("ask", "--resume", run_id)
    assert refused.status == 2
    assert f"popcorn ad make --resume {run_id}" in refused.stderr


def test_a_fork_keeps_what_came_before_and_the_parent_may_go(built: Any, made: Any, tmp_path: Path) -> None:
    forked = built("trace", "fork", made.data["run_id"], "--from", "assemble", "--json")
    assert forked.status == 0, str(forked)
    assert forked.data["parent"] == made.data["run_id"]
    assert [one["script"] for one in forked.data["segments"]] == [one["script"] for one in made.data["segments"]]
    too_late = built("trace", "fork", made.data["run_id"], "--from", "assemble", "--set", "voice=espeak-ng")
    assert too_late.status == 2
    assert "it acts until speak" in too_late.stderr


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"--product": "no.toml"}, 2, "the product file 'no.toml' is not there"),
        ({"--footage": "nowhere"}, 2, "the footage 'nowhere' is not there"),
        ({"--crop": "scene=2:up"}, 2, "the crop 'scene=2:up' is not understood"),
        ({"--crop": "scene=9:left"}, 2, "9"),
        ({"--voice": "nobody"}, 2, "there is no voice 'nobody'"),
        ({"--claims": "loud"}, 2, "'loud' is no level of a claim"),
        ({"--volumes": "drums=2"}, 2, "an ad has no track 'drums'"),
        ({"--volumes": "clips=40"}, 2, "the volume of clips is 40 dB"),
        ({"--aspect": "3:2"}, 2, "3:2"),
        ({"--seconds": "60"}, 1, "and 60 s were asked for"),
        ({"--seconds": "0.5"}, 2, "0.5 s were asked for, and an ad has 5 s at least"),
        ({"--seconds": "-3"}, 2, "-3.0 does not fit --seconds"),
        ({"--clips": "99"}, 2, "99 does not fit --clips"),
        ({"--clips": "9"}, 1, "9 clips were asked for, and the footage has 3"),
        ({"--script": "no.txt"}, 2, "the script 'no.txt' is not there"),
        ({"--language": "Klingon"}, 2, "Klingon"),
    ],
)
def test_bad_requests_end_with_a_sentence_and_a_way_out(
    popcorn: Any, material: Path, changes: dict[str, str], status: int, said: str
) -> None:
    options = dict(zip(given(material)[::2], given(material)[1::2], strict=True)) | {"--voice": "none"} | changes
    outcome = popcorn("ad", "make", *(word for pair in options.items() for word in pair), "--json")
    assert outcome.status == status, str(outcome)
    assert said in outcome.error["message"], str(outcome)
    assert outcome.error["hint"]
    assert "Traceback" not in outcome.stderr
    assert not any(popcorn.folder.rglob("*.mp4"))


@pytest.mark.parametrize("changes", [("--seconds", "60"), ("--clips", "9")])
def test_what_resuming_cannot_change_is_not_told_to_be_resumed(
    popcorn: Any, material: Path, changes: tuple[str, str]
) -> None:
    outcome = popcorn("ad", "make", *given(material), *changes, "--json")
    assert f"Ask for {changes[0]}" in outcome.error["hint"]
    assert "--resume" not in outcome.error["hint"]


def test_music_that_is_not_there_is_named(popcorn: Any, material: Path) -> None:
    outcome = popcorn("ad", "make", *given(material), "--music", "nothing.mp3", "--json")
    assert outcome.status in {2, 10}, "a package with music may be installed"
    assert "no music file 'nothing.mp3'" in outcome.error["message"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no clip of the footage can be used"),
        ({"a.mp4": b"", "b.mov": b"\x00" * 4_000}, "no clip of the footage can be used"),
    ],
)
def test_a_folder_without_a_clip_is_an_error_that_says_so(
    popcorn: Any, material: Path, tmp_path: Path, files: dict[str, bytes], said: str
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    outcome = popcorn("ad", "make", "--product", material / "product.toml", "--footage", folder, "--json")
    assert outcome.status == 1, str(outcome)
    assert said in outcome.error["message"]


@pytest.mark.parametrize(
    ("product", "said"),
    [
        ('name = "Mug"\n', "no facts"),
        ('name = "Mug"\nfacts = ["It holds 350 ml.", "It holds 500 ml."]\n', "contradicts itself"),
        ("name = ", "no TOML"),
    ],
)
def test_a_product_file_that_says_too_little_or_two_things_is_refused(
    popcorn: Any, material: Path, tmp_path: Path, product: str, said: str
) -> None:
    (tmp_path / "p.toml").write_text(product)
    outcome = popcorn("ad", "make", "--product", tmp_path / "p.toml", "--footage", material / "clips", "--json")
    assert outcome.status == 1, str(outcome)
    assert said in outcome.error["message"]


def test_a_claim_of_ones_own_script_that_contradicts_the_facts_stops_the_ad(
    own: Any, material: Path, tmp_path: Path
) -> None:
    (tmp_path / "script.txt").write_text("Meet the Steel Mug.\nIt keeps coffee hot for 48 hours.\n")
    nothing = own("ad", "make", "--resume", "last", "--json")
    assert "no unfinished run of `popcorn ad make`" in nothing.error["message"]
    outcome = own("ad", "make", *given(material), "--script", tmp_path / "script.txt", "--voice", "none", "--json")
    assert outcome.status == 1, str(outcome)
    assert (outcome.error["code"], outcome.error["stage"]) == ("claims", "claims")
    assert "48 hours" in outcome.error["message"]
    assert f"popcorn ad make --resume {outcome.error['run_id']}" in outcome.error["hint"]
    passed = own("ad", "make", "--resume", "last", "--claims", "number=warn", "--json")
    assert (passed.status, passed.data["run_id"]) == (0, outcome.error["run_id"]), str(passed)
    assert any("48 hours" in notice for notice in passed.data["notices"])


def test_a_disk_that_fills_ends_with_a_sentence_and_leaves_nothing_half_written(own: Any, material: Path) -> None:
    full = replace(own, largest_file=640_000)
    outcome = full("ad", "make", *given(material), *QUICK, "--json")
    assert outcome.status == 1, str(outcome)
    assert "could not be written" in outcome.error["message"] or "cannot be written" in outcome.error["message"]
    assert [path.name for path in own.home.rglob("*") if path.suffix in {".part", ".tmp"}] == []


def test_whoever_gave_the_script_wrote_it_and_no_planner_says_it_did(
    popcorn: Any, material: Path, tmp_path: Path
) -> None:
    (tmp_path / "script.txt").write_text("Meet the Steel Mug.\nIt keeps coffee hot for 6 hours.\n")
    made = popcorn(
        "ad", "make", *given(material), "--script", tmp_path / "script.txt", "--voice", "none", "--json"
    ).data
    assert made["models"]["chat"] == "whoever gave the script"
    assert made["video"]["renderer"] == "ad editor; written by whoever gave the script"
    assert "planner" not in " ".join(made["notices"])
    assert b"offline drafter" not in Path(made["video"]["path"]).read_bytes()


def test_variants_are_runs_of_their_own_with_their_distance_and_rank(popcorn: Any, material: Path) -> None:
    outcome = popcorn("ad", "make", *given(material), *QUICK, "--variants", "2", "--json", "-o", "ad.mp4")
    first, second = outcome.data["variants"]
    assert first["run_id"] != second["run_id"]
    assert [one["variant"] for one in (first, second)] == [1, 2]
    assert first["segments"][0]["script"] != second["segments"][0]["script"]
    (apart,) = outcome.data["distances"]
    assert (apart["a"], apart["b"]) == (1, 2)
    assert apart["whole"] >= 0.25
    assert {one["variant"] for one in outcome.data["ranking"]["order"]} == {1, 2}
    assert outcome.data["ranking"]["told"]
    shown = popcorn("ad", "show", first["run_id"], second["run_id"], "--json")
    assert {one["run_id"] for one in shown.data["ads"]} == {first["run_id"], second["run_id"]}
    assert "strategy" not in shown.stdout
    copies = [one["video"]["copy"] for one in (first, second)]
    assert copies == ["ad-1.mp4", "ad-2.mp4"]
    card = StringIO()
    Console(file=card, width=100).print(ads_card(outcome.data))
    assert f"popcorn ad show {first['run_id']} {second['run_id']}" in " ".join(card.getvalue().split())
    assert all(one["run_id"] in card.getvalue().partition("variants")[0] for one in (first, second))
