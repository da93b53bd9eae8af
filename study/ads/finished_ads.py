"""Finished ads out of a folder: each with its product text, cut at its shots, with what is said over each of them.

Conventions, where the paper (VC-LLM, section 3.1) leaves them open. A clip is a shot; one that lasts less than
`SHORTEST` belongs to the shot before it. A word belongs to the shot that it is in the middle of, a subtitle to the shot
that it shares most time with. Where somebody speaks, a shot over which nothing is said is no clip of the ad: it has no
script, and Y is a sequence of (clip, script, subtitles). Subtitles beside the file (`ad.srt`) go before listening.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BadClipError, DataError
from ...graphs.asking.lengths import counts_characters, spoken_units
from ...languages import language_of
from ...tools.editing.types import Product
from ...tools.footage.findings import Findings
from ...tools.footage.sources import sources
from ...tools.footage.survey import survey
from ...tools.footage.types import Flaw, FootageClip, HeardWord
from ...tools.media.probe import probe
from ...trust.foreign_files import leads_out
from .caption_marks import captions_marked
from .fingerprints import Fingerprints, fingerprints
from .product_texts import ProductTexts, product_key
from .subtitles_beside import place_of, read_subtitles, subtitles_beside

if TYPE_CHECKING:
    from ...tools.footage.sight import Sight
    from ...tools.footage.speech import Transcriber

SHORTEST = 0.6
"""Seconds of the shortest clip: what PySceneDetect takes for a shot."""
LONGEST_FILE = 120.0
"""Seconds of the longest ad of the paper; what lasts longer is not decoded."""


@dataclass(frozen=True, slots=True)
class AdClip:
    """One clip of a finished ad, with what is said over it."""

    ad: str
    """The name of its ad."""
    place: int
    """Its place in the ad, from 1."""
    script: str
    """What is said over it; empty where nobody speaks in the whole ad."""
    picture: FootageClip
    """The stretch of the file, and the language of the script. Its words, captions and flaws tell how the ad was made:
    no task shows them."""
    fingerprint: str
    """Of its middle frame, as tools/footage/appearance.py makes it."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.picture.seconds


