"""Whether there is room for features is asked before hours of work begin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from popcorn.errors import StoreError
from popcorn.tools.popularity.features.room import check_room, disk_needed, free_memory, memory_needed
from popcorn.tools.popularity.features.types import Shape

PAPER = Shape(10, 768, 768, 1024)


@dataclass(frozen=True)
class Sized:
    """A profile of which only sizes are asked for."""

    shape: Shape = PAPER
    weights: int = 0


@dataclass(frozen=True)
class Heavy:
    """A profile that has to load a model to tell its shape."""

    weights: int = 10**15

    @property
    def shape(self) -> Shape:
        raise AssertionError("a model was loaded")


def test_what_is_needed_is_counted_row_by_row() -> None:
    frames = 10 * 768
    assert disk_needed(PAPER, 1) == 2 * 2 * (frames + 768 + 1024) + 4 * (frames + 768)
    assert disk_needed(PAPER, 19_738) == pytest.approx(1.41e9, rel=0.01)


def test_a_disk_that_would_be_filled_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    place = tmp_path / "features" / "shelf-paper"
    with pytest.raises(
        StoreError, match=r"^the features of 100,000,000,000 videos take about [\d.]+ GB more"
    ) as refused:
        check_room(place, Sized(), 10**11)
    assert "POPCORN_HOME" in refused.value.hint
    assert not place.parent.exists()


def test_the_memory_of_the_paper_s_training_is_what_its_page_says() -> None:
    assert memory_needed(PAPER, 19_738, 3_120_000_000) == pytest.approx(5e9, rel=0.1)


def test_a_memory_that_is_too_small_for_the_models_is_said(tmp_path: Path) -> None:
    if free_memory() is None:
        pytest.skip("what is free is told on Linux alone")
    with pytest.raises(StoreError, match=r"a training on them, take about [\d,.]+ GB of memory") as refused:
        check_room(tmp_path, Sized(weights=10**15), 100)
    assert "--profile light" in refused.value.hint


def test_memory_is_asked_for_before_a_model_is_loaded(tmp_path: Path) -> None:
    if free_memory() is None:
        pytest.skip("what is free is told on Linux alone")
    with pytest.raises(StoreError, match="of memory"):
        check_room(tmp_path, Heavy(), 100)


def test_where_there_is_room_nothing_is_said(tmp_path: Path) -> None:
    check_room(tmp_path, Sized(Shape(10, 8, 8, 8)), 100)


def test_little_room_is_told_in_megabytes_with_what_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("popcorn.tools.popularity.features.room._free_disk", lambda _folder: 150e6)
    with pytest.raises(StoreError, match=r"about 7 MB more on .* and of 150 MB that are free 200 MB are left alone$"):
        check_room(tmp_path, Sized(), 100)
