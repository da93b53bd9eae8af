"""What `popcorn doctor` shows: every finding, what is missing with its way out. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from ...agent.wiring.doctor import Finding


def findings_view(findings: Sequence[Finding]) -> Table:
    """The findings for people, what is missing with its way out."""
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