@dataclass(frozen=True, slots=True)
class FinishedAd:
    """An ad as somebody published it."""

    name: str
    """Its path from the folder of the ads: `cups/morning.mp4`."""
    path: Path
    sha256: str
    product: Product
    seconds: float
    """Of the whole file."""
    clips: tuple[AdClip, ...]
    language: str = ""
    """Of what is said; empty where nobody knows."""
    shots: int = 0
    """How many there are, also those over which nothing is said."""
    heard_by: str = ""
    """`subtitles`, or what wrote the speech down; empty where nobody listened."""
    notices: tuple[str, ...] = ()
    """What is to be said of its reading: subtitles that could not be read."""
    doubts: tuple[str, ...] = ()
    """Speech that was not understood, as sentences: then the script has gaps."""

    @property
    def product_key(self) -> str:
        """Equal for ads of one product."""
        return product_key(self.product)

    @property
    def script(self) -> str:
        """All that is said."""
        return joined([clip.script for clip in self.clips], self.language)

    @property
    def units(self) -> int:
        """How many words are said; characters in languages without spaces."""
        return spoken_units(self.script, self.language)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that gave no ad."""

    name: str
    reason: str
    """One of a few, to be counted: `cannot be read`, `no product text`, `too long`, `no shot`."""
    detail: str
    """A sentence with the facts."""


class AdReader:
    """Reads the ads of folders; what was found in a file before comes out of `cache`, by its content."""

    def __init__(
        self,
        cache: Path,
        transcriber: Transcriber | None = None,
        sight: Sight | None = None,
        longest: float = LONGEST_FILE,
    ) -> None:
        """Without a transcriber nobody listens. What lasts longer than `longest` seconds is not decoded."""
        self._cache, self._transcriber, self._sight, self._longest = cache, transcriber, sight, longest

    def ads(self, folder: Path) -> Iterator[FinishedAd | Unusable]:
        """One ad after another, in the order of their paths: a hundred thousand need no more memory than one.

        Raises DataError where the folder is not there, StoreError where the cache cannot be written.
        """
        found, texts = sources(folder), ProductTexts(folder)
        for left in found.left_out:
            yield Unusable(_name(left.path, folder), "cannot be read", left.reason)
        for path in found.paths:
            yield self.read(path, folder, texts)

    def read(self, path: Path, folder: Path, texts: ProductTexts) -> FinishedAd | Unusable:
        """The ad in one file, or why there is none."""
        name = _name(path, folder)
        try:
            product = texts.of(path)
        except DataError as exc:
            return Unusable(name, "no product text", exc.message)
        try:
            seconds = probe(path).seconds
        except (DataError, BadClipError) as exc:
            return Unusable(name, "cannot be read", exc.message)
        if seconds > self._longest:
            return Unusable(name, "too long", f"it lasts {seconds:.1f} s, and an ad at most {self._longest:g} s")
        cues, notices = _cues(path)
        footage = survey(
            [path],
            shortest=SHORTEST,
            longest=max(SHORTEST, self._longest),
            cache=self._cache,
            transcriber=None if cues else self._transcriber,
            sight=self._sight,
            finished=True,
        )
        if not footage.clips:
            reason = "; ".join(left.reason for left in footage.left_out) or "there is no shot in it"
            return Unusable(name, "cannot be read" if footage.left_out else "no shot", reason)
        try:
            marks = self._marks(footage.clips)
        except DataError as exc:
            return Unusable(name, "cannot be read", exc.message)
        heard_by = "subtitles" if cues else getattr(self._transcriber, "identity", "")
        doubts = () if cues else footage.notices
        ad = FinishedAd(
            name,
            path,
            footage.clips[0].sha256,
            product,
            seconds,
            clips=(),
            shots=len(footage.clips),
            heard_by=heard_by,
            notices=notices,
            doubts=doubts,
        )
        return _with_clips(ad, footage.clips, cues, marks)

    def _marks(self, clips: Sequence[FootageClip]) -> Sequence[str]:
        step = f"shots-{len(clips)}-{SHORTEST:g}"
        kept = Findings(self._cache).get(clips[0].sha256, step, Fingerprints, lambda: fingerprints(clips))
        return kept.of_clips


def joined(texts: Sequence[str], language: str) -> str:
    """Texts one after another, with spaces between them where the language has spaces."""
    return ("" if counts_characters(language) else " ").join(text for text in texts if text)


def _with_clips(
    ad: FinishedAd, shots: Sequence[FootageClip], cues: Sequence[HeardWord], marks: Sequence[str]
) -> FinishedAd:
    said: list[list[HeardWord]] = [[] for _ in shots]
    for cue in cues:
        said[place_of(cue, shots)].append(cue)
    words = said if cues else [[*shot.words] for shot in shots]
    whole = " ".join(word.text for of_shot in words for word in of_shot)
    language = language_of(whole) or next((shot.language for shot in shots if shot.language), "")
    scripts = [joined([word.text for word in of_shot], language) for of_shot in words]
    spoken = any(scripts)
    kept = [place for place, script in enumerate(scripts) if script or not (spoken or Flaw.BLACK in shots[place].flaws)]
    clips = (
        AdClip(ad.name, number, scripts[place], _shot(shots[place], language, whole), marks[place])
        for number, place in enumerate(kept, 1)
    )
    return replace(ad, language=language, clips=tuple(clips))


def _shot(shot: FootageClip, language: str, script: str) -> FootageClip:
    return replace(shot, language=language, texts=captions_marked(shot.texts, script))


def _cues(path: Path) -> tuple[tuple[HeardWord, ...], tuple[str, ...]]:
    """The subtitles beside an ad, and what was wrong with them."""
    beside = subtitles_beside(path)
    if beside is None:
        return (), ()
    if leads_out(beside, path.parent, path.resolve().parent):
        return (), (f"the subtitles {beside.name!r} are a link that leads out of the folder: they were left out",)
    try:
        return read_subtitles(beside), ()
    except DataError as exc:
        return (), (f"{exc.message}: they were left out",)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
