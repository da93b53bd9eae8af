"""Tells how far a model on this machine is with what it writes."""

from __future__ import annotations

from typing import Any

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
