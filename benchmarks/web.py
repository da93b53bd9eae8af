"""What the page of `popcorn web` takes: time to the page, to the first step shown, and ten runs at once.

Beside it the same requests one after another with `popcorn ask`, in memory and time. Chromium, where it is installed
with its driver, tells when somebody sees something; without it only the server is measured. One run of each, after one
that warms the disk cache.

    python benchmarks/web.py [RUNS]
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REQUESTS = [f"street tacos at dawn, part {number}" for number in range(1, 51)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rss(pid: int) -> float:
    """Megabytes that a process holds now."""
    with open(f"/proc/{pid}/statm") as file:  # noqa: PTH123 - a file of the kernel
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


class Peak:
    """The most memory that a process held, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        self.most, self._pid, self._over = 0.0, pid, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, rss(self._pid))

    def close(self) -> float:
        """The most it was."""
        self._over.set()
        self._thread.join()
        return self.most


@contextmanager
def server(home: Path) -> Iterator[tuple[str, int, float]]:
    """The page's address, its process, and the seconds until it was there."""
    port, began = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "popcorn", "web", "--port", str(port), "--no-open", "--max-renders", "0"]
    environment = os.environ | {"POPCORN_HOME": str(home), "POPCORN_CLIPS_GB": "0"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield address, process.pid, time.perf_counter() - began
        process.terminate()


def first_seen(address: str) -> None:
    """How long a person waits, in Chromium."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-sandbox"):
        options.add_argument(argument)
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))

    def wait(selector: str) -> Any:
        while not (found := driver.find_elements("css selector", selector)):
            time.sleep(0.01)
        return found[0]

    for visit in ("first", "second"):
        began = time.perf_counter()
        driver.get(address)
        box = wait("#request textarea")
        print(f"{visit} visit: {time.perf_counter() - began:.2f} s until something can be typed")
    box.send_keys("a lighthouse in a storm")
    began = time.perf_counter()
    driver.find_element("css selector", "#start").click()
    for what, selector in (("the run", ".pc-phase"), ("the first finished step", ".pc-steps li:not(.pc-now)")):
        wait(selector)
        print(f"{time.perf_counter() - began:.2f} s until {what} is shown")
    wait("#run video")
    print(f"{time.perf_counter() - began:.2f} s until the clip is shown")
    driver.quit()


def at_once(address: str, pid: int, count: int) -> None:
    """So many runs begun at once, through the functions of the page."""
    from gradio_client import Client

    client = Client(address, verbose=False, analytics_enabled=False)
    before, peak, began = rss(pid), Peak(pid), time.perf_counter()
    runs = [client.predict(request, aspect="1:1", api_name="/make")[0] for request in REQUESTS[:count]]
    begun, ended, places = time.perf_counter() - began, 0, []
    places = [client.predict(run, api_name="/run")["place"] for run in runs]
    while ended < count:
        time.sleep(0.5)
        ended = sum(client.predict(run, api_name="/run")["stage"] == "done" for run in runs)
    took = time.perf_counter() - began
    print(f"{count} runs at once: begun after {begun:.1f} s in the places {places}, over after {took:.1f} s")
    print(f"the server held {before:.0f} MB before and at most {peak.close():.0f} MB")
    client.close()


def on_the_command_line(home: Path, count: int) -> None:
    """The same requests, one `popcorn ask` after another."""
    environment = os.environ | {"POPCORN_HOME": str(home), "POPCORN_CLIPS_GB": "0"}
    began = time.perf_counter()
    for request in REQUESTS[:count]:
        command = [sys.executable, "-m", "popcorn", "ask", request, "--aspect", "1:1", "-q"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
    print(f"{count} times `popcorn ask`: {time.perf_counter() - began:.1f} s, at most {peak:.0f} MB at a time")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        on_the_command_line(home / "asked", count)
        with server(home / "warm"):
            pass
        with server(home / "served") as (address, pid, seconds):
            print(f"{seconds:.1f} s from the command to the page, {rss(pid):.0f} MB")
            if shutil.which("chromium") and shutil.which("chromedriver"):
                first_seen(address)
            at_once(address, pid, count)


if __name__ == "__main__":
    main()
