"""The clip of a finished run, as a piece of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..agent.trace.compare import result_of
from .fragments import fragment

if TYPE_CHECKING:
    from ..agent.runs.run_store import Run
    from .service import Visitor


def media_view(visitor: Visitor, run: Run) -> str:
    """The clip with its title as HTML; empty for a run that has none. Raises StoreError for a damaged result."""
    result = result_of(visitor.store, run)
    video = result.get("video")
    if not video or not (clip := visitor.address(video["path"])):
        return ""
    stand_in = ", a stand-in: it is drawn, not filmed" if video.get("demo") else ""
    return fragment(
        "run_clip.html",
        title=result.get("title") or run.request,
        clip=clip,
        cover=visitor.address((result.get("cover") or {}).get("path", "")) if result.get("cover") else "",
        width=video["width"],
        height=video["height"],
        told=f"{video['seconds']:.2g} s, {video['width']}×{video['height']}, by {video['renderer']}{stand_in}",
    )
