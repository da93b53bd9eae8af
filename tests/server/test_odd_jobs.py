"""A video server whose answers about a finished job are odd: nothing is bought twice, and what is wrong is said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from popcorn.errors import ConsentError, PopcornError, RenderError
from popcorn.settings_tables import RendererSettings
from popcorn.tools.remote.pace import Pace
from popcorn.tools.video.purchase import Stage
from popcorn.tools.video.purchase_terms import Terms
from popcorn.tools.video.purchases import Purchases
from popcorn.tools.video.served.renderer import ServedRenderer
from popcorn.tools.video.types import Clip, RenderRequest

REQUEST = RenderRequest("Biryani", "A sealed clay pot, the lid lifts.", seed=5)
QUICK = Pace(first=0.02, longest=0.05, pulse=0.02, silence=5, tries=3, goodbye=0.5)
KEY = "0a9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c"
JSON = {"Content-Type": "application/json"}
DEEP = b"[" * 100_000
ALWAYS = 500


class Shop:
    """Renders the same clip again and again, as one command after the other would."""

    def __init__(self, videos: Any, faults: ModuleType, folder: Path) -> None:
        videos.size = (180, 320)
        self.videos, self._faults, self._folder = videos, faults, folder
        self.ledger = Purchases(folder / "paid")

    def answers(self, kind: str, *bodies: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.videos.faults[kind] = [self._faults.Fault(status, body, headers or JSON) for body in bodies]

    def buy(self, timeout: float = 30.0) -> Clip:
        settings = RendererSettings(base_url=self.videos.url, price=0.5, key_variable="VIDEO_KEY", timeout=timeout)
        renderer = ServedRenderer("api:tiny", settings, pace=QUICK, terms=Terms(self.ledger))
        return renderer.render(REQUEST, self._folder / f"run-{len(self.videos.seen)}" / "clip.mp4")

    def refused(self, timeout: float = 30.0) -> PopcornError:
        with pytest.raises(PopcornError) as caught:
            self.buy(timeout)
        assert caught.value.hint
        return caught.value

    @property
    def stages(self) -> list[Stage]:
        return [one.stage for _, one in self.ledger.every()]


@pytest.fixture
def shop(videos: Any, video_server: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("VIDEO_KEY", KEY)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return Shop(videos, video_server, tmp_path)


def job(identity: object = "video_gen_1", status: object = "completed", **more: object) -> bytes:
    return json.dumps({"id": identity, "status": status, **more}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", "video/mp4"),
        (200, b"<html>one moment</html>", "text/html; charset=utf-8"),
        (200, b"soon", "text/plain"),
        (204, b"", "video/mp4"),
        (404, b"", "text/html"),
        (200, DEEP, "application/json"),
        (200, b'{"download_url": ["http://a"]}', "application/json"),
    ],
)
def test_what_comes_before_the_file_is_there_is_waited_out(shop: Shop, status: int, body: bytes, kind: str) -> None:
    shop.answers("content", body, body, status=status, headers={"Content-Type": kind})
    assert shop.buy().frames == 72
    assert (shop.videos.made, shop.stages) == (1, [Stage.DELIVERED])


def test_a_page_that_stays_in_place_of_the_file_is_said_and_the_job_is_kept(shop: Shop) -> None:
    shop.answers("content", *[b"<html></html>"] * ALWAYS, headers={"Content-Type": "text/html"})
    assert "in place of its file comes text/html after 0.3 seconds" in shop.refused(0.3).message
    assert shop.stages == [Stage.BEGUN]
    shop.videos.faults.clear()
    assert shop.buy().frames == 72
    assert shop.videos.made == 1


@pytest.mark.parametrize("identity", ["../x", "a/b", "%2e%2e", "vidéo-☃", "a?b#c", "x" * 400, 42, 0])
def test_an_odd_id_stays_one_step_of_an_address(shop: Shop, identity: object) -> None:
    shop.answers("POST", job(identity, "queued"))
    shop.answers("GET", *[job(identity)] * ALWAYS)
    shop.refused(0.3)
    paths = [one.path for one in shop.videos.seen if one.method == "GET"]
    assert all(re.fullmatch(r"/v1/videos/[^/?#]+(/content)?", path) for path in paths)
    assert (shop.stages, [one.job for _, one in shop.ledger.every()]) == ([Stage.BEGUN], [str(identity)])
    shop.refused(0.3)
    assert shop.videos.count("POST") == 1


@pytest.mark.parametrize("identity", ["", " ", "..", "a\nb", "\u202egnp", "x" * 5000, True, 1.5, -1, None, ["a"], KEY])
def test_what_is_no_id_leaves_it_to_the_person_and_is_written_nowhere(
    shop: Shop, tmp_path: Path, identity: object
) -> None:
    shop.answers("POST", job(identity, "queued"))
    error = shop.refused()
    assert isinstance(error, ConsentError)
    assert "--buy-again" in error.hint
    shop.refused()
    assert (shop.videos.count("POST"), shop.stages) == (1, [Stage.ASKED])
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert KEY not in f"{kept!r} {error.message} {error.hint}"


def test_a_listed_job_whose_id_is_our_key_is_not_taken_up(shop: Shop, tmp_path: Path) -> None:
    shop.answers("begun", b"", status=502)
    shop.answers("list", *[json.dumps({"data": [{"id": KEY, "metadata": {}}]}).encode()] * ALWAYS)
    assert isinstance(shop.refused(), ConsentError)
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize("word", ["success", "Done", " FINISHED ", "complete"])
def test_other_words_for_done_are_known(shop: Shop, word: str) -> None:
    shop.answers("GET", *[job(status=word)] * ALWAYS)
    assert shop.buy().frames == 72


@pytest.mark.parametrize(
    ("word", "told"), [("finito", ", and says of it 'finito'"), ("", ""), (None, ""), ("queued", "")]
)
def test_a_status_that_nobody_knows_is_waited_out_and_told(shop: Shop, word: object, told: str) -> None:
    shop.answers("GET", *[job(status=word)] * ALWAYS)
    message = shop.refused(0.3).message
    assert message.endswith(f"the job video_gen_1 goes on there{told}")
    shop.videos.faults.clear()
    assert shop.buy().frames == 72
    assert shop.videos.made == 1


@pytest.mark.parametrize("body", [b'{"status": "in_progress"}', job("another", "in_progress"), job(17, "in_progress")])
def test_a_look_that_names_no_job_or_another_is_about_the_one_that_was_asked_for(shop: Shop, body: bytes) -> None:
    shop.answers("GET", body)
    assert shop.buy().recipe is not None
    assert shop.videos.made == 1


def test_a_job_that_goes_back_into_the_queue_is_waited_for(shop: Shop) -> None:
    shop.answers("content", *[b""] * 3, status=404)
    shop.answers("GET", job(), job(status="queued"), job(status="in_progress", progress=10))
    assert shop.buy().frames == 72
    assert (shop.videos.made, shop.videos.deleted) == (1, [])


@pytest.mark.parametrize("where", ["begun", "GET", "list"])
def test_an_answer_that_is_nested_without_end_is_no_traceback(shop: Shop, where: str) -> None:
    if where == "list":
        shop.answers("begun", b"", status=502)
    shop.answers(where, *[DEEP] * 3)
    if where == "begun":
        assert shop.buy().frames == 72, "the server lists it"
    else:
        assert isinstance(shop.refused(), RenderError | ConsentError)
    shop.videos.faults.clear()
    assert shop.buy().frames == 72
    assert shop.videos.made == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/x",
        "https://[fe80::1]/x",
        "https://2852039166/x",
        "https://localhost:9/x",
        "https://[::1]:9/x",
        "http://localhost:9/x",
        "http://169.254.169.254/x",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("way", ["download_url", "redirect"])
def test_a_server_here_sends_us_to_no_other_port_and_no_cloud(shop: Shop, target: str, way: str) -> None:
    setattr(shop.videos, way, target)
    assert "is not fetched: it sends us on to" in shop.refused(5).message
    assert (shop.videos.made, shop.stages) == (1, [Stage.BEGUN])


def test_a_file_elsewhere_that_cannot_be_had_names_that_host(shop: Shop) -> None:
    shop.videos.download_url = "https://nowhere.invalid/clip.mp4"
    assert "its file at nowhere.invalid: " in shop.refused(5).message
