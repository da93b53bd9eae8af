"""The timeline for an editing program: OpenTimelineIO, and Final Cut Pro 7 XML, which Premiere and Resolve read.

Pictures stand on one track, the voice and the music on others; the cut around the subject is a scale and a position
(XML) or a rectangle (`popcorn` metadata of OpenTimelineIO, which has no word for it). Claims are markers. Subtitles lie
beside the ad as files of their own, and their times are in the metadata.

Where media are: in `.otio`, what lies in the list's folder or below is named relative to it, so that the folder can be
moved; all else by its absolute address. XML has absolute addresses only, since Premiere reads no other.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import files
from ...errors import RenderError
from ..media.probe import ClipFacts, probe
from .timeline_parts import Cut, Sound, Timeline

if TYPE_CHECKING:
    import opentimelineio as otio

_COLOUR = "RED"
_SAME_RATE = 0.02


def write_edit_lists(timeline: Timeline, otio_file: Path, xml_file: Path) -> tuple[Path, Path]:
    """Write both lists, whole or not at all. Raises DataError where a source is gone, RenderError where the disk is."""
    return write_otio(timeline, otio_file), write_xml(timeline, xml_file)


def write_otio(timeline: Timeline, out: Path) -> Path:
    """The timeline as `.otio` (OpenTimelineIO's JSON)."""
    return _written(_listed(timeline, out.resolve().parent), "otio_json", out)


def write_xml(timeline: Timeline, out: Path) -> Path:
    """The timeline as Final Cut Pro 7 XML, with the size of the picture."""
    return _written(_listed(timeline, None), "fcp_xml", out)


def _written(listed: otio.schema.Timeline, form: str, out: Path) -> Path:
    import opentimelineio as otio

    text = otio.adapters.write_to_string(listed, form)
    try:
        return files.write_text(out, text)
    except OSError as exc:
        raise RenderError(
            f"{str(out)!r} could not be written: {exc.strerror or exc}", hint="check that the folder is not full"
        ) from exc


def _listed(timeline: Timeline, beside: Path | None) -> otio.schema.Timeline:
    """The timeline in OpenTimelineIO's words; `beside` is the folder that media may be named relative to."""
    import opentimelineio as otio

    listed = otio.schema.Timeline(timeline.name)
    listed.global_start_time = otio.opentime.RationalTime(0, timeline.fps)
    cues = [{"text": cue.text, "start": cue.start, "end": cue.end} for cue in timeline.cues]
    size = {"width": timeline.width, "height": timeline.height}
    listed.metadata.update({"popcorn": {**size, "fps": timeline.fps, "cues": cues}, "fcp_xml": _format(timeline)})
    listed.tracks.append(_pictures(timeline, beside))
    for name, sounds in _audio_tracks(timeline):
        if sounds:
            listed.tracks.append(_sounds(name, sounds, timeline, beside))
    for marker in timeline.markers:
        span = _span(marker.at, marker.seconds, timeline.fps)
        note = otio.schema.Marker(marker.text, span, _COLOUR, metadata={"fcp_xml": {"comment": marker.text}})
        listed.tracks.markers.append(note)
    return listed


def _audio_tracks(timeline: Timeline) -> tuple[tuple[str, tuple[Sound, ...]], ...]:
    music = (timeline.music,) if timeline.music else ()
    return ("Voice", timeline.speech), ("Music", music), ("Clips", timeline.clip_sounds)


def _span(at: float, seconds: float, fps: float) -> otio.opentime.TimeRange:
    import opentimelineio as otio

    start, length = round(at * fps), round(seconds * fps)
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, fps), otio.opentime.RationalTime(length, fps))


def _pictures(timeline: Timeline, beside: Path | None) -> otio.schema.Track:
    import opentimelineio as otio

    track = otio.schema.Track("Pictures", kind=otio.schema.TrackKind.Video)
    facts = {source: probe(source) for source in {cut.source for cut in timeline.cuts}}
    for cut in timeline.cuts:
        track.append(_picture(cut, facts[cut.source], timeline, beside))
    return track


def _picture(cut: Cut, facts: ClipFacts, timeline: Timeline, beside: Path | None) -> otio.schema.Clip:
    """A cut, as long as it is seen; OpenTimelineIO keeps a clip's length whatever its speed."""
    import opentimelineio as otio

    length = round(cut.seconds * timeline.fps)
    begins = cut.start if beside is not None else cut.start / cut.speed  # XML counts frames of the slowed clip
    span = _span(begins, length / timeline.fps, timeline.fps)
    size = {"width": facts.width, "height": facts.height}
    reference = otio.schema.ExternalReference(
        _address(cut.source, beside),
        _span(0, facts.seconds, _rate(facts.fps, timeline.fps)),
        metadata={"fcp_xml": {"media": {"video": {"samplecharacteristics": _as_text(size)}}}},
    )
    reference.name = cut.source.name
    crop = {"left": cut.crop.left, "top": cut.crop.top, "width": cut.crop.width, "height": cut.crop.height}
    clip = otio.schema.Clip(f"{cut.line + 1}: clip {cut.clip}", reference, span)
    clip.metadata.update({"popcorn": {"line": cut.line, "clip": cut.clip, "crop": crop, "source": size}})
    filters = [_motion(cut, facts, timeline)]
    if cut.speed != 1.0:
        clip.effects.append(otio.schema.LinearTimeWarp("Slow motion", time_scalar=cut.speed))
        filters.append(_slowed(cut.speed))
    clip.metadata["fcp_xml"] = {"filter": filters}
    return clip


