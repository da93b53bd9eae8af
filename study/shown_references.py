"""References that are not the request's own: does what is retrieved change the drafts at all?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..tools.references.types import RetrievalOptions
from .types import Given

if TYPE_CHECKING:
    from ..graphs.create.context import Evidence
    from ..tools.references.types import ContrastFinding, Retrieval


@dataclass(frozen=True, slots=True)
class ShownReferences:
    """An Evidence that shows those of another prompt, or none."""

    evidence: Evidence
    given: Given
    others: str = ""
    """The other prompt."""

    @property
    def catalogue(self) -> str:
        """The catalogue's name."""
        return self.evidence.catalogue

    def retrieve(self, query: str, options: RetrievalOptions) -> Retrieval:
        """What was asked for, with the references that are to be shown; the tags stay those of the request."""
        own = self.evidence.retrieve(query, options)
        if self.given is Given.EMPTY:
            return replace(own, references=())
        return replace(own, references=self.evidence.retrieve(self.others, options).references)

    def contrast(self, retrieval: Retrieval) -> tuple[ContrastFinding, ...]:
        """That of the topic whose references are shown; nothing without any."""
        if not retrieval.references:
            return ()
        if self.given is Given.SHUFFLED:
            options = RetrievalOptions(references=len(retrieval.references), tags=max(1, len(retrieval.tags)))
            return self.evidence.contrast(self.evidence.retrieve(self.others, options))
        return self.evidence.contrast(retrieval)
