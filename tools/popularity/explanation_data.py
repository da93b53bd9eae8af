"""An explanation as JSON values: what `predictor explain --json` and the tools for a model give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .types import Explanation


def explanation_data(explanation: Explanation, titles: Mapping[str, str]) -> dict[str, Any]:
    """An explanation as `--json` has it; `titles` are those of past videos that are at hand."""
    data = asdict(explanation)
    for one in data["neighbours"]:
        one["title"] = titles.get(one["id"], "")
    names = ("member", "log2_comments", "weight")
    data["members"] = [dict(zip(names, member, strict=True)) for member in explanation.members]
    return data
