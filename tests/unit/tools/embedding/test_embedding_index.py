from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError
from popcorn.tools.embedding.index import VectorIndex


def unit_vectors(rows: int, dimension: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_search_finds_what_all_inner_products_say() -> None:
    vectors, queries = unit_vectors(500), unit_vectors(3, seed=1)
    rows, similarities = VectorIndex.build(vectors).search(queries, 7)
    products = queries @ vectors.T
    expected = np.argsort(-products, axis=1)[:, :7]
    assert rows.dtype == np.int64
    assert similarities.dtype == np.float32
    assert (rows == expected).all()
    np.testing.assert_allclose(similarities, np.take_along_axis(products, expected, axis=1), atol=1e-6)


def test_a_single_query_may_come_without_its_axis() -> None:
    vectors = unit_vectors(50)
    rows, similarities = VectorIndex.build(vectors).search(vectors[17], 1)
    assert rows.tolist() == [[17]]
    assert similarities[0, 0] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("chosen", [[3], [9, 2, 40, 2], list(range(10, 400))])
def test_a_restricted_search_is_exact_and_stays_inside_its_rows(chosen: list[int]) -> None:
    vectors, query = unit_vectors(500), unit_vectors(1, seed=2)[0]
    rows, similarities = VectorIndex.build(vectors).search(query, 5, np.array(chosen))
    allowed = np.unique(chosen)
    expected = allowed[np.argsort(-(vectors[allowed] @ query))][:5]
    assert rows[0].tolist() == expected.tolist()
    np.testing.assert_allclose(similarities[0], vectors[expected] @ query, atol=1e-6)


def test_asking_for_more_than_there_is_gives_what_there_is() -> None:
    index = VectorIndex.build(unit_vectors(4))
    assert index.search(unit_vectors(1)[0], 10)[0].shape == (1, 4)
    assert index.search(unit_vectors(1)[0], 10, np.array([1, 3]))[0].shape == (1, 2)
    assert index.search(unit_vectors(1)[0], 10, np.array([], dtype=np.int64))[0].shape == (1, 0)


def test_a_query_or_a_row_that_does_not_fit_is_refused() -> None:
    index = VectorIndex.build(unit_vectors(4))
    with pytest.raises(ValueError, match="does not fit an index of dimension 16"):
        index.search(np.zeros(15, np.float32), 1)
    with pytest.raises(ValueError, match="do not fit an index of 4 rows"):
        index.search(np.zeros(16, np.float32), 1, np.array([0, 4]))


def test_vectors_that_are_not_finite_are_refused() -> None:
    vectors = unit_vectors(4)
    vectors[2, 3] = np.nan
    with pytest.raises(DataError, match="not finite"):
        VectorIndex.build(vectors)


def test_a_saved_index_finds_the_same_again(tmp_path: Path) -> None:
    vectors = unit_vectors(100)
    index = VectorIndex.build(vectors)
    index.save(tmp_path / "index.faiss")
    again = VectorIndex.open(tmp_path / "index.faiss")
    assert (len(again), again.dimension) == (100, 16)
    assert (again.search(vectors[:5], 4)[0] == index.search(vectors[:5], 4)[0]).all()


@pytest.mark.parametrize("damage", ["absent", "cut", "garbage", "empty"])
def test_a_damaged_index_is_named_with_the_way_out(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "index.faiss"
    VectorIndex.build(unit_vectors(100)).save(path)
    whole = path.read_bytes()
    damaged = {"cut": whole[:1000], "garbage": b"?" * len(whole), "empty": b""}
    if damage == "absent":
        path.unlink()
    else:
        path.write_bytes(damaged[damage])
    with pytest.raises(DataError, match=r"index\.faiss.* cannot be read") as caught:
        VectorIndex.open(path)
    assert "again" in caught.value.hint


def test_an_index_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        VectorIndex.build(unit_vectors(3)).save(tmp_path / "nowhere" / "index.faiss")
