"""The animatic's pictures: layers laid right, motion without flicker, titles where they can be seen."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from popcorn.tools.video.animatic import AnimaticRenderer
from popcorn.tools.video.animatic.frame import Frame, Placed, Still
from popcorn.tools.video.animatic.layers import Layer, Pixels, from_rgba, lay, over, to_rgb
from popcorn.tools.video.animatic.reading import read
from popcorn.tools.video.animatic.scene import Scene
from popcorn.tools.video.animatic.stage import Stage
from popcorn.tools.video.animatic.titles import title_of
from popcorn.tools.video.clip_store import ClipStore
from popcorn.tools.video.types import Aspect, RenderRequest

STAGE = Stage(360, 640)


def scene(title: str, prompt: str, stage: Stage = STAGE, seed: int = 0) -> Scene:
    return Scene(read(RenderRequest(title, prompt, seed=seed)), title_of(title, prompt), stage, 3.0)


def plate(colour: tuple[int, int, int, int], height: int = 8, width: int = 8) -> np.ndarray:
    return np.full((height, width, 4), colour, np.uint8)


def frame_of(pixels: Pixels) -> Frame:
    """A frame that shows `pixels`, whose sides are even."""
    half = cv2.resize(pixels, (pixels.shape[1] // 2, pixels.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return Frame(pixels[..., 0].copy(), np.asarray(half, np.uint8))


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


def test_opacity_limits_what_is_laid() -> None:
    half = from_rgba(plate((0, 0, 0, 255)), grain=0)
    lay(half, Layer(from_rgba(plate((255, 255, 255, 255)), grain=0), (0, 0)), identity(), 0.5)
    assert to_rgb(half)[4, 4, 0] == pytest.approx(128, abs=3)


def blob(height: int, width: int, colour: tuple[int, int, int]) -> Layer:
    """A layer with an opaque disc, a half transparent rim and nothing in its corners."""
    pixels = plate((*colour, 0), height, width)
    middle, radius = (width // 2, height // 2), min(width, height) // 2 - 12
    cv2.circle(pixels, middle, radius, (*colour, 120), -1, cv2.LINE_AA)
    cv2.circle(pixels, middle, radius - 10, (*colour, 255), -1, cv2.LINE_AA)
    return Layer(from_rgba(pixels, grain=0), (0, 0))


@pytest.mark.parametrize("angle", [0.0, 0.013, -0.4, 2.1])
def test_tiles_give_the_same_picture_as_laying_everything_at_once(angle: float) -> None:
    ground = Layer(from_rgba(plate((40, 90, 160, 255), 700, 600), grain=0), (0, 0))
    placed = [Placed(ground, identity(-40, -30))]
    for number, colour in enumerate([(220, 60, 40), (30, 200, 90), (250, 240, 90)]):
        cosine, sine = 1.07 * math.cos(angle), 1.07 * math.sin(angle)
        matrix = np.array([[cosine, -sine, 90 * number + 20.3], [sine, cosine, 120 * number + 45.6]])
        placed.append(Placed(blob(420, 380, colour), matrix, 0.6 if number == 1 else 1.0))
    plain = np.zeros((600, 500, 4), np.uint8)
    for one in placed:
        source = cv2.convertScaleAbs(one.layer.pixels, alpha=one.opacity)
        over(plain, np.asarray(cv2.warpAffine(source, one.matrix, (500, 600)), np.uint8))
    tiled = Frame.blank(600, 500)
    tiled.stack([], placed)
    assert np.abs(tiled.luma.astype(int) - plain[..., 0]).max() <= 1
    assert np.abs(tiled.half.astype(int) - frame_of(plain).half).max() <= 2


def test_what_is_soft_lies_in_its_place_under_what_is_sharp() -> None:
    ground = Layer(from_rgba(plate((40, 90, 160, 255), 700, 600), grain=0), (0, 0))
    soft = [Placed(ground, identity(-40, -30)), Placed(blob(420, 380, (220, 60, 40)), identity(30.4, 60.2))]
    sharp = [Placed(blob(420, 380, (30, 200, 90)), identity(90.3, 150.6))]
    half_soft, all_sharp = Frame.blank(600, 500), Frame.blank(600, 500)
    half_soft.stack(soft, sharp)
    all_sharp.stack([], soft + sharp)
    inside = cv2.warpAffine(sharp[0].layer.pixels, sharp[0].matrix, (500, 600))[..., 3] == 255
    assert np.array_equal(half_soft.luma[inside], all_sharp.luma[inside])
    difference = np.abs(half_soft.luma.astype(int) - all_sharp.luma)
    assert difference.mean() < 0.5
    blurred = [cv2.GaussianBlur(one.luma, (0, 0), 3).astype(int) for one in (half_soft, all_sharp)]
    assert np.abs(blurred[0] - blurred[1]).max() <= 2


@pytest.mark.parametrize("shift", [(0.0, 0.0), (3.4, -7.7)])
def test_a_soft_picture_does_not_depend_on_what_was_in_memory(shift: tuple[float, float]) -> None:
    ground = Layer(from_rgba(plate((40, 90, 160, 255), 700, 600), grain=0), (0, 0))
    placed = [Placed(ground, identity(-40, -30))], [Placed(blob(420, 380, (30, 200, 90)), identity(*shift))]
    frames = [Frame(np.full((600, 500), fill, np.uint8), np.full((300, 250, 4), fill, np.uint8)) for fill in (0, 255)]
    for frame in frames:
        frame.stack(*placed)
    assert np.array_equal(frames[0].luma, frames[1].luma)
    assert np.array_equal(frames[0].half, frames[1].half)


def test_what_is_claimed_solid_is_solid_and_what_is_claimed_empty_is_empty() -> None:
    layer = blob(420, 380, (10, 10, 10))
    for angle in (0.0, 0.3, 1.9):
        cosine, sine = 1.4 * math.cos(angle), 1.4 * math.sin(angle)
        matrix = np.array([[cosine, -sine, 256.4], [sine, cosine, 319.7]])
        matrix[:, 2] -= matrix[:, :2] @ (190, 210)
        inked, solid = layer.coverage.tiles(matrix, 640, 512)
        alpha = cv2.warpAffine(layer.pixels, matrix, (512, 640))[..., 3].reshape(10, 64, 8, 64)
        assert solid.any()
        assert not inked.all()
        assert (alpha.min(axis=(1, 3))[solid] == 255).all()
        assert (alpha.max(axis=(1, 3))[~inked] == 0).all()


def test_a_still_looks_as_if_it_were_laid() -> None:
    layer = blob(150, 230, (200, 30, 60))
    laid, still = (frame_of(from_rgba(plate((90, 120, 90, 255), 200, 300), grain=0)) for _ in range(2))
    laid.lay(layer, identity(20.3, 11.6))
    made = Still.of(layer, identity(20.3, 11.6), 200, 300)
    assert made is not None
    made.lay(still)
    assert np.abs(laid.luma.astype(int) - still.luma).max() <= 1
    assert np.abs(laid.half.astype(int) - still.half).max() <= 1
    assert Still.of(layer, identity(400, 0), 200, 300) is None


@pytest.mark.parametrize("move", [(-40, 12), (260, 180), (30, -50), (500, 0)])
def test_a_still_is_cut_off_at_the_frame(move: tuple[int, int]) -> None:
    layer = blob(150, 230, (200, 30, 60))
    laid, still = (frame_of(from_rgba(plate((90, 120, 90, 255), 200, 300), grain=0)) for _ in range(2))
    laid.lay(layer, identity(move[0] + 1.25, move[1] + 0.5))
    Still.shifted(layer, 1.25, 0.5).lay(still, *move)
    assert np.abs(laid.luma.astype(int) - still.luma).max() <= 1
    assert np.abs(laid.half.astype(int) - still.half).max() <= 1


def test_a_veil_covers_only_where_it_is_and_without_a_seam() -> None:
    frame = frame_of(from_rgba(plate((20, 20, 20, 255), 320, 320), grain=0))
    before = frame.luma.copy()
    small = np.zeros((80, 80, 4), np.uint8)
    small[10:60, 20:50] = from_rgba(plate((250, 250, 250, 128)), grain=0)[0, 0]
    frame.veil(small)
    changed = np.argwhere(frame.luma != before)
    assert (changed.min(axis=0) >= (10 * 4 - 4, 20 * 4 - 4)).all()
    assert (changed.max(axis=0) <= (60 * 4 + 4, 50 * 4 + 4)).all()
    assert len(np.unique(frame.luma[50:230, 100:190])) == 1
    assert len(np.unique(frame.half[25:115, 50:95].reshape(-1, 4), axis=0)) == 1


def test_planes_have_half_the_chroma() -> None:
    made = frame_of(from_rgba(plate((255, 0, 0, 255), 8, 6), grain=0)).planes()
    assert (made.y.shape, made.u.shape, made.v.shape) == ((8, 6), (4, 3), (4, 3))
    assert (int(made.y[0, 0]), int(made.u[0, 0]), int(made.v[0, 0])) == (63, 102, 240)


def test_the_same_request_draws_the_same_frame_and_another_seed_another() -> None:
    words = ("Quiet", "a quiet thing")
    first, again, other = (scene(*words, seed=seed).frame(1.2).luma for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 2


def test_a_clip_says_what_it_has_no_drawing_for_and_says_it_again_from_the_store(tmp_path: Path) -> None:
    renderer, store = AnimaticRenderer(), ClipStore(tmp_path / "clips", 10**9)
    request = RenderRequest("", "a chinchilla by a tree", aspect=Aspect.SQUARE, seconds=0.3)
    clip = renderer.render(request, tmp_path / "clip.mp4")
    assert clip.notices == ("no drawing for 'chinchilla': a plain scene stands in",)
    store.keep(renderer.identity(request), clip, 1.0)
    assert store.take(renderer.identity(request), tmp_path / "again.mp4") == replace(clip, path=tmp_path / "again.mp4")


def test_what_stands_in_for_a_missing_drawing_moves_and_wears_the_drafts_colours() -> None:
    plain, red = (scene("", f"a chinchilla at noon{more}") for more in ("", "; crimson palette"))
    assert plain.shot.subject == "plain"
    first, last = (plain.picture(share).luma.astype(int) for share in (0.4, 0.5))
    assert np.abs(first - last).mean() > 1
    warmth = [
        pixels.rgb()[..., 0].mean() - pixels.rgb()[..., 2].mean() for pixels in (plain.picture(0.5), red.picture(0.5))
    ]
    assert warmth[1] > warmth[0] + 10


def test_different_prompts_look_different() -> None:
    prompts = ("a cat by the window", "a rocket in space", "city at night, neon", "a boat at noon", "biryani in a pot")
    stills = [scene("Title", prompt).picture(0.5).rgb()[::8, ::8].astype(int) for prompt in prompts]
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
    lumas = np.array([drawn.picture(number / 90).luma[::4, ::4].astype(float).mean() for number in range(90)])
    assert np.abs(np.diff(lumas)).max() < 6
    wobble = np.abs(np.diff(lumas, n=2))
    assert np.median(wobble) < 0.25
    still = [drawn.picture(0.5 + shift / 900).luma.astype(int) for shift in range(3)]
    assert np.abs(still[2] - 2 * still[1] + still[0]).mean() < 1.0


def test_no_frame_shows_the_edge_of_the_stage() -> None:
    drawn = scene("Edge", "wide shot of a hill; pull-back")
    for number in range(0, 91, 6):
        frame = drawn.picture(number / 90)
        assert (frame.luma >= 16 - 8).all()
        assert (frame.half[..., 3] == 255).all()


@pytest.mark.parametrize(
    "title", ["Sealed pot biryani: the reveal", "一开盖就香：东北铁锅炖", "وصفة القهوة العربية", "🔥🔥🔥"]
)
@pytest.mark.parametrize("stage", [Stage(540, 960), Stage(960, 540), Stage(540, 540)], ids=["9:16", "16:9", "1:1"])
def test_titles_stay_inside_the_safe_area(title: str, stage: Stage) -> None:
    drawn = scene(title, "a thing in a studio; static", stage)
    safe = stage.safe
    slack = min(stage.width, stage.height) * 0.02
    for share in (0.25, 0.9):
        with_title = drawn.frame(share * 3.0).luma.astype(int)
        without = drawn.picture(share).luma.astype(int)
        changed = np.abs(with_title - without) > 40
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
        lettered, bare = drawn.frame(2.85).rgb().astype(float), drawn.picture(0.95).rgb().astype(float)
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
