"""make_ad: an ad out of raw footage and the facts of a product."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ....errors import PopcornError
from ..ad_places import material
from ..made_ad import MadeAd
from ..tool import Arguments, Tool
from ..work import Asynchronous
from ..workbench import changed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ....tools.video.types import Estimate
    from ..sendable_result import Progress
    from ..workbench import Workbench

_STARTING, _A_SECOND = 30.0, 5.0
"""Seconds of work for reading footage, and for each second of an ad: docs/log.md."""
_USUAL = 20.0


class MakeAd(Arguments):
    """What is made, and of what."""

    product: Annotated[
        str, Field(description="the product file (TOML with name, brand, price, facts), below the working folder.")
    ] = ""
    footage: Annotated[str, Field(description="the folder of the clips, below the working folder.")] = ""
    script: Annotated[
        str, Field(description="a text file with the person's own lines, which are then not written; none without it.")
    ] = ""
    clips: Annotated[int, Field(description="how many clips the ad has; by its length at 0.")] = 0
    seconds: Annotated[float, Field(description="how long it is; what the footage carries, at most 20, at 0.")] = 0
    language: Annotated[str, Field(description="what it is spoken in; that of the product file without it.")] = ""
    resume: Annotated[str, Field(description="the id of an unfinished ad to go on with, instead of the rest.")] = ""


async def _make(bench: Workbench, asked: MakeAd, progress: Progress | None) -> MadeAd:
    """Make an ad: cut the footage into clips, write lines from the product's facts, speak, edit, check it.

    Claims nothing that the product file does not say. Use it when somebody has clips and a product file.
    Example: make_ad(product="product.toml", footage="clips")
    """
    from ...runs.ad_inputs import read_inputs
    from ...runs.ad_variants import make_ads, resume_ads
    from ...runs.session import Session

    wanted = {"ad_clips": asked.clips, "ad_seconds": asked.seconds, "language": asked.language}
    settings = changed(bench.settings, {name: value or None for name, value in wanted.items()})
    session = Session(settings, bench.allowance)
    if asked.resume:
        return MadeAd.read(await _walked(resume_ads(session, asked.resume, {}), progress))
    product, footage = material(asked.product, "product file"), material(asked.footage, "footage")
    script = material(asked.script, "script") if asked.script else None
    return MadeAd.read(await _walked(make_ads(session, read_inputs(product, footage, script)), progress))


def _estimate(bench: Workbench, asked: MakeAd) -> Estimate:
    """How long it takes; what a model costs is counted apart."""
    from ....tools.video.types import Estimate

    return Estimate(seconds=_STARTING + _A_SECOND * (asked.seconds or _USUAL))


async def _walked(events: AsyncGenerator[dict[str, Any]], progress: Progress | None) -> dict[str, Any]:
    """Walk the ad graph to its end. Raises what a session raises."""
    done, data = 0, None
    async with aclosing(events):
        async for event in events:
            done += event["event"] == "node_finished"
            if event["event"] == "run_finished":
                data = {name: value for name, value in event.items() if name not in {"event", "ts"}}
            elif progress and event["event"] == "progress":
                progress(event["done"], event["total"], f"{event['node']}: {event['note']}")
            elif progress and event["event"] == "node_started":
                progress(done, 0, str(event["node"]))
    if data is None:
        raise PopcornError("the run ended without a result")
    return data


make_ad = Tool(
    name="make_ad",
    label="make the ad",
    arguments=MakeAd,
    work=Asynchronous(_make),
    read=MadeAd.read,
    estimate=_estimate,
    spends=True,
)
