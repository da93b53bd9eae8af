"""One clip out of shots and sound: what a run and `popcorn render` put together, with the tools that ads use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RenderError
from ...settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...graphs.create.state import Soundtrack, Speech
    from ...tools.editing.timeline_parts import Timeline
    from ...tools.editing.types import Voice
    from ...tools.media.loudness import Loudness
    from ...tools.video.types import Clip

Progress = Callable[[int, int], None]
SILENT = frozenset({"", "none"})
"""Names of voices under which nobody speaks over a clip."""
_CLOSE, _PEAK = 0.5, -1.0
"""LU from the target, and dBTP, at which a finished file is good: AAC changes both a little."""


def speaks(settings: Settings) -> str:
    """The voice that is to speak over clips; empty where nobody does."""
    return "" if settings.voice in SILENT else settings.voice


def clip_voice(settings: Settings, language: str) -> Voice:
    """That voice, which keeps what it says under the home; the language's own for `auto`.

    Raises RequestError where there is no such voice or it does not speak the language, MissingError where it cannot
    speak here.
    """
    from ...tools.editing.voices.registry import open_voice

    return open_voice(settings.voice, language, settings.home / "speech", settings.voices)


def check_sound(settings: Settings, request: str) -> None:
    """Raises RequestError or MissingError where nothing speaks the request's language, or there is no such music."""
    from ...graphs.create.speaking import spoken_language

    if speaks(settings):
        clip_voice(settings, spoken_language(request, settings.language))
    if settings.music:
        from ...graphs.create.speaking import SHOT_SECONDS
        from ...tools.editing.mix import check_heard
        from ...tools.editing.music import check_music, music_file

        check_music(bed := music_file(settings.music))
        check_heard(bed, SHOT_SECONDS * settings.shots)


@dataclass(frozen=True, slots=True)
class ShotEditor:
    """Joins shots, lays voice and music under them, and measures what is heard."""

    settings: Settings

    def assemble(
        self, shots: Sequence[Clip], speech: Speech | None, music: str, out: Path, progress: Progress
    ) -> tuple[Clip, Soundtrack | None]:
        """Write the clip to `out`, whole or not at all.

        A single shot keeps its picture packet by packet; shots of one encoding are joined likewise, others are encoded
        again in the shape of the first. Raises BadClipError, DataError, MissingError and RenderError.
        """
        from ...tools.editing.music import music_file

        bed = music_file(music) if music else None
        timeline = _timeline(shots, speech, bed)
        says = _provenance(shots, speech, bed)
        total = sum(shot.frames for shot in shots)
        progress(0, total)
        pictures = _pictures(shots, out, progress)
        try:
            sound = self._written(pictures, timeline, shots, out, says)
        finally:
            for path in pictures:
                if path not in {shot.path for shot in shots}:
                    path.unlink(missing_ok=True)
        progress(total, total)
        return self._signed(_clip(shots, out)), _measured(out, bed) if sound else None

    def _written(
        self,
        pictures: Sequence[Path],
        timeline: Timeline,
        shots: Sequence[Clip],
        out: Path,
        says: Mapping[str, str | bool],
    ) -> bool:
        """Write picture and sound, once more where it came out too soft or too loud; whether anything is heard."""
        from ...tools.editing.mix import mixed

        if not timeline.speech and timeline.music is None:
            own = _own_sound(shots)
            _put_together(pictures, timeline.fps, out, says, own)
            return own is not None
        _put_together(pictures, timeline.fps, out, says, mixed(timeline))
        found = _loudness(out)
        off = timeline.levels.target - found.integrated
        over = max(0.0, found.true_peak - _PEAK)
        if abs(off) > _CLOSE or over:
            levels = replace(timeline.levels, correction=off, ceiling=timeline.levels.ceiling - over)
            _put_together(pictures, timeline.fps, out, says, mixed(replace(timeline, levels=levels)))
        return True

    def _signed(self, clip: Clip) -> Clip:
        """The clip with content credentials, where the settings have a certificate: those of its parts are gone."""
        if self.settings.c2pa_certificate is None:
            return clip
        from ...tools.video.content_credentials import sign

        return sign(clip, clip.path, self.settings.c2pa_certificate, self.settings.c2pa_key)


def _timeline(shots: Sequence[Clip], speech: Speech | None, bed: Path | None) -> Timeline:
    from ...tools.editing.timeline_parts import Cut, Sound, Timeline
    from ...tools.media.area import WHOLE

    cuts, at = list[Cut](), 0.0
    for number, shot in enumerate(shots, 1):
        cuts.append(Cut(0, number, shot.path, 0.0, shot.seconds, at, WHOLE))
        at += shot.seconds
    first = shots[0]
    spoken = (Sound(speech.path, speech.at, speech.seconds),) if speech else ()
    music = Sound(bed, 0.0, at) if bed else None
    return Timeline("", first.width, first.height, max(1, round(first.fps)), tuple(cuts), (), spoken, music)


