"""The animatic's pictures: layers laid right, words where they can be seen and read, motion without flashes."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from popcorn.tools.media.characters import clusters
from popcorn.tools.video.animatic import AnimaticRenderer
from popcorn.tools.video.animatic.block import Setting, set_block
from popcorn.tools.video.animatic.colour import WHITE
from popcorn.tools.video.animatic.fitting import fit
from popcorn.tools.video.animatic.frame import Frame
from popcorn.tools.video.animatic.layers import Layer, from_rgba, over, plain, to_rgb, ycc
from popcorn.tools.video.animatic.look import Tone
from popcorn.tools.video.animatic.panel import camera_at
from popcorn.tools.video.animatic.scene import STARTS, Scene
from popcorn.tools.video.animatic.stage import Box, Stage, moving, turning
from popcorn.tools.video.clip_store import ClipStore
from popcorn.tools.video.types import Aspect, RenderRequest

STAGE = Stage(360, 640)
STAGES = pytest.mark.parametrize("stage", [STAGE, Stage(640, 360), Stage(400, 400)], ids=["9:16", "16:9", "1:1"])
TEXTS = {
    "one sign": "?",
    "number": "2026",
    "share": "50 % off, today only",
    "long word": "Donaudampfschifffahrtsgesellschaftskapitän",
    "address": "https://example.com/a/very/long/path",
    "English": "Why do we love snow foxes so much in the winter?",
    "Russian": "Почему коты мурлыкают по ночам?",
    "Greek": "Τα ελληνικά νησιά τον χειμώνα",
    "Arabic": "مرحبا 3 طرق لإعداد القهوة العربية",
    "Hebrew": "שלוש דרכים לקפל חולצה",
    "Hindi": "बिरयानी बनाने के 5 आसान तरीके",
    "Thai": "วิธีทำผัดไทยง่ายๆ ที่บ้าน",
    "Chinese": "一开盖就香：东北铁锅炖的秘密",
    "Japanese": "今日から始める三分間のストレッチ",
    "Korean": "김치찌개 맛있게 끓이는 법",
    "Tamil": "தமிழ் உணவு வகைகள்",
    "emoji": "😂 when the bread burns 🔥🔥",
    "only emoji": "🔥🔥🔥",
    "two hundred signs": "words " * 33,
}
SCRIPTS = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def scene(title: str, prompt: str = "a wide shot", stage: Stage = STAGE, seed: int = 0) -> Scene:
    return Scene(RenderRequest(title, prompt, seed=seed), stage)


def square(colour: tuple[int, int, int, int], height: int = 8, width: int = 8) -> np.ndarray:
    return np.full((height, width, 4), colour, np.uint8)


def blob(height: int, width: int, colour: tuple[int, int, int]) -> Layer:
    """A layer with an opaque disc, a half transparent rim and nothing in its corners."""
    pixels = square((*colour, 0), height, width)
    middle, radius = (width // 2, height // 2), min(width, height) // 2 - 12
    cv2.circle(pixels, middle, radius, (*colour, 120), -1, cv2.LINE_AA)
    cv2.circle(pixels, middle, radius - 10, (*colour, 255), -1, cv2.LINE_AA)
    return Layer(from_rgba(pixels), (0, 0))


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (123, 45, 67)])
def test_colours_come_back_from_the_encoders_space(colour: tuple[int, int, int]) -> None:
    back = to_rgb(from_rgba(square((*colour, 255))))
    assert np.abs(back.astype(int) - colour).max() <= 2


def test_laying_is_the_same_sum_as_in_rgb() -> None:
    canvas = from_rgba(square((200, 40, 80, 255)))
    over(canvas, from_rgba(square((20, 220, 60, 128))))
    expected = np.array([20, 220, 60]) * (128 / 255) + np.array([200, 40, 80]) * (127 / 255)
    assert np.abs(to_rgb(canvas)[4, 4].astype(int) - expected).max() <= 3


@pytest.mark.parametrize("angle", [0.0, 0.013, -0.4])
def test_a_frame_is_the_same_picture_as_laying_everything_at_once(angle: float) -> None:
    frame, whole = Frame.blank(600, 500), from_rgba(square((40, 90, 160, 255), 600, 500))
    frame.fill((40, 90, 160), Box(-50, -50, 900, 900))
    for number, colour in enumerate([(220, 60, 40), (30, 200, 90), (250, 240, 90)]):
        layer = blob(420, 380, colour)
        matrix = moving(60.3 * number, 70.6 * number) @ np.vstack([turning((200, 210), angle, 1.07), (0, 0, 1)])
        frame.lay(layer, matrix, Box(0, 0, 500, 600))
        over(whole, np.asarray(cv2.warpAffine(layer.pixels, matrix, (500, 600)), np.uint8))
    assert np.abs(frame.luma.astype(int) - whole[..., 0]).max() <= 1
    assert np.abs(frame.rgb().astype(int) - to_rgb(whole)).mean() < 1


def test_nothing_is_laid_outside_its_window() -> None:
    frame = Frame.blank(200, 300)
    frame.fill((0, 0, 0), Box(0, 0, 300, 200))
    frame.lay(plain(WHITE, Box(-20, -20, 400, 400)), moving(0, 0), Box(40, 60, 100, 80))
    frame.lay(plain(WHITE, Box(0, 0, 50, 50)), moving(500, 0), Box(0, 0, 300, 200))
    rows, columns = np.nonzero(frame.luma > 100)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (60, 139, 40, 139)


def test_planes_have_half_the_chroma() -> None:
    frame = Frame.blank(8, 6)
    frame.fill((255, 0, 0), Box(0, 0, 6, 8))
    made = frame.planes()
    assert (made.y.shape, made.u.shape, made.v.shape) == ((8, 6), (4, 3), (4, 3))
    assert (int(made.y[0, 0]), int(made.u[0, 0]), int(made.v[0, 0])) == ycc((255, 0, 0)) == (63, 102, 240)


def test_the_same_request_draws_the_same_frame_and_another_seed_another() -> None:
    first, again, other = (scene("Quiet", "a quiet thing", seed=seed).frame(0.4).luma for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 2


def test_a_clip_says_what_it_has_no_drawing_for_and_says_it_again_from_the_store(tmp_path: Path) -> None:
    renderer, store = AnimaticRenderer(), ClipStore(tmp_path / "clips", 10**9)
    request = RenderRequest("", "a chinchilla by a tree", aspect=Aspect.SQUARE, seconds=0.3)
    clip = renderer.render(request, tmp_path / "clip.mp4")
    assert clip.notices == ("no drawing for 'a chinchilla by a tree': its words are set in type",)
    store.keep(renderer.identity(request), clip, 1.0)
    assert store.take(renderer.identity(request), tmp_path / "again.mp4") == replace(clip, path=tmp_path / "again.mp4")


def test_a_clip_that_is_longer_shows_its_beats_again(tmp_path: Path) -> None:
    request = RenderRequest("Hold still", "static camera", aspect=Aspect.SQUARE, seconds=8)
    clip = AnimaticRenderer().render(request, tmp_path / "clip.mp4")
    assert clip.frames == 240
    shown = scene("Hold still", "static camera")
    assert np.array_equal(shown.frame(0.25).luma, shown.frame(2.25).luma)


def test_different_requests_look_different() -> None:
    stills = [scene("", text).frame(0.5).rgb()[::8, ::8].astype(int) for text in ("a cat", "a robot", "5 ways", "寿司")]
    for number, one in enumerate(stills):
        for other in stills[number + 1 :]:
            assert np.abs(one - other).mean() > 12


@SCRIPTS
@STAGES
def test_words_stay_inside_the_safe_area_at_every_beat(text: str, stage: Stage) -> None:
    drawn = scene(text, "a thing; push-in", stage)
    safe, slack = stage.safe, stage.side * 0.01
    for panel, end in zip(drawn.panels, STARTS[1:], strict=True):
        bare = replace(panel, block=replace(panel.block, pieces=()))
        pictures = []
        for shown in (panel, bare):
            frame = Frame.blank(stage.height, stage.width)
            shown.draw(frame, 1.0, camera_at(drawn.look.move, 1.0, stage, 1), stage.frame)
            pictures.append(frame.luma.astype(int))
        rows, columns = np.nonzero(np.abs(pictures[0] - pictures[1]) > 24)
        assert rows.size, end
        assert columns.min() >= safe.left - slack
        assert columns.max() <= safe.right + slack
        assert rows.min() >= safe.top - slack
        assert rows.max() <= safe.bottom + slack


@SCRIPTS
@STAGES
def test_no_word_is_lost_and_none_is_too_small_to_read(text: str, stage: Stage) -> None:
    for panel in scene(text, "a thing", stage).panels:
        lines = [line for line, _, _ in panel.block.lines]
        assert all(line.text.strip() for line in lines)
        assert min(line.size for line in lines) >= stage.side * 0.035
    lines = fit(text, stage.text, stage.side * 0.2)
    shown, meant = ("".join("".join(words).split()).replace("-", "") for words in ([x.text for x in lines], [text]))
    assert shown == "".join(clusters(meant))


def test_what_leads_up_is_small_and_a_number_is_huge() -> None:
    small, large = fit("in anime", STAGE.text, 60.0)
    assert small.size < large.size / 2
    sizes = {line.text: line.size for line in fit("the top 10 rifles", STAGE.text, 60.0)}
    assert sizes["10"] > 2 * sizes["rifles"] > 2 * sizes["the top"]


def test_no_line_is_left_with_an_article_or_a_single_sign() -> None:
    for text in ("Sealed pot biryani: the reveal", "东北铁锅炖", "A robot"):
        lines = [line.text for line in fit(text, STAGE.text, 70.0)]
        assert not {"the", "A", "炖"} & set(lines), lines


def test_a_small_word_stays_on_the_line_of_what_it_belongs_to() -> None:
    for text in ("fly a plane", "inside a whale", "Tacos al pastor", "and organizing a refrigerator", "होली पर"):
        lines = [line.text for line in fit(text, STAGE.text, 100.0)]
        assert len(lines) == 1 or not any(line.split()[-1] in ("a", "al") for line in lines), lines
        assert "पर" not in lines


def test_stressed_words_that_follow_each_other_stand_on_one_block() -> None:
    tone = Tone.of((20, 33, 61), (255, 201, 60))
    how = Setting(Box(0, 0, 900, 200), 60, tone, key=frozenset(("snow", "foxes")), in_blocks=True)
    pieces = set_block("Why love snow foxes?", how).pieces
    assert [piece.is_block for piece in pieces] == [True, False, False, False]
    block, word = pieces[0].layer.box, pieces[3].layer.box
    assert block.common(word) == word


def test_right_to_left_text_is_ranged_right() -> None:
    placed = set_block("שלוש דרכים", Setting(Box(0, 0, 900, 300), 60, Tone.of((0, 0, 0), (255, 201, 60)))).lines
    assert all(math.isclose(x + line.width, 900) for line, x, _ in placed)


def test_the_first_frame_has_words_and_the_last_has_all_of_them() -> None:
    drawn = scene("Why do we love snow foxes?")
    first = replace(drawn.panels[0], block=replace(drawn.panels[0].block, pieces=()))
    frame = Frame.blank(STAGE.height, STAGE.width)
    first.draw(frame, 0.0, camera_at(drawn.look.move, 0.0, STAGE, drawn._way), STAGE.frame)
    assert np.abs(drawn.frame(0.0).luma.astype(int) - frame.luma).max() > 60
    assert " ".join(line.text for line, _, _ in drawn.panels[2].block.lines) == "Why do we love snow foxes?"


def test_a_drawing_stands_beside_the_words() -> None:
    for stage in (STAGE, Stage(640, 360), Stage(400, 400)):
        drawn = scene("A cat at night", "a cat at night", stage)
        for panel in drawn.panels[1:]:
            assert panel.figure is not None
            assert all(
                piece.layer.box.common(stage.figure).height == 0 or stage.is_wide for piece in panel.block.pieces
            )
        assert stage.figure.bottom <= stage.height


@pytest.mark.parametrize("move", ["push-in", "pull-back", "pan", "tilt-up", "orbit", "handheld", "static"])
def test_motion_passes_the_checks_and_flashes_less_than_wcag_allows(move: str) -> None:
    for seed in range(2):
        drawn = scene("Biryani", f"a thing; {move}", seed=seed)
        frames = [drawn.frame(number / 90) for number in range(90)]
        assert _flashes(np.array([_luminance(frame) for frame in frames])) <= 2
        grids = np.array([frame.luma[::13, ::7].astype(float) / 219 for frame in frames])
        assert (np.abs(np.diff(grids, axis=0)).mean(axis=(1, 2)) > 1e-4).mean() > 0.6


def test_a_flash_is_counted_as_wcag_counts_it() -> None:
    part = np.tile([0.0] * 5 + [0.5] * 5, 9)[:, None]
    assert _flashes(part) == 3
    assert _flashes(np.linspace(0, 1, 90)[:, None]) == 0.5


def test_the_safe_area_keeps_clear_of_a_vertical_platforms_buttons() -> None:
    safe = Stage(1080, 1920).safe
    assert safe.top >= 0.12 * 1920 - 1
    assert safe.bottom <= 0.80 * 1920 + 1
    assert safe.right <= 0.88 * 1080 + 1


@STAGES
@pytest.mark.parametrize("move", ["push", "pull", "pan", "tilt", "orbit", "shake", "hold"])
def test_the_camera_moves_smoothly_and_little(move: str, stage: Stage) -> None:
    corner = np.array([stage.width, stage.height, 1.0])
    places = np.array([camera_at(move, share / 30, stage, 1) @ corner for share in range(31)])
    assert np.abs(places - corner[:2]).max() < stage.side * 0.05
    assert 0 < np.abs(np.diff(places, axis=0)).max() < stage.side * 0.01


def _luminance(frame: Frame) -> np.ndarray:
    """Relative luminance, as WCAG defines it, of sixteen parts of a frame: what flashes has to be as large as one."""
    rgb = frame.rgb()[::4, ::4] / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(cv2.resize(linear @ np.array([0.2126, 0.7152, 0.0722]), (4, 4), interpolation=cv2.INTER_AREA))


def _flashes(lit: np.ndarray) -> float:
    """The most pairs of opposing changes by a tenth or more within a second (30 frames), in any part of the frame."""
    most = 0
    for part in lit.reshape(len(lit), -1).T:
        turns, low, high, way = list[int](), part[0], part[0], 0
        for number, value in enumerate(part):
            low, high = min(low, value), max(high, value)
            risen, fallen = value - low >= 0.1 and way <= 0, high - value >= 0.1 and way >= 0
            if risen or fallen:
                turns.append(number)
                low, high, way = value, value, 1 if risen else -1
        most = max([most, *(sum(turn <= other < turn + 30 for other in turns) for turn in turns)])
    return most / 2
