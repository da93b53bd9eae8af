"""A folder of footage into clips, and all that can be said of each without understanding it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from ...errors import BadClipError, DataError, RequestError
from .captions import clear_of_captions, croppable, seen_texts
from .cutting import Lengths, cut, shots
from .description import describe
from .findings import Findings, sha256_of
from .flaws import flaws, twins
from .focus import focus_of, glimpses_of
from .look import Look, Stretch
from .looking import VERSION as LOOK_VERSION
from .looking import look_at
from .sidecars import sidecar_note
from .sight import Sight
from .sources import sources
from .speech import Transcriber, Transcript
from .types import Flaw, Footage, FootageClip, LeftOut, SeenText

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many files are done, and how many there are; often with the same, since that is
where a survey can be stopped."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One file that was read."""

    path: Path
    sha256: str
    look: Look
    transcript: Transcript


def survey(
    folder: Path | Sequence[Path],
    *,
    shortest: float = 2.0,
    longest: float = 8.0,
    cache: Path,
    transcriber: Transcriber | None,
    progress: Progress | None = None,
    notes: Mapping[str, str] | None = None,
    sight: Sight | None = None,
    finished: bool = False,
) -> Footage:
    """Read a folder, several folders or single files, and cut them into clips of `shortest` to `longest` seconds.

    What a file shows and says is kept in `cache` by its content, so that a second survey decodes nothing. Without a
    transcriber nobody listens. `notes` are what a person says of files, by name or path; they come before the text
    that lies beside a file. `sight` has models that stay loaded from one survey to the next. Of `finished` films each
    shot is a clip, however long, and descriptions are silent about texts, speech and names: these tell what the film
    says. A file that gives no clip is in `left_out`, with the reason. Raises RequestError for impossible lengths,
    DataError where a place is not there, StoreError where the cache cannot be written.
    """
    if not 0 < shortest <= longest:
        raise RequestError(
            f"clips of {shortest:g} to {longest:g} seconds cannot be",
            hint="name a shortest length above 0, and a longest",
        )
    found = sources(folder)
    reader = _Reader(Findings(cache), transcriber, sight or Sight())
    reads: list[_Read] = []
    left_out = list(found.left_out)
    for number, path in enumerate(found.paths):
        going = partial(progress, f"reading {path.name}", number, len(found.paths)) if progress else _unheard
        going()
        try:
            reads.append(reader.read(path, going))
        except (DataError, BadClipError) as exc:
            left_out.append(LeftOut(path, exc.message))
        except OSError as exc:
            left_out.append(LeftOut(path, f"it cannot be read: {exc.strerror or exc}"))
    if progress:
        progress("cutting into clips", len(found.paths), len(found.paths))
    lengths = Lengths(shortest, longest)
    return _footage(reads, left_out, lengths, notes or {}, listened=transcriber is not None, finished=finished)


def _unheard() -> None:
    """Tells nobody."""


class _Reader:
    """Reads one file after another, or what was found in it before."""

    def __init__(self, findings: Findings, transcriber: Transcriber | None, sight: Sight) -> None:
        self._findings = findings
        self._transcriber = transcriber
        self._sight = sight

    def read(self, path: Path, going: Callable[[], None]) -> _Read:
        """All that is known of a file, told frame by frame. Raises DataError, BadClipError, OSError."""
        if path.stat().st_size == 0:
            raise DataError("it is empty", hint="copy it again")
        before = _stamp(path)
        sha256, look_now = sha256_of(path), partial(look_at, sight=self._sight, going=going)
        look = self._findings.get(sha256, f"look-{LOOK_VERSION}", Look, lambda: _unchanged(path, before, look_now))
        transcript = Transcript()
        if look.has_sound and self._transcriber is not None:
            step = f"speech-{self._transcriber.identity}"
            transcript = self._findings.get(sha256, step, Transcript, lambda: _unchanged(path, before, self._listen))
        return _Read(path, sha256, look, transcript.later(-look.begins))

    def _listen(self, path: Path) -> Transcript:
        if self._transcriber is None:
            return Transcript()
        try:
            return self._transcriber.transcribe(path)
        except BadClipError as exc:
            return Transcript(notices=(exc.message,))


