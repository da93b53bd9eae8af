"""Drafts: a title, a shot and a cover for every candidate."""

from __future__ import annotations

from .brief import Brief
from .chance import Chance


def write_drafts(brief: Brief, seed: int) -> list[dict[str, str]]:
    """As many drafts as the brief asks for; none repeats a tried title."""
    subject = brief.request.strip().removeprefix("Make a video about ")[:36].strip()
    hooks = Chance(seed, brief.request).order([f"A closer look: {subject}", f"{subject}?", f"{subject}, up close"])
    tried = {attempt.title for attempt in brief.tried}
    titles = [title for title in [*hooks, *(f"{subject} · {n}" for n in range(2, 40))] if title not in tried]
    return [
        {
            "title": title,
            "video_prompt": f"Close-up illustrating {subject}; slow push-in; warm light; vertical, 3 seconds.",
            "cover_prompt": f"A bold close-up of {subject} with clear space for the title.",
        }
        for title in titles[: brief.count]
    ]
