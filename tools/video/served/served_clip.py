"""The file that a server made as a clip of ours: looked at, brought into form where need be, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ....errors import BadClipError, DataError
from ...media.decode import frames as some_frames
from ...media.encode import ClipWriter, Encoding, retag
from ...media.probe import ClipFacts, opened, probe
from ..checks import checked
from ..framing import LOOKED_AT, Fitting, done_by, fitted_size, fitting
from ..types import Aspect, Clip, Fit, FrameProgress, Recipe

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
    aspect: Aspect
    fit: Fit
    """What is to become of another shape than `aspect`."""
    stated: float | None
    """The length in seconds that the server said it makes; None where it did not say."""


def finish(made: Made, out: Path, says: Says, progress: FrameProgress) -> Clip:
    """The checked clip at `out`, which carries what it `says` of its making. A file that will not do is kept beside it.

    The length may be half a second off, as models only make certain numbers of frames; what came is kept and noted.
    A longer clip is cut when the server had said that it makes longer ones, and another shape is cropped or padded.
    Raises BadClipError, RenderError.
    """
    facts = _sound(made, out)
    seconds, cut = _length(made, facts, out)
    size, framed = _shape(made, facts)
    fits = not (cut or framed) and _is_in_form(facts)
    lost = ("its sound was dropped: the clip had to be encoded again",) if facts.has_audio and not fits else ()
    recipe = replace(
        made.recipe,
        width=facts.width,
        height=facts.height,
        frames=facts.frames,
        fps=round(facts.fps, 3),
        notes=(*made.recipe.notes, *_differences(made.recipe, facts), *framed, *cut, *lost),
    )
    unchecked = out.with_name(f".{out.stem}.unchecked.mp4")
    try:
        if fits:
            retag(made.file, unchecked, says(recipe))
            asked = (*size, facts.fps, facts.seconds)
        else:
            pictures = _Pictures(made.file, max(1, round(facts.fps)), seconds)
            fitted = _fitting(made, size) if framed else _corner(size)
            _encode(pictures, fitted, size, unchecked, says(recipe), progress)
            asked = (*size, pictures.fps, pictures.seconds)
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


def _shape(made: Made, facts: ClipFacts) -> tuple[tuple[int, int], tuple[str, ...]]:
    """Width and height of the clip, and the note where they are not those of the file."""
    across, down = made.aspect.size
    if abs(facts.width / facts.height / (across / down) - 1) <= _OTHER_SHAPE:
        return (facts.width - facts.width % 2, facts.height - facts.height % 2), ()
    width, height = fitted_size(facts.width, facts.height, made.aspect, made.fit)
    came = f"the server made no {made.aspect.value}: {facts.width}x{facts.height}"
    return (width, height), (f"{came} was {done_by(made.fit)} to {width}x{height}",)


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


@dataclass(frozen=True, slots=True)
class _Pictures:
    """A file's pictures at even moments."""

    file: Path
    fps: int
    wanted: float
    """Seconds."""

    @property
    def count(self) -> int:
        return max(2, round(self.wanted * self.fps))

    @property
    def seconds(self) -> float:
        return self.count / self.fps

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """What a player shows at each moment, as (H, W, 3) uint8 sRGB; the last one stays on."""
        given = 0
        shown: NDArray[np.uint8] | None = None
        with opened(self.file) as (container, stream):
            stream.thread_type = "AUTO"
            start: float | None = None
            for frame in container.decode(stream):
                at = float(frame.time or 0.0)
                start = at if start is None else start
                while shown is not None and given < self.count and given / self.fps < at - start - 0.5 / self.fps:
                    yield shown
                    given += 1
                if given == self.count:
                    return
                picture = frame.to_ndarray(format="rgb24")
                shown = np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))
        while shown is not None and given < self.count:
            yield shown
            given += 1


def _encode(
    pictures: _Pictures,
    fitted: Fitting,
    size: tuple[int, int],
    out: Path,
    says: Mapping[str, str | bool],
    progress: FrameProgress,
) -> None:
    """The pictures as H.264, yuv420p, faststart, at an even and whole rate."""
    with ClipWriter(out, Encoding(*size, pictures.fps, quality=_QUALITY), says) as writer:
        for number, picture in enumerate(pictures, 1):
            writer.write(fitted(picture))
            progress(number, pictures.count)


def _fitting(made: Made, size: tuple[int, int]) -> Fitting:
    """Cropping or padding by what is seen in a few of the frames."""
    return fitting(some_frames(made.file, LOOKED_AT), size, made.fit)


def _corner(size: tuple[int, int]) -> Fitting:
    """A side that is not even loses its last pixel."""
    width, height = size
    return lambda picture: picture[:height, :width]


def _refused(made: Made, out: Path, why: str) -> BadClipError:
    kept = out.with_name(f"{out.stem}.refused.mp4")
    made.file.replace(kept)
    return BadClipError(
        f"{made.renderer} made no clip: {why}",
        hint=f"Render again with another seed, or choose another renderer; what came is kept as {str(kept)!r}.",
    )
