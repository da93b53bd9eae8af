"""The names of the tools that the create graph calls too: a trace and a language model know them by the same ones."""

from __future__ import annotations

from typing import Final

FIND_REFERENCES: Final = "find_references"
COMPARE_DRAFTS: Final = "compare_drafts"
RENDER_VIDEO: Final = "render_video"
SCORE_POPULARITY: Final = "score_popularity"
