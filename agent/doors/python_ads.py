"""Ads from Python: `from popcorn import create_ad`.

    from popcorn import create_ad

    ad = create_ad("product.toml", "clips", voice="none", seconds=15)
    print(ad.title, ad.path, [line.script for line in ad.lines])

What an ad may choose has the names of the flags of `popcorn ad make`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ...choices import AD_ANEW, AD_SETTINGS
from ...choices import AdChoices as AdRunChoices
from ...errors import RequestError
from ...settings import OF_THE_WALK, load_settings
from ...tools.editing.types import Line, Role
from .python_calls import Watcher, blocking, check_texts, last, showable_async

if TYPE_CHECKING:
    from ..runs.ad_inputs import AdInputs
    from ..runs.session import Session


class AdChoices(AdRunChoices, total=False):
    """What a call may choose."""

    home: Path


@dataclass(frozen=True, slots=True)
class Ad:
    """A finished ad, every check of which was passed."""

    run_id: str
    title: str
    """The product's name with its brand."""
    path: Path
    """The video."""
    cover: Path
    lines: tuple[Line, ...]
    """A line over each clip, with its subtitles."""
    edit_lists: tuple[Path, ...]
    """OpenTimelineIO and FCP7 XML."""
    subtitles: tuple[Path, ...]
    """SRT, WebVTT and ASS."""
    notices: tuple[str, ...]
    data: Mapping[str, Any]
    """All of it, as `popcorn ad make --json` has it: claims, checks, repairs, usage, timings."""


def create_ad(
    product: str | Path,
    footage: str | Path,
    *,
    script: str | Path | None = None,
    music: str | Path = "",
    crops: Sequence[str] = (),
    watch: Watcher | None = None,
    **choices: Unpack[AdChoices],
) -> Ad:
    """Make an ad out of a product file and a folder of footage. Raises PopcornError.

    `script` is a file of your own lines, `music` a file, `crops` are texts like `scene=2:left`.
    """
    made = acreate_ad(product, footage, script=script, music=music, crops=crops, watch=watch, **choices)
    return blocking("create_ad", made)


@showable_async
async def acreate_ad(
    product: str | Path,
    footage: str | Path,
    *,
    script: str | Path | None = None,
    music: str | Path = "",
    crops: Sequence[str] = (),
    watch: Watcher | None = None,
    **choices: Unpack[AdChoices],
) -> Ad:
    """Like `create_ad`; a cancelled call stops the run, which `aresume_ad` can go on with."""
    from ..runs.ad_variants import make_ads

    inputs = await asyncio.to_thread(_inputs, product, footage, script, music, crops)
    session = await asyncio.to_thread(_session, choices)
    return _ad(await last(make_ads(session, inputs), watch))


def resume_ad(run_id: str, *, watch: Watcher | None = None, **choices: Unpack[AdChoices]) -> Ad:
    """Go on with an ad where it stopped; `choices` are its limits, and another model, voice, seed or levels of claims.

    Raises PopcornError.
    """
    return blocking("resume_ad", aresume_ad(run_id, watch=watch, **choices))


@showable_async
async def aresume_ad(run_id: str, *, watch: Watcher | None = None, **choices: Unpack[AdChoices]) -> Ad:
    """Like `resume_ad`."""
    from ..runs.ad_variants import resume_ads

    check_texts(run_id=run_id)
    chosen = _named(choices)
    _check_anew(chosen)
    session = await asyncio.to_thread(_session, choices)
    anew = {name: value for name, value in chosen.items() if name in AD_ANEW}
    return _ad(await last(resume_ads(session, run_id, anew), watch))


def _inputs(
    product: str | Path, footage: str | Path, script: str | Path | None, music: str | Path, crops: Sequence[str]
) -> AdInputs:
    from ..runs.ad_inputs import read_inputs

    own = Path(script) if script else None
    return read_inputs(Path(product), Path(footage), own, crops, str(music))


def _check_anew(chosen: Mapping[str, object]) -> None:
    if beside := sorted({*chosen} - AD_ANEW - OF_THE_WALK):
        raise RequestError(
            f"an ad that is gone on with keeps {', '.join(beside)}",
            hint="Leave that away, or make another ad with create_ad.",
        )


def _session(choices: AdChoices) -> Session:
    from ..runs.session import Session

    return Session(load_settings(**_named(choices)))


def _named(choices: AdChoices) -> dict[str, object]:
    """The choices by the names of the settings."""
    return {AD_SETTINGS.get(name, name): value for name, value in choices.items() if value is not None}


def _ad(data: Mapping[str, Any]) -> Ad:
    lines = [Line(one["clip"], one["script"], Role(one["role"]), tuple(one["subtitles"])) for one in data["segments"]]
    return Ad(
        run_id=data["run_id"],
        title=data["title"],
        path=Path(data["video"]["path"]),
        cover=Path(data["cover"]["path"]),
        lines=tuple(lines),
        edit_lists=tuple(map(Path, data["edit_lists"])),
        subtitles=tuple(map(Path, data["subtitles"].values())),
        notices=tuple(data["notices"]),
        data=data,
    )
