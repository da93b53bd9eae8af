"""The shapes of the pictures that Popcorn makes."""

from __future__ import annotations

from enum import StrEnum


class Aspect(StrEnum):
    """The shapes of clips and of ads."""

    PORTRAIT = "9:16"
    LANDSCAPE = "16:9"
    SQUARE = "1:1"
    FEED = "4:5"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as the platforms ask for them."""
        sizes = {"9:16": (1080, 1920), "16:9": (1920, 1080), "1:1": (1080, 1080), "4:5": (1080, 1350)}
        return sizes[self.value]
