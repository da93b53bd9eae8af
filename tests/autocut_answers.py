"""Answers as AutoCut publishes them (AdAutoCut/Autocut, CVPR 2026), in the form of `popcorn ad bench import`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def convert(source: Path, target: Path) -> None:
    """Every model's answers to every ad of a packed file, a line each."""
    with gzip.open(source, "rt", encoding="utf-8") as rows, target.open("w", encoding="utf-8") as out:
        for row in map(json.loads, rows):
            out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in converted(row))


def converted(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One ad's answers of all models in the form of `ad bench import`: the answers as they were written."""
    about = {name: row[name] for name in ("product", "brand")} | {"ad": row["ad_id"], "language": "zh"}
    about |= {"facts": row["features"], "reference_script": row["script"]}
    for model, tasks in row["models"].items():
        line = about | {"model": model}
        if order := tasks.get("order"):
            line |= {"order": order["answer"], "reference_order": order["reference"]}
            line |= {"clips": order["clips"]} if order.get("clips") else {}
        if select := tasks.get("select"):
            line |= {"selection": select["answer"], "reference_selection": select["reference"]}
            line |= {"candidates": len(select["clips"])} if select["clips"] else {}
        if "script" in tasks:
            line["script"] = tasks["script"]
        if "judged_script" in tasks:
            line["judged"] = tasks["judged_script"]
        yield line
