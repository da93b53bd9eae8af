"""The animatic's pictures: layers laid right, motion without flicker, titles where they can be seen."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from popcorn.tools.video.animatic import layers
from popcorn.tools.video.animatic.layers import Layer, from_rgba, lay, planes, to_rgb
from popcorn.tools.video.animatic.reading import read
from popcorn.tools.video.animatic.scene import Scene
from popcorn.tools.video.animatic.stage import Stage
from popcorn.tools.video.animatic.titles import title_of
from popcorn.tools.video.types import RenderRequest

STAGE = Stage(360, 640)


def scene(title: str, prompt: str, stage: Stage = STAGE, seed: int = 0) -> Scene:
    return Scene(read(RenderRequest(title, prompt, seed=seed)), title_of(title, prompt), stage, 3.0)


def plate(colour: tuple[int, int, int, int], height: int = 8, width: int = 8) -> np.ndarray:
    return np.full((height, width, 4), colour, np.uint8)


def identity(x: float = 0, y: float = 0) -> np.ndarray:
    return np.array([[1.0, 0, x], [0, 1.0, y]])


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (123, 45, 67)])
def test_colours_come_back_from_the_encoders_space(colour: tuple[int, int, int]) -> None:
    back = to_rgb(from_rgba(plate((*colour, 255)), grain=0))
    assert np.abs(back.astype(int) - colour).max() <= 2


def test_laying_is_the_same_sum_as_in_rgb() -> None:
    canvas = from_rgba(plate((200, 40, 80, 255)), grain=0)
    lay(canvas, Layer(from_rgba(plate((20, 220, 60, 128)), grain=0), (0, 0)), identity())
    expected = np.array([20, 220, 60]) * (128 / 255) + np.array([200, 40, 80]) * (127 / 255)
    assert np.abs(to_rgb(canvas)[4, 4].astype(int) - expected).max() <= 3


def test_opacity_and_floor_limit_what_is_laid() -> None:
    base, top = (
        from_rgba(plate((0, 0, 0, 255)), grain=0),
        Layer(from_rgba(plate((255, 255, 255, 255)), grain=0), (0, 0)),
    )
    half, cut = base.copy(), base.copy()
    lay(half, top, identity(), 0.5)
    lay(cut, top, identity(), floor=4)
    assert to_rgb(half)[4, 4, 0] == pytest.approx(128, abs=3)
    assert to_rgb(cut)[:4].min() >= 250
    assert to_rgb(cut)[4:].max() <= 4


def test_bands_meet_without_a_seam() -> None:
    tall = np.zeros((300, 8, 4), np.uint8)
    tall[..., 0] = np.arange(300)[:, None] % 256
    tall[..., 3] = 200
    layer = Layer(from_rgba(tall, grain=0), (0, 0))
    matrix = np.array([[0.97, 0.02, 0.3], [-0.02, 0.97, 1.7]])
    banded = from_rgba(plate((90, 90, 90, 255), 300), grain=0)
    at_once = banded.copy()
    lay(banded, layer, matrix)
    layers._over(at_once, cv2.warpAffine(layer.pixels, matrix, (8, 300)))
    assert layers._BAND < 300
    assert np.abs(banded.astype(int) - at_once).max() <= 1


def test_a_solid_layer_hides_from_its_first_whole_row() -> None:
    pixels = plate((10, 10, 10, 255), 20, 12)
    pixels[:5, 3, 3] = 0
    layer = Layer(from_rgba(pixels, grain=0), (0, 0))
    assert layer.solid_from == 5
    assert layers.solid_row(layer, identity(-1, 2), 18, 8) == 8
    assert layers.solid_row(layer, identity(-1, -9), 18, 8) == 18  # it ends above the frame's lower edge
    assert layers.solid_row(layer, identity(2, 2), 18, 8) == 18  # it does not reach the left edge


def test_planes_have_half_the_chroma() -> None:
    made = planes(from_rgba(plate((255, 0, 0, 255), 8, 6), grain=0))
    assert (made.y.shape, made.u.shape, made.v.shape) == ((8, 6), (4, 3), (4, 3))
    assert (int(made.y[0, 0]), int(made.u[0, 0]), int(made.v[0, 0])) == (63, 102, 240)


def test_the_same_request_draws_the_same_frame_and_another_seed_another() -> None:
    words = ("Quiet", "a quiet thing")
    first, again, other = (scene(*words, seed=seed).frame(1.2).copy() for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 2


def test_different_prompts_look_different() -> None:
    prompts = ("a cat by the window", "a rocket in space", "city at night, neon", "a boat at noon", "biryani in a pot")
    stills = [scene("Title", prompt).picture(0.5)[::8, ::8, :3].astype(int) for prompt in prompts]
    for number, one in enumerate(stills):
        for other in stills[number + 1 :]:
            assert np.abs(one - other).mean() > 12


@pytest.mark.parametrize(
    "prompt",
    [
        "a clay pot of biryani, steam; push-in",
        "football in the rain at night; pan",
        "a dancer, orbit",
        "car; handheld; snow",
    ],
)
def test_motion_is_smooth_and_nothing_flickers(prompt: str) -> None:
    drawn = scene("One two three", prompt)
    lumas = np.array([drawn.picture(number / 90)[::4, ::4, 0].astype(float).mean() for number in range(90)])
    assert np.abs(np.diff(lumas)).max() < 6
    wobble = np.abs(np.diff(lumas, n=2))
    assert np.median(wobble) < 0.25
    still = [drawn.picture(0.5 + shift / 900)[..., 0].astype(int) for shift in range(3)]
    assert np.abs(still[2] - 2 * still[1] + still[0]).mean() < 1.0


def test_no_frame_shows_the_edge_of_the_stage() -> None:
    drawn = scene("Edge", "wide shot of a hill; pull-back")
    for number in range(0, 91, 6):
        canvas = np.zeros((STAGE.height, STAGE.width, 4), np.uint8)
        drawn.picture(number / 90, canvas)
        assert (canvas[..., 0] >= 16 - 8).all()
        assert (canvas[..., 3] == 255).all()


@pytest.mark.parametrize(
    "title", ["Sealed pot biryani: the reveal", "一开盖就香：东北铁锅炖", "وصفة القهوة العربية", "🔥🔥🔥"]
)
@pytest.mark.parametrize("stage", [Stage(540, 960), Stage(960, 540), Stage(540, 540)], ids=["9:16", "16:9", "1:1"])
def test_titles_stay_inside_the_safe_area(title: str, stage: Stage) -> None:
    drawn = scene(title, "a thing in a studio; static", stage)
    safe = stage.safe
    slack = min(stage.width, stage.height) * 0.02
    for share in (0.25, 0.9):
        with_title = drawn.frame(share * 3.0).astype(int)
        without = drawn.picture(share).astype(int)
        changed = np.abs(with_title - without)[..., 0] > 40
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        assert rows.size > stage.height * 0.02
        assert columns[0] >= safe.left - slack
        assert columns[-1] <= safe.right + slack
        assert rows[0] >= safe.top - slack
        assert rows[-1] <= safe.bottom + slack


def test_the_safe_area_keeps_clear_of_a_vertical_platforms_buttons() -> None:
    safe = Stage(1080, 1920).safe
    assert safe.top >= 0.12 * 1920 - 1
    assert safe.bottom <= 0.80 * 1920 + 1
    assert safe.right <= 0.88 * 1080 + 1


def test_the_title_stands_out_from_what_is_behind_it() -> None:
    for prompt in (
        "a boat on a bright sea at noon",
        "person by a window, pastel",
        "stage at night",
        "snow on a mountain, day",
    ):
        drawn = scene("Legible", prompt, Stage(540, 960))
        lettered, bare = to_rgb(drawn.frame(2.85)).astype(float), to_rgb(drawn.picture(0.95)).astype(float)
        changed = np.abs(lettered - bare).max(axis=2) > 24
        weights = np.array([0.2126, 0.7152, 0.0722])
        bright = np.quantile((lettered @ weights)[changed], 0.95)
        dark = np.quantile((lettered @ weights)[changed], 0.25)
        assert (bright + 12) / (dark + 12) > 1.6, prompt


def test_the_prompts_move_reaches_the_picture() -> None:
    def shift(prompt: str) -> tuple[float, float]:
        drawn = scene("", prompt)
        start, end = drawn._camera.at(0.37), drawn._camera.at(0.62)
        return end.x - start.x, end.zoom - start.zoom

    assert abs(shift("a thing; pan")[0]) > 10 * abs(shift("a thing; static")[0]) / 4
    assert shift("a thing; push-in")[1] > 0.05
    assert shift("a thing; pull-back")[1] < -0.05
    assert math.isclose(shift("a thing; static")[1], 0.03, abs_tol=0.03)
