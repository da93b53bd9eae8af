"""MMRA as published, from clips to a score, each step in its own process: the figures mean nothing, the path does.

The clips are the open ones of the test data and parts of them, mirrored and lit otherwise; the four networks of the
features have the real classes at tiny size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paper_place import SCORE, TRAIN, PaperPlace
from popcorn.tools.media.sampling import sample

PARTS = 9
"""Clips that each open clip gives: parts of it, every other one mirrored and brighter."""
SIDE = 96


def parts(folder: Path) -> Iterator[tuple[str, str, list[np.ndarray]]]:
    """Title, tag and pictures of parts of the clips in the folder."""
    for source in sorted(folder.iterdir()):
        pictures = [one.picture for one in sample(source, 4 * PARTS, side=SIDE).samples]
        for part in range(PARTS):
            own = pictures[4 * part : 4 * part + 4]
            lit = [np.minimum(one[:, ::-1].astype(np.int16) + 24, 255).astype(np.uint8) for one in own]
            yield f"{source.stem.replace('_', ' ')} part {part}", source.suffix[1:], lit if part % 2 else own


@pytest.fixture(scope="module")
def place(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> PaperPlace:
    place = PaperPlace(tmp_path_factory.mktemp("paper"))
    place.imports(parts(test_data / "clips" / "open"))
    return place


@pytest.fixture(scope="module")
def trained(place: PaperPlace) -> dict[str, Any]:
    return place.runs(*TRAIN, "--refit", *place.models())


def test_the_published_variant_learns_from_real_clips_and_scores_one(
    place: PaperPlace, trained: dict[str, Any]
) -> None:
    assert (trained["variant"], trained["catalogue"]) == ("reference", "clips")
    found = place.runs(*SCORE, "videos/000.mp4")
    assert np.isfinite(found["log2_comments"])
    assert "frames" in found["basis"]


def test_it_is_evaluated_with_the_models_that_it_was_trained_with(place: PaperPlace, trained: dict[str, Any]) -> None:
    found = place.runs("predictor", "evaluate", "published", "--videos", "videos", "--no-baselines")
    assert found["catalogue"] == "clips"
