"""Where a subject stands in a conversation: the titles it has had, and the draft with the highest score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..offline.command import take_apart

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Data = Mapping[str, Any]


def titles_for(request: str, messages: Sequence[BaseMessage]) -> tuple[str, ...]:
    """The titles that the conversation has brought for the subject of `request`, each once, in their order."""
    wanted = subject_of(request)
    titles = (
        str(one["title"])
        for data in _answers(messages)
        if subject_of(str(data.get("request", ""))) == wanted
        for one in scored_in(data)
    )
    return tuple(dict.fromkeys(titles))


def best_of(messages: Sequence[BaseMessage], score: Data | None = None, subject: str = "") -> Data | None:
    """The draft with the highest score on the subject that was spoken of last; None where there is none.

    It must be `subject`, where that is given. A title without a shot is no draft. Only scores of one predictor against
    one set are compared: those of `score`, or else those of the latest.
    """
    about, found = "", list[Data]()
    for data in _answers(messages):
        here = subject_of(str(data.get("request", ""))) or about
        drafts = [one for one in scored_in(data) if one.get("video_prompt")]
        found = [*(found if here == about else []), *drafts]
        about = here
    if not found or (subject and subject != about):
        return None
    kind = _kind(score or found[-1]["score"])
    return max((one for one in found if _kind(one["score"]) == kind), key=_percentile, default=None)


def subject_of(request: str) -> str:
    """What two requests for the same subject have in common: no command around it, no case."""
    return take_apart(request).idea.casefold() if request.strip() else ""


def scored_in(data: Data) -> list[Data]:
    """Every draft with a score that an answer holds."""
    if "drafts" in data:
        return list(data["drafts"])
    return [data] if data.get("score") and data.get("title") else []


def _answers(messages: Sequence[BaseMessage]) -> Iterator[Data]:
    for message in messages:
        data = getattr(message, "artifact", None)
        if message.type == "tool" and isinstance(data, Mapping):
            yield data


def _percentile(one: Data) -> float:
    return float(one["score"]["percentile"])


def _kind(score: Data) -> tuple[Any, Any]:
    return score.get("predictor"), score.get("against")
