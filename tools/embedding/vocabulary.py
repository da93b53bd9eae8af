"""Whether a tokenizer knows any words: transformers makes one without, where a model's folder lacks its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import MissingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def check_words(tokenizer: PreTrainedTokenizerBase, name: str) -> None:
    """Raises MissingError where the tokenizer of the model `name` knows no word: all texts would be the same."""
    if len(tokenizer) <= len(set(tokenizer.all_special_ids)):
        raise MissingError(
            f"the model {name!r} has a tokenizer without words: its files are missing",
            hint="Get all of the model's files, tokenizer.json among them.",
        )
