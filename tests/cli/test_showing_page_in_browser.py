"""The page of a showing in a real Chromium: its ads play, it asks nobody, and it fits every window."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from browsers import PLAY, Browser, luminance
from popcorn.agent.runs.showings import Showings
from popcorn.agent.trace.showing_page import export_showing

HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four ads of two strategies side by side, as a page with everything inside and as one with files beside."""
    place = tmp_path_factory.mktemp("showing")
    ads = {}
    for number in range(4):
        run = f"20300101-00000{number}-aaaaaa"
        ads[run] = {
            "run_id": run,
            "strategy": "clips-first" if number % 2 else "script-first",
            "product": {"name": "Trailcup"},
            "video": {"path": str(clip(place / f"{run}.mp4")), "width": 90, "height": 160, "seconds": 1.0},
            "segments": [{"script": f"Meet Trailcup, for the {number}th time."}, {"script": HOSTILE + "w" * 90}],
        }
    showing = Showings(place / "home").keep(list(ads.values()))
    found = {"whole": place / "whole.html", "linked": place / "linked.html"}
    for name, page in found.items():
        export_showing(showing, ads, page, link=name == "linked")
    return found


def clip(path: Path) -> Path:
    """A second of moving grey, 90 x 160."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 90, 160, "yuv420p"
        for at in range(10):
            picture = np.full((160, 90, 3), 25 * at, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("kind", ["whole", "linked"])
def test_the_ads_play_and_the_page_asks_nobody(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    browser.open(pages[kind])
    assert browser.driver.execute_async_script(PLAY) == "ended"
    assert browser.said("return document.querySelectorAll('video').length") == 4
    assert browser.complaints() == []
    beside = pages[kind].with_name("linked_files").as_uri()
    assert all(url == pages[kind].as_uri() or url.startswith(beside) for url in browser.asked())


def test_what_is_said_is_text_and_no_word_of_a_strategy_is_there(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["whole"])
    browser.said("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert browser.said("return document.scripts.length + document.querySelectorAll('img, iframe, a').length") == 0
    assert browser.said("return document.title") == "4 ads for Trailcup"
    source = browser.said("return document.documentElement.outerHTML")
    assert "-first" not in source
    assert "20300101-0" not in source
    assert HOSTILE in browser.said("return document.querySelector('.said').innerText")


@pytest.mark.parametrize("width", [320, 390, 768, 1400])
def test_nothing_sticks_out_of_any_window(browser: Browser, pages: dict[str, Path], width: int) -> None:
    browser.open(pages["whole"])
    browser.look(width)
    browser.said("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert browser.said("const all = document.documentElement; return all.scrollWidth - all.clientWidth") == 0


def test_ads_stand_beside_each_other_where_there_is_room_and_below_on_a_phone(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["whole"])
    tops = "return [...document.querySelectorAll('.ad')].map(ad => Math.round(ad.getBoundingClientRect().top))"
    browser.look(1400)
    assert len({*browser.said(tops)}) == 1
    browser.look(390)
    assert len({*browser.said(tops)}) == 4


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground_in_light_and_dark(
    browser: Browser, pages: dict[str, Path], dark: bool
) -> None:
    browser.open(pages["whole"])
    browser.look(1200, dark=dark)
    colours = browser.said(
        """
        const rgb = text => text.match(/\\d+/g).slice(0, 3).map(Number);
        const ground = rgb(getComputedStyle(document.body).backgroundColor);
        const found = ['h1', 'h2', '.note', 'summary', '.asked', '.answer', 'footer'];
        return [ground, ...found.map(name => rgb(getComputedStyle(document.querySelector(name)).color))];
        """
    )
    ground, *texts = map(luminance, colours)
    assert (ground < 0.1) == dark
    assert min((max(ground, text) + 0.05) / (min(ground, text) + 0.05) for text in texts) > 4.5
