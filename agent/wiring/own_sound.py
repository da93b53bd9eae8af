"""Voice and music under a draft of somebody's own: the line is spoken before anything is rendered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ... import files
from ...errors import RequestError
from ...settings import Settings
from .clip_editing import ShotEditor, check_sound, clip_voice, speaks

if TYPE_CHECKING:
    from ...graphs.create.state import Speech
    from ...tools.video.types import Clip, RenderRequest

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class OwnSound:
    """What is laid under each clip of a command."""

    settings: Settings
    speech: Speech | None = None

    def under(self, clip: Clip, progress: Progress) -> tuple[Clip, dict[str, Any] | None]:
        """The clip with voice and music in its own file, and what is heard; as it is where nothing was chosen."""
        from ...graphs.create.speaking import heard

        if self.speech is None and not self.settings.music:
            return clip, None
        made, sound = ShotEditor(self.settings).assemble([clip], self.speech, self.settings.music, clip.path, progress)
        return made, heard(self.speech) | asdict(sound) if sound else None


@contextmanager
def own_sound(settings: Settings, request: RenderRequest, say: str) -> Iterator[OwnSound]:
    """The sound that the settings choose for a draft; `say` is what is said, else the title. Its file is gone after.

    Raises RequestError where there is nothing to say, no such voice, or it does not speak the language, MissingError
    where it cannot speak here, and RenderError where a title does not fit into the clip.
    """
    from ...graphs.create.speaking import Room, most_units, readings, speak_reading, spoken_language, spoken_text

    text = spoken_text(say) or spoken_text(request.title)
    check_sound(settings, text or request.video_prompt)
    if not speaks(settings):
        yield OwnSound(settings)
        return
    if not any(map(str.isalnum, text)):
        raise RequestError("there is nothing to say", hint="Write a line with --say, or a title with --title.")
    language = spoken_language(text, settings.language)
    voice = clip_voice(settings, language)
    room = Room(voice.name, language, most_units(voice.units_per_second(language), request.seconds))
    said = [text] if say.strip() else [*readings("", request.title, request.request)]
    place = files.folder(settings.home / "speech") / f".line-{secrets.token_hex(6)}.wav"
    try:
        yield OwnSound(settings, speak_reading(said, 1, voice, room, request.seconds, place))
    finally:
        place.unlink(missing_ok=True)
