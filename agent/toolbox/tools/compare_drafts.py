"""compare_drafts: drafts that somebody wrote, from best to worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....graphs.create.choice import Choice
from ....graphs.create.tool_names import COMPARE_DRAFTS
from ....tools.references.types import Reference, RetrievalOptions, Routing
from ..comparing import ComparedPair, compared
from ..draft_results import DraftList
from ..drafts import MOST_DRAFTS, DraftText, ScoredDraft, draft_of
from ..tool import Arguments, Tool, within
from ..work import Quick

if TYPE_CHECKING:
    from ..workbench import Workbench


class CompareDrafts(Arguments):
    """What is compared."""

    drafts: Annotated[
        list[DraftText], Field(description="1 to 16 drafts, each with its title and the whole video prompt.")
    ]
    request: Annotated[
        str, Field(description="what they are drafts of, as the person asked for it: a draft that has left it loses.")
    ] = ""


@dataclass(frozen=True, slots=True)
class ComparedDrafts(DraftList):
    """Drafts with their scores, best first, and how each compares with each."""

    drafts: tuple[ScoredDraft, ...]
    choice: Choice | None = None
    comparisons: tuple[ComparedPair, ...] = ()


def _compare(bench: Workbench, asked: CompareDrafts) -> ComparedDrafts:
    """Compare several drafts of one idea, each with each, and order them from best to worst.

    Which draws more is said with its probability where the choice model was measured on such drafts; where it cannot
    tell two apart they are ties, and the nearer to the request and the clearer stands first. Use it for titles and
    hooks that you wrote yourself, such as a shorter title for the same shot.
    Example: compare_drafts(drafts=[{"title": "Tacos at 2 am", "video_prompt": "..."}, {"title": "Taco night",
    "video_prompt": "..."}], request="street tacos at night")
    """
    within(len(asked.drafts), MOST_DRAFTS)
    drafts = [draft_of(one.title, one.video_prompt, one.tag, bench.retriever) for one in asked.drafts]
    request = asked.request.strip()
    found = compared(bench, drafts, request, _references(bench, request))
    return ComparedDrafts(found.drafts, found.choice, found.comparisons)


def _references(bench: Workbench, request: str) -> list[Reference]:
    """What drafting finds for the request, so that drafts stand here in the order in which they were drafted."""
    settings = bench.settings
    if not request or settings.mode == "basic":
        return []
    routing = Routing(settings.routing)
    options = RetrievalOptions(settings.references, settings.tags, settings.negative_share, routing)
    return [found.reference for found in bench.retrieve(request, options).retrieval.references]


compare_drafts = Tool(
    name=COMPARE_DRAFTS,
    label="compare",
    arguments=CompareDrafts,
    work=Quick(_compare),
    read=ComparedDrafts.read,
)