def _rate(fps: float, otherwise: int) -> float:
    """The source's rate where it is one that timecode knows, else the ad's."""
    import opentimelineio as otio

    nearest = float(otio.opentime.RationalTime.nearest_smpte_timecode_rate(fps))
    return nearest if abs(nearest - fps) < _SAME_RATE else float(otherwise)


def _sounds(name: str, sounds: tuple[Sound, ...], timeline: Timeline, beside: Path | None) -> otio.schema.Track:
    import opentimelineio as otio

    fps, at = timeline.fps, 0
    track = otio.schema.Track(name, kind=otio.schema.TrackKind.Audio)
    for sound in sounds:
        span = _span(sound.at, sound.seconds, fps)
        if (gap := int(span.start_time.value) - at) > 0:
            track.append(otio.schema.Gap(duration=otio.opentime.RationalTime(gap, fps)))
        at = int(span.end_time_exclusive().value)
        heard = otio.opentime.TimeRange(otio.opentime.RationalTime(round(sound.start * fps), fps), span.duration)
        whole = otio.opentime.TimeRange(otio.opentime.RationalTime(0, fps), heard.end_time_exclusive())
        reference = otio.schema.ExternalReference(_address(sound.path, beside), whole)
        reference.name = sound.path.name
        clip = otio.schema.Clip(sound.path.stem, reference, heard)
        clip.metadata.update({"popcorn": {"gain_db": sound.gain_db}, "fcp_xml": {"filter": [_level(sound.gain_db)]}})
        track.append(clip)
    return track


def _address(path: Path, beside: Path | None) -> str:
    """Relative to the list's folder where the file lies in it, else the absolute address."""
    place = path.resolve()
    if beside is not None and place.is_relative_to(beside):
        return quote(place.relative_to(beside).as_posix())
    return place.as_uri()


def _format(timeline: Timeline) -> dict[str, Any]:
    """The sequence's size as XML has it; without it, programs open a portrait ad in a landscape picture."""
    rate = {"timebase": str(timeline.fps), "ntsc": "FALSE"}
    picture = {"width": timeline.width, "height": timeline.height, "pixelaspectratio": "square", "rate": rate}
    return {"media": {"video": {"format": {"samplecharacteristics": _as_text(picture)}}}}


def _as_text(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, dict) else str(value) for name, value in values.items()}


def _effect(name: str, effect: str, kind: str, media: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "effect": {
            "name": name,
            "effectid": effect,
            "effectcategory": kind,
            "effecttype": kind,
            "mediatype": media,
            "parameter": parameters,
        }
    }


def _motion(cut: Cut, facts: ClipFacts, timeline: Timeline) -> dict[str, Any]:
    """The crop as scale (per cent) and centre (offset from the picture's middle, in parts of the picture)."""
    scale = timeline.width / (cut.crop.width * facts.width)
    right = (0.5 - cut.crop.left - cut.crop.width / 2) * facts.width * scale / timeline.width
    down = (0.5 - cut.crop.top - cut.crop.height / 2) * facts.height * scale / timeline.height
    return _effect(
        "Basic Motion",
        "basic",
        "motion",
        "video",
        [
            {"parameterid": "scale", "name": "Scale", "value": f"{100 * scale:.4f}"},
            {"parameterid": "center", "name": "Center", "value": {"horiz": f"{right:.6f}", "vert": f"{down:.6f}"}},
        ],
    )


def _slowed(speed: float) -> dict[str, Any]:
    return _effect(
        "Time Remap",
        "timeremap",
        "motion",
        "video",
        [
            {"parameterid": "variablespeed", "name": "variablespeed", "value": "0"},
            {"parameterid": "speed", "name": "speed", "value": f"{100 * speed:.4f}"},
            {"parameterid": "reverse", "name": "reverse", "value": "FALSE"},
            {"parameterid": "frameblending", "name": "frameblending", "value": "FALSE"},
        ],
    )


def _level(gain_db: float) -> dict[str, Any]:
    level = {"parameterid": "level", "name": "Level", "value": f"{10 ** (gain_db / 20):.6f}"}
    return _effect("Audio Levels", "audiolevels", "audiolevels", "audio", [level])
