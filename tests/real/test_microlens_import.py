"""The importers on real tables: all of MicroLens-100k and the trending videos of YouTube."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.importers.import_report import ImportReport
from popcorn.tools.references.importers.sources import check_mapping, read_source
from popcorn.tools.references.types import Reference

ROWS = 19_738
WITHHELD = 1_974
"""Videos of the test split: their figures are not in the data."""


@pytest.fixture(scope="module")
def folder(test_data: Path) -> Path:
    return test_data / "microlens_100k"


@pytest.fixture(scope="module")
def microlens(folder: Path) -> tuple[list[Reference], ImportReport]:
    report = ImportReport(str(folder), strict=True)
    return read_source(str(folder), {}, report), report


@pytest.fixture(scope="module")
def catalogue(microlens: tuple[list[Reference], ImportReport], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return build_catalogue(tmp_path_factory.mktemp("home") / "microlens", microlens[0], HashingEncoder(64))


def test_the_published_folder_is_whole_even_to_a_strict_import(
    microlens: tuple[list[Reference], ImportReport],
) -> None:
    references, report = microlens
    assert len(references) == ROWS
    assert (report.read, report.kept, report.repaired, report.rejected, report.unused) == (ROWS, ROWS, 0, 0, 0)
    assert len({reference.id for reference in references}) == ROWS


def test_figures_are_those_of_the_files_and_withheld_ones_are_none(
    microlens: tuple[list[Reference], ImportReport], folder: Path
) -> None:
    references = {reference.id: reference for reference in microlens[0]}
    with (folder / "video_label.csv").open(encoding="utf-8-sig", newline="") as file:
        labels = {row["video_id"]: int(row["comment_count"]) for row in csv.DictReader(file)}
    assert {key: ref.comments for key, ref in references.items() if ref.comments is not None} == labels
    assert Counter(ref.split for ref in references.values() if ref.comments is None) == {"test": WITHHELD}
    assert {ref.split for ref in references.values() if ref.likes is None} == {"test"}
    assert Counter(ref.split for ref in references.values()) == {"train": 15_790, "valid": 1_974, "test": 1_974}


def test_titles_are_the_full_captions_where_there_are_any(
    microlens: tuple[list[Reference], ImportReport], folder: Path
) -> None:
    with (folder / "MicroLens-50k_titles.csv").open(encoding="utf-8-sig", newline="") as file:
        captions = {row["item"]: " ".join(row["title"].split()) for row in csv.DictReader(file)}
    assert {ref.id: ref.title for ref in microlens[0] if ref.id in captions} == captions
    assert sum(not reference.title for reference in microlens[0]) == 3


def test_the_catalogue_keeps_every_row_and_every_tag(
    catalogue: Catalogue, microlens: tuple[list[Reference], ImportReport]
) -> None:
    references = microlens[0]
    assert len(catalogue) == ROWS
    assert len(set(catalogue.tags)) == 23
    assert [catalogue.reference(row) for row in range(0, ROWS, 997)] == references[::997]
    assert list(catalogue.ids) == [reference.id for reference in references]
    assert int(np.isnan(catalogue.comments).sum()) == WITHHELD


def test_every_video_is_found_by_its_own_vector(catalogue: Catalogue) -> None:
    rows = np.arange(0, ROWS, 501)
    _, similarities = catalogue.index.search(catalogue.vectors[rows], 1)
    np.testing.assert_allclose(similarities[:, 0], 1, atol=1e-5)


def test_a_second_import_reads_but_does_not_build(
    catalogue: Catalogue, microlens: tuple[list[Reference], ImportReport]
) -> None:
    before = (catalogue.folder / "manifest.json").stat().st_mtime_ns
    assert build_catalogue(catalogue.folder, microlens[0], HashingEncoder(64)).digest == catalogue.digest
    assert (catalogue.folder / "manifest.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(("name", "rows"), [("US", 6_282), ("GB", 3_237)])
def test_trending_videos_come_in_through_a_mapping(test_data: Path, name: str, rows: int) -> None:
    (path,) = (test_data / "youtube_trending").glob(f"{name}videos*.csv")
    mapping = check_mapping(["id=video_id", "comments=comment_count", "tag=category_id"])
    report = ImportReport(str(path), strict=True)
    references = read_source(str(path), mapping, report)
    assert (len(references), report.rejected, report.repaired) == (rows, 0, 0)
    assert all(reference.comments is not None and reference.views for reference in references)
    assert all(reference.source == path.stem for reference in references)
