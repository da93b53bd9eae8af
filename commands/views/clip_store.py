"""The clip store as `popcorn render --list` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import shorten
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from ...tools.video.clip_store import ClipStore, StoredClip

_MEGABYTE = 10**6
_PROMPT = 48  # characters: two lines at 80 columns


def stored_data(entry: StoredClip) -> dict[str, Any]:
    """An entry as JSON has it."""
    return {
        "digest": entry.digest,
        "identity": entry.identity,
        "video": asdict(entry.clip) | {"path": str(entry.clip.path)},
        "seconds_to_render": entry.seconds_to_render,
        "made": entry.made.isoformat(),
        "used": entry.used.isoformat(),
        "bytes": entry.bytes,
    }


def stored_table(entries: Sequence[StoredClip], store: ClipStore) -> Group:
    """A line for each clip and one for their sum, for 80 columns."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("digest", "renderer", "clip", "took", "MB", "used"):
        table.add_column(name, justify="right" if name in {"took", "MB"} else "left", no_wrap=True)
    table.add_column("prompt")
    for entry in entries:
        clip = entry.clip
        prompt = str(entry.identity.get("video_prompt") or entry.identity.get("prompt") or "")
        table.add_row(
            entry.digest[:8],
            Text(clip.renderer),
            f"{clip.width}x{clip.height} {clip.seconds:.1f}s",
            f"{entry.seconds_to_render:.0f}s",
            f"{entry.bytes / _MEGABYTE:.1f}",
            f"{entry.used.astimezone():%m-%d}",
            Text(shorten(prompt, _PROMPT, placeholder="…")),
        )
    size = sum(entry.bytes for entry in entries) / _MEGABYTE
    many = "1 clip" if len(entries) == 1 else f"{len(entries)} clips"
    total = Text(f"{many}, {size:.1f} of {store.limit / _MEGABYTE:,.0f} MB in {store.folder}", style="dim")
    return Group(table, total) if entries else Group(total)


def gone_line(gone: Sequence[StoredClip]) -> str:
    """What pruning brought."""
    if not gone:
        return "nothing had to go"
    many = "1 clip" if len(gone) == 1 else f"{len(gone)} clips"
    return f"{many} thrown away, {sum(entry.bytes for entry in gone) / _MEGABYTE:.1f} MB free again"
