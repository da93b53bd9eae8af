"""A timeline becomes a file: every cut rendered once with its subtitles, the sound mixed, both joined.

Each step's result lies in the work folder under the digest of all that decides it, whole or not at all. A run that was
killed goes on with what lies there; another ad from the same footage finds the cuts they share; louder music renders no
picture again. Cuts are encoded once, at the quality of the finished ad, and joined by their packets.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ... import files
from ...errors import DataError, RenderError
from ..media.encode import ClipWriter, Encoding
from ..media.joining import join
from ..media.stretches import Stretch, frames_of
from .caption_picture import caption_picture, check_letters
from .mix import mixed
from .timeline_parts import AssemblyProgress, Cut, Sound, Timeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WAY = 2
"""Counts up whenever the same timeline is rendered otherwise: a work folder holds what was rendered as it was then."""
_QUALITY, _PRESET = 19.0, "veryfast"
_ROOM = "Free space there, or name another folder."
_MEASURED = 10
"""Frames after which the time left is told."""

Report = Callable[[AssemblyProgress], None]
"""May raise to stop the assembly: nothing half-written is left then, and what is done is kept."""


def assemble(
    timeline: Timeline,
    out: Path,
    *,
    work: Path,
    provenance: Mapping[str, str | bool],
    progress: Report | None = None,
) -> Path:
    """Render the timeline to `out` (H.264 and AAC in MP4, its index first), whole or not at all; steps stay in `work`.

    Raises DataError where the timeline cannot be played, MissingError where no font has a letter, BadClipError where a
    source cannot be read, RenderError where `out` or `work` cannot be written.
    """
    _check(timeline)
    try:
        with files.alone(work / "lock", lambda: None):
            _sweep(work)
            assembled = _Assembly(timeline, work, _Clock(timeline, progress)).run(provenance)
            files.copy(assembled, out)
            _keep_only(assembled)
    except OSError as exc:
        raise RenderError(f"{str(out)!r} could not be written: {exc.strerror or exc}", hint=_ROOM) from exc
    return out


def _check(timeline: Timeline) -> None:
    """Raises where it would show nothing for a while, or letters that nobody can draw."""
    at = 0
    for number, cut in enumerate(timeline.cuts, 1):
        if round(cut.at * timeline.fps) != at:
            raise DataError(
                f"scene {number} begins at {cut.at:.3f} s, where {at / timeline.fps:.3f} s are filled",
                hint="Make the timeline with timeline_of.",
            )
        at += _frames(cut, timeline)
    if not at:
        raise DataError("the timeline shows nothing", hint="Give it one cut or more.")
    for cue in timeline.cues:
        check_letters(cue.text)


def _frames(cut: Cut, timeline: Timeline) -> int:
    return round(cut.seconds * timeline.fps)


def _keep_only(assembled: Path) -> None:
    """Take away the whole ads before this one: they are joined again in no time, and large."""
    for other in assembled.parent.iterdir():
        if other != assembled:
            with suppress(OSError):
                other.unlink()


def _sweep(work: Path) -> None:
    """Take away what a killed run left half-written."""
    for part in work.rglob(".*.part"):
        with suppress(OSError):
            part.unlink()


class _Clock:
    """Frames done and the time that is left, by the frames rendered in this run."""

    def __init__(self, timeline: Timeline, report: Report | None) -> None:
        self._report, self._total = report, sum(_frames(cut, timeline) for cut in timeline.cuts)
        self._done = self._rendered = 0
        self._started = time.monotonic()

    def found(self, step: str, frames: int) -> None:
        """Frames that lay in the work folder."""
        self._done += frames
        self.say(step)

    def rendered(self, step: str) -> None:
        """One frame more."""
        self._done += 1
        self._rendered += 1
        self.say(step)

    def say(self, step: str) -> None:
        """Tell how far it is."""
        if self._report is None:
            return
        each = (time.monotonic() - self._started) / self._rendered if self._rendered >= _MEASURED else None
        left = None if each is None else each * (self._total - self._done)
        self._report(AssemblyProgress(step, self._done, self._total, left))


class _Assembly:
    """The steps of one ad."""

    def __init__(self, timeline: Timeline, work: Path, clock: _Clock) -> None:
        self._timeline, self._work, self._clock = timeline, work, clock
        self._encoding = Encoding(timeline.width, timeline.height, timeline.fps, quality=_QUALITY, preset=_PRESET)

    def run(self, provenance: Mapping[str, str | bool]) -> Path:
        """The finished file in the work folder."""
        self._clock.say("sound")
        heard, sound = self._sound()
        cuts = [self._cut(number) for number in range(len(self._timeline.cuts))]
        identity = {"cuts": [cut.stem for cut in cuts], "sound": heard, "provenance": dict(provenance)}
        out = self._work / "ads" / f"{_digest(identity)}.mp4"
        self._clock.say("joining")
        return out if out.is_file() else join(cuts, self._timeline.fps, out, provenance, sound=sound)

    def _sound(self) -> tuple[str, NDArray[np.float32] | None]:
        """The digest and the samples of the whole sound; None where there is none."""
        if not self._timeline.sounds:
            return "", None
        digest = _digest(
            {
                "speech": [_sound_identity(sound) for sound in self._timeline.speech],
                "music": _sound_identity(self._timeline.music) if self._timeline.music else None,
                "clips": [_sound_identity(sound) for sound in self._timeline.clip_sounds],
                "levels": asdict(self._timeline.levels),
                "seconds": round(self._timeline.seconds, 6),
            }
        )
        out = self._work / "sound" / f"{digest}.npy"
        if not out.is_file():
            samples = mixed(self._timeline)
            with files.replacing(out) as file:
                np.save(file, samples, allow_pickle=False)
        return digest, np.load(out, allow_pickle=False)

    def _cut(self, number: int) -> Path:
        """The cut as a clip of its own, with its subtitles."""
        cut, step = self._timeline.cuts[number], f"cut {number + 1} of {len(self._timeline.cuts)}"
        frames = _frames(cut, self._timeline)
        cues = self._cues(cut, frames) if self._timeline.captions.burned else []
        out = self._work / "cuts" / f"{_digest(self._cut_identity(cut, frames, cues))}.mp4"
        if out.is_file():
            self._clock.found(step, frames)
            return out
        timeline = self._timeline
        stretch = Stretch(
            cut.source, cut.start, frames, timeline.fps, cut.crop, timeline.width, timeline.height, cut.speed
        )
        with ClipWriter(out, self._encoding) as writer:
            for index, frame in enumerate(frames_of(stretch)):
                for text, first, after in cues:
                    picture = caption_picture(text, timeline.width, timeline.height, self._timeline.captions)
                    if first <= index < after and picture is not None:
                        frame = picture.laid_over(frame)
                writer.write(frame)
                self._clock.rendered(step)
        return out

    def _cues(self, cut: Cut, frames: int) -> list[tuple[str, int, int]]:
        """The subtitles seen over a cut: their text, their first frame in it and the one after their last."""
        fps, first = self._timeline.fps, round(cut.at * self._timeline.fps)
        spans = [
            (cue.text, round(cue.start * fps) - first, round(cue.end * fps) - first) for cue in self._timeline.cues
        ]
        return [(text, max(0, start), min(frames, end)) for text, start, end in spans if start < frames and end > 0]

    def _cut_identity(self, cut: Cut, frames: int, cues: list[tuple[str, int, int]]) -> dict[str, object]:
        return {
            "way": _WAY,
            "source": file_digest(cut.source),
            "start": round(cut.start, 6),
            "speed": round(cut.speed, 9),
            "frames": frames,
            "crop": [round(value, 9) for value in asdict(cut.crop).values()],
            "encoding": asdict(self._encoding),
            "cues": cues,
            "captions": asdict(self._timeline.captions),
        }


def _sound_identity(sound: Sound) -> dict[str, object]:
    return {**asdict(sound), "path": file_digest(sound.path)}


def _digest(identity: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:40]


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's content, read once as long as the file stays as it is. Raises DataError."""
    try:
        facts = path.stat()
        return _file_digest(path, facts.st_size, facts.st_mtime_ns)
    except OSError as exc:
        raise DataError(f"{str(path)!r} cannot be read: {exc.strerror or exc}", hint="Check that it is there.") from exc


@lru_cache(512)
def _file_digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
