"""The editing tools as an ad's run uses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import files
from ...version import VERSION

if TYPE_CHECKING:
    from ...graphs.ad.context import Progress
    from ...graphs.ad.state import AdPlan, MadeFiles
    from ...tools.editing.check_results import Check
    from ...tools.editing.timeline_parts import SourceClip, Timeline
    from ...tools.editing.types import Claim, Line, SpokenLine
    from ...tools.footage.types import FootageClip
    from ...tools.media.ocr import TextReader
    from ...tools.video.types import Clip
    from .ad_listener import SpeechListener

FPS = 30
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
"""Captured pictures with synthetic parts, as the IPTC calls it: the voice is one."""
CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeCapture"
"""Put together of captured pictures alone, as the IPTC calls it."""


class LineTools:
    """What is done with lines before they are spoken."""

    def subtitles(self, script: str, language: str) -> tuple[str, ...]:
        """The script cut by VC-LLM's rule."""
        from ...tools.editing.subtitles import segments

        return segments(script, language)

    def ledger(
        self, lines: Sequence[Line], plan: AdPlan, clips: Sequence[FootageClip]
    ) -> tuple[Sequence[Claim], Sequence[str]]:
        """Every claim of the lines with what backs it: facts, and what is known of the clips."""
        from ...tools.editing.claims.evidence import Evidence, Origin
        from ...tools.editing.claims.ledger import ledger

        known = [
            Evidence(clip.number, origin, text)
            for clip in clips
            for origin, text in (
                (Origin.SEEN, "; ".join(dict.fromkeys(seen.text for seen in clip.texts))),
                (Origin.HEARD, clip.speech),
                (Origin.NOTED, clip.note),
                (Origin.DESCRIBED, clip.description),
            )
            if text.strip()
        ]
        levels = {one.kind: one.level for one in plan.levels}
        return ledger(lines, plan.product, known, levels, plan.language), ()


