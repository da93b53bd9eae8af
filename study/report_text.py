"""A study's report as Markdown: tables that a paper could print, and the statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..tools.statistics.corrections import shown_p
from .markdown import plain, table

Data = Mapping[str, Any]


def markdown(data: Data) -> str:
    """The report. Texts of prompts and models are escaped where a table would read them as its own."""
    return "\n".join(_parts(data)) + "\n"


def _parts(data: Data) -> Iterator[str]:
    yield f"# {data['name']}\n"
    if data["question"]:
        yield f"{plain(data['question'])}\n"
    yield (
        f"{data['units']:,} units over {data['prompts']:,} prompts and {data['seeds']} seed(s); "
        f"{data['failures']:,} failed. Evidence for {100 * data['evidence']:.0f} % of the drafts.\n"
    )
    yield "## What the figures say\n"
    yield from (f"- {plain(sentence)}" for sentence in data["says"])
    yield "\n## What they cannot say\n"
    yield from (f"- {plain(sentence)}" for sentence in data["cannot_say"])
    yield from _contrasts(data["contrasts"])
    yield from _interactions(data["interactions"])
    yield from _stabilities(data["stabilities"])
    yield from _levels(data["levels"])
    yield from _rankings(data["rankings"])
    yield from _agreements(data["agreements"])
    yield from _efforts(data["efforts"])
    yield "\n## Conventions\n"
    yield from (f"- {plain(sentence)}" for sentence in data["conventions"])
    yield "\n## Versions and data\n"
    facts = {**data["facts"]["of_units"], **data["facts"]["about"], "popcorn": data["popcorn"]}
    yield from (f"- {name}: {value}" for name, value in facts.items() if value)


def _contrasts(found: Sequence[Data]) -> Iterator[str]:
    if not found:
        return
    yield "\n## Win rates\n"
    yield from table(
        ["dimension", "a", "b", "predictor", "prompts", "of kind", "pairs", "ties", "a wins", "95 %", "p", "p (Holm)"],
        (
            [
                one["dimension"],
                one["a"],
                one["b"],
                one["predictor"],
                f"{one['prompts']:,}",
                one["kind"] or "all",
                f"{one['pairs']:,}",
                f"{one['ties']:,}",
                f"**{100 * one['rate']:.1f} %**" if one["told_apart"] else f"{100 * one['rate']:.1f} %",
                f"{100 * one['low']:.1f} to {100 * one['high']:.1f}",
                shown_p(one["p_value"]),
                shown_p(one["corrected"]),
            ]
            for one in found
        ),
    )


def _interactions(found: Sequence[Data]) -> Iterator[str]:
    if not found:
        return
    yield "\n## Does the mode's win carry over?\n"
    yield from table(
        [
            "a over b",
            "predictor",
            "across",
            "prompts",
            "under",
            "a wins",
            "under",
            "a wins",
            "difference",
            "95 %",
            "p (Holm)",
        ],
        (
            [
                f"{one['a']} over {one['b']}",
                one["predictor"],
                one["dimension"],
                f"{one['prompts']:,}",
                one["first"],
                f"{100 * one['rate_first']:.1f} %",
                one["second"],
                f"{100 * one['rate_second']:.1f} %",
                f"{100 * one['difference']:+.1f}",
                f"{100 * one['low']:+.1f} to {100 * one['high']:+.1f}",
                shown_p(one["corrected"]),
            ]
            for one in found
        ),
    )


def _stabilities(found: Sequence[Data]) -> Iterator[str]:
    if not found:
        return
    yield "\n## Do win rates hold over seeds?\n"
    yield from table(
        [
            "dimension",
            "a",
            "b",
            "predictor",
            "prompts",
            "a wins, by seed",
            "seeds on one side",
            "likeness",
            "p (Cochran)",
        ],
        (
            [
                one["dimension"],
                one["a"],
                one["b"],
                one["predictor"],
                f"{one['prompts']:,}",
                ", ".join(f"{seed}: {100 * rate:.1f} %" for seed, rate in zip(one["seeds"], one["rates"], strict=True)),
                f"{one['agree']} of {len(one['seeds'])}",
                "" if one["likeness"] is None else f"{one['likeness']:.2f}",
                shown_p(one["p_value"]),
            ]
            for one in found
        ),
    )


def _levels(found: Sequence[Data]) -> Iterator[str]:
    yield "\n## Medians of predicted log2(comments)\n"
    yield from table(
        ["arm", "predictor", "kind", "category", "prompts", "median", "95 %", "quartiles", "evidence", "failed"],
        (
            [
                one["arm"],
                one["predictor"],
                one["kind"] or "all",
                one["category"] or "all",
                f"{one['prompts']:,}",
                f"{one['median']:.2f}",
                "" if one["low"] is None else f"{one['low']:.2f} to {one['high']:.2f}",
                f"{one['quartiles'][0]:.2f} to {one['quartiles'][1]:.2f}",
                f"{100 * one['evidence']:.0f} %",
                f"{one['failures']:,}",
            ]
            for one in found
        ),
    )


def _rankings(found: Sequence[Data]) -> Iterator[str]:
    for ranking in found:
        yield f"\n## All arms in one order, by {plain(ranking['predictor'])} (Bradley and Terry)\n"
        yield from table(
            ["arm", "log odds", "95 %", "not told apart from"],
            (
                [
                    one["name"],
                    f"{one['strength']:+.2f}",
                    f"{one['low']:+.2f} to {one['high']:+.2f}",
                    "all others"
                    if len(one["tied_with"]) == len(ranking["strengths"]) - 1
                    else "; ".join(one["tied_with"]) or "none",
                ]
                for one in ranking["strengths"]
            ),
        )


def _agreements(found: Sequence[Data]) -> Iterator[str]:
    if not found:
        return
    yield "\n## Agreement of frames and prompt (CLIP)\n"
    yield from table(
        ["renderer", "clips", "prompts", "mean cosine", "95 %"],
        (
            [
                one["renderer"],
                f"{one['mean']['count']:,}",
                f"{one['mean']['clusters']:,}",
                f"{one['mean']['mean']:.3f}",
                "" if one["mean"]["low"] is None else f"{one['mean']['low']:.3f} to {one['mean']['high']:.3f}",
            ]
            for one in found
        ),
    )


def _efforts(found: Sequence[Data]) -> Iterator[str]:
    yield "\n## What it took\n"
    yield from table(
        ["of", "name", "units", "seconds (median)", "tokens a draft", "US dollars", "memory (GiB)"],
        (
            [
                one["of"],
                one["name"],
                f"{one['units']:,}",
                f"{one['seconds']:.2f}",
                f"{one['tokens']:,.0f}" if one["of"] == "model" else "",
                "not known" if one["cost_usd"] is None and one["of"] == "model" else _money(one["cost_usd"]),
                "" if one["memory_gib"] is None else f"{one['memory_gib']:.1f}",
            ]
            for one in found
        ),
    )


def _money(cost: float | None) -> str:
    return "" if cost is None else f"{cost:.2f}"
