"""A retrieval as JSON values: what `references search --json` and the tools for a model give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .types import ContrastFinding, Retrieval


def retrieval_data(retrieval: Retrieval, contrast: Sequence[ContrastFinding]) -> dict[str, Any]:
    """A retrieval and how its sides differ, as `references search --json` has them."""
    return {
        "query": retrieval.query,
        "tags": [choice.tag for choice in retrieval.tags],
        "tag_weights": [round(choice.weight, 4) for choice in retrieval.tags],
        "references": [
            asdict(reference.reference) | {"side": reference.side.value, "similarity": round(reference.similarity, 4)}
            for reference in retrieval.references
        ],
        "contrast": [
            asdict(finding) | {"popular": round(finding.popular, 4), "unpopular": round(finding.unpopular, 4)}
            for finding in contrast
        ],
        "notices": list(retrieval.notices),
    }
