"""What a finished ad's run gives: the data of `ad make --json`, its files, and a manifest to replay it by."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import StoreError
from ...graphs.ad.outcomes import check_data, claim_data, known
from ...graphs.ad.state import AdState
from ...tools.video.types import Clip
from .result import chunks_of, keep_file, versions_of

_PACKAGES = (
    "llmpopcorn",
    "langgraph",
    "langchain-core",
    "langchain-openai",
    "numpy",
    "av",
    "pillow",
    "opencv-python-headless",
    "scenedetect",
    "faster-whisper",
    "rapidocr",
    "hibari-tts",
    "pocketsphinx",
    "opentimelineio",
)
"""The packages that decide what an ad's run gives."""
_RENDERED, _SPOKEN = "ad", "speech"
"""Folders of a run that hold what was made step by step."""


@dataclass(frozen=True, slots=True)
class KeptAd:
    """Where the files of an ad stand in the end."""

    video: Clip
    cover: Path
    edit_lists: tuple[Path, ...]
    subtitles: tuple[Path, ...]


def keep_ad(state: AdState, folder: Path) -> KeptAd:
    """Copies of what was made, under the names that a run's folder has them by; doing it again changes nothing.

    The folder may have been moved since. Raises StoreError when a file is gone or the video was changed.
    """
    made = known(state.files)
    video = _kept(made.video.path, folder, "clip")
    if _digest(video) != made.video.sha256:
        raise StoreError(f"{str(made.video.path)!r} is not what was rendered", hint="Ask again to start a new run.")
    return KeptAd(
        replace(made.video, path=video),
        _kept(made.cover, folder, "cover"),
        tuple(folder / path.name for path in made.edit_lists),
        tuple(_kept(path, folder, "ad") for path in made.subtitles),
    )


def keep_run_files(source: Path, target: Path) -> None:
    """Copy what one run spoke and rendered into the folder of another one, so that the first may go."""
    for name in (_SPOKEN, _RENDERED):
        for path in sorted(source.joinpath(name).rglob("*")):
            if path.is_file() and path.name != "lock":
                keep_file(path, target / path.relative_to(source))
    for path in sorted(source.glob("ad.*")):
        keep_file(path, target / path.name)


def _kept(path: Path, folder: Path, name: str) -> Path:
    return keep_file(folder / _RENDERED / path.name, folder / f"{name}{path.suffix}")


def _digest(path: Path) -> str:
    from hashlib import sha256

    digest = sha256()
    for chunk in chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def ad_data(
    run_id: str,
    state: AdState,
    kept: KeptAd,
    models: Mapping[str, str],
    timings: Mapping[str, float],
    usage: Mapping[str, int | float | None],
) -> dict[str, Any]:
    """The data of `ad make --json`. `usage` is what the calls that went out took."""
    plan, product = state.plan, state.plan.product
    return {
        "run_id": run_id,
        "request": state.request,
        "title": product.called,
        "product": asdict(product) | {"facts": list(product.facts)},
        "language": plan.language,
        "strategy": plan.strategy.value,
        "variant": plan.variant,
        "video": kept.video.data(),
        "cover": {"path": str(kept.cover)},
        "edit_lists": [str(path) for path in kept.edit_lists],
        "subtitles": {path.suffix.removeprefix("."): str(path) for path in kept.subtitles},
        "segments": list(_segments(state)),
        "claims": [claim_data(claim) for claim in state.ledger],
        "checks": [check_data(check) for check in state.checks],
        "repairs": list(state.repairs),
        "footage": {
            "folder": str(plan.footage),
            "clips": state.surveyed,
            "left_out": [{"path": str(one.path), "reason": one.reason} for one in state.left_out],
        },
        "models": dict(models),
        "usage": dict(usage),
        "timings": {node: round(seconds, 3) for node, seconds in timings.items()},
        "notices": list(dict.fromkeys(state.notices)),
    }


def _segments(state: AdState) -> Iterator[dict[str, Any]]:
    """Each cut with what is said over it."""
    for cut in known(state.timeline).cuts:
        line = state.lines[cut.line]
        yield {
            "clip": cut.clip,
            "source": str(cut.source),
            "start": round(cut.start, 3),
            "end": round(cut.end, 3),
            "at": round(cut.at, 3),
            "script": line.script,
            "subtitles": list(line.subtitles),
            "role": line.role.value,
        }


def ad_manifest(
    data: Mapping[str, Any],
    state: AdState,
    settings: Mapping[str, Any],
    facts: Mapping[str, str],
    changed: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything needed to walk the run again: facts, prompts, seeds, models, versions, settings, sources, timings."""
    used = {line.clip for line in state.lines}
    return {
        "schema_version": 1,
        "run_id": data["run_id"],
        "request": state.request,
        "product": data["product"],
        "settings": dict(settings),
        "changed": [dict(one) for one in changed],
        "models": data["models"],
        "facts": dict(facts),
        "prompts": sorted({call.prompt for call in state.calls}),
        "calls": [asdict(call) for call in state.calls],
        "sources": {str(clip.source): clip.sha256 for clip in state.clips if clip.number in used},
        "video": {"sha256": data["video"]["sha256"]},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": versions_of(_PACKAGES),
        "timings": data["timings"],
    }
