"""The page of a run in a real Chromium: it loads, unfolds, plays, complains of nothing and asks nobody."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

HOSTILE = "street tacos <script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
PLAY = """
const done = arguments[0], video = document.querySelector('video');
video.muted = true;
video.addEventListener('error', () => done('error ' + (video.error && video.error.message)));
video.addEventListener('ended', () => done('ended'));
video.playbackRate = 4;
video.play().catch(problem => done(String(problem)));
"""


@dataclass(frozen=True)
class Browser:
    """Chromium, with what it says in its console and whom it asks."""

    driver: Chrome

    def open(self, page: Path) -> None:
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri())

    def look(self, width: int, *, dark: bool = False) -> None:
        """The window's width, and whether its user likes it dark."""
        size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def said(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def complaints(self) -> list[str]:
        return [line["message"] for line in self.driver.get_log("browser")]

    def asked(self) -> set[str]:
        """The addresses of all requests since the page was opened, without what stands in the page itself."""
        told = (json.loads(line["message"])["message"] for line in self.driver.get_log("performance"))
        sent = (one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent")
        return {url for url in sent if not url.startswith("data:")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no Chromium with its driver is installed: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--autoplay-policy=no-user-gesture-required",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    short = os.environ | {"TMPDIR": "/tmp"}  # its sockets stand there, and a socket has 107 characters for its path
    chrome = Chrome(options=options, service=Service(driver, env=short))
    chrome.set_script_timeout(300)
    yield Browser(chrome)
    chrome.quit()


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


def luminance(colour: list[int]) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = (value / 255 for value in colour)
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
