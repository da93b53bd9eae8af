"""Showings: kept whole, in an order that nobody chose, answered once or anew, by several processes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.showings import Showing, Showings
from popcorn.errors import NewerFormatError, RequestError, StoreError


def ad(number: int, strategy: str = "clips-first", product: str = "Trailcup") -> dict[str, Any]:
    return {
        "run_id": f"20300101-00000{number}-aaaaaa",
        "strategy": strategy,
        "product": {"name": product, "brand": "Norda"},
    }


@pytest.fixture
def showings(tmp_path: Path) -> Showings:
    return Showings(tmp_path / "home")


@pytest.fixture
def shown(showings: Showings) -> Showing:
    return showings.keep([ad(1), ad(2, "script-first"), ad(3)])


def test_a_showing_comes_back_as_it_was_kept(showings: Showings, shown: Showing) -> None:
    assert showings.all() == [shown]
    assert showings.find(shown.showing_id) == showings.find(shown.showing_id[:10]) == shown
    assert [one.letter for one in shown.ads] == ["A", "B", "C"]
    assert {one.product for one in shown.ads} == {"Norda Trailcup"}
    assert shown.taken is None


def test_the_order_is_random(showings: Showings) -> None:
    orders = [tuple(one.run_id for one in showings.keep([ad(1), ad(2), ad(3)]).ads) for _ in range(60)]
    assert len({*orders}) == 6


def test_what_was_taken_is_kept_by_letter_or_run_and_a_second_answer_replaces_the_first(
    showings: Showings, shown: Showing
) -> None:
    first, second, _ = (one.run_id for one in shown.ads)
    assert showings.take(shown, ["A", second]).taken == {first, second}
    assert showings.take(shown, []).taken == frozenset()
    assert showings.all()[0].taken == frozenset()


def test_the_last_showing_that_had_the_ads_is_found(showings: Showings, shown: Showing) -> None:
    again = showings.keep([ad(1), ad(2)])
    assert showings.latest_of([ad(3)["run_id"]]) == shown
    assert showings.latest_of([ad(1)["run_id"]]) == again
    with pytest.raises(RequestError, match="was never shown beside another ad"):
        showings.latest_of(["20300101-000009-aaaaaa"])


@pytest.mark.parametrize(
    ("ads", "sentence"),
    [
        ([ad(1)], "holds 2 to 26 ads, not 1"),
        ([ad(1), ad(1)], "is named twice"),
        ([ad(1), ad(2, product="Lamp")], "the ads are for 2 products: 'Norda Lamp' and 'Norda Trailcup'"),
    ],
)
def test_what_makes_no_showing_is_refused(showings: Showings, ads: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence):
        showings.keep(ads)
    assert showings.all() == []


def test_an_ad_that_was_not_shown_cannot_be_taken(showings: Showings, shown: Showing) -> None:
    with pytest.raises(RequestError, match=f"'D' was not in showing {shown.showing_id}") as caught:
        showings.take(shown, ["A", "D"])
    assert caught.value.hint == "It had the ads A, B, C."
    assert showings.all() == [shown]


def test_a_showing_that_is_not_there_or_not_the_only_one_is_said_to_be_so(showings: Showings) -> None:
    with pytest.raises(RequestError, match="no showing 'nowhere'"):
        showings.find("nowhere")
    showings.keep([ad(1), ad(2)])
    showings.keep([ad(1), ad(2)])
    with pytest.raises(RequestError, match="is the beginning of 2 showings"):
        showings.find("2")


def test_a_damaged_file_and_one_of_a_newer_popcorn_are_named(tmp_path: Path, showings: Showings) -> None:
    folder = tmp_path / "home" / "showings"
    showings.keep([ad(1), ad(2)])
    path = next(folder.glob("*.json"))
    whole = json.loads(path.read_text())
    for content in ("{", "[]", json.dumps({**whole, "ads": [{"letter": "A"}]})):
        path.write_text(content)
        with pytest.raises(StoreError, match="cannot be read") as caught:
            showings.all()
        assert str(path) in caught.value.message
    path.write_text(json.dumps({**whole, "schema_version": 99}))
    with pytest.raises(NewerFormatError, match="format 99"):
        showings.all()


def test_a_home_that_cannot_be_written_is_an_error_that_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        Showings(tmp_path / "home").keep([ad(1), ad(2)])
    assert "POPCORN_HOME" in caught.value.hint


def test_processes_that_answer_at_once_leave_one_whole_answer(tmp_path: Path, showings: Showings) -> None:
    shown = showings.keep([ad(1), ad(2), ad(3)])
    code = (
        "import sys; from pathlib import Path; from popcorn.agent.runs.showings import Showings\n"
        "kept = Showings(Path(sys.argv[1])); one = kept.find(sys.argv[2])\n"
        "for _ in range(30): kept.take(one, sys.argv[3:]); assert kept.all()[0].taken\n"
    )
    answers = (["A"], ["B", "C"])
    command = [sys.executable, "-c", code, str(tmp_path / "home"), shown.showing_id]
    running = [subprocess.Popen([*command, *answer]) for answer in answers]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    letters = {one.letter for one in shown.ads if one.run_id in (showings.all()[0].taken or ())}
    assert letters in ({"A"}, {"B", "C"})
    assert not [path for path in (tmp_path / "home" / "showings").iterdir() if path.name.startswith(".")]
