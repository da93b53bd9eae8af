"""What `popcorn ad make` is told: its options, each a type that carries its flag, its help and its box."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_MATERIAL, _SHAPE = "What it is made of", "How it is cut"
SPOKEN = "What is said"

PRODUCT = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The product's facts (TOML).", rich_help_panel=_MATERIAL)
]
FOOTAGE = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder of the raw footage.", rich_help_panel=_MATERIAL)
]
SCRIPT = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Your own lines, one for each clip: they are matched to the footage without a model.",
        rich_help_panel=_MATERIAL,
    ),
]
MUSIC = Annotated[
    str,
    typer.Option(metavar="FILE", help="Music under the voice; a mood with the extra `ads`.", rich_help_panel=_MATERIAL),
]
VOLUMES = Annotated[
    str | None,
    typer.Option(
        metavar="TRACK=DB,...",
        help="Louder or softer than usual: voice=2,music=-3,clips=-6. Naming clips lets their own sound be heard.",
        rich_help_panel=_MATERIAL,
    ),
]
CLIP_SOUND = Annotated[
    bool, typer.Option("--clip-sound", help="Let the clips' own sound be heard.", rich_help_panel=_MATERIAL)
]
CLIPS = Annotated[
    int | None, typer.Option("--clips", metavar="K", help="How many clips it has.", rich_help_panel=_SHAPE)
]
SECONDS = Annotated[
    float | None, typer.Option(help="How long it is; what the footage carries, at most 20.", rich_help_panel=_SHAPE)
]
ASPECT = Annotated[str | None, typer.Option(help="Its shape: 9:16, 16:9, 1:1, 4:5.", rich_help_panel=_SHAPE)]
CROP = Annotated[
    list[str] | None,
    typer.Option(
        metavar="scene=N:PLACE",
        help="Where the window of a scene stands: left, center, right, top, bottom. May be repeated.",
        rich_help_panel=_SHAPE,
    ),
]
REPEATS = Annotated[bool, typer.Option("--allow-repeats", help="Let a clip be used twice.", rich_help_panel=_SHAPE)]
STRATEGY = Annotated[
    str | None,
    typer.Option(
        help="clips-first: lines are written for the clips. script-first: clips are matched to a script.",
        rich_help_panel=_SHAPE,
    ),
]
VARIANTS = Annotated[int, typer.Option(min=1, max=12, help="How many different ads are made.", rich_help_panel=_SHAPE)]
VOICE = Annotated[str | None, typer.Option(help="What speaks: hibari-tts, espeak-ng, none.", rich_help_panel=SPOKEN)]
CLAIMS = Annotated[
    str | None,
    typer.Option(
        metavar="LEVELS",
        help="What unbacked claims do: block, warn or mark for all, or kinds like number=warn,price=mark.",
        rich_help_panel=SPOKEN,
    ),
]
OUT = Annotated[Path | None, typer.Option("-o", "--out", help="Copy the ad to this file; variants to NAME-1, NAME-2.")]
RESUME = Annotated[
    str | None, typer.Option(metavar="RUN_ID", help="Go on with a run where it stopped; `last` is the latest.")
]
DRY_RUN = Annotated[
    bool, typer.Option("--dry-run", help="Read the footage, say what the ad takes and costs, and make nothing.")
]
JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
JSONL = Annotated[bool, typer.Option("--jsonl", help="Answer with one JSON object a line, as things happen.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]
