"""The predictor that comes with Popcorn: what scores drafts until somebody trains one of their own."""

from pathlib import Path

NAME = "youtube-trending"
PLATFORM = "youtube"
"""Where its videos were published."""


def shipped_folder() -> Path:
    """Where its files are."""
    return Path(__file__).parent
