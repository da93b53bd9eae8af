"""The choice model that comes with Popcorn: what it learned of web headlines, and the program that trains it."""

from pathlib import Path

NAME = "headlines"
PLATFORM = "web-headlines"
"""Where such drafts are published, as a Subject's `platform` says it."""


def headlines_folder() -> Path:
    """Where its files are."""
    return Path(__file__).parent
