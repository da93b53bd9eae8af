"""`popcorn ad`: ads out of raw footage and the facts of a product."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import PopcornError, RequestError
from . import ad_adoption, ad_bench, ad_dataset, ad_finetune
from .display import Form, Screen, chosen_form
from .flags import ChoosingCommand, with_flags
from .out_file import check_target, copy_to

if TYPE_CHECKING:
    from ..agent.runs.ad_inputs import AdInputs
    from ..settings import Settings

ad = typer.Typer(name="ad", help="Ads from raw footage and product facts.", no_args_is_help=True)
_MATERIAL, _SHAPE, _SPOKEN = "What it is made of", "How it is cut", "What is said"
_ANEW = {"llm", "voice", "seed", "ad_claims"}
"""What a run that is gone on with may be given anew."""


@ad.command(cls=ChoosingCommand)
@with_flags("llm", "language", after="claims", panel=_SPOKEN)
@with_flags("seed", "max_seconds", "max_cost", "max_tokens", "cache", after="resume")
def make(
    product: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The product's facts (TOML).", rich_help_panel=_MATERIAL),
    ] = None,
    footage: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of the raw footage.", rich_help_panel=_MATERIAL)
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Your own lines, one for each clip: they are matched to the footage without a model.",
            rich_help_panel=_MATERIAL,
        ),
    ] = None,
    music: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="Music under the voice; a mood with the extra `ads`.", rich_help_panel=_MATERIAL
        ),
    ] = "",
    clips: Annotated[
        int | None, typer.Option("--clips", metavar="K", help="How many clips it has.", rich_help_panel=_SHAPE)
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="How long it is; what the footage carries, at most 20.", rich_help_panel=_SHAPE),
    ] = None,
    aspect: Annotated[str | None, typer.Option(help="Its shape: 9:16, 16:9, 1:1, 4:5.", rich_help_panel=_SHAPE)] = None,
    crop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="scene=N:PLACE",
            help="Where the window of a scene stands: left, center, right, top, bottom. May be repeated.",
            rich_help_panel=_SHAPE,
        ),
    ] = None,
    allow_repeats: Annotated[
        bool, typer.Option("--allow-repeats", help="Let a clip be used twice.", rich_help_panel=_SHAPE)
    ] = False,
    strategy: Annotated[
        str | None,
        typer.Option(
            help="clips-first: lines are written for the clips. script-first: clips are matched to a script.",
            rich_help_panel=_SHAPE,
        ),
    ] = None,
    variants: Annotated[
        int, typer.Option(min=1, max=12, help="How many different ads are made.", rich_help_panel=_SHAPE)
    ] = 1,
    voice: Annotated[
        str | None,
        typer.Option(help="What speaks: hibari-tts, espeak-ng, none.", rich_help_panel=_SPOKEN),
    ] = None,
    claims: Annotated[
        str | None,
        typer.Option(
            metavar="LEVELS",
            help="What unbacked claims do: block, warn or mark for all, or kinds like number=warn,price=mark.",
            rich_help_panel=_SPOKEN,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Copy the ad to this file; variants to NAME-1, NAME-2.")
    ] = None,
    resume: Annotated[str | None, typer.Option(metavar="RUN_ID", help="Go on with a run where it stopped.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Answer with one JSON object a line, as things happen.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
    **chosen: object,
) -> None:
    """Make a finished, checked ad out of a product's facts and raw footage."""
    from ..settings import load_settings

    screen = Screen("ad make", chosen_form(json=json, jsonl=jsonl), quiet=quiet)
    named = {
        "ad_clips": clips,
        "ad_seconds": seconds,
        "ad_aspect": aspect,
        "ad_repeats": allow_repeats or None,
        "ad_strategy": strategy,
        "ad_claims": claims,
        "voice": voice,
    }
    given = chosen | {name: value for name, value in named.items() if value is not None}
    settings = load_settings(**given)
    check_target(out)
    for target in _targets(out, variants):
        check_target(target)
    if resume is None:
        inputs = _inputs(product, footage, script, crop or [], music, variants)
        work = _made(settings, inputs, screen)
    else:
        _check_resume(given, product, footage, script, crop, music)
        work = _resumed(settings, resume, given, screen)
    try:
        data = asyncio.run(work)
    except PopcornError as exc:
        if out is not None:  # the command that goes on has to name the target again
            exc.hint = exc.hint.replace(f"--resume {exc.run_id}", f"--resume {exc.run_id} -o {shlex.quote(str(out))}")
        raise
    _answer(data, out, screen)


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

    beside = [f"--{name.removeprefix('ad_').replace('_', '-')}" for name in given if name not in OF_THE_WALK | _ANEW]
    beside += ["other material"] if any(material) else []
    if beside:
        raise RequestError(
            f"--resume goes on with what its run began with; {' and '.join(beside)} cannot change that",
            hint="Leave that away, or make another ad without --resume; --claims, --llm, --seed and --voice it takes.",
        )


async def _made(settings: Settings, inputs: AdInputs, screen: Screen) -> dict[str, Any]:
    from ..agent.runs.ad_variants import make_ads
    from ..agent.runs.session import Session
    from .ask import follow

    session = await asyncio.to_thread(Session, settings)
    return await follow(make_ads(session, inputs), screen, settings, command="ad make")


async def _resumed(settings: Settings, run_id: str, given: Mapping[str, object], screen: Screen) -> dict[str, Any]:
    from ..agent.runs.ad_variants import resume_ads
    from ..agent.runs.session import Session
    from .ask import follow

    session = await asyncio.to_thread(Session, settings)
    anew = {name: value for name, value in given.items() if name in _ANEW}
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
