"""A picture of somebody's own as a clip: it moves as the prompt says, and what is no picture is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from popcorn.errors import RequestError
from popcorn.tools.media.decode import frames
from popcorn.tools.media.probe import probe
from popcorn.tools.video.photograph import NAME, PhotographRenderer, move_of, windows
from popcorn.tools.video.types import Aspect, Fit, RenderRequest

REQUEST = RenderRequest("Balloon", "Slow push-in on a balloon.", aspect=Aspect.SQUARE, seconds=0.3)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stripes, and a bright square in the upper right."""
    grid = np.full((600, 900, 3), 90, np.uint8)
    grid[:, ::20] = 130
    grid[80:200, 650:800] = (250, 240, 60)
    path = tmp_path_factory.mktemp("picture") / "balloon.jpg"
    Image.fromarray(grid).save(path, quality=95)
    return path


@pytest.mark.parametrize(
    ("prompt", "seed", "move"),
    [
        ("Slow push-in. Later it pans.", 1, "in"),
        ("Slow pull-back over rice", 0, "out"),
        ("The camera pans left", 0, "pan"),
        ("A pancake on a plate", 0, "in"),
        ("一只猫", 1, "out"),
        ("a cat", 2, "pan"),
    ],
)
def test_the_prompt_says_how_it_moves_and_else_the_seed(prompt: str, seed: int, move: str) -> None:
    assert move_of(replace(REQUEST, video_prompt=prompt, seed=seed)) == move


def test_near_is_where_the_picture_draws_the_eye(picture: Path) -> None:
    pixels = np.asarray(Image.open(picture))
    start, end = windows(pixels, "in")
    assert (start.x, start.y, start.part) == (0.5, 0.5, 1.0)
    assert end.x > 0.5
    assert end.part < 1
    assert windows(pixels, "out") == (end, start)
    for move in ("in", "out", "pan"):
        for window in windows(pixels, move):
            assert window.part / 2 - 1e-9 <= window.x <= 1 - window.part / 2 + 1e-9, "no edge comes into view"


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("aspect", Aspect)
def test_a_clip_has_the_shape_asked_for_and_moves(picture: Path, tmp_path: Path, aspect: Aspect, fit: Fit) -> None:
    out = tmp_path / "clip.mp4"
    clip = PhotographRenderer(picture).render(replace(REQUEST, aspect=aspect, fit=fit), out)
    assert (clip.width, clip.height) == aspect.size
    assert (clip.renderer, clip.demo, clip.recipe) == (NAME, False, None)
    first, last = frames(out, 2, side=64).astype(int)
    assert np.abs(first - last).mean() > 1
    said = probe(out).provenance
    assert said["ai_generated"] is False
    assert "digital_source_type" not in said, "what the picture is nobody knows"
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_the_same_picture_gives_the_same_clip_and_another_one_another_identity(picture: Path, tmp_path: Path) -> None:
    renderer = PhotographRenderer(picture)
    first, second = (renderer.render(REQUEST, tmp_path / f"{name}.mp4") for name in "ab")
    assert first.sha256 == second.sha256
    other = tmp_path / "other.png"
    Image.open(picture).rotate(90).save(other)
    assert PhotographRenderer(other).identity(REQUEST) != renderer.identity(REQUEST)


def test_a_picture_stands_upright_as_its_camera_says(picture: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(picture).save(turned, exif=exif)
    cover = PhotographRenderer(turned).cover(replace(REQUEST, aspect=Aspect.PORTRAIT), tmp_path, tmp_path / "c.jpg")
    pixels = np.asarray(Image.open(cover)).astype(int)
    assert pixels.shape[:2] == (1920, 1080)
    assert (pixels[..., 0] - pixels[..., 2] > 100).any(), "the yellow square is in sight"


@pytest.mark.parametrize("kind", ["text", "small", "flat", "folder", "gone", "cut"])
def test_what_is_no_picture_is_refused_in_a_sentence(picture: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.png"
    if kind == "text":
        path.write_text("no picture")
    elif kind == "small":
        Image.new("RGB", (20, 900)).save(path)
    elif kind == "flat":
        Image.new("RGB", (200, 200), "teal").save(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "cut":
        path.write_bytes(picture.read_bytes()[:2000])
    with pytest.raises(RequestError) as caught:
        PhotographRenderer(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
