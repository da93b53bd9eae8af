"""What every clip has to pass after it was rendered, whoever rendered it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ...errors import BadClipError, DataError
from ..media.probe import ClipFacts, Luminance, luminance, probe
from .types import Clip

_FPS_TOLERANCE = 0.01
_ROUNDING = 0.002  # seconds: containers count time in coarse ticks


def checked(
    path: Path, renderer: str, width: int, height: int, fps: float, seconds: float, *, demo: bool = False
) -> Clip:
    """The clip at `path` when it is what was asked for, else BadClipError with every fact that is wrong.

    A clip passes when all of it decodes, its size and rate are those asked for, its length is within a frame, its
    frames come evenly, and it is neither black nor frozen.
    """
    try:
        facts, light = probe(path), luminance(path)
    except DataError as exc:
        raise BadClipError(f"{renderer} made no clip: {exc.message}", hint=exc.hint) from exc
    wrong = [*_facts_wrong(facts, width, height, fps, seconds), *_pictures_wrong(facts, light)]
    if wrong:
        raise BadClipError(
            f"{renderer} made a bad clip at {str(path)!r}: {'; '.join(wrong)}",
            hint="render again with another seed, or choose another renderer",
        )
    return Clip(
        path=path,
        renderer=renderer,
        seconds=facts.seconds,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        frames=facts.frames,
        codec=facts.codec,
        sha256=_digest(path),
        silent=not facts.has_audio,
        demo=demo,
    )


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
    if len(light.means) != facts.frames:
        wrong.append(f"only {len(light.means)} of its {facts.frames} frames decode")
    if light.is_black:
        wrong.append("it is black from end to end")
    elif light.is_frozen:
        wrong.append("nothing moves in it")
    return wrong


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
