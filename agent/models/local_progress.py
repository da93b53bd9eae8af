"""Tells how far a model on this machine is with what it writes, and ends that."""

from __future__ import annotations

from threading import Event
from typing import Any

import torch
from transformers import StoppingCriteria
from transformers.generation.streamers import BaseStreamer

from ...graphs.asking.writing import Call


class TokenTeller(BaseStreamer):
    """Tells of each token; what comes first is the prompt."""

    def __init__(self, call: Call) -> None:
        """`call` is the one that is answered."""
        self._call, self._is_prompt = call, True

    def put(self, value: Any) -> None:
        """Token ids, as transformers gives them while it generates."""
        if self._is_prompt:
            self._is_prompt = False
        else:
            self._call.wrote("")

    def end(self) -> None:
        """Nothing is held back."""


class Halt(StoppingCriteria):
    """Ends a reply when `halt` is set."""

    def __init__(self, halt: Event) -> None:
        """Nothing ends while `halt` is not set."""
        self._halt = halt

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: Any) -> torch.Tensor:
        """Whether each reply of the batch ends: (B,) bool."""
        return torch.full((input_ids.shape[0],), self._halt.is_set(), dtype=torch.bool, device=input_ids.device)
