"""Where one shot ends and the next begins, in films that are drawn here."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from popcorn.tools.footage.cuts import CutFinder

FPS = 25.0
SHOT = 4.0
Film = NDArray[np.float64]


def shot(seed: int, seconds: float = SHOT, pan: float = 0.5) -> Film:
    """(frames, 90, 160, 3): a wide picture of soft blobs, of which a window that moves `pan` pixels a frame is seen."""
    chance, frames = np.random.default_rng(seed), round(seconds * FPS)
    width = 160 + round(pan * frames) + 1
    y, x = np.mgrid[:90, :width].astype(float)
    wide = np.full((90, width, 3), 127.0)
    for _ in range(width // 12):
        left, top, size = chance.uniform((0, 0, 6), (width, 90, 25))
        wide += 90 * chance.uniform(-1, 1, 3) * np.exp(-((x - left) ** 2 + (y - top) ** 2) / size**2)[:, :, None]
    return np.stack([wide[:, round(pan * number) :][:, :160] for number in range(frames)])


def cuts(film: Film, fps: float = FPS) -> list[float]:
    finder = CutFinder(fps)
    for number, picture in enumerate(np.clip(film, 0, 255).astype(np.uint8)):
        finder.add(number / fps, picture)
    return finder.cuts


def dissolved(one: Film, two: Film, seconds: float) -> Film:
    count = round(seconds * FPS)
    share = np.linspace(0, 1, count)[:, None, None, None]
    return np.concatenate([one[:-count], one[-count:] * (1 - share) + two[:count] * share, two[count:]])


def faded(one: Film, two: Film, seconds: float, colour: float) -> Film:
    half = round(seconds * FPS / 2)
    share = np.linspace(1, 0, half)[:, None, None, None]
    out, back = one[-half:] * share + colour * (1 - share), two[:half] * share[::-1] + colour * (1 - share[::-1])
    return np.concatenate([one[:-half], out, back, two[half:]])


@pytest.mark.parametrize("seconds", [0.5, 1.0, 2.0])
def test_a_dissolve_is_one_cut_in_its_middle(seconds: float) -> None:
    found = cuts(dissolved(shot(1), shot(2), seconds))
    assert found == [pytest.approx(SHOT - seconds / 2, abs=0.25)]


@pytest.mark.parametrize("colour", [0.0, 255.0])
@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_a_fade_through_black_or_white_is_one_cut(seconds: float, colour: float) -> None:
    found = cuts(faded(shot(1), shot(2), seconds, colour))
    assert len(found) == 1
    assert found[0] == pytest.approx(SHOT, abs=seconds / 2 + 0.1)


def test_a_hard_cut_is_found_once() -> None:
    assert cuts(np.concatenate([shot(1), shot(2)])) == [pytest.approx(SHOT, abs=0.05)]


@pytest.mark.parametrize("pan", [0.0, 1.0, 4.0])
def test_a_moving_camera_is_no_dissolve(pan: float) -> None:
    assert cuts(shot(1, 6.0, pan)) == []


def test_a_light_that_is_turned_up_is_no_dissolve() -> None:
    film = shot(1, 6.0)
    light = np.clip(np.linspace(-1, 2, len(film)), 0, 1)[:, None, None, None]
    assert cuts(film * (0.4 + 0.6 * light)) == []


def test_frames_that_are_too_rare_for_dissolves_are_read_without_them() -> None:
    assert cuts(shot(1)[::13], FPS / 13) == []
