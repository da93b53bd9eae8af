"""The folder of a training: begun with a recipe, with checkpoints while it trains, and at the end with the model."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ... import files
from ...agent.models.local_weights import DECODING as DECODING_FILE
from ...errors import DataError, MissingError, RequestError
from .learning import DECODING

NEEDED = ("trl", "peft", "accelerate")
RECIPE, RESULT, MODEL, ADAPTER, CHECKPOINTS = "recipe.json", "training.json", "model", "adapter", "checkpoints"


def check_extra(needed: Sequence[str] = NEEDED) -> None:
    """Raises MissingError where the libraries of fine-tuning are not installed; loads none of them."""
    absent = [name for name in needed if find_spec(name) is None]
    if absent:
        raise MissingError(
            f"fine-tuning needs libraries that are not installed: {', '.join(absent)}",
            hint='run `pip install "llmpopcorn[finetune]"`',
        )


def begin_folder(recipe: Mapping[str, Any], out: Path, command: str) -> None:
    """Make the folder of a training. Raises RequestError where there is something in it, StoreError for the disk."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError(
            f"{str(out)!r} is there already",
            hint=f"Name a new folder, or go on with the training in it: {command} --resume {out}",
        )
    with files.writing(out):
        files.folder(out, shared=True)
        files.write_json(out / RECIPE, recipe, shared=True)


def begun_recipe(out: Path, beginning: str) -> object:
    """The JSON of a recipe; `beginning` is the command that begins one. Raises RequestError, DataError."""
    try:
        return json.loads((out / RECIPE).read_text(encoding="utf-8"))
    except OSError as exc:
        raise RequestError(f"no training was begun in {str(out)!r}", hint=f"Begin one: {beginning}.") from exc
    except ValueError as exc:
        raise DataError(f"{str(out / RECIPE)!r} is no JSON", hint="Begin anew in another folder.") from exc


def keep_model(model: Any, processor: Any, out: Path, *, merged: bool, greedy: bool = True) -> None:
    """The model with its processor, whole or not at all.

    `merged` for one whose LoRA goes into it, `greedy` for one that is to be decoded so wherever nobody says otherwise.
    """
    part, place = out / f".{MODEL}.part", out / MODEL
    for left in (part, place):  # of a training that was killed here
        shutil.rmtree(left, ignore_errors=True)
    if merged:
        model.save_pretrained(str(out / ADAPTER))
        model = model.merge_and_unload()
    files.folder(part, shared=True)
    if greedy:
        model.generation_config.update(do_sample=False, temperature=None, top_p=None, top_k=None)
        files.write_json(part / DECODING_FILE, {"decoding": DECODING}, shared=True)
    model.save_pretrained(str(part))
    processor.save_pretrained(str(part))
    part.rename(place)


def last_checkpoint(folder: Path) -> str | None:
    """The newest checkpoint that is whole: `trainer_state.json` is the last file that Trainer writes."""
    whole = [place for place in folder.glob("checkpoint-*") if (place / "trainer_state.json").is_file()]
    newest = max(whole, key=lambda place: int(place.name.rpartition("-")[2]), default=None)
    return None if newest is None else str(newest)


def losses(history: list[dict[str, float]]) -> list[dict[str, float]]:
    """The loss of each step, out of Trainer's log."""
    return [{"step": int(one["step"]), "loss": round(float(one["loss"]), 4)} for one in history if "loss" in one]


@contextmanager
def quietly() -> Iterator[None]:
    """Without the remarks of TRL's and transformers' parts about one another, on which nobody here can act."""
    from datasets.utils.logging import disable_progress_bar
    from transformers.utils import logging

    logging.disable_progress_bar()
    disable_progress_bar()
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(before)
