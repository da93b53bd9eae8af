"""`popcorn study export-preferences`: pairs to learn from, with how far each is to be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .display import Screen, chosen_form
from .flags import ENCODING

if TYPE_CHECKING:
    from ..tools.popularity.choice.types import ChoiceModel


def mount(group: typer.Typer) -> None:
    """Put the command into the group `popcorn study`."""
    group.command("export-preferences")(export_preferences)


def export_preferences(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where the folder is written; new.")],
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Randomised tests: title_a, title_b, and z, counts or winner; perhaps request, story, platform.",
        ),
    ] = None,
    feedback: Annotated[
        bool,
        typer.Option("--feedback", help="Published runs of like requests, compared by what their videos really drew."),
    ] = False,
    horizon: Annotated[
        float, typer.Option(metavar="DAYS", help="For --feedback: the age at which published videos are compared.")
    ] = 7.0,
    runs: Annotated[
        bool, typer.Option("--runs", help="Drafts of the runs of this home, compared by the model.")
    ] = False,
    study: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Drafts of a study, compared by the model; several times.")
    ] = None,
    predictor: Annotated[
        str | None, typer.Option(help="The choice model or predictor that compares; the one in use without it.")
    ] = None,
    without_evidence: Annotated[
        bool,
        typer.Option("--without-evidence", help="Take the model's word also for drafts that it was not measured on."),
    ] = False,
    platform: Annotated[str, typer.Option(help="Export this platform's pairs alone, where there are several.")] = "",
    test_share: Annotated[float, typer.Option(min=0.0, max=0.9, help="Share of the stories that is held out.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Draws the stories that are held out.")] = 0,
    encoding: ENCODING = "",
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
) -> None:
    """Write pairs of drafts for DPO, winners for SFT and prompts for GRPO, each with its source and the trust in it."""
    from ..agent.wiring.choices import open_choice_model
    from ..agent.wiring.workshop import workshop_of
    from ..settings import load_settings
    from ..study.preferences.export import Wishes, check_folder
    from ..study.preferences.sources import Sources
    from ..study.preferences.sources import export_preferences as export
    from .views.preferences import preferences_view

    screen = Screen("study export-preferences", chosen_form(json=json), quiet=quiet)
    sources = Sources(pairs, encoding, feedback, horizon, runs, tuple(study or ()), without_evidence)
    place = out.expanduser().absolute()
    sources.check()
    check_folder(place)
    settings = load_settings()
    workshop = workshop_of(settings)
    model = open_choice_model(settings, predictor, lambda name: workshop.predictor(settings, name)[0])
    with screen.progress("compare") as measuring, screen.progress("write") as writing:
        data = export(settings, sources, model, place, Wishes(test_share, platform, seed), measuring, writing)
    for notice in _notices(data, model):
        screen.notice(notice)
    screen.answer(data, lambda console: console.print(preferences_view(data)))


def _notices(data: Mapping[str, Any], model: ChoiceModel) -> Iterator[str]:
    """What a person should know before they train on it."""
    from ..study.preferences.predicted import NO_EVIDENCE

    if data["reward"]["warning"]:
        yield data["reward"]["warning"]
    if data["reward"]["agreement"]:
        yield f"a figure counts on tests that {model.name} has not learned from: it learned from {model.learned_from}"
    if unproven := data["left_out"].get(NO_EVIDENCE, 0):
        yield (
            f"{unproven:,} pairs were left out, since {model.name} has no evidence for such drafts: name another with "
            "--predictor, or take its word for them, marked so: --without-evidence"
        )
    if "feedback" in data["sources"]:
        trust = data["sources"]["feedback"]["trust"]
        yield f"two posts are no test: a pair of published videos is right about the drafts with {trust:.2f} on average"
    if data["contradictions"]:
        first, second = data["contradicting"][0]
        yield f"contradicting pairs were left out: {data['contradictions']:,}, such as {first!r} and {second!r}"
