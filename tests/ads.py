"""Collaborators of the ad graph that are small and real: they keep the seams' rules, and answer at once."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.agent.wiring.ad_editing import LineTools
from popcorn.errors import RequestError
from popcorn.graphs.ad.context import AdContext
from popcorn.graphs.ad.state import AdPlan, MadeFiles
from popcorn.graphs.asking.lengths import spoken_units
from popcorn.tools.editing.check_results import Check
from popcorn.tools.editing.timeline_parts import Cue, Cut, Sound, Timeline
from popcorn.tools.editing.types import Claim, Line, Product, SpokenLine
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.footage.types import Footage, FootageClip, LeftOut
from popcorn.tools.media.area import Area
from popcorn.tools.video.types import Clip

MUG = Product(
    name="Steel Mug",
    brand="Trailcup",
    category="mugs",
    facts=("It keeps coffee hot for 6 hours.", "It holds 350 ml.", "It is made of steel.", "The lid closes tight."),
    price="$24.99",
    language="English",
)
Told = Callable[[int, int], None]


def clip(number: int, seconds: float = 4.0, **facts: object) -> FootageClip:
    """A clip of a file of its own."""
    known = FootageClip(
        number, Path(f"/footage/{number}.mp4"), "0" * 64, 0.0, seconds, 1920, 1080, 25.0, Area(0, 0, 1, 1)
    )
    return replace(known, description=f"picture {number}", **facts)  # type: ignore[arg-type]


@dataclass
class Folder:
    """Footage that is there already."""

    clips: Sequence[FootageClip] = tuple(clip(number) for number in range(1, 8))
    left_out: Sequence[LeftOut] = ()

    def survey(self, folder: Path, progress: Told) -> Footage:
        progress(len(self.clips), len(self.clips))
        return Footage(tuple(self.clips), tuple(self.left_out))

    def spatial(self, clip: FootageClip) -> bytes:
        return jpeg(996, 560)

    def temporal(self, clip: FootageClip) -> Sequence[bytes]:
        return [jpeg(560, 315)] * min(5, int(clip.seconds))


def jpeg(width: int, height: int) -> bytes:
    """A grey picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (90, 90, 90)).save(file, "JPEG")
    return file.getvalue()


@dataclass
class Metronome:
    """A voice that speaks every word in the same time, and writes silence."""

    rate: float = 2.5
    """Words a second that it really speaks."""
    promised: float = 2.5
    name: str = "metronome"
    said: list[str] = field(default_factory=list)

    def check(self, language: str) -> None:
        if language == "xx":
            raise RequestError("metronome does not speak 'xx'", hint="Choose another voice.")

    def identity(self, language: str) -> dict[str, str | int | float]:
        return {"voice": self.name, "rate": self.rate}

    def units_per_second(self, language: str) -> float:
        return self.promised

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        self.said.append(line.script)
        seconds = spoken_units(line.script, language) / self.rate
        with wave.open(str(out), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(b"\0\0" * int(16_000 * seconds))
        each = seconds / len(line.subtitles)
        return SpokenLine(out, seconds, (), tuple((at * each, (at + 1) * each) for at in range(len(line.subtitles))))


@dataclass
class Splicer:
    """An editor whose file is a few bytes, and whose checks fail as often as it is told."""

    failing: int = 0
    """How many checks in a row find the sound too quiet."""
    mends: bool = True
    looked: int = 0

    def arrange(
        self,
        plan: AdPlan,
        lines: Sequence[Line],
        spoken: Sequence[SpokenLine],
        clips: Sequence[FootageClip],
        ledger: Sequence[Claim],
    ) -> Timeline:
        known, at = {one.number: one for one in clips}, 0.0
        cuts, cues, sounds = list[Cut](), list[Cue](), list[Sound]()
        for place, (line, sound) in enumerate(zip(lines, spoken, strict=True)):
            source = known[line.clip]
            cuts.append(Cut(place, line.clip, source.source, 0.0, sound.seconds, at, Area(0, 0, 1, 1)))
            cues += [
                Cue(text, at + start, at + end)
                for text, (start, end) in zip(line.subtitles, sound.segments, strict=True)
            ]
            sounds.append(Sound(sound.path, at, sound.seconds))
            at += sound.seconds
        return Timeline(plan.product.name, 1080, 1920, 30, tuple(cuts), tuple(cues), tuple(sounds))

    def needed(self, spoken: SpokenLine, *, last: bool) -> float:
        return spoken.seconds + 0.3

    def there(self, clip: FootageClip) -> float:
        return clip.seconds

    def assemble(self, timeline: Timeline, plan: AdPlan, folder: Path, progress: Told) -> MadeFiles:
        made = folder / "ad"
        made.mkdir(exist_ok=True)
        names = ("ad.mp4", "cover.jpg", "ad.srt", "ad.vtt", "ad.ass")
        for name in names:
            (made / name).write_text(f"{name} {timeline.music}")
        for name in ("ad.otio", "ad.xml"):
            (folder / name).write_text(name)
        digest = hashlib.sha256((made / "ad.mp4").read_bytes()).hexdigest()
        video = Clip(made / "ad.mp4", "splicer", timeline.seconds, 1080, 1920, 30.0, 300, "h264", digest, silent=False)
        progress(1, 1)
        lists = (folder / "ad.otio", folder / "ad.xml")
        return MadeFiles(video, made / "cover.jpg", lists, tuple(made / name for name in names[2:]))

    def check(
        self,
        timeline: Timeline,
        made: MadeFiles,
        lines: Sequence[Line],
        clips: Sequence[FootageClip],
        plan: AdPlan,
        progress: Told,
    ) -> Sequence[Check]:
        self.looked += 1
        return [
            Check("loudness", self.looked > self.failing, "-17.2 LUFS", "-14 ±1 LUFS"),
            Check("black stretches", True, "0.0 s", "0.0 s"),
        ]

    def repair(self, timeline: Timeline, checks: Sequence[Check]) -> tuple[Timeline, Sequence[str]]:
        if not self.mends:
            return timeline, ()
        speech = tuple(replace(sound, gain_db=sound.gain_db + 3) for sound in timeline.speech)
        return replace(timeline, speech=speech), ["the voice was made louder by 3 dB"]


def ad_context(folder: Path, **others: object) -> AdContext:
    """All that the graph works with; `others` stand in for what is named."""
    voice, encoder = others.pop("voice", Metronome()), HashingEncoder()
    known = AdContext(
        chat_model=OfflineDrafter(),
        chat_model_name="offline drafter (not a language model)",
        footage=Folder(),
        script=LineTools(),
        voice=lambda language: voice,  # type: ignore[arg-type, return-value]
        editor=Splicer(),
        encoder=lambda: encoder,
        folder=folder,
    )
    return replace(known, **others)  # type: ignore[arg-type]
