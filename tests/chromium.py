"""A real Chromium for the pages that Popcorn writes: what it shows, what it complains of, and whom it asks."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


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


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; skips where there is none."""
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


def luminance(colour: list[int]) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = (value / 255 for value in colour)
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
