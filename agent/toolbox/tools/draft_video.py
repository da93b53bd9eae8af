"""draft_video: drafts for a request, scored and not rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....graphs.create.choice import Choice
from ...runs.request import clean_request
from ...wiring.background import in_background
from .. import scored_drafts
from ..draft_results import DraftList
from ..drafts import MOST_DRAFTS, WrittenDraft
from ..tool import Arguments, Tool, within
from ..work import Asynchronous
from ..workbench import changed

if TYPE_CHECKING:
    from ..sendable_result import Progress
    from ..workbench import Workbench


class DraftVideo(Arguments):
    """What is drafted."""

    request: Annotated[str, Field(description="what the video is about, with every wish, in a sentence or two.")]
    drafts: Annotated[int, Field(description="how many, 1 to 16.")] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDrafts(DraftList):
    """Drafts for a request, best first."""

    request: str = ""
    drafts: tuple[WrittenDraft, ...]
    choice: Choice | None = None
    tags: tuple[str, ...] = ()
    drafted_by: str = ""
    notices: tuple[str, ...] = ()

    def about(self) -> str:
        """The request."""
        return self.request


async def _draft(bench: Workbench, asked: DraftVideo, progress: Progress | None) -> WrittenDrafts:
    """Write several drafts (title, 3-second shot, cover) for a request, against references, and score each.

    Nothing is rendered. Use it for ideas, hooks and variants; what the person wants of them belongs into the
    request. Example: draft_video(request="street tacos at night, funny, shorter titles", drafts=3)
    """
    wanted = changed(bench.settings, {"candidates": within(asked.drafts, MOST_DRAFTS)})
    settings = scored_drafts.further(wanted, bench.had)
    request = clean_request(asked.request)
    context = await in_background(bench.context, settings)
    state = await scored_drafts.drafted(settings, request, context, progress, bench.watchers)
    state = scored_drafts.unlike(state, bench.had, asked.drafts)
    drafts, choice = await in_background(scored_drafts.assessed, state, context)
    return WrittenDrafts(
        request=state.request,
        drafts=drafts,
        choice=choice,
        tags=tuple(choice.tag for choice in state.retrieval.tags) if state.retrieval else (),
        drafted_by=context.chat_model_name,
        notices=tuple(dict.fromkeys([*state.notices, *context.notices])),
    )


draft_video = Tool(
    name="draft_video",
    label="draft",
    arguments=DraftVideo,
    work=Asynchronous(_draft),
    read=WrittenDrafts.read,
    spends=True,
)