def _unchanged(path: Path, before: tuple[int, int], find: Callable[[Path], T]) -> T:
    """What `find` says of a file that nobody writes to meanwhile. Raises DataError where somebody does."""
    found = find(path)
    if _stamp(path) != before:
        raise DataError("it changed while it was read", hint="wait until it is copied whole")
    return found


def _stamp(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns


def _footage(
    reads: Sequence[_Read],
    left_out: list[LeftOut],
    lengths: Lengths,
    notes: Mapping[str, str],
    *,
    listened: bool,
    finished: bool,
) -> Footage:
    """Cut what was read into clips; nothing is decoded here."""
    clips: list[FootageClip] = []
    looks: list[Look] = []
    notices: list[str] = []
    for read in reads:
        texts = seen_texts(read.look.moments, read.look.seconds)
        note, complaint = _note(read.path, notes)
        if finished:
            pieces = shots(read.look, lengths.shortest)
        else:
            pieces = cut(read.look, read.transcript.words, lengths)
        if not pieces:
            left_out.append(LeftOut(read.path, _too_short(read.look, lengths)))
        clips += [_clip(read, piece, texts, note, finished=finished) for piece in pieces]
        looks += [read.look] * len(pieces)
        notices += [f"{read.path.name}: {notice}" for notice in (*read.transcript.notices, complaint) if notice]
    if not listened and any(clip.has_sound for clip in clips):
        notices.append("nobody listened to the footage: what is said in it was not written down")
    return Footage(tuple(_numbered(clips, looks)), tuple(left_out), tuple(notices))


def _clip(read: _Read, piece: Stretch, texts: Sequence[SeenText], note: str, *, finished: bool) -> FootageClip:
    look, moments = read.look, read.look.between(piece.start, piece.end)
    words = tuple(word for word in read.transcript.words if piece.start <= (word.start + word.end) / 2 < piece.end)
    inside = tuple(text for text in texts if text.start < piece.end and text.end > piece.start)
    focus = focus_of(moments)
    found = flaws(look, piece)
    if not croppable(inside, focus):
        found = (*found, Flaw.CAPTIONED)
    clip = FootageClip(
        number=0,
        source=read.path,
        sha256=read.sha256,
        start=round(piece.start, 4),
        end=round(piece.end, 4),
        width=look.width,
        height=look.height,
        fps=look.fps,
        focus=focus,
        glimpses=glimpses_of(moments),
        flaws=found,
        words=words,
        texts=inside,
        clear=clear_of_captions(inside),
        language=read.transcript.language if words else "",
        note=note,
        has_sound=look.has_sound,
    )
    return replace(clip, description=describe(_unspoken(clip) if finished else clip, moments))


def _unspoken(clip: FootageClip) -> FootageClip:
    """The clip without what is said and read in it, and without its name."""
    return replace(clip, words=(), texts=(), source=Path())


def _numbered(clips: Sequence[FootageClip], looks: Sequence[Look]) -> list[FootageClip]:
    """The clips with their numbers, and those marked that repeat another file's."""
    pairs = zip(clips, looks, strict=True)
    repeated = twins([(str(clip.source), look.between(clip.start, clip.end)) for clip, look in pairs])
    return [
        replace(
            clip,
            number=place + 1,
            twin=repeated[place] + 1 if place in repeated else 0,
            flaws=(*clip.flaws, Flaw.DUPLICATE) if place in repeated else clip.flaws,
        )
        for place, clip in enumerate(clips)
    ]


def _note(path: Path, notes: Mapping[str, str]) -> tuple[str, str]:
    typed = next((notes[name] for name in (str(path), path.name, path.stem) if name in notes), "")
    return (typed, "") if typed else sidecar_note(path)


def _too_short(look: Look, lengths: Lengths) -> str:
    if look.seconds < lengths.shortest:
        return f"it lasts {look.seconds:.1f} s, and a clip at least {lengths.shortest:g} s"
    return f"no shot in it lasts {lengths.shortest:g} s"
