"""Rows made by hand, and a study planned in a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from popcorn.settings import Settings
from popcorn.study.runner import Planned, plan
from popcorn.study.study_file import StudyFile
from popcorn.study.types import Arm, Prompt, Row, Unit, row_of

START, END = "<|startoftext|>", "<|endoftext|>"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), START, END]
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 37}
FACTS = {"catalogue": "c", "attempts": "3", "predictor default": "p", "predictor other": "q"}


def made(prompt: str, score: float | None, seed: int = 0, kind: str = "", others: str = "", **arm: Any) -> Row:
    """The row of one unit; `score` is its log2(comments), None for a failure."""
    chosen = {"model": "m", "mode": "enhanced", "references": 10, "tags": 1, "given": "found"} | arm
    unit = Unit(Arm(**chosen), Prompt(prompt, kind), seed, others)
    row = row_of(unit, FACTS, title=f"About {prompt}", log2_comments=score, evidence=True)
    return row if score is not None else replace(row, error="failed", reason="it broke", title="")


@pytest.fixture
def row() -> Callable[..., Row]:
    """Makes rows."""
    return made


@pytest.fixture
def settings(built: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a home with the sample catalogue, and a working directory of its own."""
    import shutil

    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(built.home / "catalogues", home / "catalogues")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Settings(home=home, encoder="hashing", clips_gb=0)


@pytest.fixture
def planned(settings: Settings, tmp_path: Path) -> Callable[..., Planned]:
    """Plans a study of the offline drafter on some prompts; its lists may be given."""

    def make(prompts: tuple[str, ...] = ("street tacos at midnight", "a shy robot paints"), **lists: Any) -> Planned:
        import csv

        with (tmp_path / "prompts.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["kind", "category", "prompt"])
            table.writerows(("concrete" if at % 2 else "abstract", "Food", text) for at, text in enumerate(prompts))
        values = {
            "name": "small", "prompts": "prompts.csv", "models": ["offline"], "modes": ["basic"], "render": False,
            "predictors": ["neighbours"],
        }  # fmt: skip
        return plan(StudyFile.model_validate(values | lists), tmp_path, settings)

    return make


@pytest.fixture(scope="session")
def clip_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a CLIP of random weights that reads 16 tokens."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    ends = {"bos_token_id": WORDS.index(START), "eos_token_id": WORDS.index(END), "pad_token_id": WORDS.index(END)}
    text = SMALL | ends | {"vocab_size": len(WORDS), "max_position_embeddings": 16}
    vision = SMALL | {"image_size": 32, "patch_size": 8}
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).save_pretrained(folder)
    CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(folder)
    CLIPTokenizer(vocab={word: place for place, word in enumerate(WORDS)}, merges=[]).save_pretrained(folder)
    return folder
