"""What the workshops of a process share, whatever the home: a device's memory, and what servers said and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..models.known_servers import KnownServers
from ..models.refused_parameters import Refusals
from .once_cache import OnceCache

if TYPE_CHECKING:
    from ...tools.footage.sight import Sight
    from ...tools.footage.whisper import WhisperTranscriber
    from ...tools.video.diffusion.loaded_pipeline import Keeper


class Shared:
    """What the workshops of a process share, whatever the home: a device's memory, what servers said and refused."""

    def __init__(self) -> None:
        """Nothing is loaded, and no server was asked yet."""
        self.refusals = Refusals()
        self.servers = KnownServers()
        self._keepers: OnceCache[Keeper] = OnceCache(1)
        self._image_models: OnceCache[Any] = OnceCache(1)
        self._transcribers: OnceCache[WhisperTranscriber] = OnceCache(1)
        self._sights: OnceCache[Sight] = OnceCache(1)

    def keeper(self) -> Keeper:
        """What keeps the one pipeline of a video model that stays loaded between renders."""
        from ...tools.video.diffusion.loaded_pipeline import Keeper

        return self._keepers.get("keeper", lambda _: True, Keeper)

    def image_model(self, folder: str) -> Any:
        """The pipeline of the image model that makes covers, in memory until another one is asked for."""
        from ...tools.video.image_covers import open_image_model

        return self._image_models.get(folder, lambda _: True, lambda: open_image_model(folder))

    def transcriber(self, model: str) -> WhisperTranscriber:
        """What writes speech down, with its weights until another model is asked for."""
        from ...tools.footage.whisper import WhisperTranscriber

        return self._transcribers.get(model, lambda _: True, lambda: WhisperTranscriber(model))

    def sight(self) -> Sight:
        """What finds text and faces in pictures, with its weights."""
        from ...tools.footage.sight import Sight

        return self._sights.get("sight", lambda _: True, Sight)
