"""The way through each graph: how far a node is on it, and until where a setting acts. Forks go by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .run_store import Kind


@dataclass(frozen=True, slots=True)
class Route:
    """The way through one graph."""

    ranks: Mapping[str, int]
    """How far each node is on the way."""
    acts_until: Mapping[str, str]
    """The last node whose outcome hangs on a setting. Others act until the end."""
    from_the_start: frozenset[str] = frozenset()
    """Settings that decide before the first node."""


_CREATE = Route(
    ranks={
        "retrieve_references": 0,
        "reason": 1,
        "draft": 2,
        "refine": 2,  # where draft is, since all that follows follows again
        "choose": 3,
        "score": 4,
        "speak": 5,
        "render": 6,
        "assemble": 7,
        "finish": 8,
    },
    acts_until={
        "references": "retrieve_references",
        "tags": "retrieve_references",
        "negative_share": "retrieve_references",
        "routing": "retrieve_references",
        "catalogue": "retrieve_references",
        "candidates": "draft",
        "drafting": "draft",
        "shots": "draft",
        "language": "draft",
        "llm": "draft",
        "temperature": "draft",
        "top_p": "draft",
        "threshold": "choose",
        "predictor": "choose",
        "platform": "choose",
        "render": "choose",
        "attempts": "render",
        "aspect": "render",
        "fit": "render",
        "renderer": "render",
        "seed": "render",
        "cover": "render",
        "overlay": "render",
        "image": "render",
        "voice": "speak",
        "music": "assemble",
    },
    from_the_start=frozenset({"mode", "encoder"}),
)
_AD = Route(
    ranks={
        "survey": 0,
        "write": 1,
        "claims": 2,
        "speak": 3,
        "arrange": 4,
        "assemble": 5,
        "repair": 5,  # where assemble is, since all that follows follows again
        "check": 6,
        "finish": 7,
    },
    acts_until={
        "ad_transcriber": "survey",
        "ad_repeats": "survey",
        "ad_clips": "write",
        "ad_seconds": "write",
        "ad_strategy": "write",
        "language": "write",
        "llm": "write",
        "temperature": "write",
        "top_p": "write",
        "seed": "write",
        "ad_claims": "claims",
        "voice": "speak",
        "ad_aspect": "arrange",
        "ad_volumes": "arrange",
    },
)
ROUTES = {Kind.CREATE: _CREATE, Kind.AD: _AD}
"""By the kind of the run; each has the nodes of its graph, and no others."""
NODES = tuple(dict.fromkeys(node for route in ROUTES.values() for node in route.ranks))
"""Every node that a run may be left at."""
