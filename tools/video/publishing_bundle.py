"""The publishing bundle: one folder with everything that an upload form asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ... import files
from ...errors import RenderError
from ..media.probe import probe
from .types import Clip

_MOST = 6
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SMALL = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "for", "from", "get", "has", "have"),
        *("how", "in", "into", "is", "it", "its", "just", "like", "make", "makes", "making", "my", "no", "not", "of"),
        *("off", "on", "one", "or", "our", "out", "over", "so", "than", "that", "the", "their", "them", "then", "they"),
        *("this", "to", "too", "up", "us", "video", "was", "we", "what", "when", "where", "which", "who", "why"),
        *("will", "with", "you", "your"),
    }
)


def metadata(
    clip: Clip,
    *,
    title: str,
    video_prompt: str,
    tags: Sequence[str] = (),
    manifest: str = "",
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The bundle's metadata.json. `tags` come first among the hashtags; `manifest` is the digest of a run's manifest.

    Raises DataError or BadClipError when the clip cannot be read.
    """
    provenance = probe(clip.path).provenance
    kind = str(provenance.get("kind", f"rendered by {clip.renderer}"))
    return {
        "schema_version": 1,
        "title": title,
        "description": "\n\n".join(filter(None, (title, " ".join(video_prompt.split()), sentence(kind)))),
        "hashtags": hashtags(title, tags, ai_generated=bool(provenance.get("ai_generated"))),
        "video": asdict(clip) | {"path": "clip.mp4"},
        "cover": {"path": "cover.jpg"},
        "provenance": dict(provenance) | ({"run_manifest_sha256": manifest} if manifest else {}),
    } | dict(more or {})


def hashtags(title: str, tags: Sequence[str] = (), *, ai_generated: bool = False) -> list[str]:
    """Up to six hashtags: the tags, the title's telling words, and the label that platforms ask for."""
    words = [word for word in _WORD.findall(title) if word.lower() not in _SMALL and len(word) > 2]
    named = [f"#{_joined(one)}" for one in [*tags, *words] if _joined(one)]
    label = ["#AIGenerated"] if ai_generated else []
    distinct = list({one.lower(): one for one in reversed(named)}.values())[::-1]
    return [*distinct[: _MOST - len(label)], *label]


def write_bundle(
    folder: Path, clip: Path, cover: Path, said: Mapping[str, Any], captions: Path | None = None
) -> dict[str, str]:
    """Copy the files into `folder` under their fixed names, metadata.json last, and give their places.

    Raises RenderError when the folder cannot be written.
    """
    sources = {"clip.mp4": clip, "cover.jpg": cover} | ({f"captions{captions.suffix}": captions} if captions else {})
    named = dict(said) | ({"captions": {"path": f"captions{captions.suffix}"}} if captions else {})
    try:
        files.folder(folder, shared=True)
        for name, source in sources.items():
            files.copy(source, folder / name, shared=True)
        files.write_json(folder / "metadata.json", named, shared=True)
    except OSError as exc:
        raise RenderError(
            f"the bundle {str(folder)!r} could not be written: {exc.strerror or exc}",
            hint=f"name another folder; the clip is kept as {str(clip)!r}",
        ) from exc
    return {name: str(folder / name) for name in [*sources, "metadata.json"]}


def sentence(words: str) -> str:
    """The words with a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _joined(words: str) -> str:
    """A hashtag's letters: several words as CamelCase."""
    parts = [part.replace("'", "").replace("’", "") for part in _WORD.findall(words)]
    return "".join(part[:1].upper() + part[1:] for part in parts)
