"""What a study, a printed table or a predictor is worth, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...tools.statistics.corrections import shown_p

Data = Mapping[str, Any]
_MOST = 40


def report_view(data: Data) -> RenderableType:
    """The statement and the win rates over all prompts; the rest stands in the files."""
    lines: list[RenderableType] = [Text(data["name"], style="bold")]
    lines += [Text(f"- {sentence}") for sentence in data["says"]]
    lines += [Text("\nWhat it cannot say", style="bold")] + [Text(f"- {sentence}") for sentence in data["cannot_say"]]
    overall = [one for one in data["contrasts"] if not one["kind"]]
    if overall:
        lines += [Text(""), _win_rates(overall[:_MOST])]
    lines += [Text(""), *(Text(file, style="dim", overflow="fold") for file in data["files"])]
    return Group(*lines)


def _win_rates(found: Sequence[Data]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("a over b", overflow="fold")
    for column in ("prompts", "a wins", "95 %", "p (Holm)"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in found:
        style = "bold" if one["told_apart"] else ""
        table.add_row(
            Text(f"{one['dimension']}: {one['a']} over {one['b']}"),
            f"{one['prompts']:,}",
            Text(f"{100 * one['rate']:.1f} %", style=style),
            f"{100 * one['low']:.0f} to {100 * one['high']:.0f}",
            shown_p(one["corrected"]),
        )
    return table


def reanalysis_view(data: Data) -> RenderableType:
    """The cells, those first that come nearest to a finding, and what all of them say together."""
    cells = sorted(data["cells"], key=lambda one: one["p_value"])
    table = Table(box=None, pad_edge=False)
    table.add_column("cell", overflow="fold")
    for column in ("wins", "rate", "95 %", "p", "Holm"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in cells[:_MOST]:
        table.add_row(
            Text(" ".join(filter(None, (one["table"], one["cell"], f"{one['a']} over {one['b']}")))),
            f"{one['wins']}/{one['n']}",
            f"{100 * one['rate']:.0f} %",
            f"{100 * one['low']:.0f} to {100 * one['high']:.0f}",
            shown_p(one["p_value"]),
            shown_p(one["in_all"]),
        )
    more = [Text(f"{len(cells) - _MOST} more cells: --json", style="dim")] if len(cells) > _MOST else []
    return Group(table, *more, Text(""), *map(Text, _taken_together(data["summary"])))


def _taken_together(whole: Data) -> list[str]:
    """What all cells say, and what such a design could have told."""
    chance = f"{whole['expected_by_chance']:g} would be by chance alone"
    least = 100 * (whole["smallest_win_rate"] or 1)
    return [
        f"Of {whole['cells']} cells are below .05 raw: {whole['below_alpha']} ({chance}); after Holm's correction over "
        f"all: {whole['after_holm']} (least {shown_p(whole['least_after_holm'])}).",
        *(
            f"Corrected within table {name or 'without a name'} alone: {own['after_holm']} of {own['cells']} (least "
            f"{shown_p(own['least_after_holm'])})."
            for name, own in whole["tables"].items()
            if len(whole["tables"]) > 1
        ),
        f"{whole['prompts']} prompts a cell tell a true win rate of {least:.0f} % from a half; 55 % takes "
        f"{whole['prompts_for_55']}, 60 % {whole['prompts_for_60']}.",
    ]


def validation_view(data: Data) -> RenderableType:
    """How often the side that drew more was named, beside length."""
    table = Table(box=None, pad_edge=False)
    table.add_column("pairs")
    for column in ("n", data["model"], "longer title", "difference"):
        table.add_column(column, justify="right")
    for one in data["agreements"]:
        shares = (one["model"], one["length"], one["over_length"])
        table.add_row(one["pairs"], f"{one['model']['count']:,}", *map(_estimate, shares))
    lines: list[RenderableType] = [table, Text("")]
    lines.append(Text(f"{data['pairs']:,} pairs of {data['tests']:,} tests; chance is 0.500."))
    if judge := data.get("judge"):
        ties = f"{judge['disagreed']:,} whose two orders disagreed and {judge['unusable']:,} without a usable reply"
        lines.append(Text(f"Ties of the judge: {ties}."))
    elif data["evidence"] < 1:
        lines.append(Text(f"It has evidence for {100 * data['evidence']:.0f} % of the pairs."))
    lines += [
        Text(f"said {one['said']:.2f}, came {one['came']:.2f} ({one['count']:,} pairs)", style="dim")
        for one in data["calibration"]
    ]
    return Group(*lines)


def _estimate(one: Data) -> str:
    if one["low"] is None:
        return f"{one['mean']:.3f}"
    return f"{one['mean']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
