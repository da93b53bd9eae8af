"""What every renderer promises; each one in the table runs this suite."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from popcorn.errors import RenderError, StoppedError
from popcorn.tools.media.decode import frames
from popcorn.tools.media.probe import luminance, probe
from popcorn.tools.video.registry import RENDERERS, load
from popcorn.tools.video.types import Aspect, Clip, Renderer, RenderRequest

REQUEST = RenderRequest(
    title="Sealed pot biryani: the reveal",
    video_prompt="Close-up of a sealed clay pot, the lid lifts, steam, golden light; slow push-in; 3 seconds.",
    seconds=0.5,
)


@pytest.fixture(params=RENDERERS, scope="module")
def renderer(request: pytest.FixtureRequest) -> Renderer:
    return load(request.param)


@pytest.fixture(scope="module")
def clip(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Clip:
    out = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return renderer.render(REQUEST, out)


def test_the_clip_is_what_was_asked_for(renderer: Renderer, clip: Clip) -> None:
    facts = probe(clip.path)
    assert (facts.codec, facts.pix_fmt, facts.width, facts.height) == ("h264", "yuv420p", 1080, 1920)
    assert facts.constant_frame_rate
    assert facts.faststart
    assert abs(facts.seconds - REQUEST.seconds) <= 1 / facts.fps
    assert (clip.width, clip.height, clip.frames, clip.seconds) == (1080, 1920, facts.frames, facts.seconds)
    assert clip.renderer == renderer.name
    assert clip.silent is not facts.has_audio


def test_the_clip_says_where_it_is_from(renderer: Renderer, clip: Clip) -> None:
    said = probe(clip.path).provenance
    assert str(said["generator"]).startswith("Popcorn")
    assert said["renderer"] == renderer.name
    assert said["demo"] is clip.demo


def test_the_clip_shows_something_that_moves(clip: Clip) -> None:
    light = luminance(clip.path)
    assert not light.is_black
    assert not light.is_frozen
    assert frames(clip.path, 1, side=90)[0].std() > 15


def test_the_same_request_gives_the_same_file_and_another_seed_another(renderer: Renderer, tmp_path: Path) -> None:
    def digest(prompt: str, seed: int, name: str) -> str:
        request = RenderRequest("A quiet thing", prompt, seconds=0.2, seed=seed)
        return renderer.render(request, tmp_path / name).sha256

    first = digest("something quiet", 3, "a.mp4")
    assert digest("something quiet", 3, "b.mp4") == first
    assert digest("something quiet", 4, "c.mp4") != first


@pytest.mark.parametrize("aspect", [Aspect.LANDSCAPE, Aspect.SQUARE])
def test_other_shapes_are_rendered_at_their_size(renderer: Renderer, tmp_path: Path, aspect: Aspect) -> None:
    made = renderer.render(RenderRequest("T", "a cat; pan", aspect=aspect, seconds=0.2), tmp_path / "clip.mp4")
    assert (made.width, made.height) == aspect.size


WORDS = {
    "empty": ("", ""),
    "emoji": ("🔥" * 50, "🎬🎬🎬"),
    "controls": ("\x00\x07", "\x1b[31m"),
    "long": ("words " * 400, "storm " * 10_000),
    "arabic": ("مرحبا 3", "صحراء"),
    "lone surrogate": ("\ud800", "x"),
}


@pytest.mark.parametrize(("title", "prompt"), WORDS.values(), ids=WORDS)
def test_any_words_give_a_clip(renderer: Renderer, tmp_path: Path, title: str, prompt: str) -> None:
    assert renderer.render(RenderRequest(title, prompt, seconds=0.2), tmp_path / "clip.mp4").frames == 6


def test_progress_counts_every_frame(renderer: Renderer, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    renderer.render(RenderRequest("T", "a cat", seconds=0.2), tmp_path / "c.mp4", lambda *now: seen.append(now))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_a_stop_leaves_nothing_behind(renderer: Renderer, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise StoppedError("stopped by hand")

    with pytest.raises(StoppedError, match="stopped by hand"):
        renderer.render(RenderRequest("T", "a cat", seconds=0.3), tmp_path / "clip.mp4", stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), 1e9])
def test_a_length_that_cannot_be_is_refused(renderer: Renderer, tmp_path: Path, seconds: float) -> None:
    with pytest.raises(RenderError, match="seconds"):
        renderer.render(RenderRequest("T", "p", seconds=seconds), tmp_path / "clip.mp4")


def test_the_cover_is_a_jpeg_of_the_clips_size_with_something_on_it(
    renderer: Renderer, clip: Clip, tmp_path: Path
) -> None:
    cover = renderer.cover(REQUEST, clip.path, tmp_path / "cover.jpg")
    with Image.open(cover) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1080, 1920))
        assert np.asarray(picture.convert("L")).std() > 20
    assert [file.name for file in tmp_path.iterdir()] == ["cover.jpg"]


def test_an_unwritable_place_is_a_render_error(renderer: Renderer, clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "out"
    with pytest.raises(RenderError, match="could not be written"):
        renderer.render(RenderRequest("T", "p", seconds=0.2), out)
    with pytest.raises(RenderError, match="could not be written"):
        renderer.cover(REQUEST, clip.path, out)
