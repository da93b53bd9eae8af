"""The past videos that a score rests on, in words that a person knows: titles where they are at hand, never ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Near(Protocol):
    """A past video with what it said."""

    @property
    def title(self) -> str:
        """Empty where it is not at hand."""
        ...

    @property
    def comments(self) -> float:
        """How many it has."""
        ...

    @property
    def share(self) -> float:
        """Its share of what all of them said, from 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class PastVideo:
    """A line about one past video, or about all whose titles are not at hand."""

    words: str
    comments: str
    share: float


def past_videos(near: Iterable[Near], learned_from: str, most: int) -> list[PastVideo]:
    """A line for each of the first `most` that has a title, and one for all the others, which have none."""
    all_of_them = list(near)
    named = [one for one in all_of_them if one.title][:most]
    lines = [PastVideo(one.title, f"{one.comments:,.0f}", one.share) for one in named]
    others = [one for one in all_of_them if not one.title]
    if others:
        few, many = min(one.comments for one in others), max(one.comments for one in others)
        counts = f"{few:,.0f}" if few == many else f"{few:,.0f} to {many:,.0f}"
        lines.append(PastVideo(_untitled(len(others), learned_from), counts, sum(one.share for one in others)))
    return lines


def _untitled(count: int, learned_from: str) -> str:
    """E.g. `8 videos whose titles are not kept, of 6,709 trending YouTube videos of 2017-2018`."""
    what = f"{count} videos whose titles are not kept" if count > 1 else "a video whose title is not kept"
    return f"{what}, of {learned_from}" if learned_from else what
