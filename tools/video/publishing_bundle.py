"""The publishing bundle: one folder with everything that an upload form asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ... import files
from ...errors import RenderError
from ..media.platforms import Platform, platforms, ratio_of
from ..media.probe import probe
from .types import Clip

TEXT = "post.txt"
"""The words of a bundle for people, beside metadata.json."""


def metadata(
    clip: Clip,
    *,
    title: str,
    caption: str,
    hashtags: Sequence[str],
    alt_text: str,
    manifest: str = "",
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The bundle's metadata.json. `manifest` is the digest of a run's manifest.

    Raises DataError or BadClipError when the clip cannot be read.
    """
    provenance = probe(clip.path).provenance
    disclosure = sentence(str(provenance.get("kind", f"rendered by {clip.renderer}")))
    return {
        "schema_version": 2,
        "title": title,
        "caption": caption,
        "hashtags": list(hashtags),
        "alt_text": alt_text,
        "disclosure": disclosure,
        "description": "\n\n".join(filter(None, (caption, " ".join(hashtags), disclosure))),
        "platforms": {one.key: _on(one, clip, title, caption, hashtags) for one in platforms()},
        "video": asdict(clip) | {"path": "clip.mp4"},
        "cover": {"path": "cover.jpg"},
        "provenance": dict(provenance) | ({"run_manifest_sha256": manifest} if manifest else {}),
    } | dict(more or {})


def paste_text(said: Mapping[str, Any]) -> str:
    """The metadata as a person pastes and reads it: what is posted first, then what to know of it."""
    parts = [
        ("TITLE", said["title"]),
        ("CAPTION", said["caption"]),
        ("HASHTAGS", " ".join(said["hashtags"])),
        ("ALT TEXT", said["alt_text"]),
        ("HOW IT WAS MADE", said["disclosure"]),
        ("SCORE", said.get("score", {}).get("meaning", "")),
        ("SOUND", said.get("sound_told") or ("none: the clip is silent" if said["video"]["silent"] else "in the clip")),
        ("PLATFORMS", "\n".join(_line(one) for one in said["platforms"].values())),
    ]
    return "\n\n".join(f"{head}\n{body}" for head, body in parts if body) + "\n"


def _on(platform: Platform, clip: Clip, title: str, caption: str, hashtags: Sequence[str]) -> dict[str, Any]:
    """What a clip and its words are on a platform: what does not fit, the text to paste, what its app covers."""
    ratio = ratio_of(clip.width, clip.height)
    tags = list(hashtags[: platform.hashtags or None])
    text = "\n\n".join(filter(None, (caption, " ".join(tags))))
    faults = platform.faults(ratio, clip.seconds, title)
    if platform.caption and len(text) > platform.caption:
        faults.append(f"caption and hashtags have {len(text)} characters, {platform.caption} are taken")
    return {
        "name": platform.name,
        "fits": not faults,
        "faults": faults,
        "ratio": ratio,
        "ratios": list(platform.ratios),
        "seconds": list(platform.seconds),
        "text": text,
        "hashtags": tags,
        "limited": len(tags) < len(hashtags),
        "keep_free": asdict(platform.free) if platform.free else None,
        "sources": [asdict(one) for one in platform.sources],
    }


def _line(one: Mapping[str, Any]) -> str:
    told = "; ".join(one["faults"]) or f"fits ({one['ratio']})"
    few = f"; it takes {len(one['hashtags'])} hashtags: {' '.join(one['hashtags'])}" if one["limited"] else ""
    return f"{one['name']}: {told}{few}"


def write_bundle(
    folder: Path, clip: Path, cover: Path, said: Mapping[str, Any], captions: Path | None = None
) -> dict[str, str]:
    """Copy the files into `folder` under their fixed names, metadata.json last, and give their places.

    Raises RenderError when the folder cannot be written.
    """
    sources = {"clip.mp4": clip, "cover.jpg": cover} | ({f"captions{captions.suffix}": captions} if captions else {})
    named = dict(said) | (
        {"captions": dict(said.get("captions", {})) | {"path": f"captions{captions.suffix}"}} if captions else {}
    )
    try:
        files.folder(folder, shared=True)
        for name, source in sources.items():
            files.copy(source, folder / name, shared=True)
        files.write_text(folder / TEXT, paste_text(named), shared=True)
        files.write_json(folder / "metadata.json", named, shared=True)
    except OSError as exc:
        raise RenderError(
            f"the bundle {str(folder)!r} could not be written: {exc.strerror or exc}",
            hint=f"name another folder; the clip is kept as {str(clip)!r}",
        ) from exc
    return {name: str(folder / name) for name in [*sources, TEXT, "metadata.json"]}


def sentence(words: str) -> str:
    """The words with a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
