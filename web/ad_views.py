"""Finished ads side by side, as a piece of the page: the clip, its lines, its claims with their sources, the checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agent.runs.ad_estimate import estimate_rows
from ..agent.trace.ad_page import claims_told, line_rows, verdict
from ..languages import name_of
from .fragments import fragment

if TYPE_CHECKING:
    from .footage_uploads import Dropped
    from .service import Visitor

Data = Mapping[str, Any]
_BACKED = "backed"


def ads_view(visitor: Visitor, data: Data) -> str:
    """The ads of `ad make --json` data as HTML: one, or several with their order."""
    ads = data.get("variants") or [data]
    of_all = [one for one in ads[0]["notices"] if len(ads) > 1 and all(one in ad["notices"] for ad in ads)]
    views = [_ad(visitor, one, len(ads), of_all) for one in ads]
    return fragment("ads.html", ads=views, ranking=_ranking(data), notices=of_all)


def dropped_view(dropped: Sequence[Dropped]) -> str:
    """The files that were dropped, as HTML."""
    return fragment("dropped.html", dropped=dropped) if dropped else ""


def estimate_view(name: str, data: Data) -> str:
    """What the ads take, as HTML: the words of `ad make --dry-run`."""
    return fragment("ad_estimate.html", product=name, rows=estimate_rows(data), notices=data["notices"])


def _ranking(data: Data) -> str:
    if "ranking" not in data:
        return ""
    order = ", ".join(str(one["variant"]) for one in data["ranking"]["order"])
    apart = "; ".join(f"{one['a']} and {one['b']} are {one['whole']:.2f} of 1 apart" for one in data["distances"])
    return f"{order}; {data['ranking']['told']}. {apart}."


def _ad(visitor: Visitor, data: Data, count: int, of_all: Sequence[str]) -> dict[str, Any]:
    """One of `count` ads; `of_all` are remarks that hold for each, and are told once."""
    video, models = data["video"], data["models"]
    failed = sum(not check["ok"] for check in data["checks"])
    return {
        "head": data["title"] if count == 1 else f"Variant {data['variant']}",
        "clip": visitor.address(video["path"]),
        "cover": visitor.address(data["cover"]["path"]),
        "width": video["width"],
        "height": video["height"],
        "told": f"{video['seconds']:.1f} s, {video['width']}×{video['height']}, in {name_of(data['language'])}, "
        f"{data['strategy']}; written by {models['chat']}, spoken by {models['voice']}",
        "lines": [
            {"script": line["script"] or "(no words)", "told": f"{line['at']}, {line['source']}, {line['span']}"}
            for line in line_rows(data)
        ],
        "claims_told": claims_told(data["claims"]) or "It claims nothing that would need a source",
        "claims": list(_claims(data["claims"])),
        "checks_told": verdict(failed, data["checks"]),
        "checks": data["checks"],
        "files": list(_files(visitor, data)),
        "left_out": [{"name": Path(one["path"]).name, "why": one["reason"]} for one in data["footage"]["left_out"]],
        "left_out_told": _left_out(len(data["footage"]["left_out"])),
        "notices": [one for one in dict.fromkeys(data["notices"]) if one not in of_all],
        "run": f"run {data['run_id']}",
    }


def _claims(claims: Sequence[Data]) -> Iterator[dict[str, Any]]:
    for claim in claims:
        source = f": {claim['source']}" if claim["source"] else ""
        told = f"{claim['kind']}, {claim['verdict']}{source}"
        yield {"text": claim["text"], "backed": claim["verdict"] == _BACKED, "told": told}


def _files(visitor: Visitor, data: Data) -> Iterator[dict[str, str]]:
    """Those that can be downloaded."""
    paths = [data["video"]["path"], data["cover"]["path"], *data["subtitles"].values(), *data["edit_lists"]]
    for path in paths:
        if (address := visitor.address(path)) and Path(path).is_file():
            yield {"name": Path(path).name, "address": address}


def _left_out(count: int) -> str:
    return f"{count} file{'s' * (count != 1)} of the footage {'were' if count != 1 else 'was'} left out"
