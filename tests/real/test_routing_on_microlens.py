"""Tag choice for real prompts among real tags, on an eighth of MicroLens; benchmarks/routing.py has the whole."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from popcorn.graphs.create.request.command import idea_of
from popcorn.tools.embedding.index import VectorIndex
from popcorn.tools.embedding.types import Encoder
from popcorn.tools.references.tag_routing import TagRouter
from popcorn.tools.references.types import Routing


@pytest.fixture(scope="module")
def router(embedded: Any, default_encoder: Encoder) -> TagRouter:
    tags = np.array([reference.tag for reference in embedded.references], dtype=object)
    return TagRouter(tags, embedded.vectors, VectorIndex.build(embedded.vectors), default_encoder)


def share_right(router: TagRouter, encoder: Encoder, prompts: Path, routing: Routing) -> float:
    with prompts.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    texts = [row["prompt"] if routing is Routing.TAG_NAME else idea_of(row["prompt"]) for row in rows]
    chosen = [router.rank(vector, routing)[0].tag for vector in encoder.encode(texts)]
    return sum(tag == row["category"] for tag, row in zip(chosen, rows, strict=True)) / len(rows)


@pytest.mark.parametrize(("kind", "at_least"), [("concrete", 0.80), ("abstract", 0.87)])
def test_neighbours_choose_the_right_tag_far_more_often_than_tag_names_do(
    router: TagRouter, default_encoder: Encoder, test_data: Path, kind: str, at_least: float
) -> None:
    prompts = test_data / "llmpopcorn_prompts" / f"{kind}.csv"
    by_neighbours = share_right(router, default_encoder, prompts, Routing.NEIGHBOURS)
    by_name = share_right(router, default_encoder, prompts, Routing.TAG_NAME)
    assert by_neighbours >= at_least
    assert by_neighbours - by_name >= 0.25


def test_small_tags_are_still_reached(router: TagRouter, default_encoder: Encoder) -> None:
    requests = {
        "Make a video of a puppy learning to swim": "Animal",
        "Show a basketball team winning the championship": "Sports",
        "Create a clip of a singer performing a love song": "Music",
    }
    vectors = default_encoder.encode([idea_of(request) for request in requests])
    for (request, tag), vector in zip(requests.items(), vectors, strict=True):
        assert router.rank(vector, Routing.NEIGHBOURS)[0].tag == tag, request
