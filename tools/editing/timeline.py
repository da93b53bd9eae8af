"""From lines, their sounds and the clips to a timeline: pictures follow the speech.

The rule, in whole frames of the ad. Each line's picture begins `LEAD` before its sound and ends `BREATH` after it; the
last one stays `TAIL` longer. The stretch comes from the middle of the clip, and a clip that is used several times gives
one stretch after another. A clip shorter than its line is lengthened inside its own shot, then slowed down to no
less than `SLOWEST`; where that is not enough, it is an error that names the seconds there are. Nothing is ever held
still or begun again.

Where the lines are over before the ad is as long as it is wanted, each picture stays a little longer after its line:
as far as its clip goes, and never so long that the pause is heard as a hole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ...errors import DataError, RequestError
from ..media.aspect import Aspect
from .crops import Place, check_scenes, crop_for
from .timeline_parts import Cue, Cut, Marker, Sound, SourceClip, Timeline
from .types import Claim, Line, SpokenLine

LEAD = 0.1
"""Seconds of picture before a line is heard: the eye is there first."""
BREATH = 0.2
"""Seconds of picture after a line's sound."""
TAIL = 0.6
"""Seconds that the last picture stays longer."""
PAUSE = 1.0
"""Seconds without speech between two lines, at most; the check of the finished file allows 1.2."""
SLOWEST = 0.75
"""A clip is slowed down to no less than this share of its speed: below it, people see it at once."""
_LINGER = 0.35
"""Seconds that a subtitle may stay after its last word, where nothing follows it."""
_NEAR = 0.25
"""Seconds around a stretch in which a glimpse of it counts: they are half a second apart."""
_ROUNDING = 1e-6


def timeline_of(
    name: str,
    lines: Sequence[Line],
    spoken: Sequence[SpokenLine],
    sources: Mapping[int, SourceClip],
    *,
    aspect: Aspect = Aspect.PORTRAIT,
    fps: int = 30,
    size: tuple[int, int] | None = None,
    music: Path | None = None,
    music_gain_db: float = 0.0,
    voice_gain_db: float = 0.0,
    crops: Mapping[int, Place] | None = None,
    claims: Iterable[Claim] = (),
    seconds: float = 0.0,
) -> Timeline:
    """The whole ad before it is rendered. `size` is the aspect's own unless a smaller one is wanted.

    It lasts about `seconds` where pauses between the lines can make it as long.

    Raises DataError where a clip is missing or too short for its line, RequestError where a crop names no scene.
    """
    _check(lines, spoken, sources)
    check_scenes(crops or {}, len(lines))
    width, height = size or aspect.size
    cuts, at = [], 0
    frames = lingering(lines, spoken, sources, fps, seconds)
    stretches = _stretches(lines, [count / fps for count in frames], sources)
    for index, (line, count, (start, end)) in enumerate(zip(lines, frames, stretches, strict=True)):
        clip = sources[line.clip]
        place = (crops or {}).get(index + 1)
        seen = [one for one in clip.glimpses if start - _NEAR <= one.at <= end + _NEAR]
        crop = crop_for(clip.width, clip.height, width, height, clip.focus, place, clip.clear, seen)
        speed = (end - start) * fps / count
        speed = 1.0 if abs(speed - 1) < _ROUNDING else speed
        cuts.append(Cut(index, line.clip, clip.path, start, end, at / fps, crop, speed))
        at += count
    speech = [
        Sound(line.path, cut.at + lead(fps), line.seconds, voice_gain_db)
        for cut, line in zip(cuts, spoken, strict=True)
        if line.words
    ]
    bed = None if music is None else Sound(music, 0.0, at / fps, music_gain_db)
    return Timeline(
        name,
        width,
        height,
        fps,
        tuple(cuts),
        _cues(lines, spoken, cuts, fps),
        tuple(speech),
        bed,
        _markers(claims, cuts),
    )


def lead(fps: int) -> float:
    """`LEAD` in whole frames, so that a line begins on one, as editing programs have it."""
    return round(LEAD * fps) / fps


def seconds_needed(spoken: SpokenLine, fps: int, *, last: bool) -> float:
    """How long a line's picture lasts."""
    return _count(spoken, fps, last=last) / fps


def seconds_there(clip: SourceClip) -> float:
    """The longest picture that a clip can give, lengthened inside its shot and slowed down as far as the rule goes."""
    first, last = clip.shot
    return (last - first) / SLOWEST


def _check(lines: Sequence[Line], spoken: Sequence[SpokenLine], sources: Mapping[int, SourceClip]) -> None:
    if not lines:
        raise DataError("the ad has no lines", hint="Give a script with one line or more.")
    if len(lines) != len(spoken):
        raise DataError(f"{len(lines)} lines have {len(spoken)} sounds", hint="Speak every line once.")
    for number, (line, sound) in enumerate(zip(lines, spoken, strict=True), 1):
        if line.clip not in sources:
            raise RequestError(f"line {number} wants clip {line.clip}, which is not in the footage", hint="Plan again.")
        if line.subtitles and len(sound.segments) != len(line.subtitles):
            raise DataError(
                f"line {number} has {len(line.subtitles)} subtitles and times for {len(sound.segments)}",
                hint="Speak the line again.",
            )


