"""Whether the subtitles can be seen, read, and stand where apps leave them free."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

import numpy as np

from ..media.area import Area
from .caption_picture import caption_picture
from .check_results import Check, Fault
from .timeline_parts import Cue, Timeline
from .types import TextReader, TextThatIsRead
from .watched import SeenCue, Watched

READ, IN_THE_SAFE_AREA = "subtitles read back", "subtitles in the safe area"
READ_BACK = 0.8
"""How alike the text that is read and the one that was drawn have to be (difflib's ratio of their letters)."""
_TOLERANCE = 0.004
"""Of the picture: readers' boxes are a little larger than the letters."""


def caption_checks(timeline: Timeline, seen: Watched, safe: Area, reader: TextReader | None) -> list[Check]:
    """Subtitles that are not seen, that cannot be read back, and that leave the safe area."""
    if not timeline.cues:
        return [Check("subtitles", True, "not checked: the ad has none", "")]
    if not timeline.captions.burned:
        return [Check("subtitles", True, "not checked: they are not in the picture", "")]
    return [_shown(timeline, seen), _inside(timeline, safe), *_read(seen, reader)]


def _shown(timeline: Timeline, seen: Watched) -> Check:
    """Every subtitle that lasts a frame is seen."""
    missing = [one.cue for one in seen.cues if one.start is None and _lasts(one.cue, timeline)]
    value = f"{len(missing)} of {len(seen.cues)} not seen" + (f": {missing[0].text!r}" if missing else "")
    faults = tuple(Fault(cue.start, 1.0, cue.text) for cue in missing)
    return Check("subtitles seen", not missing, value, "0 not seen", faults=faults)


def _lasts(cue: Cue, timeline: Timeline) -> bool:
    return round(cue.end * timeline.fps) > round(cue.start * timeline.fps) and bool(cue.text.strip())


def _inside(timeline: Timeline, safe: Area) -> Check:
    """The boxes as they were drawn; what is read back is measured against the area, too."""
    outside = [cue for cue in timeline.cues if not _box_is_inside(cue, timeline, safe)]
    value = f"{len(outside)} of {len(timeline.cues)} outside" + (f": {outside[0].text!r}" if outside else "")
    faults = tuple(Fault(cue.start, 1.0, cue.text) for cue in outside)
    return Check(IN_THE_SAFE_AREA, not outside, value, _named(safe), faults=faults)


def _box_is_inside(cue: Cue, timeline: Timeline, safe: Area) -> bool:
    width, height = timeline.width, timeline.height
    picture = caption_picture(cue.text, width, height, timeline.captions)
    if picture is None:
        return True
    left, top, right, bottom = picture.area
    return _is_inside(Area(left / width, top / height, (right - left) / width, (bottom - top) / height), safe)


def _is_inside(area: Area, safe: Area) -> bool:
    return (
        area.left >= safe.left - _TOLERANCE
        and area.top >= safe.top - _TOLERANCE
        and area.left + area.width <= safe.left + safe.width + _TOLERANCE
        and area.top + area.height <= safe.top + safe.height + _TOLERANCE
    )


def _named(safe: Area) -> str:
    right, bottom = 1 - safe.left - safe.width, 1 - safe.top - safe.height
    return f"{safe.top:.0%} above, {bottom:.0%} below, {safe.left:.0%} left and {right:.0%} right of it free"


def _read(seen: Watched, reader: TextReader | None) -> list[Check]:
    """What a reader makes of every subtitle in the middle of its time."""
    limit = f"{READ_BACK:.0%} alike"
    if reader is None:
        return [Check(READ, True, "not checked: there is no reader of text here", limit)]
    likeness = [(_likeness(one, reader), one.cue) for one in seen.cues if one.picture is not None]
    if not likeness:
        return [Check(READ, False, "none is seen", limit)]
    worst, cue = min(likeness, key=lambda one: one[0])
    value = f"{worst:.0%} alike at worst" + (f": {cue.text!r}" if worst < READ_BACK else "")
    faults = tuple(Fault(cue.start, alike - 1, cue.text) for alike, cue in likeness if alike < READ_BACK)
    return [Check(READ, worst >= READ_BACK, value, limit, faults=faults)]


def _likeness(one: SeenCue, reader: TextReader) -> float:
    """How like the drawn text what is read there is."""
    wanted = _letters(one.cue.text)
    if one.picture is None or not wanted:
        return 0.0 if wanted else 1.0
    grey = np.clip((one.picture.astype(np.float32) - 16) * 255 / 219, 0, 255).astype(np.uint8)
    read = _letters("".join(_in_rows(reader.read(np.ascontiguousarray(np.dstack([grey] * 3))))))
    return difflib.SequenceMatcher(None, wanted, read, autojunk=False).ratio()


def _in_rows(texts: Sequence[TextThatIsRead]) -> list[str]:
    """Texts as a person reads them: row by row, each from the left."""
    rows: list[list[TextThatIsRead]] = []
    for one in sorted(texts, key=lambda text: text.area.top + text.area.height / 2):
        middle = one.area.top + one.area.height / 2
        if rows and middle < rows[-1][0].area.top + rows[-1][0].area.height:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one.text for row in rows for one in sorted(row, key=lambda text: text.area.left)]


def _letters(text: str) -> str:
    """Letters and digits, without case and width: readers are free in punctuation and spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())
