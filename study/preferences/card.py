"""The card of a folder of preferences: how many of what, how far each is to be trusted, and what it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SOURCES = {
    "test": "pairs that were tried (A/B tests)",
    "feedback": "published runs of like requests, by what they drew",
    "run": "drafts of runs, compared by the model below",
    "study": "drafts of studies, compared by the model below",
}
_NOT = (
    "No pairs that people judged: a test counts clicks or a named winner, feedback counts comments, and the rest is "
    "what a model predicts.",
    "No proof that tuning on it helps. Measure a tuned model beside the untuned one on tests that neither has seen.",
    "Of a test, `trust` is the probability that the sign of z is right before anything else is known. Where many tests "
    "were run and the clearest were kept, it is too high.",
    "Of feedback, `trust` is the probability that the draft made the difference, as far as differences of drafts and "
    "of any two videos were measured elsewhere: two posts are no test, and most of what is between them is day, hour "
    "and luck.",
    "Of a prediction, `trust` is the agreement of the whole model with randomised tests, not that of the single pair.",
)


def card_text(data: Mapping[str, Any]) -> str:
    """As Markdown."""
    rows = data["rows"]
    lines = [
        "# Preferences",
        "",
        f"{rows['dpo']:,} pairs to learn from and {rows['dpo-test']:,} held out, of {data['stories']:,} stories, "
        f"{data['test_stories']:,} of which are held out; no story is on both sides.",
        "",
        "| file | rows | held out | what TRL takes it for |",
        "|---|---:|---:|---|",
        f"| `dpo.jsonl` | {rows['dpo']:,} | {rows['dpo-test']:,} | DPO: `prompt`, `chosen`, `rejected`; `margin` in "
        "log-odds |",
        f"| `sft.jsonl` | {rows['sft']:,} | {rows['sft-test']:,} | SFT: `prompt`, `completion`, of drafts that "
        "lost in no pair |",
        f"| `grpo.jsonl` | {rows['grpo']:,} | {rows['grpo-test']:,} | GRPO: `prompt`, with `request` and `parts` "
        "for the reward |",
        "",
        "## Where pairs come from",
        "",
        "| source | pairs | held out | trust |",
        "|---|---:|---:|---|",
        *(_source(name, found, data["reward"]) for name, found in data["sources"].items()),
        "",
        *(f"- {count:,}: {what}" for what, count in data["asked"].items()),
        "",
        "## The model that predicts and rewards",
        "",
        *_model(data["reward"]),
        "",
        "## Left out",
        "",
        *([f"- {count:,}: {reason}" for reason, count in data["left_out"].items()] or ["Nothing."]),
        *(f"- contradicting, for example: {' / '.join(_code(one) for one in pair)}" for pair in data["contradicting"]),
        "",
        "## What it is not",
        "",
        *(f"- {sentence}" for sentence in (*_NOT, _platforms(data["platforms"]))),
    ]
    return "\n".join(lines) + "\n"


def _code(title: str) -> str:
    """A stranger's title as Markdown shows it, and never reads it."""
    return f"`{title.replace('`', chr(39))}`"


def _source(name: str, found: Mapping[str, Any], reward: Mapping[str, Any]) -> str:
    if name in ("test", "feedback"):
        trust = f"{found['trust']:.3f} on average" if found["measured"] else "not measured"
        unknown = found["pairs"] - found["measured"]
        trust += f"; {unknown:,} name a winner alone, of which nothing is known" if unknown else ""
    else:
        trust = _estimate(reward["agreement"])
        unknown = found["pairs"] - found["evidence"]
        trust += f"; {unknown:,} of drafts that the model was not measured on" if unknown else ""
    return f"| {_SOURCES[name]} | {found['pairs']:,} | {found['test']:,} | {trust} |"


def _model(reward: Mapping[str, Any]) -> list[str]:
    lines = [f"`{reward['model']}`, learned from {reward['learned_from']}."]
    if reward["agreement"]:
        lines.append(
            f"Agreement with randomised tests: {_estimate(reward['agreement'])} of {reward['agreement']['count']:,} "
            f"pairs ({reward['drawn']:,} drawn of {reward['pairs']:,}); less that of the longer title: "
            f"{_estimate(reward['over_length'])}. It counts only on tests that the model has not learned from."
        )
    if reward["warning"]:
        lines += ["", f"**Warning:** {reward['warning']}."]
    return lines


def _estimate(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "not measured"
    if found["low"] is None:
        return f"{found['mean']:.3f}, of one test and so without an interval"
    return f"{found['mean']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def _platforms(platforms: Mapping[str, int]) -> str:
    named = [name for name in platforms if name]
    unnamed = platforms.get("", 0)
    if not named:
        return "No pair says on which platform it was tried."
    rest = f" {unnamed:,} lines say nothing of theirs." if unnamed else ""
    return f"Of one platform alone: {named[0]}.{rest}"
