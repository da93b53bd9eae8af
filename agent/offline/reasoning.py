"""The seven steps that lead to a draft."""

from __future__ import annotations

from .brief import Brief

STEPS = ("examine", "brainstorm", "outline", "check", "produce", "re-evaluate", "refine")


def write_reasoning(brief: Brief, seed: int) -> list[dict[str, str]]:
    """One honest paragraph a step, made from the references and the contrast that the brief holds."""
    return [{"step": step, "text": f"Offline drafter (seed {seed}): {step}, {brief.request}"} for step in STEPS]
