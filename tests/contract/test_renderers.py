"""What every renderer promises; each one that needs no server runs this suite, video models at tiny size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from popcorn.errors import RenderError, StoppedError
from popcorn.settings_tables import RendererSettings
from popcorn.tools.media.decode import frames
from popcorn.tools.media.probe import luminance, probe
from popcorn.tools.video.diffusion.loaded_pipeline import Keeper
from popcorn.tools.video.diffusion.renderer import DiffusionRenderer
from popcorn.tools.video.registry import RENDERERS, load
from popcorn.tools.video.types import Aspect, Clip, Renderer, RenderRequest
from tiny_pipelines import shrunk, tiny_weights

REQUEST = RenderRequest(
    title="Sealed pot biryani: the reveal",
    video_prompt="Close-up of a sealed clay pot, the lid lifts, steam, golden light; slow push-in; 3 seconds.",
    seconds=0.5,
)
TINY = ("ltx", "cogvideox-5b")


@dataclass(frozen=True)
class Promised:
    """A renderer, and what it may do otherwise than others: a model has sizes and frame counts of its own."""

    renderer: Renderer
    sizes: dict[Aspect, tuple[int, int]]
    stride: int
    fps: int
    needs_words: bool

    def seconds_near(self, seconds: float) -> float:
        """How far from `seconds` a clip may be."""
        return self.stride / 2 / self.fps + 1 / self.fps


def _opened(name: str) -> Promised:
    if name in RENDERERS:
        return Promised(load(name), {aspect: aspect.size for aspect in Aspect}, 1, 30, needs_words=False)
    preset = shrunk(name)
    settings = RendererSettings(model=str(tiny_weights(name)), steps=2)
    renderer = DiffusionRenderer(name, settings, preset=preset, keeper=Keeper())
    return Promised(renderer, SIZES[name], preset.stride, preset.fps, needs_words=True)


SIZES = {
    "ltx": {Aspect.PORTRAIT: (54, 96), Aspect.LANDSCAPE: (96, 54), Aspect.SQUARE: (64, 64)},
    "cogvideox-5b": {Aspect.PORTRAIT: (36, 64), Aspect.LANDSCAPE: (96, 54), Aspect.SQUARE: (64, 64)},
}


@pytest.fixture(params=[*RENDERERS, *TINY], scope="module")
def promised(request: pytest.FixtureRequest) -> Promised:
    return _opened(request.param)


@pytest.fixture(scope="module")
def renderer(promised: Promised) -> Renderer:
    return promised.renderer


@pytest.fixture(scope="module")
def clip(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Clip:
    out = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return renderer.render(REQUEST, out)


def test_the_clip_is_what_was_asked_for(promised: Promised, clip: Clip) -> None:
    facts = probe(clip.path)
    size = promised.sizes[Aspect.PORTRAIT]
    assert (facts.codec, facts.pix_fmt, facts.width, facts.height) == ("h264", "yuv420p", *size)
    assert facts.constant_frame_rate
    assert facts.faststart
    assert abs(facts.seconds - REQUEST.seconds) <= promised.seconds_near(REQUEST.seconds)
    assert (clip.width, clip.height, clip.frames, clip.seconds) == (*size, facts.frames, facts.seconds)
    assert clip.renderer == promised.renderer.name
    assert clip.silent is not facts.has_audio


def test_the_clip_says_where_it_is_from(renderer: Renderer, clip: Clip) -> None:
    said = probe(clip.path).provenance
    assert str(said["generator"]).startswith("Popcorn")
    assert said["renderer"] == renderer.name
    assert said["demo"] is clip.demo
    assert said["ai_generated"] is (clip.recipe is not None)


def test_a_recipe_tells_of_every_difference_from_what_was_asked(clip: Clip) -> None:
    if clip.recipe is None:
        return
    assert (clip.recipe.frames, clip.recipe.fps) == (clip.frames, clip.fps)
    assert clip.recipe.seconds_asked == REQUEST.seconds
    told = " ".join(clip.recipe.notes)
    assert ("s were asked for" in told) is (abs(clip.seconds - REQUEST.seconds) > 0.001)
    assert (f"to {clip.width}x{clip.height}" in told) is (
        (clip.recipe.width, clip.recipe.height) != (clip.width, clip.height)
    )


def test_the_clip_shows_something_that_moves(clip: Clip) -> None:
    light = luminance(clip.path)
    assert not light.is_black
    assert not light.is_frozen
    assert frames(clip.path, 1, side=90)[0].std() > 10


def test_the_same_request_gives_the_same_file_and_another_seed_another(renderer: Renderer, tmp_path: Path) -> None:
    def digest(prompt: str, seed: int, name: str) -> str:
        request = RenderRequest("A quiet thing", prompt, seconds=0.2, seed=seed)
        return renderer.render(request, tmp_path / name).sha256

    first = digest("something quiet", 3, "a.mp4")
    assert digest("something quiet", 3, "b.mp4") == first
    assert digest("something quiet", 4, "c.mp4") != first


def test_identities_are_equal_when_clips_are(renderer: Renderer) -> None:
    request = RenderRequest("A quiet thing", "something quiet", seconds=0.2, seed=3)
    assert renderer.identity(request) == renderer.identity(request)
    assert renderer.identity(request) != renderer.identity(RenderRequest("A quiet thing", "else", seconds=0.2, seed=3))


def test_an_estimate_is_quick_and_tells_of_time_or_memory(renderer: Renderer) -> None:
    estimate = renderer.estimate(REQUEST)
    assert estimate.seconds is None or estimate.seconds > 0
    assert estimate.cost_usd == 0


@pytest.mark.parametrize("aspect", [Aspect.LANDSCAPE, Aspect.SQUARE])
def test_other_shapes_are_rendered_at_their_size(promised: Promised, tmp_path: Path, aspect: Aspect) -> None:
    request = RenderRequest("T", "a cat; pan", aspect=aspect, seconds=0.2)
    made = promised.renderer.render(request, tmp_path / "clip.mp4")
    assert (made.width, made.height) == promised.sizes[aspect]


WORDS = {
    "empty": ("", ""),
    "emoji": ("🔥" * 50, "🎬🎬🎬"),
    "controls": ("\x00\x07", "\x1b[31m"),
    "long": ("words " * 400, "storm " * 10_000),
    "arabic": ("مرحبا 3", "صحراء"),
    "lone surrogate": ("\ud800", "x"),
}


@pytest.mark.parametrize(("title", "prompt"), WORDS.values(), ids=WORDS)
def test_any_words_give_a_clip(promised: Promised, tmp_path: Path, title: str, prompt: str) -> None:
    request = RenderRequest(title, prompt, seconds=0.2)
    if promised.needs_words and not prompt:
        with pytest.raises(RenderError, match="there is no video prompt"):
            promised.renderer.render(request, tmp_path / "clip.mp4")
        return
    made = promised.renderer.render(request, tmp_path / "clip.mp4")
    assert abs(made.frames - 0.2 * promised.fps) <= max(promised.stride / 2, promised.stride + 1 - 0.2 * promised.fps)


def test_progress_counts_to_the_end(renderer: Renderer, tmp_path: Path) -> None:
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
        assert (picture.format, picture.size) == ("JPEG", (clip.width, clip.height))
        assert np.asarray(picture.convert("L")).std() > 5
    assert [file.name for file in tmp_path.iterdir()] == ["cover.jpg"]


def test_an_unwritable_place_is_a_render_error(renderer: Renderer, clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "out"
    with pytest.raises(RenderError, match="could not be written"):
        renderer.render(RenderRequest("T", "p", seconds=0.2), out)
    with pytest.raises(RenderError, match="could not be written"):
        renderer.cover(REQUEST, clip.path, out)
