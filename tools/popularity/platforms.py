"""Where drafts are published, and what a model of another platform says of them."""

from __future__ import annotations

_WORDS = {"short-video": "short videos", "youtube": "YouTube", "web-headlines": "web headlines"}


def in_words(platform: str) -> str:
    """A platform for people: `short videos`; one that nobody here named as it is."""
    return _WORDS.get(platform, platform)


def elsewhere(platform: str, own: str, learner: str) -> tuple[str, ...]:
    """Why what learned from `own` cannot judge a draft for `platform`, as a clause; nothing where it can.

    An empty platform is the model's own, and a model without one serves any.
    """
    if not own or platform in ("", own):
        return ()
    return (f"the draft is for {in_words(platform)}, and the {learner} learned from {in_words(own)}",)
