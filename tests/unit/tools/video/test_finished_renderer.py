"""What is done to a clip after it was rendered is done to the copy that is handed out, never to the stored one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import MissingError, RequestError
from popcorn.tools.media.decode import frames
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.probe import probe
from popcorn.tools.video.checks import checked, sha256_of
from popcorn.tools.video.clip_store import ClipStore
from popcorn.tools.video.covers import frame_cover, read_jpeg
from popcorn.tools.video.finished_renderer import Finish, FinishedRenderer
from popcorn.tools.video.stored_renderer import StoredRenderer
from popcorn.tools.video.types import Clip, Estimate, FrameProgress, Renderer, RenderRequest

REQUEST = RenderRequest("A pot opens", "a pot opens", seconds=0.4)
WIDTH, HEIGHT = 216, 384


class PlainRenderer:
    """Moves a square over grey, and draws no titles."""

    name = "plain"

    def identity(self, request: RenderRequest) -> dict[str, str | int | float]:
        return {"renderer": self.name, "prompt": request.video_prompt}

    def estimate(self, request: RenderRequest) -> Estimate:
        return Estimate(seconds=7)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        raw = out.with_name(f".{out.name}.unchecked.mp4")
        with ClipWriter(raw, Encoding(WIDTH, HEIGHT), {"generator": "Popcorn", "renderer": self.name}) as writer:
            for number in range(12):
                frame = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
                frame[280:340, 10 * number : 10 * number + 60] = 200
                writer.write(frame)
        return checked(raw, self.name, WIDTH, HEIGHT, 30, 0.4, out=out)

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        return frame_cover(clip, out)


def finished(home: Path, finish: Finish) -> FinishedRenderer:
    return FinishedRenderer(StoredRenderer(PlainRenderer(), ClipStore(home / "clips", 10**7)), finish)


def lit(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bool:
    """Whether something bright stands in the upper part, which the renderer leaves grey."""
    return bool(picture[: HEIGHT // 2].max() > 180)


def test_a_title_is_laid_over_the_clip_and_its_cover(tmp_path: Path) -> None:
    renderer: Renderer = finished(tmp_path, Finish(overlay=True))
    clip = renderer.render(REQUEST, tmp_path / "clip.mp4")
    assert lit(frames(clip.path, 1, side=HEIGHT)[0])
    assert clip.sha256 == sha256_of(clip.path)
    assert lit(read_jpeg(renderer.cover(REQUEST, clip.path, tmp_path / "cover.jpg")))


def test_the_stored_clip_stays_as_it_was_rendered(tmp_path: Path) -> None:
    finished(tmp_path, Finish(overlay=True)).render(REQUEST, tmp_path / "titled.mp4")
    bare = finished(tmp_path, Finish())
    clip = bare.render(REQUEST, tmp_path / "bare.mp4")
    assert bare.reused == 1
    assert not lit(frames(clip.path, 1, side=HEIGHT)[0])
    assert "overlay" not in probe(clip.path).provenance


def test_without_a_finish_nothing_is_done_and_the_identity_is_the_renderers(tmp_path: Path) -> None:
    bare, titled = finished(tmp_path, Finish()), finished(tmp_path, Finish(overlay=True))
    assert bare.identity(REQUEST) == PlainRenderer().identity(REQUEST)
    assert titled.identity(REQUEST) != bare.identity(REQUEST)
    assert bare.estimate(REQUEST) == Estimate(seconds=7)
    clip = bare.render(REQUEST, tmp_path / "clip.mp4")
    assert not lit(read_jpeg(bare.cover(REQUEST, clip.path, tmp_path / "cover.jpg")))


def test_a_certificate_that_is_not_there_is_said_and_the_rendered_clip_is_not_lost(tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    renderer = finished(tmp_path, Finish(certificate=tmp_path / "gone.pem", key=tmp_path / "gone.key"))
    with pytest.raises(RequestError, match=r"gone\.pem' cannot be read"):
        renderer.render(REQUEST, tmp_path / "clip.mp4")
    assert probe(tmp_path / "clip.mp4").frames == 12


def test_a_cover_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    renderer = finished(tmp_path, Finish(cover_model=str(tmp_path / "no-model")))
    clip = renderer.render(REQUEST, tmp_path / "clip.mp4")
    with pytest.raises((MissingError, RequestError), match="no-model"):
        renderer.cover(REQUEST, clip.path, tmp_path / "cover.jpg")