def lingering(
    lines: Sequence[Line], spoken: Sequence[SpokenLine], sources: Mapping[int, SourceClip], fps: int, seconds: float
) -> list[int]:
    """Frames of each line's picture: those that the line takes, and equal parts of what is missing to `seconds`."""
    frames = [_count(line, fps, last=index == len(spoken) - 1) for index, line in enumerate(spoken)]
    rooms = [*map(min, _pauses(spoken, fps), _rooms(lines, frames, sources, fps))]
    missing = round(seconds * fps) - sum(frames)
    while missing > 0 and max(rooms) > 0:
        for at, room in enumerate(rooms):
            if room > 0 and missing > 0:
                frames[at], rooms[at], missing = frames[at] + 1, room - 1, missing - 1
    return frames


def _pauses(spoken: Sequence[SpokenLine], fps: int) -> Iterator[int]:
    """Frames that each picture may stay longer so that what follows is no hole: silence inside the sounds counts."""
    for line, after in zip(spoken, [*spoken[1:], None], strict=True):
        silent = BREATH + (line.seconds - line.segments[-1][1] if line.segments else 0.0)
        silent += TAIL if after is None else lead(fps) + (after.segments[0][0] if after.segments else 0.0)
        yield math.floor((PAUSE - silent) * fps)


def _rooms(lines: Sequence[Line], frames: Sequence[int], sources: Mapping[int, SourceClip], fps: int) -> Iterator[int]:
    """Frames that are left of each line's clip; a clip under several lines is shared by them."""
    for line in lines:
        clip = sources[line.clip]
        taken = [count for other, count in zip(lines, frames, strict=True) if other.clip == line.clip]
        yield (math.floor((clip.end - clip.start) * fps) - sum(taken)) // len(taken)


def _count(spoken: SpokenLine, fps: int, *, last: bool) -> int:
    seconds = lead(fps) + spoken.seconds + BREATH + (TAIL if last else 0.0)
    return math.ceil(seconds * fps - _ROUNDING)


def _stretches(
    lines: Sequence[Line], seconds: Sequence[float], sources: Mapping[int, SourceClip]
) -> list[tuple[float, float]]:
    """Which seconds of its source each line shows."""
    wanted = {line.clip: 0.0 for line in lines}
    used = dict(wanted)
    for line, needed in zip(lines, seconds, strict=True):
        wanted[line.clip] += needed
    stretches = []
    for number, (line, needed) in enumerate(zip(lines, seconds, strict=True), 1):
        clip = sources[line.clip]
        if needed > seconds_there(clip) + _ROUNDING:
            raise DataError(
                f"line {number} lasts {needed:.1f} s with its picture, and clip {clip.number} gives "
                f"{seconds_there(clip):.1f} s at most",
                hint="Shorten the line or choose a longer clip.",
            )
        stretches.append(_stretch(clip, needed, wanted[line.clip], used[line.clip]))
        used[line.clip] += needed
    return stretches


def _stretch(clip: SourceClip, needed: float, in_all: float, before: float) -> tuple[float, float]:
    """The part of a clip for one of its lines; `in_all` seconds are wanted of it, of which `before` are given away."""
    first, last = (clip.start, clip.end) if needed <= clip.end - clip.start else clip.shot
    room = last - first
    if needed >= room:
        return first, last
    block = min(in_all, room)
    start = first + (room - block) / 2 + before
    if start + needed > last + _ROUNDING:
        start = last - needed
    return start, start + needed


def _cues(lines: Sequence[Line], spoken: Sequence[SpokenLine], cuts: Sequence[Cut], fps: int) -> tuple[Cue, ...]:
    """Subtitles as they are heard; one stays a little where nothing follows at once, and never over a cut."""
    cues = []
    for line, sound, cut in zip(lines, spoken, cuts, strict=True):
        if not line.subtitles:
            continue
        spoken_from = cut.at + lead(fps)
        heard = [(spoken_from + start, spoken_from + end) for start, end in sound.segments]
        following = [start for start, _ in heard[1:]] + [cut.at + cut.seconds]
        for text, (start, end), limit in zip(line.subtitles, heard, following, strict=True):
            cues.append(Cue(text, start, max(end, min(end + _LINGER, limit))))
    return tuple(cues)


def _markers(claims: Iterable[Claim], cuts: Sequence[Cut]) -> tuple[Marker, ...]:
    """A marker for each claim, over the picture of its line: backed ones name what backs them."""
    return tuple(Marker(cuts[claim.line].at, cuts[claim.line].seconds, claim_note(claim)) for claim in claims)


def claim_note(claim: Claim) -> str:
    """A claim as an editor reads it on a marker."""
    source = f" ({claim.source})" if claim.source else ""
    return f"{claim.kind.value}, {claim.verdict.value}: {claim.text}{source}"
