"""The card of a data set: what it is, how it came about, what was left out, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ... import files
from ...version import VERSION
from .ad_statistics import AdStatistics
from .card_plots import PLOTS, plots
from .criteria import RULE
from .tasks import WITH_Z, Task

Data = Mapping[str, Any]
_ASKED = {
    Task.REMIX: "choose the ad's clips among distractors and put them in order",
    Task.SCRIPT: "write what is said over each clip, in the ad's order",
    Task.SEGMENTATION: "cut what is said into subtitles; no pictures",
    Task.COMPOUND: "all three at once: the question of `popcorn ad make`",
}


def write_card(folder: Path, data: Data, splits: Mapping[str, AdStatistics], wishes: Data) -> None:
    """Write `README.md`, `card.json` and the plots into a data set's folder."""
    figures = {name: value for name, value in data.items() if name != "folder"}
    files.write_text(folder / "README.md", card(figures, wishes), shared=True)
    files.write_json(folder / "card.json", {"popcorn": VERSION, "wishes": dict(wishes), **figures}, shared=True)
    for name, picture in plots(splits).items():
        files.write_bytes(folder / name, picture, shared=True)


def card(data: Data, wishes: Data) -> str:
    """The card as Markdown, with the header that Hugging Face's tools read."""
    parts = (
        _header(data),
        _what(data),
        _choosing(data),
        _splitting(data, wishes),
        _tasks(data, wishes),
        _like(data),
        _USE,
    )
    return "\n\n".join(parts) + "\n"


def _header(data: Data) -> str:
    """Each file that has rows as a configuration of its own."""
    lines = ["---", "task_categories:", "- image-text-to-text", "configs:"]
    for task in Task:
        for z in (False, True) if task in WITH_Z else (False,):
            name = f"{task.value}{'-z' if z else ''}"
            places = [split for split in ("train", "test") if data["rows"].get(f"{split}/{name}.jsonl")]
            lines += [f"- config_name: {name}", "  data_files:"] if places else []
            for split in places:
                lines += [f"  - split: {split}", f"    path: {split}/{name}.jsonl"]
    return "\n".join([*lines, "---"])


def _what(data: Data) -> str:
    return (
        "# Finished ads as tasks for a vision-language model\n\n"
        f"Made by Popcorn {VERSION} from {data['files']:,} files after VC-LLM (Qian et al.): {data['ads']:,} ads of "
        f"{data['products']:,} products are asked about, in {data['samples']:,} rows. "
        f"{data['ads_for_distractors']:,} more give distractors alone. Whose ads these are, and what may be done with "
        "them, is not known to the program that wrote this card."
    )


def _choosing(data: Data) -> str:
    """Which ads were taken, by whose judgement, and what was left out."""
    judged = data["judged_by"]
    by_rule = RULE in judged
    who = "rules, not by a model" if by_rule else f"the model {', '.join(judged) or 'named'}"
    rows = [f"| {reason} | {count:,} |" for reason, count in data["reasons"].items()]
    table = "\n".join(["| reason | files |", "|---|---:|", *rows]) if rows else "Nothing was left out."
    seen = (
        " Rules see that a script goes in circles, changes its language, is said faster than anybody speaks or has "
        "broken characters; English words that stand in no list; and scripts that share no word or number with the "
        "product text in their language. They do not see what only a reader sees."
        if by_rule
        else ""
    )
    return (
        "## What was taken\n\n"
        "The paper's criteria: at most 120 s, 2 to 8 clips, and text that is fluent, free of typing errors and "
        f"relevant to the product. The text was judged by {who}.{seen} {data['rejected']:,} of {data['files']:,} files "
        f"were left out, each with its reasons in `rejected.jsonl`; counted by the first:\n\n{table}"
    )


def _splitting(data: Data, wishes: Data) -> str:
    return (
        "## Train and test\n\n"
        f"By product: {data['test_products']:,} of {data['products']:,} products are for the test, one video of each "
        "is held out, and no video of them is in train. Train has at most two videos of a product. Drawn by the seed "
        f"{wishes['seed']}; `ads.jsonl` says of each ad what it is for."
    )


def _tasks(data: Data, wishes: Data) -> str:
    """The files with their rows, and whose Z it is."""
    lines = ["| file | asked | train | test |", "|---|---|---:|---:|"]
    for task in Task:
        for z in (False, True) if task in WITH_Z else (False,):
            name = f"{task.value}{'-z' if z else ''}.jsonl"
            counts = [data["rows"].get(f"{split}/{name}", 0) for split in ("train", "test")]
            asked = _ASKED[task] + (", with Z" if z else "")
            lines.append(f"| `{name}` | {asked} | {counts[0]:,} | {counts[1]:,} |")
    table = "\n".join(lines)
    return (
        f"## Tasks\n\n{table}\n\n"
        f"Each ad stands in {wishes['orders']} orders of its clips, or in as many as there are, with at most "
        f"{wishes['distractors']} clips of other videos of its product; those that show what the ad itself shows are "
        f"no distractors. Z is the ground-truth script rewritten as a note beside each clip, distractors included "
        f"({_rewritten(data)}). Segmentation has no Z: its question holds the whole script. Captions that OCR read in "
        "the pictures, and what is said, are no part of any question; in the pictures captions were made unreadable."
    )


def _rewritten(data: Data) -> str:
    parts = [
        f"{count:,} ads by a rule that turns clauses round" if who == RULE else f"{count:,} ads by {who}"
        for who, count in data["z_by"].items()
    ]
    mended = f", {data['z_mended']:,} notes of the model were replaced by the rule's" if data["z_mended"] else ""
    return ", ".join(parts) + mended


def _like(data: Data) -> str:
    """The figures of both splits, and the plots."""
    lines = ["| | train | test |", "|---|---:|---:|"]
    splits = [data["splits"][name] for name in ("train", "test")]
    for label, name in (("ads", "ads"), ("clips", "clips_in_all"), ("clips with captions", "clips_with_captions")):
        lines.append(f"| {label} | {splits[0][name]:,} | {splits[1][name]:,} |")
    for label, name in (("seconds of an ad", "seconds"), ("words of an ad", "words"), ("clips of an ad", "clips")):
        lines.append(f"| {label}: median (quartiles) | {_spread(splits[0][name])} | {_spread(splits[1][name])} |")
    for label, name in (("languages", "languages"), ("categories", "categories")):
        lines.append(f"| {label} | {_most(splits[0][name])} | {_most(splits[1][name])} |")
    pictures = "\n\n".join(f"![{label}]({name})" for name, label in PLOTS.items())
    return "## What it is like\n\n" + "\n".join(lines) + f"\n\n{pictures}"


def _spread(values: Data) -> str:
    if values["median"] is None:
        return ""
    return f"{values['median']} ({values['lower_quartile']} to {values['upper_quartile']})"


def _most(counts: Mapping[str, int]) -> str:
    named = [f"{_cell(name)} {count:,}" for name, count in list(counts.items())[:5]]
    return ", ".join(named) + (f", {len(counts) - 5} more" if len(counts) > 5 else "")


def _cell(text: str) -> str:
    """A text of somebody's that stays inside its cell."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("|", "\\|").replace("<", "&lt;")


_USE = """## How it is read

A row has `messages` in TRL's chat format, whose parts `{"type": "image"}` stand for the files in `images`, in their
order; their names begin at this folder. `popcorn ad finetune --data FOLDER` reads it as it is. With TRL alone, in this
folder:

```python
from datasets import Image, List, load_dataset

rows = load_dataset("json", data_files="train/compound.jsonl", split="train")
rows = rows.cast_column("images", List(Image()))
```"""
