"""What a result comes to, in a sentence or two: how the offline router speaks of what the tools gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....graphs.create.choice import picked
from ....tools.popularity.standing import reasons, whole
from ....tools.popularity.types import Ablation, Score
from ...toolbox.draft_results import DraftList
from ...toolbox.made_ad import MadeAd
from ...toolbox.made_video import MadeVideo
from ...toolbox.tools.explain_score import ExplainedScore
from ...toolbox.tools.find_references import FoundReferences
from ...toolbox.tools.list_runs import ListedRuns
from ...toolbox.tools.render_video import RenderedVideo
from ...toolbox.tools.score_popularity import PopularityScore
from ...toolbox.tools.show_run import UnfinishedRun
from ..answers import result_in
from ..best_draft import best_of, scored_in, subject_of

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage, ToolMessage

    from ...toolbox.drafts import ScoredDraft
    from ...toolbox.tool_result import ToolResult

_GOOD, _MIDDLING = 55, 45
"""Expected ranks of 100 from which a score is called good, and in the middle; they hardly leave 35 to 65."""
_LITTLE = 0.03
"""A share of the comments that is hardly worth a change."""
_PARTS = {
    "text": "what title and shot say as a whole",
    "tag": "the category",
    "frames": "the pictures",
    "retrieval": "its likeness to past videos",
}


def told(answers: Sequence[ToolMessage], before: Sequence[BaseMessage], line: str) -> str:
    """What the answers of a turn come to; `before` is all that was said before `line`."""
    results = [result for one in answers if (result := result_in(one)) is not None]
    failed = len(answers) - len(results)
    parts = ["That did not work; what is wrong stands with the result."] if failed else []
    if failed and results:
        parts = [f"{failed} of {len(answers)} did not work; what is wrong stands with the results."]
    clips = [one for one in results if isinstance(one, RenderedVideo)]
    if clips and len(clips) == len(results):
        return " ".join([_rendered(clips), *parts])
    return " ".join([*(_sentence(one, before, line) for one in results), *parts])


def _sentence(result: ToolResult, before: Sequence[BaseMessage], line: str) -> str:
    """What one result comes to; what people read of it anyway where the rules have nothing to add."""
    match result:
        case DraftList():
            return _drafts_told(result, before)
        case ExplainedScore():
            return _explained(result, line)
        case PopularityScore():
            return _scored_told(result, before)
        case MadeVideo():
            return _made(result)
        case MadeAd():
            return _ad_made(result)
        case UnfinishedRun():
            return f"That run is not finished: {result.status}."
        case FoundReferences():
            return f"{len(result.references)} references. Next: `draft {result.query}`."
        case ListedRuns():
            return f"{len(result.runs)} found." if result.runs else "Nothing of that kind was made."
        case _:
            return result.summary().told


def _drafts_told(result: DraftList, before: Sequence[BaseMessage]) -> str:
    best, count = result.drafts[0], len(result.drafts)
    chosen = picked(result.choice)
    first = f"“{best.title}” stands first of {count}" if count > 1 else f"“{best.title}”"
    told = f"{first}{f', {chosen}' if chosen else ''}. {_spoken_against(result)}{_sentence_of(best.score)}"
    return f"{told} {_beside(result, best, before)}Next: `why?`, `shorter title`, or `render the first`."


def _spoken_against(result: DraftList) -> str:
    """That something speaks against the first draft, or against all; the card has what. Empty where nothing does."""
    if not result.drafts[0].speaks_against:
        return ""
    every = len(result.drafts) > 1 and all(one.speaks_against for one in result.drafts)
    return "Something speaks against each of them. " if every else "Something speaks against it. "


def _scored_told(result: PopularityScore, before: Sequence[BaseMessage]) -> str:
    (draft,) = scored_in(result)
    return f"“{draft.title}”: {whole(draft.score)}. {_beside(result, draft, before)}Next: `why?`"


def _sentence_of(score: Score) -> str:
    told = whole(score)
    return f"{told[:1].upper()}{told[1:]}."


def _beside(result: ToolResult, draft: ScoredDraft, before: Sequence[BaseMessage]) -> str:
    """How to learn whether a draft is better than the one that was picked before; empty where that was told."""
    if not draft.video_prompt:
        return ""
    best = best_of(before, subject_of(result.about()))
    if best is None or best.title in {one.title for one in scored_in(result)}:
        return ""
    return f"Nobody has compared it with “{best.title}”: `compare {draft.title} or {best.title}` does. "


def _explained(result: ExplainedScore, line: str) -> str:
    """Whether the score is low, and what to change."""
    return " ".join([_level(result.score, line), *_helps(result), _costs(result)])


def _level(score: Score, line: str) -> str:
    rank, doubted = score.percentile, any(word in line.casefold() for word in ("low", "bad", "weak"))
    if rank is None:
        return f"There is no evidence how it would do: {reasons(score)}. The predictor says of its parts all the same:"
    if rank >= _GOOD:
        return f"{'It is not low' if doubted else 'It stands well'}: {whole(score)}."
    if rank >= _MIDDLING:
        return f"It is in the middle: {whole(score)}."
    return f"It is low: {whole(score)}."


def _helps(result: ExplainedScore) -> list[str]:
    best = max(result.words, key=lambda one: one.change, default=None)
    more = _factor(best) - 1 if best else 0.0
    if best is None or more < _LITTLE:
        return []
    worth = f"{_factor(best):.1f} times the comments" if more >= 1 else f"{100 * more:.0f} % more comments"
    return [f"“{_bare(best.without)}” helps most: {worth} with it."]


def _costs(result: ExplainedScore) -> str:
    """The word or the part that costs most, and what to try; never an advice to change what costs nothing."""
    words = [one for one in result.words if _bare(one.without)]
    worst = min(words, key=lambda one: one.change, default=None)
    part = min(result.without, key=lambda one: one.change, default=None)
    if part and part.change < min(0.0, worst.change if worst else 0.0):
        name = _PARTS.get(part.without, part.without)
        lost = 1 - _factor(part)
        return f"What costs most is {name}: {100 * lost:.0f} % of the comments. Try other drafts: `three more`."
    if worst is None or len(result.words) < 2:
        return "The title is one word, so none can be left out. Try other drafts: `three more`."
    if (lost := 1 - _factor(worst)) <= 0:
        return "No word costs anything. Try other drafts: `three more`."
    little = ", which is little" if lost < _LITTLE else ""
    word = _bare(worst.without)
    return f'“{word}” costs most: about {100 * lost:.0f} % of the comments{little}. Try: `try it without "{word}"`.'


def _factor(one: Ablation) -> float:
    return float(2**one.change)


def _bare(word: str) -> str:
    return word.strip(" \"'“”‘’,.:;!?()–—-")


def _rendered(clips: Sequence[RenderedVideo]) -> str:
    renderers = " and ".join(dict.fromkeys(one.video.renderer for one in clips))
    if len(clips) == 1:
        return f"Rendered with {renderers}. /open shows the clip."
    return f"{len(clips)} clips, rendered with {renderers}. /open shows the last of them; the paths stand above."


def _ad_made(ad: MadeAd) -> str:
    open_claims = [one for one in ad.claims if one.verdict != "backed"]
    told = f"Done: an ad of {ad.video.seconds:.1f} s for {ad.title}, {len(ad.segments)} lines, every check passed."
    doubts = f" Nothing backs {len(open_claims)} of its claims: they stand above." if open_claims else ""
    return f"{told}{doubts} /open shows it, /trace what happened."


def _made(run: MadeVideo) -> str:
    low = run.score.percentile is not None and run.score.percentile < run.threshold
    short = f"below the threshold of {run.threshold:g}" if low else "not accepted: something speaks against it"
    told = [f"Done: “{run.title}”, {'accepted' if run.accepted else short}"]
    told += [line for line in (picked(run.choice),) if line]
    return f"{', '.join(told)}. {_sentence_of(run.score)} /open shows the clip, /trace what happened."
