"""What the offline router makes of lines that ask for an ad, and where material may lie."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from popcorn.agent.chat.board import Board
from popcorn.agent.chat.router.phrases import read
from popcorn.agent.toolbox.ad_places import material
from popcorn.errors import RequestError


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("make an ad from the clips in DIR for product.toml", {"product": "product.toml", "footage": "DIR"}),
        (
            "please make an ad for shop/mug.toml from the footage in my/clips.",
            {"product": "shop/mug.toml", "footage": "my/clips"},
        ),
        (
            "Make a 15 second ad in Chinese from raw for p.toml",
            {"product": "p.toml", "footage": "raw", "seconds": 15.0, "language": "Chinese"},
        ),
        ("create an ad with the clips in \"my clips\" for 'a b.toml'", {"product": "a b.toml", "footage": "my clips"}),
    ],
)  # fmt: skip
def test_an_ad_is_asked_for_in_a_sentence(line: str, arguments: dict[str, object]) -> None:
    wish = read(line, Board(), date(2026, 1, 31))
    assert wish is not None
    assert (wish.tool, wish.arguments) == ("make_ad", arguments)


def test_an_ad_without_its_material_is_asked_about_and_one_about_something_is_a_video() -> None:
    asked = read("make an ad from my clips", Board(), date(2026, 1, 31))
    assert asked is not None
    assert "Say where both are" in asked.text
    video = read("make an ad about tacos", Board(), date(2026, 1, 31))
    assert video is not None
    assert video.tool == "make_video"


def test_material_lies_below_the_folder_popcorn_was_started_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert material("clips", "footage") == tmp_path / "clips"
    (tmp_path / "out").symlink_to("/")
    for named in ("/etc", "../elsewhere", "~/clips", "out/etc"):
        with pytest.raises(RequestError, match="is outside of"):
            material(named, "footage")
    with pytest.raises(RequestError, match="no footage is named"):
        material(" ", "footage")
