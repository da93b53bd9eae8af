"""The pictures of clips as files: each clip's middle frame and one frame a second, as VC-LLM has it (equations 7 to 9).

In a finished ad the subtitles often stand in the picture, and they are the answer. So captions that OCR read there are
made unreadable. Text that it did not read stays.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ... import files
from ...tools.footage.representation import MOST, jpeg, represent
from ...tools.footage.types import SeenText
from ...tools.media.area import Area
from .finished_ads import AdClip

FOLDER = "images"
_MARGIN = 0.15
"""What is hidden around letters, in parts of their height."""


class ClipPictures:
    """Writes the pictures of clips into a data set's folder, each clip's once."""

    def __init__(self, root: Path, temporal: int = MOST) -> None:
        """`temporal` is how many pictures a clip has at most beside its middle frame."""
        self._root, self._temporal = root, temporal

    def of(self, clip: AdClip) -> list[str]:
        """The names of a clip's pictures from the root: the middle frame, then those over time.

        Raises DataError where its file cannot be decoded any more, OSError where the disk refuses.
        """
        name = hashlib.sha256(f"{clip.picture.sha256} {clip.place}".encode()).hexdigest()[:20]  # it tells no order
        stem = f"{FOLDER}/{name[:2]}/{name}"
        spatial = self._root / f"{stem}-s.jpg"
        if not spatial.is_file():
            self._write(clip, stem)
        names = [f"{stem}-s.jpg"]
        while (self._root / f"{stem}-t{len(names)}.jpg").is_file():
            names.append(f"{stem}-t{len(names)}.jpg")
        return names

    def _write(self, clip: AdClip, stem: str) -> None:
        shown = represent(clip.picture, max(1, self._temporal), [_around(text.area) for text in captions_of(clip)])
        files.folder((self._root / stem).parent, shared=True)
        for number, picture in enumerate(shown.temporal[: self._temporal], 1):
            files.write_bytes(self._root / f"{stem}-t{number}.jpg", jpeg(picture), shared=True)
        files.write_bytes(self._root / f"{stem}-s.jpg", jpeg(shown.spatial), shared=True)  # last: with it all are there


def captions_of(clip: AdClip) -> list[SeenText]:
    """The texts in a clip's picture that would give its answer away."""
    return [text for text in clip.picture.texts if text.burned]


def _around(area: Area) -> Area:
    """A little more than an area, within the picture."""
    more = _MARGIN * area.height
    left, top = max(0.0, area.left - more), max(0.0, area.top - more)
    return Area(
        left, top, min(1.0, area.left + area.width + more) - left, min(1.0, area.top + area.height + more) - top
    )
