"""find_references: past videos near a subject."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ....graphs.create.tool_names import FIND_REFERENCES
from ....prompts import fence
from ....tools.references.types import ContrastFinding, Reference, RetrievalOptions, Routing, Side
from ...runs.request import clean_request
from ..score_phrases import LONGEST_TITLE, invented, one_line
from ..tool import Arguments, Tool, within
from ..tool_result import Row, Summary, ToolResult
from ..work import Quick

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ....prompts.fence import JSONValue
    from ..workbench import Workbench

_MOST = 100
_DIFFERENCES = 5
"""Differences between the sides that a language model reads."""


class FindReferences(Arguments):
    """What is looked for."""

    query: Annotated[str, Field(description="the subject in a sentence, not a search expression.")]
    references: Annotated[
        int, Field(description="how many in all, 1 to 100; about one in ten is of the unpopular side.")
    ] = 10
    tags: Annotated[int, Field(description="from how many of the nearest categories.")] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReference(Reference):
    """A reference on one of the sides."""

    side: Side
    similarity: float
    """Cosine similarity to the query."""


@dataclass(frozen=True, slots=True)
class FoundReferences(ToolResult):
    """Both sides of a subject, and what sets them apart."""

    query: str
    tags: tuple[str, ...]
    tag_weights: tuple[float, ...]
    references: tuple[FoundReference, ...]
    contrast: tuple[ContrastFinding, ...]
    notices: tuple[str, ...]
    catalogue: str

    @property
    def illustrative(self) -> bool:
        """Whether any of the counts is invented."""
        return any(one.illustrative for one in self.references)

    def brief(self) -> str:
        """Both sides with their counts, and what sets them apart."""
        popular: list[JSONValue] = []
        unpopular: list[JSONValue] = []
        for one in self.references:
            side = popular if one.side is Side.POPULAR else unpopular
            side.append({"title": one_line(one.title, LONGEST_TITLE), "comments": one.comments})
        head = f"{len(self.references)} references of {self.catalogue!r} in {', '.join(self.tags) or 'no tag'}."
        blocks = [
            head + invented(self.illustrative),
            fence("references", {"popular": popular, "unpopular": unpopular}),
            fence("differences", [finding.text for finding in self.contrast[:_DIFFERENCES]]),
        ]
        return "\n".join(blocks)

    def card(self) -> RenderableType:
        """Both sides as `references search` shows them."""
        from rich.console import Group
        from rich.text import Text

        from ..card_pieces import illustrative_line
        from ..reference_cards import contrast_view, references_view

        return Group(
            Text(f"{', '.join(self.tags)} of {self.catalogue}", style="bold"),
            references_view([asdict(one) for one in self.references]),
            contrast_view([asdict(one) for one in self.contrast]),
            *illustrative_line(self.illustrative),
        )

    def summary(self) -> Summary:
        """A line each, with its comments."""
        rows = tuple(Row(one_line(one.title or "(no title)"), _comments(one)) for one in self.references)
        return Summary(f"past videos about {', '.join(self.tags) or 'no tag'}, of {self.catalogue}", rows)


def _find(bench: Workbench, asked: FindReferences) -> FoundReferences:
    """Find past videos near a subject that got people talking and that did not, and what sets the two apart.

    Use it before writing titles of your own, or when asked what works for a subject.
    Example: find_references(query="street tacos at night", references=10)
    """
    from ....tools.references.retrieval_data import retrieval_data

    settings = bench.settings
    routing = Routing(settings.routing)
    options = RetrievalOptions(within(asked.references, _MOST), asked.tags, settings.negative_share, routing)
    evidence = bench.retrieve(clean_request(asked.query), options)
    return FoundReferences.read(
        retrieval_data(evidence.retrieval, evidence.contrast) | {"catalogue": evidence.catalogue}
    )


def _comments(one: Reference) -> str:
    if one.comments is None:
        return "comments unknown"
    return f"{one.comments:,} comment{'s' * (one.comments != 1)}"


find_references = Tool(
    name=FIND_REFERENCES,
    label="find references",
    arguments=FindReferences,
    work=Quick(_find),
    read=FoundReferences.read,
)