@dataclass(frozen=True, slots=True)
class AdEditor:
    """Arranges, renders, looks at and mends an ad."""

    model: str
    """The chat model that writes lines where no script is given."""
    reader: TextReader
    listener: SpeechListener

    def arrange(
        self,
        plan: AdPlan,
        lines: Sequence[Line],
        spoken: Sequence[SpokenLine],
        clips: Sequence[FootageClip],
        ledger: Sequence[Claim],
    ) -> Timeline:
        """Pictures, sounds and subtitles on one clock."""
        from ...graphs.ad.policy import least_of
        from ...tools.editing.clip_sounds import clip_sounds
        from ...tools.editing.crops import overrides
        from ...tools.editing.timeline import timeline_of
        from ...tools.media.aspect import Aspect

        timeline = timeline_of(
            plan.product.name,
            lines,
            spoken,
            {clip.number: source_of(clip) for clip in clips},
            aspect=Aspect(plan.aspect),
            fps=FPS,
            music=plan.music,
            music_gain_db=plan.volumes.music,
            voice_gain_db=plan.volumes.voice,
            crops=overrides(plan.crops),
            claims=ledger,
            seconds=least_of(plan, clips),
        )
        silent = not any(sound.words for sound in spoken)  # the voice `none`: its lines are times and no sounds
        timeline = replace(timeline, speech=()) if silent else timeline
        heard = plan.volumes.clips
        return timeline if heard is None else replace(timeline, clip_sounds=clip_sounds(timeline.cuts, heard))

    def needed(self, spoken: SpokenLine, *, last: bool) -> float:
        """Seconds of picture that a spoken line takes."""
        from ...tools.editing.timeline import seconds_needed

        return seconds_needed(spoken, FPS, last=last)

    def there(self, clip: FootageClip) -> float:
        """The most seconds of picture that a clip gives."""
        from ...tools.editing.timeline import seconds_there

        return seconds_there(source_of(clip))

    def assemble(self, timeline: Timeline, plan: AdPlan, folder: Path, progress: Progress) -> MadeFiles:
        """Write video, cover, edit lists and subtitle files into the run's folder."""
        from ...graphs.ad.policy import writer_of
        from ...graphs.ad.state import MadeFiles
        from ...tools.editing.assembly import assemble
        from ...tools.editing.edit_lists import write_edit_lists
        from ...tools.editing.subtitle_files import FORMATS, write_subtitles
        from ...tools.video.covers import frame_cover

        made = files.folder(folder / "ad")
        video = assemble(
            timeline,
            made / "ad.mp4",
            work=made / "work",
            provenance=self._provenance(timeline, plan),
            progress=lambda told: progress(told.done, told.total),
        )
        return MadeFiles(
            _video(video, writer_of(plan, self.model)),
            frame_cover(video, made / "cover.jpg"),
            write_edit_lists(timeline, folder / "ad.otio", folder / "ad.xml"),
            tuple(
                write_subtitles(timeline.cues, made / f"ad.{form}", size=(timeline.width, timeline.height))
                for form in FORMATS
            ),
        )

    def _provenance(self, timeline: Timeline, plan: AdPlan) -> dict[str, str | bool]:
        """What the file says of its own making."""
        from ...graphs.ad.policy import writer_of
        from ...tools.editing.music import origin

        spoken = "its lines are spoken by a synthetic voice" if timeline.speech else "nobody speaks in it"
        told: dict[str, str | bool] = {
            "generator": f"Popcorn {VERSION}",
            "kind": f"cut from filmed footage by a program; {spoken}",
            "digital_source_type": COMPOSITE if timeline.speech else CAPTURED,
            "ai_generated": False,
            "title": plan.product.name[:200],
            "written_by": writer_of(plan, self.model),
            "cuts": str(len(timeline.cuts)),
        }
        music = origin(plan.music) if plan.music else ""
        return told | ({"music": music} if music else {})

    def check(
        self,
        timeline: Timeline,
        made: MadeFiles,
        lines: Sequence[Line],
        clips: Sequence[FootageClip],
        plan: AdPlan,
        progress: Progress,
    ) -> Sequence[Check]:
        """What was measured on the file that was made."""
        from ...tools.editing.delivery import Evidence, checks

        evidence = Evidence(
            sources={clip.number: source_of(clip) for clip in clips},
            lines=lines,
            language=plan.language,
            reader=self.reader,
            listener=self.listener,
        )
        frames = round(timeline.seconds * timeline.fps)
        return checks(made.video.path, timeline, evidence, lambda done: progress(min(done, frames), frames))

    def repair(self, timeline: Timeline, checks: Sequence[Check]) -> tuple[Timeline, Sequence[str]]:
        """The timeline with what can be mended, and what that was."""
        from ...tools.editing.repair import repair

        return repair(timeline, checks)


def _video(path: Path, writer: str) -> Clip:
    """The finished file with its facts."""
    from ...tools.media.probe import probe
    from ...tools.video.checks import sha256_of
    from ...tools.video.types import Clip

    facts = probe(path)
    return Clip(
        path=path,
        renderer=f"ad editor; written by {writer}",
        seconds=facts.seconds,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        frames=facts.frames,
        codec=facts.codec,
        sha256=sha256_of(path),
        silent=not facts.has_audio,
    )


def source_of(clip: FootageClip) -> SourceClip:
    """A clip of the footage as the editing knows it. Captions that no crop gets rid of are left in the picture."""
    from ...tools.editing.timeline_parts import SourceClip
    from ...tools.footage.types import Flaw
    from ...tools.media.area import WHOLE

    return SourceClip(
        clip.number,
        clip.source,
        clip.start,
        clip.end,
        clip.width,
        clip.height,
        clip.focus,
        glimpses=clip.glimpses,
        clear=WHOLE if Flaw.CAPTIONED in clip.flaws else clip.clear,
    )
