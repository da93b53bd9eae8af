"""The page of a run in a real Chromium: it loads, unfolds, plays, complains of nothing and asks nobody."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from browsers import PLAY, Browser, luminance
from small_ads import footage

HOSTILE = (
    "a street cook flips tacos at dawn <script>document.title='taken'</script>"
    "<img src=x onerror=\"document.title='taken'\">"
)


@pytest.fixture(scope="module")
def pages(built: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of a hostile request that had to refine, as a page with everything inside and as one with files beside."""
    from dataclasses import replace

    place = tmp_path_factory.mktemp("pages")
    shutil.copytree(built.home / "catalogues", place / "home" / "catalogues")
    program = replace(built, home=place / "home", folder=place / "folder")
    quick = ("--aspect", "1:1", "--threshold", "100", "--attempts", "2", "-q", "-n", "1", "--platform", "youtube")
    assert program("ask", HOSTILE, *quick).status == 0
    made = {"whole": place / "whole.html", "linked": place / "linked.html"}
    for name, page in made.items():
        outcome = program("trace", "export", "-o", page, *(["--link"] if name == "linked" else []))
        assert outcome.status == 0, str(outcome)
    return made


@pytest.fixture(scope="module")
def ad(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an ad's run."""
    from dataclasses import replace

    place = tmp_path_factory.mktemp("ad")
    (place / "product.toml").write_text(
        'name = "Steel Mug <b>of ours</b>"\nfacts = ["It holds 350 ml.", "It is steel."]\n'
    )
    (place / "clips").mkdir()
    for number in range(2):
        footage(place / "clips" / f"{number}.mp4", hue=80 * number)
    program = replace(built, folder=place / "folder")
    given = ("--product", place / "product.toml", "--footage", place / "clips", "--clips", "2", "--aspect", "1:1")
    made = program("ad", "make", *map(str, given), "--llm", "offline", "--voice", "none", "--language", "en", "--json")
    page = place / "ad.html"
    assert program("trace", "export", made.data["run_id"], "-o", page).status == 0
    return page


def test_the_page_of_an_ad_plays_it_tells_its_lines_and_fits_every_window(browser: Browser, ad: Path) -> None:
    browser.open(ad)
    assert browser.driver.execute_async_script(PLAY) == "ended"
    told = browser.said("return document.body.innerText")
    for wanted in ("What is said, and over what", "What was measured on the finished file", "How it went", "350 ml"):
        assert wanted in told
    assert browser.asked() == {ad.as_uri()}
    for width in (320, 390, 768, 1200):
        browser.look(width)
        browser.said("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        assert browser.said("const all = document.documentElement; return all.scrollWidth - all.clientWidth") == 0
    assert browser.complaints() == []


@pytest.mark.parametrize("kind", ["whole", "linked"])
def test_the_page_plays_its_clip_and_asks_nobody(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    browser.open(pages[kind])
    assert browser.driver.execute_async_script(PLAY) == "ended"
    assert browser.said("return document.querySelector('video').videoWidth") == 1080
    assert browser.complaints() == []
    beside = pages[kind].with_name("linked_files").as_uri()
    assert all(url == pages[kind].as_uri() or url.startswith(beside) for url in browser.asked())


def test_what_somebody_wrote_is_text_and_nothing_else(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["whole"])
    assert browser.said("return document.scripts.length + document.querySelectorAll('img, iframe, a').length") == 0
    assert browser.said("return document.title") != "taken"
    assert "<script>document.title='taken'</script>" in browser.said(
        "return document.querySelector('.asked').innerText"
    )


def test_every_fold_opens_at_a_click_and_shows_what_is_in_it(browser: Browser, pages: dict[str, Path]) -> None:
    from selenium.webdriver.common.by import By

    browser.open(pages["whole"])
    browser.look(1200)
    folds = browser.driver.find_elements(By.TAG_NAME, "details")
    assert len(folds) > 10
    for fold in folds:  # a fold stands before those that are in it
        if not fold.get_property("open"):
            fold.find_element(By.TAG_NAME, "summary").click()
        assert fold.get_property("open")
    told = browser.said("return document.body.innerText")
    for wanted in (
        "You are the creative lead",
        "What moved the prediction",
        "The past videos it leaned on",
        "2 attempts",
    ):
        assert wanted in told
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
def test_nothing_sticks_out_of_any_window(browser: Browser, pages: dict[str, Path], width: int) -> None:
    browser.open(pages["whole"])
    browser.look(width)
    browser.said("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert browser.said("const all = document.documentElement; return all.scrollWidth - all.clientWidth") == 0


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
        const found = ['h1', 'p.note', '.verdict', 'summary', 'th', '.words .up, .words .down'];
        return [ground, ...found.map(name => rgb(getComputedStyle(document.querySelector(name)).color))];
        """
    )
    ground, *texts = map(luminance, colours)
    assert (ground < 0.1) == dark
    assert min((max(ground, text) + 0.05) / (min(ground, text) + 0.05) for text in texts) > 4.5
