"""What a run goes on with instead of what it began with: in its events, and in its manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...settings import CHOSEN_ANEW, FOR_ONE_RUN, OF_ADS, OF_THE_WALK, Settings

Changes = Mapping[str, Mapping[str, Any]]
"""By the name of the setting: `from` and `to`."""
_TOLD = CHOSEN_ANEW | (OF_THE_WALK & FOR_ONE_RUN) | OF_ADS
"""Settings of which it is told; where things are and what servers there are is no matter of a run."""


def changes_between(began: Mapping[str, Any], settings: Settings) -> Changes:
    """What of the settings differs from those that the run had, as far as those say."""
    now = settings.model_dump(mode="json")
    return {
        name: {"from": began[name], "to": now[name]}
        for name in Settings.model_fields
        if name in _TOLD and name in began and began[name] != now[name]
    }


def sentence_of(changes: Changes) -> str:
    """The changes as a notice."""
    told = [f"{name} {one['to']!r} instead of {one['from']!r}" for name, one in changes.items()]
    return f"gone on with {', '.join(told)}"


def changes_of(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every change in the record of a run, with the time of the walk that began with it."""
    return [
        {"at": event["ts"], **event["changed"]}
        for event in events
        if event["event"] == "run_started" and event.get("changed")
    ]
