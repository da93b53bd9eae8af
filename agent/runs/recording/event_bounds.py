"""How large an event may be: its longest texts are cut, and it says which and from what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

LARGEST = 256_000
"""Bytes of one event as JSON."""
SHORTEST = 200
"""Characters that are left of a text at least."""

Event = dict[str, Any]
_Place = tuple[str | int, ...]


def size_of(value: Any) -> int:
    """Bytes of a JSON value as it is stored."""
    return len(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace"))


def shortened(value: Any, most: int) -> Any:
    """A JSON value without what is beyond `most` characters of any text in it; cheap, for what is absurdly long."""
    if isinstance(value, str):
        return value[:most]
    if isinstance(value, dict):
        return {str(name)[:most]: shortened(inner, most) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(inner, most) for inner in value]
    return value


def bounded(event: Event, largest: int = LARGEST) -> Event:
    """The event in at most about `largest` bytes; `cut` then says what is missing, a sentence a text."""
    size = size_of(event)
    if size <= largest:
        return event
    texts = list(_texts(event))
    limit = max((len(text) for _, text in texts), default=0)
    while limit > SHORTEST:
        limit = max(SHORTEST, limit // 2)
        shortened, names = _cut(event, texts, limit)
        if size_of(shortened) <= largest - size_of(names):
            return shortened | {"cut": names}
    kept = {name: event[name] for name in ("event", "run_id", "ts", "node", "task", "call") if name in event}
    return kept | {"cut": [f"everything: {size:,} bytes in too many pieces"]}


def _cut(event: Event, texts: list[tuple[_Place, str]], limit: int) -> tuple[Event, list[str]]:
    shortened, names = json.loads(json.dumps(event, default=str)), []
    for place, text in texts:
        if len(text) > limit:
            _put(shortened, place, f"{text[:limit]}… [cut]")
            names.append(f"{_named(place)}: {limit:,} of {len(text):,} characters")
    return shortened, names


def _texts(value: Any, place: _Place = ()) -> Iterator[tuple[_Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*place, number))


def _put(value: Any, place: _Place, text: str) -> None:
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = text


def _named(place: _Place) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")
