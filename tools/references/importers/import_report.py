"""What an import did with each row: kept, repaired or rejected, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ....errors import ImportRowError

FIRST = 20
"""Remarks that a report quotes in full; the rest is counted by reason."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was repaired or rejected, with the place it stands at."""

    file: str
    line: int
    action: str
    """repaired or rejected."""
    reason: str
    value: str = ""
    """The value in question, shortened."""


@dataclass
class ImportReport:
    """The account of one import. `read` is `kept` + `rejected`; a repaired row is a kept one."""

    source: str
    strict: bool = False
    read: int = 0
    """Rows of the table that makes the references."""
    kept: int = 0
    rejected: int = 0
    unused: int = 0
    """Lines of other files that fit no reference, or whose value cannot be used."""
    reasons: Counter[str] = field(default_factory=Counter)
    """How often each repair or rejection happened."""
    first: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What else a reader should know, e.g. which files were found."""
    switched: Counter[str] = field(default_factory=Counter)
    """How often a column said that a figure is switched off, by that column."""
    _repaired: set[tuple[str, int]] = field(default_factory=set)

    @property
    def repaired(self) -> int:
        """Rows that were kept after something in them was mended or left out."""
        return len(self._repaired)

    def repair(self, file: str, line: int, reason: str, value: str = "", *, loses: bool = False) -> None:
        """Something at this place was mended; with `loses` a value was given up, which strict imports refuse."""
        self._remark(file, line, "repaired", reason, value, bad=loses)
        self._repaired.add((file, line))

    def reject(self, file: str, line: int, reason: str, value: str = "") -> None:
        """The row at this place cannot be used. Raises ImportRowError when the import is strict."""
        self._remark(file, line, "rejected", reason, value, bad=True)
        self._repaired.discard((file, line))
        self.rejected += 1

    def leave_out(self, file: str, line: int, reason: str, value: str = "") -> None:
        """A line of a file beside the table fits nothing. Raises ImportRowError when the import is strict."""
        self._remark(file, line, "rejected", reason, value, bad=True)
        self.unused += 1

    def _switched_off(self) -> list[str]:
        return [
            f"{times:,} {'row has' if times == 1 else 'rows have'} no count because {column} says so"
            for column, times in self.switched.items()
            if times
        ]

    def _remark(self, file: str, line: int, action: str, reason: str, value: str, *, bad: bool) -> None:
        shown = value if len(value) <= 60 else value[:59] + "…"
        if bad and self.strict:
            quoted = f": {shown!r}" if value else ""
            raise ImportRowError(
                f"line {line} of {file!r}: {reason}{quoted}",
                hint="Mend the row, or leave --strict out to keep the rest and see what was rejected.",
            )
        self.reasons[f"{action}: {reason}"] += 1
        if len(self.first) < FIRST:
            self.first.append(Remark(file, line, action, reason, shown))

    def as_data(self) -> dict[str, object]:
        """The report as `--json` carries it."""
        return {
            "source": self.source,
            "read": self.read,
            "kept": self.kept,
            "repaired": self.repaired,
            "rejected": self.rejected,
            "unused_lines": self.unused,
            "reasons": dict(self.reasons.most_common()),
            "first": [
                {"file": r.file, "line": r.line, "action": r.action, "reason": r.reason, "value": r.value}
                for r in self.first
            ],
            "notes": [*self.notes, *self._switched_off()],
        }
