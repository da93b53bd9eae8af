"""Ads from Python, over real parts and a voice that writes no sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from popcorn import Ad, PopcornError, acreate_ad, create_ad, resume_ad
from popcorn.errors import RequestError
from small_ads import footage

QUICK: Any = {"llm": "offline", "voice": "none", "aspect": "1:1", "clips": 2}


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("material")
    (place / "product.toml").write_text('name = "Steel Mug"\nlanguage = "English"\nfacts = ["It holds 350 ml."]\n')
    (place / "clips").mkdir()
    for number in range(2):
        footage(place / "clips" / f"{number}.mp4", hue=80 * number)
    return place


@pytest.fixture
def home(built: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POPCORN_HOME", str(built.home))
    return Path(built.home)


def test_an_ad_comes_with_its_files_its_lines_and_all_that_the_command_tells(home: Path, material: Path) -> None:
    events: list[dict[str, Any]] = []
    ad = create_ad(material / "product.toml", material / "clips", watch=events.append, **QUICK)
    folder = home / "runs" / ad.run_id
    assert (ad.path, ad.cover) == (folder / "clip.mp4", folder / "cover.jpg")
    assert all(path.stat().st_size for path in (ad.path, ad.cover, *ad.edit_lists, *ad.subtitles))
    assert ad.data == json.loads((folder / "result.json").read_text())
    assert [line.script for line in ad.lines] == [one["script"] for one in ad.data["segments"]]
    assert (events[0]["event"], events[-1]["event"]) == ("run_started", "run_finished")
    assert resume_ad(ad.run_id) == ad


async def test_an_ad_of_ones_own_lines_from_a_running_loop(home: Path, material: Path) -> None:
    script = material / "script.txt"
    script.write_text("A mug of steel.\nIt holds 350 ml.\n")
    chosen = {name: value for name, value in QUICK.items() if name != "clips"}
    ad: Ad = await acreate_ad(material / "product.toml", material / "clips", script=script, **chosen)
    assert [line.script for line in ad.lines] == ["A mug of steel.", "It holds 350 ml."]
    with pytest.raises(RequestError, match="create_ad was called while an event loop runs") as caught:
        create_ad(material / "product.toml", material / "clips")
    assert caught.value.hint == "Write: await popcorn.acreate_ad(...)"


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"clips": 5}, "5 clips were asked for, and the footage has 2"),
        ({"voice": "nobody"}, "there is no voice 'nobody'"),
        ({"music": "nothing.mp3"}, "no music file 'nothing.mp3'"),
        ({"crops": ("scene=2:up",)}, "the crop 'scene=2:up' is not understood"),
    ],
)
def test_an_ad_that_cannot_be_made_raises_what_the_command_says(
    home: Path, material: Path, choices: dict[str, Any], message: str
) -> None:
    with pytest.raises(PopcornError) as caught:
        create_ad(material / "product.toml", material / "clips", **QUICK | choices)
    assert message in caught.value.message


def test_what_a_begun_ad_keeps_is_not_taken(home: Path) -> None:
    with pytest.raises(RequestError, match="an ad that is gone on with keeps ad_aspect"):
        resume_ad("20200101-000000-abcdef", aspect="9:16")
