"""An ad's run as one HTML page: the video, what is said over what, what it claims, what was measured, how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...languages import name_of
from .page_templates import template
from .run_page import Data, Known, Media, common

_BACKED = "backed"


def ad_page(known: Known, media: Media) -> str:
    """The page. Every text of the run is escaped, and hidden characters are taken out."""
    return template("ad_page.html").render(common(known, media) | _made(known.result))


def _made(result: Data) -> dict[str, Any]:
    """The ad; nothing of it before its run has a result."""
    checks, claims, models = result.get("checks", ()), result.get("claims", ()), result.get("models") or {}
    failed = sum(not check["ok"] for check in checks)
    voice = models.get("voice", "")
    return {
        "seconds": f"{result['video']['seconds']:.1f}" if result else "",
        "told": _told(result) if result else "",
        "failed": failed,
        "verdict": verdict(failed, checks),
        "claims_told": claims_told(claims),
        "writer": models.get("chat", ""),
        "voice": voice,
        "synthetic": voice not in {"", "none"},
        "lines": list(line_rows(result)),
        "claims": [{**claim, "backed": claim["verdict"] == _BACKED} for claim in claims],
        "checks": checks,
        "repairs": result.get("repairs", ()),
    }


def verdict(failed: int, checks: Sequence[Data]) -> str:
    """How the checks of an ad ended, in words."""
    unmade = sum(str(check["value"]).startswith("not checked") for check in checks)
    beside = f", {unmade} could not be made" if unmade else ""
    return f"{failed} of {len(checks)} checks failed" if failed else f"{_count(len(checks) - unmade)} passed{beside}"


def _count(checks: int) -> str:
    return "1 check" if checks == 1 else f"{checks} checks"


def _told(result: Data) -> str:
    clips = len({one["clip"] for one in result["segments"]})
    of = result["footage"]["clips"]
    return f"{clips} of {of} clips of the footage, in {name_of(result['language'])}, {result['strategy']}"


def claims_told(claims: Sequence[Data]) -> str:
    """How many claims are backed, in words; empty where nothing is claimed."""
    if not claims:
        return ""
    backed = sum(claim["verdict"] == _BACKED for claim in claims)
    return f"{backed} of {len(claims)} claims backed by a fact, a picture or speech"


def line_rows(result: Data) -> Iterator[dict[str, Any]]:
    """What is said over which stretch of which file, in words."""
    for one in result.get("segments", ()):
        yield {
            "at": f"{one['at']:.1f} s",
            "script": one["script"],
            "role": one["role"],
            "clip": one["clip"],
            "source": Path(one["source"]).name,
            "span": f"{one['start']:.1f} to {one['end']:.1f} s",
        }
