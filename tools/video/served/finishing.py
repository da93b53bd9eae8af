"""The file that a server made as a clip of ours: looked at, brought into form where need be, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ....errors import BadClipError, DataError
from ...media.encode import ClipWriter, Encoding, retag
from ...media.probe import ClipFacts, opened, probe
from ..checks import checked
from ..types import Clip, FrameProgress, Recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

Says = Callable[[Recipe], Mapping[str, str | bool]]
"""What a clip carries of its making, by its recipe."""
_TOO_FAR = 0.5  # seconds
_BROKEN_OFF = 0.1  # seconds that an index promises beyond the frames that are there
_OTHER_SHAPE = 0.12
"""How far width : height may be off. Models round a size to multiples of 16 or 32; 704x1280 is 2 % off, 4:3 is 25 %."""
_QUALITY = 17.0
"""x264's constant rate factor: nothing to be seen is lost by encoding a second time."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it came, and what was wanted."""

    renderer: str
    file: Path
    recipe: Recipe
    """As asked."""
    stated: float | None
    """The length in seconds that the server said it makes; None where it did not say."""


def finish(made: Made, out: Path, says: Says, progress: FrameProgress) -> Clip:
    """The checked clip at `out`, which carries what it `says` of its making. A file that will not do is kept beside it.

    The length may be half a second off, as models only make certain numbers of frames; what came is kept and noted.
    A longer clip is cut when the server had said that it makes longer ones. Raises BadClipError, RenderError.
    """
    facts = _sound(made, out)
    seconds, cut = _length(made, facts, out)
    lost = ("its sound was dropped: the clip had to be encoded again",) if facts.has_audio else ()
    fits = not cut and _is_in_form(facts)
    recipe = replace(
        made.recipe,
        width=facts.width,
        height=facts.height,
        frames=facts.frames,
        fps=round(facts.fps, 3),
        notes=(*made.recipe.notes, *_differences(made.recipe, facts), *cut, *(() if fits else lost)),
    )
    unchecked = out.with_name(f".{out.stem}.unchecked.mp4")
    try:
        if fits:
            retag(made.file, unchecked, says(recipe))
            asked = (facts.width, facts.height, facts.fps, facts.seconds)
        else:
            asked = _encode(made.file, facts, seconds, unchecked, says(recipe), progress)
        return checked(unchecked, made.renderer, *asked, recipe=recipe, out=out)
    finally:
        with suppress(OSError):
            unchecked.unlink()


def _sound(made: Made, out: Path) -> ClipFacts:
    """The facts of a file that holds a moving picture of the right shape."""
    try:
        facts = probe(made.file)
    except (DataError, BadClipError) as exc:
        raise _refused(made, out, exc.message) from exc
    if facts.frames < 2:
        raise _refused(made, out, "it holds a single frame")
    if facts.seconds <= 0 or facts.fps <= 0:
        raise _refused(made, out, "it lasts 0 seconds")
    if facts.seconds - facts.frames / facts.fps > _BROKEN_OFF:
        raise _refused(made, out, f"it breaks off: {facts.frames} frames for {facts.seconds:.3f} s")
    asked = made.recipe.width / made.recipe.height
    if abs(facts.width / facts.height / asked - 1) > _OTHER_SHAPE:
        wanted = f"{made.recipe.width}x{made.recipe.height}"
        raise _refused(made, out, f"it is {facts.width}x{facts.height}, another shape than {wanted}")
    return facts


def _length(made: Made, facts: ClipFacts, out: Path) -> tuple[float, tuple[str, ...]]:
    """How long the clip will be, and the note where it is cut."""
    asked = made.recipe.seconds_asked
    if abs(facts.seconds - asked) <= _TOO_FAR:
        return facts.seconds, ()
    announced = made.stated is not None and abs(made.stated - facts.seconds) <= _TOO_FAR
    if facts.seconds > asked and announced:
        return asked, (f"the server makes {facts.seconds:.3f} s: cut to the first {asked:g} s",)
    raise _refused(made, out, f"it lasts {facts.seconds:.3f} s, not {asked:.3f} s")


def _differences(asked: Recipe, facts: ClipFacts) -> list[str]:
    """What came beside what was asked for, in sentences."""
    notes = []
    if (facts.width, facts.height) != (asked.width, asked.height):
        notes.append(f"asked for {asked.width}x{asked.height}, made {facts.width}x{facts.height}")
    if abs(facts.fps - asked.fps) > 0.01:
        notes.append(f"asked for {asked.fps:g} frames a second, made {facts.fps:.3f}")
    if facts.frames != asked.frames:
        notes.append(f"asked for {asked.frames} frames, made {facts.frames} ({facts.seconds:.3f} s)")
    return notes


def _is_in_form(facts: ClipFacts) -> bool:
    """Whether its packets can stay as they came."""
    return facts.codec == "h264" and facts.pix_fmt == "yuv420p" and facts.constant_frame_rate and not facts.rotation


def _encode(
    file: Path, facts: ClipFacts, seconds: float, out: Path, says: Mapping[str, str | bool], progress: FrameProgress
) -> tuple[int, int, float, float]:
    """The same pictures as H.264, yuv420p, faststart, at an even and whole rate; their size, rate and length."""
    fps = max(1, round(facts.fps))
    frames = max(2, round(seconds * fps))
    width, height = facts.width - facts.width % 2, facts.height - facts.height % 2
    with ClipWriter(out, Encoding(width, height, fps, quality=_QUALITY), says) as writer:
        for number, picture in enumerate(_pictures(file, fps, frames), 1):
            writer.write(picture[:height, :width])
            progress(number, frames)
    return width, height, fps, frames / fps


def _pictures(file: Path, fps: int, frames: int) -> Iterator[NDArray[np.uint8]]:
    """What a player shows at each of `frames` even moments, as (H, W, 3) uint8 sRGB; the last one stays on."""
    given = 0
    shown: NDArray[np.uint8] | None = None
    with opened(file) as (container, stream):
        stream.thread_type = "AUTO"
        start: float | None = None
        for frame in container.decode(stream):
            at = float(frame.time or 0.0)
            start = at if start is None else start
            while shown is not None and given < frames and given / fps < at - start - 0.5 / fps:
                yield shown
                given += 1
            if given == frames:
                return
            picture = frame.to_ndarray(format="rgb24")
            shown = np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))
    while shown is not None and given < frames:
        yield shown
        given += 1


def _refused(made: Made, out: Path, why: str) -> BadClipError:
    kept = out.with_name(f"{out.stem}.refused.mp4")
    made.file.replace(kept)
    return BadClipError(
        f"{made.renderer} made no clip: {why}",
        hint=f"Render again with another seed, or choose another renderer; what came is kept as {str(kept)!r}.",
    )
