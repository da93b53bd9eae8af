"""The settings in force: what won of every setting and where it came from, what is wrong, what was ignored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from .errors import RequestError
from .home import close_to_others
from .settings import Settings
from .settings_sources import Sources, complaint, drop, ignored_of, origin_of, sources_of
from .trust.project_file import ProjectFile
from .trust.untrusted_settings import Ignored


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings apart from what is wrong with them."""

    settings: Settings
    origins: dict[str, str]
    """For every setting the name of the source that won."""
    wrong: tuple[RequestError, ...]
    """What does not count, since no command would begin with it."""


def settings_in_force() -> InForce:
    """Whatever of the settings fits, and what does not. Raises RequestError where a source cannot be read at all."""
    sources = sources_of(Settings, {})
    wrong: list[RequestError] = []
    while True:
        try:
            settings = merged(sources)
        except ValidationError as exc:
            fault = exc.errors()[0]
            wrong.append(complaint(fault, sources, Settings.model_fields))
            drop(str(fault["loc"][0]), sources)
        else:
            close_to_others(settings.home)
            return InForce(settings, _origins(sources), tuple(wrong))


def merged(sources: Sources) -> Settings:
    """The settings of these sources alone."""

    class Merged(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(cls, values) for _, values in sources)

    return Merged()  # type: ignore[call-arg]  # its sources have the arguments


def origins(**flags: object) -> dict[str, str]:
    """For every setting the name of the source that won."""
    return _origins(sources_of(Settings, {name: value for name, value in flags.items() if value is not None}))


def _origins(sources: Sources) -> dict[str, str]:
    return {name: origin_of(name, sources) for name in Settings.model_fields}


def ignored_settings(folder: Path | None = None) -> tuple[ProjectFile | None, tuple[Ignored, ...]]:
    """The settings file of a folder, of this one if none is given, and what of it needs trust: all of that is ignored
    as long as the file is not trusted. Raises what `read_project` does.
    """
    return ignored_of(folder, Settings)
