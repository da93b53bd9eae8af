"""Footage as an ad's run reads it: surveyed with what is at hand on this machine, and remembered under the home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ...settings import Settings

if TYPE_CHECKING:
    from ...graphs.ad.context import Progress
    from ...tools.footage.types import Footage, FootageClip


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Reads folders. What was found in a file before is known by its content."""

    cache: Path
    models: Mapping[str, str] = field(default_factory=dict)
    """What looks and listens, for results."""

    @classmethod
    def of(cls, settings: Settings) -> FolderReader:
        """The reader of a home."""
        return cls(settings.home / "footage")

    def survey(self, folder: Path, progress: Progress) -> Footage:
        """The footage of a folder, read whole."""
        from ...tools.footage.survey import survey

        return survey(
            folder, cache=self.cache, transcriber=None, progress=lambda step, done, total: progress(done, total)
        )

    def spatial(self, clip: FootageClip) -> bytes:
        """The middle frame as JPEG."""
        from ...tools.footage.representation import spatial_input

        return spatial_input(clip)

    def temporal(self, clip: FootageClip) -> Sequence[bytes]:
        """One frame a second as JPEG, at most five."""
        from ...tools.footage.representation import temporal_input

        return temporal_input(clip)
