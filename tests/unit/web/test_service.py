"""Whose home a visitor works in."""

from __future__ import annotations

from pathlib import Path

from popcorn.settings import load_settings
from popcorn.web.people import People
from popcorn.web.service import MACHINE, PageService


def test_people_apart_have_homes_and_runs_of_their_own_also_beside_a_server_of_runs(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, database_url="postgresql://popcorn:secret@127.0.0.1:1/runs")
    service = PageService(settings, People({"ann": "correct horse", "bo": "battery staple"}))
    ann, bo = service.person("ann"), service.person("bo")
    assert (ann.settings.home, bo.settings.home) == (tmp_path / "people" / "ann", tmp_path / "people" / "bo")
    assert ann.settings.database_url.get_secret_value() == ""
    assert ann.store.start("tacos", {}).run_id not in [run.run_id for run in bo.store.runs()]
    assert ann.toolbox is service.person("ann").toolbox
    assert ann.toolbox.worker is bo.toolbox.worker


def test_a_shared_space_is_the_home_and_a_file_outside_of_it_has_no_address(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    service = PageService(settings, People({"ann": "correct horse"}, shared=True))
    ann = service.person("ann")
    assert (ann.owner, ann.settings.home) == ("", tmp_path / "home")
    assert ann.address(tmp_path / "home" / "runs" / "a b.mp4") == "/media/runs/a%20b.mp4"
    assert ann.address(tmp_path / "other.mp4") == ""
    assert ann.choosing({"aspect": "1:1", "language": "", "seed": None}).aspect == "1:1"


def test_a_video_server_is_a_device_of_its_own(tmp_path: Path) -> None:
    service = PageService(load_settings(home=tmp_path))
    served = service.settings.model_copy(update={"renderer": "api:one"})
    assert (service.device(service.settings), service.device(served)) == (MACHINE, "api:one")
