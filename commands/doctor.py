"""`popcorn doctor`: what is there, what is missing, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import MissingError, ModelCallError
from .display import Form, Screen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ..agent.wiring.diagnosed import Finding
    from ..agent.wiring.model_trial import Trial
    from ..settings import Settings


def doctor(
    llm: Annotated[
        str | None,
        typer.Option(
            metavar="SPEC", help="Try this chat model too: a tiny call of each form. `auto` is the one in use."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
) -> None:
    """Check that everything Popcorn needs is there, and name what is missing."""
    from ..agent.wiring.diagnosis import examine
    from ..settings import load_settings

    screen = Screen("doctor", Form.JSON if json else Form.TEXT)
    settings = load_settings(**({} if llm is None else {"llm": llm}))
    findings, trial = examine(settings), None
    if llm is not None and _has_model(findings):
        try:
            trial = _tried(settings, screen)
        except MissingError as exc:
            findings = _without_model(findings, exc)
    missing = [finding for finding in findings if finding.required and not finding.ok]
    data = {"ok": not missing, "checks": [asdict(finding) for finding in findings]}
    if trial is not None:
        data |= {"ok": not missing and trial.ok, "model": trial.data()}
    screen.answer(data, lambda console: _show(console, findings, trial))
    if missing:
        raise typer.Exit(MissingError.exit_status)
    if trial is not None and not trial.ok:
        raise typer.Exit(ModelCallError.exit_status)


def _has_model(findings: Sequence[Finding]) -> bool:
    """Whether there is a chat model that can be tried: a name that is known, a key that is set."""
    from ..agent.wiring.diagnosis import MODEL

    return all(finding.ok for finding in findings if finding.name == MODEL)


def _without_model(findings: Sequence[Finding], exc: MissingError) -> list[Finding]:
    """The findings where the model turned out not to be there when it was opened."""
    from ..agent.wiring.diagnosis import MODEL

    return [replace(one, ok=False, detail=exc.message, hint=exc.hint) if one.name == MODEL else one for one in findings]


def _tried(settings: Settings, screen: Screen) -> Trial:
    """The model that the settings name, tried out; what is tried is told on the way."""
    from ..agent.wiring.model_trial import try_model
    from ..imports import import_transformers

    if settings.llm.startswith("hf:"):
        import_transformers()
        screen.aside("reading the weights")
    return try_model(settings, lambda form: screen.aside(f"trying a call: {form}"))


def _show(console: Console, findings: Sequence[Finding], trial: Trial | None) -> None:
    from .views.model_trial_view import trial_view

    console.print(_findings_view(findings))
    if trial is not None:
        console.print()
        console.print(trial_view(trial))


def _findings_view(findings: Sequence[Finding]) -> Table:
    """The findings for people, what is missing with its way out."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    shown.add_column(no_wrap=True)
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for finding in findings:
        sign, style = ("✓", "green") if finding.ok else ("✗", "red") if finding.required else ("–", "yellow")
        detail = Text(finding.detail)
        if finding.hint and not finding.ok:
            detail.append(f"\n{finding.hint}", style="yellow")
        shown.add_row(Text(sign, style=style), Text(finding.name), detail)
    return shown
