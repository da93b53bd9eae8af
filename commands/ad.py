"""`popcorn ad`: ads out of raw footage and the facts of a product."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..choices import AD_ANEW, AD_SETTINGS
from ..errors import PopcornError, RequestError
from . import ad_adoption, ad_bench, ad_dataset, ad_finetune
from .ad_options import (
    ASPECT,
    CLAIMS,
    CLIP_SOUND,
    CLIPS,
    CROP,
    DRY_RUN,
    FOOTAGE,
    JSON,
    JSONL,
    MUSIC,
    OUT,
    PRODUCT,
    QUIET,
    REPEATS,
    RESUME,
    SCRIPT,
    SECONDS,
    SPOKEN,
    STRATEGY,
    VARIANTS,
    VOICE,
    VOLUMES,
)
from .display import Form, Screen, chosen_form
from .flags import ChoosingCommand, with_flags
from .out_file import check_target, copy_to

if TYPE_CHECKING:
    from ..agent.runs.ad_inputs import AdInputs
    from ..settings import Settings

ad = typer.Typer(name="ad", help="Ads from raw footage and product facts.", no_args_is_help=True)


@ad.command(cls=ChoosingCommand)
@with_flags("llm", "language", after="claims", panel=SPOKEN)
@with_flags("seed", "max_seconds", "max_cost", "max_tokens", "cache", after="resume")
def make(
    product: PRODUCT = None,
    footage: FOOTAGE = None,
    script: SCRIPT = None,
    music: MUSIC = "",
    volumes: VOLUMES = None,
    clip_sound: CLIP_SOUND = False,
    clips: CLIPS = None,
    seconds: SECONDS = None,
    aspect: ASPECT = None,
    crop: CROP = None,
    allow_repeats: REPEATS = False,
    strategy: STRATEGY = None,
    variants: VARIANTS = 1,
    voice: VOICE = None,
    claims: CLAIMS = None,
    out: OUT = None,
    resume: RESUME = None,
    dry_run: DRY_RUN = False,
    json: JSON = False,
    jsonl: JSONL = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Make a finished, checked ad out of a product's facts and raw footage."""
    screen = Screen("ad make", chosen_form(json=json, jsonl=jsonl), quiet=quiet)
    named = {
        "clips": clips,
        "seconds": seconds,
        "aspect": aspect,
        "allow_repeats": allow_repeats or None,
        "strategy": strategy,
        "volumes": _volumes(volumes, clip_sound=clip_sound),
        "claims": claims,
        "voice": voice,
    }
    given = chosen | {AD_SETTINGS.get(name, name): value for name, value in named.items() if value is not None}
    settings = _settings(given)
    if resume is not None:
        _check_resume(given | ({"dry_run": True} if dry_run else {}), product, footage, script, crop, music)
    inputs = _inputs(product, footage, script, crop or [], music, variants) if resume is None else None
    if dry_run and inputs is not None:
        _estimate(settings, inputs, screen)
        return
    for target in (out, *_targets(out, variants)):
        check_target(target)
    work = _made(settings, inputs, screen) if inputs is not None else _resumed(settings, resume or "", given, screen)
    try:
        data = asyncio.run(work)
    except PopcornError as exc:
        if out is not None:  # the command that goes on has to name the target again
            exc.hint = exc.hint.replace(f"--resume {exc.run_id}", f"--resume {exc.run_id} -o {shlex.quote(str(out))}")
        raise
    _answer(data, out, screen)


def _volumes(volumes: str | None, *, clip_sound: bool) -> str | None:
    """The volumes as they were typed, with the clips' sound at its usual level where nothing else is said of it."""
    if not clip_sound or "clips" in (volumes or ""):
        return volumes
    return f"{volumes},clips=0" if volumes else "clips=0"


