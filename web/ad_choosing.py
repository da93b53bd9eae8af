"""Which of several ads somebody would publish: finished ads to choose from, shown side by side, and the answer kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..agent.runs.run_store import Kind, Run, Status
from ..agent.runs.showings import Showing, Showings
from ..agent.trace.adoption import adoption_of, told
from ..agent.trace.compare import result_of
from ..agent.trace.finished_ads import finished_ads
from ..agent.trace.run_finder import phase_of
from ..agent.trace.showing_page import script_of
from ..agent.trace.story import Phase
from ..errors import PopcornError
from .fragments import fragment
from .run_index import when

if TYPE_CHECKING:
    from .service import Visitor

_MOST = 40
"""Finished ads that can be chosen from, the latest."""


def finished(visitor: Visitor) -> list[tuple[str, str]]:
    """What is read of each finished ad, without a word of how it was made, and its run."""
    runs = [run for run in visitor.store.runs(_MOST, Kind.AD) if run.status is Status.DONE]
    return [(line, run.run_id) for run in runs if (line := _line(visitor, run))]


def latest_ads(visitor: Visitor) -> dict[str, Any]:
    """The data of the ad that was finished last, with its variants; empty where there is none."""
    done = next((run for run in visitor.store.runs(_MOST, Kind.AD) if run.status is Status.DONE), None)
    if done is None:
        return {}
    names = [str(one["run_id"]) for one in done.inputs.get("made", ())] + [done.run_id]
    ads = [data for name in names if (data := _result(visitor, name))]
    return {"variants": ads} if len(ads) > 1 else dict(ads[0]) if ads else {}


def left(visitor: Visitor) -> bool:
    """Whether the last ad that was asked for came to no end, and nobody works on it."""
    runs = visitor.store.runs(1, Kind.AD)
    return bool(runs) and phase_of(runs[0], visitor.store) in {Phase.LEFT, Phase.FAILED}


def show(visitor: Visitor, runs: Sequence[str]) -> tuple[Showing, str]:
    """A new showing of these ads, and it as HTML. Raises RequestError where they cannot be chosen between."""
    ads = finished_ads(visitor.store, runs)
    showing = Showings(visitor.settings.home).keep(list(ads.values()))
    shown = [_shown(visitor, ad.letter, ads[ad.run_id]) for ad in showing.ads]
    return showing, fragment("ad_showing.html", ads=shown)


def take(visitor: Visitor, showing_id: str, letters: Sequence[str]) -> str:
    """Keep which ads of a showing somebody takes, none of them too; what was kept, and what all answers say so far."""
    showings = Showings(visitor.settings.home)
    answered = showings.take(showings.find(showing_id), letters)
    taken = [ad.letter for ad in answered.ads if ad.run_id in (answered.taken or ())]
    kept = f"Kept: you took {', '.join(taken) or 'none'} of {len(answered.ads)}."
    return " ".join([kept, *(f"{line[:1].upper()}{line[1:]}." for line in told(adoption_of(showings.all())))])


def _line(visitor: Visitor, run: Run) -> str:
    data = _result(visitor, run.run_id)
    return f"{data['title']}\n{when(run.created)}, {data['video']['seconds']:.0f} s" if data else ""


def _result(visitor: Visitor, run_id: str) -> dict[str, Any]:
    """The data of a finished ad; empty where it is gone or damaged, which hides no other."""
    try:
        data = result_of(visitor.store, visitor.store.find(run_id))
    except PopcornError:
        return {}
    return data if "segments" in data else {}


def _shown(visitor: Visitor, letter: str, data: dict[str, Any]) -> dict[str, Any]:
    video = data["video"]
    return {
        "letter": letter,
        "clip": visitor.address(video["path"]),
        "width": video["width"],
        "height": video["height"],
        "seconds": f"{video['seconds']:.0f}",
        "lines": script_of(data["segments"]),
    }
