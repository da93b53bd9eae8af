"""Where drafts are published, and what a model of another platform says of them."""

from __future__ import annotations

_WORDS = {"short-video": "short videos", "youtube": "YouTube", "web-headlines": "web headlines"}


def in_words(platform: str) -> str:
    """A platform for people: `short videos`; one that nobody here named as it is."""
    return _WORDS.get(platform, platform)


def videos_on(platform: str, number: int = 2) -> str:
    """So many videos of a platform for people: `short videos`, `videos on YouTube`, `video on YouTube`."""
    words = in_words(platform)
    told = words if words.endswith("videos") else f"videos on {words}"
    return told.replace("videos", "video", 1) if number == 1 else told


def titles_of(platform: str) -> str:
    """What titles of a platform are called: `titles on YouTube`, `web headlines`."""
    words = in_words(platform)
    if words.endswith("headlines"):
        return words
    return f"titles of {words}" if words.endswith("videos") else f"titles on {words}"


def by_name(platform: str) -> str:
    """A platform as Popcorn spells it, e.g. `short-video`, whichever way a table does: `YouTube`, `Short videos`."""
    spelt = " ".join(platform.replace("-", " ").replace("_", " ").split()).casefold()
    return next((name for name in _WORDS if spelt in (name.replace("-", " "), in_words(name).casefold())), platform)


def is_known(platform: str) -> bool:
    """Whether it is one of those that Popcorn itself has names for."""
    return by_name(platform) in _WORDS


def elsewhere(platform: str, own: str, learner: str) -> tuple[str, ...]:
    """Why what learned from `own` cannot judge a draft for `platform`, as a clause; nothing where it can.

    An empty platform is the model's own, and a model without one serves any.
    """
    if not own or by_name(platform) in ("", by_name(own)):
        return ()
    return (f"the draft is for {in_words(by_name(platform))}, and the {learner} learned from {in_words(own)}",)
