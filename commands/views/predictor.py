"""What `popcorn predictor` shows: data for machines, tables for people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...agent.toolbox.tools.explain_score import NearVideo
from ...tools.popularity.past_videos import past_videos
from ...tools.popularity.standing import comments, read_score, reasons, standing
from ...tools.popularity.types import read

if TYPE_CHECKING:
    from ...tools.popularity.evaluation.report import Evaluation
    from ...tools.popularity.trained.fitted import FittedPredictor
    from ...tools.popularity.trained.fitting import Trained
    from ...tools.popularity.types import Score

Data = Mapping[str, Any]


def trained_data(made: Trained) -> dict[str, Any]:
    """A training as `--json` has it."""
    return fitted_data(made.fitted) | {
        "epochs": [[asdict(epoch) for epoch in curve] for curve in made.curves],
    }


def fitted_data(fitted: FittedPredictor) -> dict[str, Any]:
    """A trained predictor as `--json` has it."""
    from ...tools.popularity.trained.manifest import kind_of

    facts = fitted.facts
    return {
        "name": facts.name,
        "variant": fitted.config.variant,
        "kind": kind_of(fitted.config, fitted.blend),
        "networks": len(fitted.networks),
        "catalogue": facts.origin.catalogue,
        "source": facts.origin.source,
        "encoder": facts.origin.encoder,
        "profile": facts.origin.profile,
        "illustrative": facts.origin.illustrative,
        "rows": dict(zip(("train", "valid", "test"), facts.rows, strict=True)),
        "tags": len(fitted.tag_names),
        "measures": [{"name": name, "nmse": nmse, "src": src, "mae": mae} for name, nmse, src, mae in facts.measures],
        "weights": dict(fitted.blend.weights),
        "seed": facts.seed,
        "seconds": facts.seconds,
        "created": facts.created,
        "notes": list(facts.notes),
    }


def trained_view(facts: Data) -> RenderableType:
    """A trained predictor for people."""
    rows = facts["rows"]
    head = Text.assemble(
        (facts["name"], "bold"),
        f": {facts['kind']} ({facts['networks']} network(s)), trained on {rows['train']:,} videos of "
        f"{facts['catalogue']} in {facts['seconds']:.0f} s; on {rows['valid']:,} held-out ones:",
    )
    table = _table("", "nMSE", "SRC", "MAE", "weight")
    for row in facts["measures"]:
        weight = facts["weights"].get(row["name"])
        table.add_row(row["name"], *_three(row), "" if weight is None else f"{weight:.2f}")
    notes = [Text(f"- {note}", style="dim") for note in facts["notes"]]
    return Group(head, table, *notes)


info_view = trained_view


def list_view(rows: Sequence[Data]) -> RenderableType:
    """The predictors there are."""
    table = _table("", "predictor", "learned from", "nMSE", "SRC")
    for words in table.columns[1:3]:
        words.justify = "left"
    for row in rows:
        mark = "*" if row["in_use"] else ""
        best = row.get("measures") or {}
        figures = [f"{best[name]:.3f}" if best.get(name) is not None else "" for name in ("nmse", "src")]
        learned = "\n".join(filter(None, (row["about"], row.get("kind"))))
        table.add_row(mark, row["name"], learned, *figures)
    return Group(table, Text("* in use; `popcorn predictor use NAME` changes it", style="dim"))


def score_data(score: Score) -> dict[str, Any]:
    """A score as `--json` has it."""
    return asdict(score)


def score_view(score: Score) -> RenderableType:
    """A score for people."""
    return Group(
        *_standing_lines(score),
        Text(f"by {score.predictor}, which learned from {score.learned_from}", style="dim"),
        Text(f"it read {read(score.basis, score.unknown_tag)}", style="dim"),
    )


def _standing_lines(score: Score) -> list[RenderableType]:
    """Where a draft stands among real videos and its comments, or why nobody can tell."""
    if why := reasons(score):
        return [Text.assemble(("no evidence", "bold"), f" how it would do: {why}")]
    lines = (f"against {score.against}, from the least to the most commented", comments(score))
    return [Text(standing(score), style="bold"), *(Text(line) for line in lines)]


def explanation_view(facts: Data) -> RenderableType:
    """An explanation for people."""
    parts: list[RenderableType] = [*_standing_lines(read_score(facts["score"]))]
    if facts["neighbours"]:
        table = _table("share", "comments", "past video")
        near = [NearVideo(**one) for one in facts["neighbours"]]
        for one in past_videos(near, facts["score"]["learned_from"], len(near)):
            table.add_row(f"{one.share:.0%}", one.comments, Text(one.words))
        parts += [Text("\npast videos it rests on", style="bold"), table]
    for name, heading in (("without", "\nwithout"), ("words", "\nwithout the word")):
        if facts[name]:
            table = _table("", "that part is worth")
            for one in facts[name]:
                table.add_row(Text(one["without"]), _worth(one["change"]))
            parts += [Text(heading, style="bold"), table]
    return Group(*parts)


def evaluation_data(found: Evaluation) -> dict[str, Any]:
    """An evaluation as `--json` has it."""
    return {
        "split": found.split,
        "videos": found.videos,
        "coverage": None if math.isnan(found.coverage) else found.coverage,
        "chose_the_blend": found.chose,
        "lines": [
            {"name": line.name, "kind": line.kind, **asdict(line.measures), "intervals": line.intervals}
            | ({"reference_averaging": asdict(line.reference_averaging)} if line.reference_averaging else {})
            for line in found.lines
        ],
    }


def evaluation_view(facts: Data) -> RenderableType:
    """An evaluation for people."""
    averaging = any("reference_averaging" in line for line in facts["lines"])
    table = _table("", "nMSE (95 %)", "SRC (95 %)", "MAE (95 %)", *(["by batches"] if averaging else []))
    for line in facts["lines"]:
        cells = [
            f"{line[name]:.3f} ({line['intervals'][name][0]:.3f}-{line['intervals'][name][1]:.3f})"
            for name in ("nmse", "src", "mae")
        ]
        if averaging:
            cells.append(" ".join(_three(line["reference_averaging"])))
        style = "bold" if line["kind"] == "predictor" else "dim" if line["kind"] == "control" else ""
        table.add_row(line["name"], *cells, style=style)
    how = "which chose its blend: each is left out of its own" if facts["chose_the_blend"] else "none learned from"
    head = Text(f"{facts['videos']:,} videos of {facts['catalogue']}, part {facts['split']}, {how}")
    coverage = facts["coverage"]
    held = "it shows no intervals" if coverage is None else f"its 80 % intervals hold {coverage:.1%} of the labels"
    tail = Text(held, style="dim")
    return Group(head, table, tail)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number in (0, len(columns) - 1) else "right")
    return table


def _three(row: Data) -> tuple[str, str, str]:
    nmse, src, mae = ("-" if row[name] is None else f"{row[name]:.3f}" for name in ("nmse", "src", "mae"))
    return nmse, src, mae


def _worth(change: float) -> str:
    """What a part is worth, as a factor on comments."""
    return f"x {2**change:.2f}" + (" (nothing)" if abs(change) < 0.01 else "")
