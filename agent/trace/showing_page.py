"""Ads side by side as one HTML page, without a word of how each was made: no script, no request, no run id."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ... import files
from ...redaction import scrubber
from ..runs.result import chunks_of, keep_file
from ..runs.showings import Showing, ShownAd
from .page_templates import styled, template


def export_showing(showing: Showing, ads: Mapping[str, Mapping[str, Any]], out: Path, *, link: bool) -> list[Path]:
    """Write the page, and with `link` the clips into a folder beside it, named by letter; the files written.

    `ads` are the data of `ad make` by run. Raises StoreError where a clip is gone or nothing can be written.
    """
    clips, written = dict[str, str](), list[Path]()
    for shown in showing.ads:
        source = Path(ads[shown.run_id]["video"]["path"])
        if link:
            written.append(keep_file(source, out.with_name(f"{out.stem}_files") / f"{shown.letter}.mp4", shared=True))
            clips[shown.letter] = f"{written[-1].parent.name}/{written[-1].name}"
        else:
            clips[shown.letter] = f"data:video/mp4;base64,{base64.b64encode(b''.join(chunks_of(source))).decode()}"
    page = showing_page(showing, scrubber().value(dict(ads)), clips, linked=link)
    with files.writing(out):
        files.write_text(out, page, shared=True)
    return [out, *written]


def showing_page(
    showing: Showing, ads: Mapping[str, Mapping[str, Any]], clips: Mapping[str, str], *, linked: bool
) -> str:
    """The page; `clips` are data URLs or names of files by letter. Every text of an ad is escaped."""
    return template("showing.html").render(
        styled("page.css", "showing.css")
        | {
            "sources": "data: 'self' file:" if linked else "data:",
            "showing_id": showing.showing_id,
            "product": showing.ads[0].product,
            "ads": [_ad(shown, ads[shown.run_id], clips[shown.letter]) for shown in showing.ads],
        }
    )


def _ad(shown: ShownAd, data: Mapping[str, Any], clip: str) -> dict[str, Any]:
    video = data["video"]
    return {
        "letter": shown.letter,
        "clip": clip,
        "width": video["width"],
        "height": video["height"],
        "seconds": f"{video['seconds']:.0f}",
        "lines": script_of(data["segments"]),
    }


def script_of(segments: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is said, once for each line: a line may run over several cuts."""
    lines: list[str] = []
    for segment in segments:
        if segment["script"] and segment["script"] not in lines[-1:]:
            lines.append(str(segment["script"]))
    return lines
