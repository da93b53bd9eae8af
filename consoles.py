"""The console of answers."""

from __future__ import annotations

from typing import Any

from rich.console import Console


class Whole(Console):
    """A console that cuts nothing: a line that is longer than the terminal, such as a path, is left to it."""

    def print(self, *objects: Any, crop: bool = False, **how: Any) -> None:
        """As Rich does it, without cropping unless that is asked for."""
        super().print(*objects, crop=crop, **how)