def _pictures(shots: Sequence[Clip], out: Path, progress: Progress) -> list[Path]:
    """The shots as files that can be joined by their packets: as they are, or encoded again beside `out`."""
    from ...tools.media.joining import alike

    paths = [shot.path for shot in shots]
    if len(shots) == 1 or (alike(paths) and all(float(shot.fps).is_integer() for shot in shots)):
        return paths
    return list(_encoded_anew(shots, out, progress))


def _encoded_anew(shots: Sequence[Clip], out: Path, progress: Progress) -> Iterator[Path]:
    from ...tools.media.area import WHOLE
    from ...tools.media.encode import ClipWriter, Encoding
    from ...tools.media.stretches import Stretch, frames_of

    first, done, total = shots[0], 0, sum(shot.frames for shot in shots)
    fps = max(1, round(first.fps))
    for number, shot in enumerate(shots, 1):
        path = out.with_name(f".{out.stem}-part-{number}.mp4")
        stretch = Stretch(shot.path, 0.0, round(shot.seconds * fps), fps, WHOLE, first.width, first.height)
        with ClipWriter(path, Encoding(first.width, first.height, fps, quality=17.0, preset="fast")) as writer:
            for frame in frames_of(stretch):
                writer.write(frame)
                done += 1
                progress(min(done, total), total)
        yield path


def _put_together(
    pictures: Sequence[Path], fps: int, out: Path, says: Mapping[str, str | bool], sound: NDArray[np.float32] | None
) -> None:
    from ...tools.media.joining import join, with_sound

    if len(pictures) == 1:
        with_sound(pictures[0], out, says, sound)
    else:
        join(pictures, fps, out, says, sound=sound)


def _own_sound(shots: Sequence[Clip]) -> NDArray[np.float32] | None:
    """What the shots themselves sound like, one after another; None where all are silent."""
    import numpy as np

    from ...tools.media.audio import stereo
    from ...tools.media.joining import SOUND_RATE

    if all(shot.silent for shot in shots):
        return None
    parts = []
    for shot in shots:
        length = round(shot.seconds * SOUND_RATE)
        heard = np.zeros((0, 2), np.float32) if shot.silent else stereo(shot.path, rate=SOUND_RATE, end=shot.seconds)
        parts.append(np.pad(heard[:length], ((0, max(0, length - len(heard))), (0, 0))))
    return np.concatenate(parts)


def _provenance(shots: Sequence[Clip], speech: Speech | None, bed: Path | None) -> dict[str, str | bool]:
    """What the first shot says of its making, and what was added to it."""
    from ...tools.editing.music import origin
    from ...tools.media.probe import probe

    own = probe(shots[0].path).provenance
    says: dict[str, str | bool] = {name: value for name, value in own.items() if isinstance(value, str | bool)}
    if len(shots) > 1:
        says["shots"] = str(len(shots))
    if speech:
        says["voice"] = f"synthetic: {speech.voice}"
        says["kind"] = f"{says.get('kind', f'rendered by {shots[0].renderer}')}; a synthetic voice speaks in it"
    if bed:
        says["music"] = origin(bed) or f"a file of one's own: {bed.name}"
    return says


def _clip(shots: Sequence[Clip], out: Path) -> Clip:
    """The facts of the finished file; what was rendered and how is that of the first shot."""
    from ...tools.media.probe import probe
    from ...tools.video.checks import sha256_of

    facts, first = probe(out), shots[0]
    meant = sum(shot.seconds for shot in shots)
    if abs(facts.seconds - meant) > 2 / max(1.0, first.fps):
        out.unlink(missing_ok=True)
        raise RenderError(
            f"the joined clip lasts {facts.seconds:.3f} s, and its shots {meant:.3f} s",
            hint="Render it again, or choose another renderer.",
        )
    return replace(
        first,
        path=out,
        seconds=facts.seconds,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        frames=facts.frames,
        codec=facts.codec,
        sha256=sha256_of(out),
        silent=not facts.has_audio,
        notices=tuple(dict.fromkeys(notice for shot in shots for notice in shot.notices)),
    )


def _loudness(path: Path) -> Loudness:
    from ...tools.media.audio import stereo
    from ...tools.media.loudness import loudness

    return loudness(stereo(path, rate=48_000), 48_000)


def _measured(out: Path, bed: Path | None) -> Soundtrack:
    from ...graphs.create.state import Soundtrack
    from ...tools.editing.assembly import file_digest

    found = _loudness(out)
    peak = round(found.true_peak, 2)
    return Soundtrack(round(found.integrated, 2), peak, bed.name if bed else "", file_digest(bed) if bed else "")
