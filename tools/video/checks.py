"""What every clip has to pass after it was rendered, whoever rendered it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ...errors import BadClipError, DataError
from ..media.probe import ClipFacts, Luminance, luminance, probe
from .types import Clip, Recipe

_FPS_TOLERANCE = 0.01
_ROUNDING = 0.002  # seconds: containers count time in coarse ticks
_NOT_SHOWN = 1  # frames: an edit list may pass over one
_HIDES_FRAMES = {"vp8", "vp9", "av1"}  # some packets only hold a picture for others to refer to
_FLICKER = 0.25
_DISTINCT = 0.4
_BARS = 0.05
_BLACK_START = 0.05
"""Shares measured on real clips: sound ones reach 0.014, 0.94, 0 on both sides, and 0.02 (a long fade-in)."""


def checked(
    path: Path,
    renderer: str,
    width: int,
    height: int,
    fps: float,
    seconds: float,
    *,
    demo: bool = False,
    recipe: Recipe | None = None,
    out: Path | None = None,
) -> Clip:
    """The clip at `path` when it is what was asked for, else BadClipError with every fact that is wrong.

    A clip passes when all of it decodes, its size and rate are those asked for, its length is within a frame, its
    frames come evenly and differ, and it is neither black, nor flickering, nor in bars that are no part of it. With
    `out` it is moved there when it passes; a clip that fails is kept beside `out`, and the error says where: it may
    have been paid for.
    """
    try:
        facts, light = probe(path), luminance(path)
    except (DataError, BadClipError) as exc:
        raise BadClipError(f"{renderer} made no clip: {exc.message}", hint=_way_out(exc.hint, path, out)) from exc
    wrong = [*_facts_wrong(facts, width, height, fps, seconds), *_pictures_wrong(facts, light)]
    if wrong:
        hint = _way_out("render again with another seed, or choose another renderer", path, out)
        raise BadClipError(f"{renderer} made a bad clip at {str(out or path)!r}: {'; '.join(wrong)}", hint=hint)
    return Clip(
        path=path if out is None else path.replace(out),
        renderer=renderer,
        seconds=facts.seconds,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        frames=facts.frames,
        codec=facts.codec,
        sha256=sha256_of(out or path),
        silent=not facts.has_audio,
        demo=demo,
        recipe=recipe,
    )


def sha256_of(path: Path) -> str:
    """The digest of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _way_out(hint: str, path: Path, out: Path | None) -> str:
    """The hint, after moving a failed clip to where it stays."""
    if out is None or not path.is_file():
        return hint
    return f"{hint}; the clip is kept as {str(path.replace(out.with_name(f'{out.stem}.refused.mp4')))!r}"


def _facts_wrong(facts: ClipFacts, width: int, height: int, fps: float, seconds: float) -> list[str]:
    wrong = []
    if (facts.width, facts.height) != (width, height):
        wrong.append(f"it is {facts.width}x{facts.height}, not {width}x{height}")
    if abs(facts.fps - fps) > _FPS_TOLERANCE:
        wrong.append(f"it runs at {facts.fps:.3f} frames a second, not {fps:g}")
    if not facts.constant_frame_rate:
        wrong.append("its frames do not come evenly")
    if abs(facts.seconds - seconds) > 1 / fps + _ROUNDING:
        wrong.append(f"it lasts {facts.seconds:.3f} s, not {seconds:.3f} s")
    return wrong


def _pictures_wrong(facts: ClipFacts, light: Luminance) -> list[str]:
    wrong = []
    if facts.codec not in _HIDES_FRAMES and facts.frames - len(light.means) > _NOT_SHOWN:
        wrong.append(f"only {len(light.means)} of its {facts.frames} frames decode")
    if light.is_black:
        return [*wrong, "it is black from end to end"]
    if light.is_frozen:
        return [*wrong, "nothing moves in it"]
    if light.black_start / len(light.means) >= _BLACK_START:
        wrong.append(f"its first {light.black_start} frames are black")
    if light.distinct < _DISTINCT:
        wrong.append(f"only {light.distinct:.0%} of its frames differ from the one before")
    if light.flicker > _FLICKER:
        wrong.append(f"it flickers: {light.flicker:.0%} of its frames flash up or down")
    top, bottom, left, right = light.bars
    if min(top, bottom) > _BARS:
        wrong.append(f"it has black bars above ({top:.0%}) and below ({bottom:.0%})")
    if min(left, right) > _BARS:
        wrong.append(f"it has black bars on the left ({left:.0%}) and the right ({right:.0%})")
    return wrong
