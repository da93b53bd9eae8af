"""A predictor with another scale: what is kept of it, what an older Popcorn says of it, and a disk that is full."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import StoreError
from popcorn.tools.popularity import registry
from popcorn.tools.popularity.calibration import Scale, fit_scale
from popcorn.tools.popularity.shipped import shipped_folder
from popcorn.tools.popularity.trained.manifest import FORMAT, read_trained_manifest
from popcorn.tools.popularity.trained.rescaling import NewScale, save_rescaled


@pytest.fixture
def scale() -> Scale:
    rng = np.random.default_rng(0)
    said = rng.normal(size=60)
    return replace(fit_scale(said, said + rng.normal(size=60)), shift=-3.0, against="60 of your own short videos")


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may have more than 100,000 bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def rescaled(target: Path, scale: Scale) -> None:
    source = shipped_folder()
    save_rescaled(source, read_trained_manifest(source), target, NewScale(scale, None, "tiktok", "made of 60 videos"))


def test_a_new_scale_has_a_format_that_an_older_popcorn_refuses_and_a_training_one_that_it_reads(
    tmp_path: Path, scale: Scale
) -> None:
    rescaled(tmp_path / "mine", scale)
    assert FORMAT == 2
    assert json.loads((tmp_path / "mine" / "manifest.json").read_text())["format"] == 3
    kept = read_trained_manifest(tmp_path / "mine")
    assert (kept.scale, kept.facts.name, kept.facts.notes[-1]) == (scale, "mine", "made of 60 videos")


def test_where_the_disk_is_full_nothing_is_left_and_what_was_there_stays(
    tmp_path: Path, scale: Scale, small_files: None
) -> None:
    with pytest.raises(StoreError, match="the predictor cannot be written to"):
        rescaled(tmp_path / "mine", scale)
    assert not (tmp_path / "mine").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text("older")
    with pytest.raises(StoreError):
        rescaled(tmp_path / "other", scale)
    assert (tmp_path / "other" / "manifest.json").read_text() == "older"


def test_one_can_go_back_to_the_old_one_by_its_name_and_by_default(tmp_path: Path, scale: Scale) -> None:
    rescaled(tmp_path / "mine", scale)
    assert (registry.use(tmp_path, "mine"), registry.in_use(tmp_path)) == ("mine", "mine")
    assert (registry.use(tmp_path, "default"), registry.in_use(tmp_path)) == (registry.SHIPPED, registry.SHIPPED)
    (tmp_path / "in-use").write_text("default\n")  # what `use default` wrote before
    assert registry.in_use(tmp_path) == registry.SHIPPED
