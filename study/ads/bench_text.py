"""The bench's report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..markdown import plain, table
from .bench_report import NAMES, interval

Data = Mapping[str, Any]
CHANCE = ("model", "measure", "above chance", "beats it")
PAIRS = ("measure", "a", "b", "ads", "a less b", "told apart")
VARIANTS = ("measure", "model", "as stated", "other convention", "n", "then")
JUDGED = ("measure", "items", "judgements of each", "unusable", "agree", "weighted kappa")
PUBLISHED = ("ours", "theirs", "scripts", "over all", "within ads")
PAPER = ("model", "measure", "VC-LLM's benchmark")
OURS = {**NAMES, "length": "WCD, turned round"}
"""What ours are called beside published judgements."""


def markdown(data: Data) -> str:
    """The whole report."""
    return "\n".join(_parts(data)) + "\n"


def columns_of(data: Data) -> tuple[list[str], list[list[str]]]:
    """The head of the table over models, and its rows; a measure whose answers are counted has them before it."""
    head = ["model"]
    for measure in data["measures"]:
        head += ["n", measure["name"]] if measure["counted"] else [measure["name"]]
    return head, [_row(model, data["measures"]) for model in data["models"]]


def _row(model: Data, measures: Sequence[Data]) -> list[str]:
    cells = [model["model"]]
    for measure in measures:
        one = model["intervals"].get(measure["key"])
        count = [f"{one['count']:,}" if one else "0"] if measure["counted"] else []
        cells += [*count, interval(one, measure["key"]) if one else ""]
    return cells


def _parts(data: Data) -> Iterator[str]:
    yield "# Bench of ads\n"
    counts = f"{data['ads']:,} ads of {data['products']:,} products, {len(data['models']):,} models"
    yield f"{counts}. Popcorn {data['popcorn']}.\n"
    yield f"{plain(data['lines']['sentence'])}\n"
    yield "## What the figures say\n"
    yield from (f"- {plain(sentence)}" for sentence in data["says"])
    yield "\n## What they cannot say\n"
    yield from (f"- {plain(sentence)}" for sentence in data["cannot_say"])
    yield "\n## Models\n"
    yield from table(*columns_of(data))
    yield "\n## The paper's figures\n"
    yield f"{data['paper_note']}\n"
    yield from table(PAPER, [paper_row(cell) for cell in data["paper"]])
    yield from _section("Above chance", CHANCE, chance_rows(data["models"]))
    yield from _judged(data)
    yield from _section("Differences on the same ads", PAIRS, pair_rows(data["pairs"]))
    yield from _section("How much conventions matter", VARIANTS, variant_rows(data["models"]))
    yield "\n## Conventions\n"
    yield from (f"- {plain(sentence)}" for sentence in data["conventions"])


def paper_row(cell: Data) -> list[str]:
    """A cell of the paper."""
    return [cell["model"], NAMES[cell["measure"]], f"{cell['value']:.4f}"]


def _section(title: str, head: Sequence[str], rows: list[list[str]]) -> Iterator[str]:
    """A table with its title; nothing without a row."""
    if rows:
        yield f"\n## {title}\n"
        yield from table(head, rows)


def _judged(data: Data) -> Iterator[str]:
    if data["judge"]:
        yield from _section(f"The judge: {plain(data['judge']['judge'])}", JUDGED, judge_rows(data["judge"]))
    yield from _section("Beside published judgements (Spearman's rho)", PUBLISHED, published_rows(data))


def judge_rows(judge: Data) -> list[list[str]]:
    """How often each measure was judged, and how two judgements of one item agree."""
    return [
        [
            NAMES[one["measure"]],
            f"{one['items']:,}",
            f"{one['judgements']}",
            f"{one['unusable']:,}",
            "" if one["agree"] is None else f"{100 * one['agree']:.0f} %",
            "" if one["kappa"] is None else f"{one['kappa']:.2f}",
        ]
        for one in judge["measures"]
    ]


def published_rows(data: Data) -> list[list[str]]:
    """Ours beside others' judgements of the same scripts."""
    return [
        [
            OURS[one["ours"]],
            one["theirs"],
            f"{one['n']:,}",
            *("" if one[where] is None else _rho(one[where]) for where in ("overall", "within_ads")),
        ]
        for one in data["published_judgements"]
    ]


def _rho(one: Data) -> str:
    return f"{one['rho']:.2f}" + ("" if one["low"] is None else f" [{one['low']:.2f}, {one['high']:.2f}]")


def chance_rows(models: Sequence[Data]) -> list[list[str]]:
    """What each model is above a random answer, by measure."""
    return [
        [model["model"], NAMES[name], interval(one, name), "yes" if model["beats_chance"][name] else "no"]
        for name in ("positions", "tau", "selection_exact", "selection_f1")
        for model in models
        if (one := model["over_chance"].get(name))
    ]


def pair_rows(pairs: Sequence[Data]) -> list[list[str]]:
    """Every difference of two models."""
    return [
        [
            NAMES[one["measure"]],
            one["a"],
            one["b"],
            f"{one['difference']['count']:,}",
            interval(one["difference"], one["measure"], signed=True),
            "yes" if one["told_apart"] else "no",
        ]
        for one in pairs
    ]


def variant_rows(models: Sequence[Data]) -> list[list[str]]:
    """Every figure that another convention would change."""
    return [
        [
            NAMES[one["measure"]],
            model["model"],
            f"{model[one['measure']]:.4f}",
            one["convention"],
            f"{one['n']:,}",
            f"{one['value']:.4f}",
        ]
        for model in models
        for one in model["other_conventions"]
        if abs(one["value"] - model[one["measure"]]) > 5e-5
    ]
