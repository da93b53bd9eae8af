"""Settings with changes of one call."""

from __future__ import annotations

from collections.abc import Mapping

from ...settings import Settings, load_settings


def changed(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """The settings with changes that are checked as flags are; None stands for no change. Raises RequestError."""
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        return settings
    return load_settings(**{name: getattr(settings, name) for name in Settings.model_fields} | given)
