"""Footage as an ad's run reads it: surveyed with what is at hand on this machine, and remembered under the home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...graphs.ad.context import Progress
    from ...tools.footage.sight import Sight
    from ...tools.footage.types import Footage, FootageClip
    from ...tools.footage.whisper import WhisperTranscriber


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Reads folders. What was found in a file before is known by its content."""

    cache: Path
    transcriber: WhisperTranscriber
    sight: Sight

    @property
    def models(self) -> Mapping[str, str]:
        """What listens, for results."""
        return {"transcriber": self.transcriber.identity}

    def survey(self, folder: Path, progress: Progress) -> Footage:
        """The footage of a folder, read whole."""
        from ...tools.footage.survey import survey

        return survey(
            folder,
            cache=self.cache,
            transcriber=self.transcriber,
            sight=self.sight,
            progress=lambda step, done, total: progress(done, total),
        )

    def spatial(self, clip: FootageClip) -> bytes:
        """The middle frame as JPEG."""
        from ...tools.footage.representation import jpeg, spatial_input

        return jpeg(spatial_input(clip))

    def temporal(self, clip: FootageClip) -> Sequence[bytes]:
        """One frame a second as JPEG, at most five."""
        from ...tools.footage.representation import jpeg, temporal_input

        return [jpeg(picture) for picture in temporal_input(clip)]
