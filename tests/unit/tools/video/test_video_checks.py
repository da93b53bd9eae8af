"""Every clip is checked after rendering, and a bad one is refused with its facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import BadClipError, RequestError
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.probe import luminance
from popcorn.tools.video.animatic import AnimaticRenderer
from popcorn.tools.video.checks import checked, sha256_of
from popcorn.tools.video.registry import RENDERERS, load
from popcorn.tools.video.types import Aspect, FrameProgress, RenderRequest


def moving(number: int) -> np.ndarray:
    frame = np.full((96, 64, 3), 60, np.uint8)
    frame[number % 60 : number % 60 + 30, 10:50] = 200
    return frame


def still(number: int) -> np.ndarray:
    return moving(0)


def black(number: int) -> np.ndarray:
    return np.zeros((96, 64, 3), np.uint8)


def write(out: Path, draw: Callable[[int], np.ndarray], count: int = 90, fps: int = 30) -> Path:
    with ClipWriter(out, Encoding(64, 96, fps)) as writer:
        for number in range(count):
            writer.write(draw(number))
    return out


def test_a_good_clip_comes_back_with_its_facts(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", moving)
    clip = checked(path, "test", 64, 96, 30, 3.0, demo=True)
    assert (clip.path, clip.renderer, clip.frames, clip.seconds, clip.fps) == (path, "test", 90, 3.0, 30.0)
    assert (clip.width, clip.height, clip.codec, clip.silent, clip.demo) == (64, 96, "h264", True, True)
    assert clip.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("count", [89, 91])
def test_a_frame_more_or_less_still_passes(tmp_path: Path, count: int) -> None:
    assert checked(write(tmp_path / "clip.mp4", moving, count), "test", 64, 96, 30, 3.0).frames == count


def half_black(number: int) -> np.ndarray:
    return black(number) if number < 6 else moving(number)


def partly_frozen(number: int) -> np.ndarray:
    return moving(min(number, 30))


def flickering(number: int) -> np.ndarray:
    return moving(number) // (1 + number % 2)


def letterboxed(number: int) -> np.ndarray:
    frame = moving(number)
    frame[:24] = frame[72:] = 0
    return frame


def pillarboxed(number: int) -> np.ndarray:
    frame = moving(number)
    frame[:, :12] = frame[:, 52:] = 0
    return frame


BAD_CLIPS = [
    ("dark", half_black, 90, 30, "its first 6 frames are black"),
    ("stuck", partly_frozen, 90, 30, r"only \d\d% of its frames differ from the one before"),
    ("flicker", flickering, 90, 30, r"it flickers: \d+% of its frames flash up or down"),
    ("letterbox", letterboxed, 90, 30, r"black bars above \(25%\) and below \(25%\)"),
    ("pillarbox", pillarboxed, 90, 30, r"black bars on the left \(19%\) and the right \(19%\)"),
    ("short", moving, 87, 30, "it lasts 2.900 s, not 3.000 s"),
    ("black", black, 90, 30, "it is black from end to end"),
    ("frozen", still, 90, 30, "nothing moves in it"),
    ("rate", moving, 75, 25, "it runs at 25.000 frames a second, not 30"),
]


@pytest.mark.parametrize(("name", "draw", "count", "fps", "fact"), BAD_CLIPS, ids=[case[0] for case in BAD_CLIPS])
def test_a_bad_clip_is_refused_with_its_fact(
    tmp_path: Path, name: str, draw: Callable[[int], np.ndarray], count: int, fps: int, fact: str
) -> None:
    path = write(tmp_path / f"{name}.mp4", draw, count, fps)
    with pytest.raises(BadClipError, match=fact) as caught:
        checked(path, "test", 64, 96, 30, 3.0)
    assert repr(str(path)) in caught.value.message
    assert caught.value.hint


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", black, 30)
    with pytest.raises(BadClipError) as caught:
        checked(path, "test", 1080, 1920, 30, 3.0)
    for fact in ("64x96, not 1080x1920", "1.000 s, not 3.000 s", "black"):
        assert fact in caught.value.message


@pytest.mark.parametrize("content", [None, b"", b"not a clip"])
def test_no_clip_is_a_bad_clip(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadClipError, match=r"clip\.mp4"):
        checked(path, "test", 64, 96, 30, 3.0)


@pytest.mark.parametrize("name", RENDERERS)
def test_every_renderer_in_the_table_loads_under_its_name(name: str) -> None:
    assert load(name).name == name


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(RequestError, match="there is no renderer 'animatik'") as caught:
        load("animatik")
    assert "'animatic'" in caught.value.hint


def test_a_far_name_lists_what_there_is() -> None:
    with pytest.raises(RequestError) as caught:
        load("zzz")
    assert "animatic" in caught.value.hint


class BlackRenderer(AnimaticRenderer):
    """Draws nothing but black."""

    def _draw(self, request: RenderRequest, out: Path, frames: int, progress: FrameProgress | None) -> None:
        with ClipWriter(out, Encoding(*request.aspect.size, 30)) as writer:
            for _ in range(frames):
                writer.write(np.zeros((*reversed(request.aspect.size), 3), dtype=np.uint8))


def test_a_bad_clip_never_takes_the_place_of_a_good_one_and_is_kept_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    out.write_bytes(b"a good clip of before")
    with pytest.raises(BadClipError, match="black") as caught:
        BlackRenderer().render(RenderRequest("T", "a cat", aspect=Aspect.SQUARE, seconds=0.2), out)
    assert out.read_bytes() == b"a good clip of before"
    kept = tmp_path / "clip.refused.mp4"
    assert repr(str(kept)) in caught.value.hint
    assert sorted(tmp_path.iterdir()) == [out, kept]
    assert luminance(kept).is_black


def test_a_clip_that_passes_is_moved_to_where_it_belongs(tmp_path: Path) -> None:
    clip = checked(write(tmp_path / ".unchecked.mp4", moving), "test", 64, 96, 30, 3.0, out=tmp_path / "clip.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
    assert (clip.path, clip.sha256) == (tmp_path / "clip.mp4", sha256_of(tmp_path / "clip.mp4"))


def test_a_file_cut_short_is_kept_too(tmp_path: Path) -> None:
    whole = write(tmp_path / ".unchecked.mp4", moving)
    whole.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(BadClipError, match="test made") as caught:
        checked(whole, "test", 64, 96, 30, 3.0, out=tmp_path / "clip.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["clip.refused.mp4"]
    assert "clip.refused.mp4" in caught.value.hint
