"""Drafts as they are handed around: a title, what the shot shows, its tag, its score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...tools.popularity.types import Score, Subject
from ..runs.request import clean_request

if TYPE_CHECKING:
    from ...tools.references.retrieval import Retriever

MOST_DRAFTS = 16


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft as it is handed around: its title, what the shot shows, and its tag."""

    title: str
    video_prompt: str = ""
    """One paragraph: what the 3-second shot shows."""
    tag: str = ""
    """The catalogue's category; found from the texts when it is empty."""

    @property
    def shot(self) -> str:
        """The video prompt that a renderer is given."""
        return self.video_prompt

    @property
    def speaks_against(self) -> tuple[str, ...]:
        """Why it should not be taken, in sentences; empty where nothing is known."""
        return ()

    def subject(self, platform: str, request: str = "") -> Subject:
        """The draft as a predictor and a choice model take it: one of `request`, if that is known, for `platform`."""
        return Subject(self.title, self.video_prompt, self.tag, request=request, platform=platform)

    def arguments(self) -> dict[str, str]:
        """The draft as tools take it."""
        return {"title": self.title, "video_prompt": self.video_prompt, "tag": self.tag}


@dataclass(frozen=True, slots=True)
class ScoredDraft(DraftText):
    """A draft with its score."""

    score: Score = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class WrittenDraft(ScoredDraft):
    """A draft that a model wrote for a request, and what speaks against it."""

    cover_prompt: str = ""
    render_prompt: str = ""
    """The video prompt in English, where the draft is in another language."""
    relevance: float = 0.0
    """Cosine similarity of the draft and the request."""
    complaints: tuple[str, ...] = ()

    @property
    def shot(self) -> str:
        """The English prompt, where there is one."""
        return self.render_prompt or self.video_prompt

    @property
    def speaks_against(self) -> tuple[str, ...]:
        """Its complaints."""
        return self.complaints


def draft_of(title: str, video_prompt: str, tag: str, retriever: Retriever) -> DraftText:
    """A draft on one line each, with the tag that its texts speak for, unless it has one.

    Raises RequestError where there is no title.
    """
    given = DraftText(clean_request(title), " ".join(video_prompt.split()), tag.strip())
    if given.tag:
        return given
    ranked = retriever.choose_tags(f"{given.title}. {given.video_prompt}")
    return DraftText(given.title, given.video_prompt, ranked[0].tag if ranked else "")
