"""Checkpoints as bytes, without secrets: what a reply or a request held must not stand in a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ormsgpack
from langgraph.checkpoint.base import Checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ....redaction import scrubber

_NAMES = ormsgpack.OPT_NON_STR_KEYS


class ScrubbingSerializer(JsonPlusSerializer):
    """LangGraph's serialiser, each text of which is scrubbed whatever value it is a part of."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The kind and the bytes of a value."""
        kind, content = super().dumps_typed(obj)
        return (kind, _scrubbed(content)) if kind == "msgpack" else (kind, content)


def without_secrets(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with its bare texts scrubbed, which PostgreSQL's saver keeps without serialising them."""
    clean = scrubber().text
    values = {name: clean(one) if isinstance(one, str) else one for name, one in checkpoint["channel_values"].items()}
    return Checkpoint(**{**checkpoint, "channel_values": values})


def _scrubbed(content: bytes) -> bytes:
    """The bytes with every text clean; the very same where no text is a secret, which is nearly always.

    Each text is looked at by itself: among the bytes, the length before it may be a letter, which hides its beginning.
    """
    found = False

    def clean(text: str) -> str:
        nonlocal found
        told = whole(text)
        found = found or told != text
        return told

    whole = scrubber().text
    value = _unpacked(content, clean)
    return ormsgpack.packb(value, option=_NAMES) if found else content


def _unpacked(content: bytes, clean: Callable[[str], str]) -> Any:
    """The plain values in `content` with clean texts; values of classes are bytes of the same kind inside."""

    def inner(tag: int, packed: bytes) -> ormsgpack.Ext:
        return ormsgpack.Ext(tag, ormsgpack.packb(_unpacked(packed, clean), option=_NAMES))

    return _clean(ormsgpack.unpackb(content, ext_hook=inner, option=_NAMES), clean)


def _clean(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_clean(name, clean): _clean(inner, clean) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_clean(inner, clean) for inner in value)
    return value
