"""What each tool does, in a word or two for people."""

from __future__ import annotations

_LABELS = {
    "find_references": "find references",
    "draft_video": "draft",
    "render_video": "render",
    "score_popularity": "score",
    "explain_score": "explain the score",
    "compare_drafts": "compare",
    "make_video": "make the video",
    "list_runs": "look for runs",
    "show_run": "look at a run",
}


def label(name: str) -> str:
    """What a tool does, for people."""
    return _LABELS.get(name, name)
