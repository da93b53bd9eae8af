"""The page of a showing: it says which ad has which letter and nothing of how it was made."""

from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.showings import Showing, ShownAd
from popcorn.agent.trace.showing_page import export_showing, script_of, showing_page
from popcorn.errors import StoreError

HOSTILE = "<script>alert(1)</script>"


def ad(folder: Path, letter: str) -> dict[str, Any]:
    clip = folder / f"{letter}.mp4"
    clip.write_bytes(b"clip " + letter.encode())
    segments = [
        {"script": f"Meet it, {letter}. {HOSTILE}"},
        {"script": f"Meet it, {letter}. {HOSTILE}"},
        {"script": "Buy."},
    ]
    return {"video": {"path": str(clip), "width": 1080, "height": 1920, "seconds": 15.2}, "segments": segments}


@pytest.fixture
def showing() -> Showing:
    ads = (ShownAd("A", "run-1", "script-first", "Cup & Co"), ShownAd("B", "run-2", "clips-first", "Cup & Co"))
    return Showing("20300101-000000-abcdef", "2030-01-01", ads)


@pytest.fixture
def ads(tmp_path: Path) -> dict[str, dict[str, Any]]:
    return {"run-1": ad(tmp_path, "A"), "run-2": ad(tmp_path, "B")}


def test_the_page_names_letters_and_neither_strategies_nor_runs(
    showing: Showing, ads: dict[str, dict[str, Any]]
) -> None:
    page = showing_page(showing, ads, {"A": "data:a", "B": "data:b"}, linked=False)
    for hidden in ("script-first", "clips-first", "run-1", "run-2", "strategy"):
        assert hidden not in page
    assert page.index(">A</h2>") < page.index(">B</h2>")
    assert "popcorn ad adopt --showing 20300101-000000-abcdef A" in page
    assert "2 ads for <bdi>Cup &amp; Co</bdi>" in page
    assert "15 s, 2 lines" in page


def test_what_is_said_is_text_and_nothing_else(showing: Showing, ads: dict[str, dict[str, Any]]) -> None:
    page = showing_page(showing, ads, {"A": "data:a", "B": "data:b"}, linked=False)
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_linked_page_has_its_clips_beside_it_by_letter(
    tmp_path: Path, showing: Showing, ads: dict[str, dict[str, Any]]
) -> None:
    written = export_showing(showing, ads, tmp_path / "page.html", link=True)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "page.html",
        "page_files/A.mp4",
        "page_files/B.mp4",
    ]
    assert written[1].read_bytes() == b"clip A"
    assert 'src="page_files/B.mp4"' in written[0].read_text()


def test_a_page_holds_its_clips_unless_they_are_linked(
    tmp_path: Path, showing: Showing, ads: dict[str, dict[str, Any]]
) -> None:
    assert export_showing(showing, ads, tmp_path / "page.html", link=False) == [tmp_path / "page.html"]
    assert 'src="data:video/mp4;base64,Y2xpcCBB"' in (tmp_path / "page.html").read_text()


def test_a_clip_that_is_gone_is_named(tmp_path: Path, showing: Showing, ads: dict[str, dict[str, Any]]) -> None:
    (tmp_path / "B.mp4").unlink()
    with pytest.raises(StoreError, match=r"B\.mp4' cannot be read"):
        export_showing(showing, ads, tmp_path / "page.html", link=False)
    assert not (tmp_path / "page.html").exists()


def test_a_line_over_several_cuts_is_said_once() -> None:
    assert script_of([{"script": "a"}, {"script": "a"}, {"script": ""}, {"script": "b"}]) == ["a", "b"]
