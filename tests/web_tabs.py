"""A tab of a browser with the page of `popcorn web`: what a visitor does there, and what holds everywhere."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from browsers import Browser
from live_pages import LivePage, until

TAKES = "document.title='taken'"
SCRIPT = f'<img src=x onerror="{TAKES}"><script>{TAKES}</script> ${{{TAKES}}} {{{{x}}}}'
"""A text that becomes a script where it is not escaped, in HTML or in a template of gradio's."""


def with_catalogue(built: Any, place: Path) -> Any:
    """The program over a home of its own at `place`, with the catalogue that was built and nobody's runs."""
    shutil.copytree(built.home / "catalogues", place / "home" / "catalogues")
    return replace(built, home=place / "home", folder=place / "folder")


@dataclass
class WebTab:
    """The page in one tab of the browser."""

    browser: Browser
    page: LivePage

    def open(self, tab: str = "Make", address: str = "") -> WebTab:
        """Load the page, at this address if one is given, and turn to one of its tabs."""
        driver = self.browser.driver
        driver.get_log("browser")
        driver.get_log("performance")
        driver.get(address or self.page.url)
        until(lambda: self.all("#request textarea"), "the page is there")
        if tab != "Make":
            self.turn(tab)
        return self

    def turn(self, tab: str) -> None:
        heads = until(lambda: [one for one in self.all("button[role=tab]") if self.name(one) == tab], f"tab {tab}")
        self.browser.driver.execute_script("arguments[0].click()", heads[0])

    @staticmethod
    def name(element: Any) -> str:
        return str(element.get_attribute("textContent")).strip()

    def all(self, selector: str) -> list[Any]:
        return list(self.browser.driver.find_elements("css selector", selector))

    def text(self, selector: str) -> str:
        return " ".join(one.text for one in self.all(selector))

    def value(self, selector: str) -> str:
        """What stands in a box."""
        (box, *_) = self.all(f"{selector} textarea") or self.all(f"{selector} input")
        return str(box.get_attribute("value"))

    def press(self, selector: str) -> None:
        until(lambda: self._clicked(self.all(selector)), f"{selector} can be pressed")

    def _clicked(self, elements: list[Any]) -> bool:
        """Whether the first of them could be clicked: one that the page has redrawn meanwhile could not."""
        if not elements or not elements[0].is_displayed():
            return False
        self.browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", elements[0])
        elements[0].click()
        return True

    def write(self, selector: str, text: str) -> None:
        box = until(lambda: self.all(f"{selector} textarea") or self.all(f"{selector} input"), selector)[0]
        box.clear()
        box.send_keys(text)

    def choose(self, selector: str, option: str) -> None:
        self.press(f"{selector} input")
        until(
            lambda: self._clicked([one for one in self.all("[role=option]") if self.name(one).endswith(option)]), option
        )

    def drop(self, selector: str, files: list[Path]) -> None:
        box = until(lambda: self.all(f"{selector} input[type=file]"), selector)[0]
        box.send_keys("\n".join(map(str, files)))

    def make(self, request: str, shots: int = 0) -> None:
        """Begin a run in the tab Make; a page that is slower than the run shows it when it is over.

        Several shots make it long enough to do something to it.
        """
        before = self.run
        if shots:
            self.press("#choices button")
            self.write("#choose-shots", str(shots))
        self.write("#request", request)
        self.press("#start")
        until(lambda: self.phase and self.run not in (before, "None"), "the run begins")

    @property
    def phase(self) -> str:
        return self.text(".pc-phase")

    @property
    def run(self) -> str:
        return str(self.browser.said("return new URLSearchParams(location.search).get('run')"))

    def finish(self) -> None:
        until(lambda: self.phase == "finished" and self.all("#refine"), "the run is finished")

    def overhang(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.browser.said("const all = document.documentElement; return all.scrollWidth - all.clientWidth"))

    def fits(self) -> None:
        for width in (360, 1200):
            self.browser.look(width)
            assert self.overhang() == 0, width

    def has_names(self) -> None:
        """Every control has a name that a screen reader says."""
        nameless = self.browser.said(
            "return [...document.querySelectorAll('input, textarea, button, video, iframe')]"
            ".filter(one => one.checkVisibility() && !one.labels?.length && !one.textContent.trim()"
            " && !one.ariaLabel && !one.title).map(one => one.outerHTML.slice(0, 200))"
        )
        assert nameless == []

    def is_untouched(self) -> None:
        """No text has become a script, and nobody else was asked for anything."""
        assert self.browser.driver.title == "Popcorn"
        assert {url for url in self.browser.asked() if not url.startswith((self.page.url, "blob:"))} == set()