def _settings(given: Mapping[str, object]) -> Settings:
    """The settings of an ad. Raises RequestError by the name of the flag that was typed."""
    from ..settings import load_settings

    try:
        return load_settings(**given)
    except RequestError as exc:
        for flag, name in AD_SETTINGS.items():
            typed = f"--{flag.replace('_', '-')}"
            exc.message = exc.message.replace(f"the setting {name!r}", typed)
            exc.hint = exc.hint.replace(f"{name} is", f"{typed} is")
        raise


def _estimate(settings: Settings, inputs: AdInputs, screen: Screen) -> None:
    from ..agent.runs.ad_estimate import estimated
    from .views.ad_estimate import estimate_view

    with screen.progress("read the footage") as progress:
        data = asyncio.run(estimated(settings, inputs, progress))
    screen.answer(data, lambda console: console.print(estimate_view(inputs.product.called, data)))


def _inputs(
    product: Path | None, footage: Path | None, script: Path | None, crops: list[str], music: str, variants: int
) -> AdInputs:
    from ..agent.runs.ad_inputs import read_inputs

    if product is None or footage is None:
        missing = [name for name, path in (("--product", product), ("--footage", footage)) if path is None]
        raise RequestError(
            f"an ad needs facts and clips, and {' and '.join(missing)} {'are' if missing[1:] else 'is'} not given",
            hint="Name both: popcorn ad make --product product.toml --footage clips.",
        )
    return read_inputs(product, footage, script, crops, music, variants)


def _check_resume(given: Mapping[str, object], *material: object) -> None:
    """A run goes on with what it began with, but for what may be chosen anew. Raises RequestError for anything else."""
    from ..settings import OF_THE_WALK

    beside = [f"--{name.removeprefix('ad_').replace('_', '-')}" for name in given if name not in OF_THE_WALK | AD_ANEW]
    beside += ["other material"] if any(material) else []
    if beside:
        raise RequestError(
            f"--resume goes on with what its run began with; {' and '.join(beside)} cannot change that",
            hint="Leave that away, or make another ad without --resume; --claims, --llm, --seed and --voice it takes.",
        )


async def _made(settings: Settings, inputs: AdInputs, screen: Screen) -> dict[str, Any]:
    from ..agent.runs.ad_variants import make_ads
    from ..agent.runs.session import Session
    from .ask_run import follow

    session = await asyncio.to_thread(Session, settings)
    return await follow(make_ads(session, inputs), screen, settings, command="ad make")


async def _resumed(settings: Settings, run_id: str, given: Mapping[str, object], screen: Screen) -> dict[str, Any]:
    from ..agent.runs.ad_variants import resume_ads
    from ..agent.runs.session import Session
    from .ask_run import LAST, follow, last_unfinished

    session = await asyncio.to_thread(Session, settings)
    if run_id == LAST:
        run_id = last_unfinished(session, "ad make")
    anew = {name: value for name, value in given.items() if name in AD_ANEW}
    return await follow(resume_ads(session, run_id, anew), screen, settings, run_id, command="ad make")


def _answer(data: dict[str, Any], out: Path | None, screen: Screen) -> None:
    ads = data.get("variants", [data])
    for one, target in zip(ads, _targets(out, len(ads)), strict=False):
        copy_to(Path(one["video"]["path"]), target, one["run_id"])
        one["video"]["copy"] = str(target)
    if len(ads) > 1:
        data["video"] = ads[-1]["video"]
    if screen.form is not Form.JSONL:
        from ..agent.toolbox.ad_card import ad_card, ads_card

        screen.answer(data, lambda console: console.print(ad_card(data) if len(ads) == 1 else ads_card(data)))


def _targets(out: Path | None, count: int) -> list[Path]:
    """Where the ads are copied to: `out` for one, `out-1`, `out-2` and so on for several."""
    if out is None:
        return []
    return [out] if count == 1 else [out.with_stem(f"{out.stem}-{number}") for number in range(1, count + 1)]


ad_adoption.mount(ad)
ad_bench.mount(ad)
ad_dataset.mount(ad)
ad_finetune.mount(ad)
