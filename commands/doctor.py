"""`popcorn doctor`: what is there, what is missing, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import MissingError
from .display import Form, Screen

if TYPE_CHECKING:
    from rich.table import Table

    from ..agent.wiring.diagnosed import Finding


def doctor(json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False) -> None:
    """Check that everything Popcorn needs is there, and name what is missing."""
    from ..agent.wiring.diagnosis import examine
    from ..settings import load_settings

    screen = Screen("doctor", Form.JSON if json else Form.TEXT)
    findings = examine(load_settings())
    missing = [finding for finding in findings if finding.required and not finding.ok]
    data = {"ok": not missing, "checks": [asdict(finding) for finding in findings]}
    screen.answer(data, lambda console: console.print(_findings_view(findings)))
    if missing:
        raise typer.Exit(MissingError.exit_status)


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
