"""What every encoder has to do, run on each of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder

NAMES = ("all-MiniLM-L6-v2", "hashing")
TEXTS = [
    "Street food at night",
    "",
    "🍜🔥",
    "مرحبا بالعالم",
    "a much longer description of how somebody kneads, folds and rests a dough " * 12,
    "東京の夜市",
    "line one\nline two",
    "\udcff a byte that is not UTF-8",
    "street food at night, with my uncle",
]


@pytest.fixture(scope="module", params=NAMES)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return open_encoder(request.param)


def test_every_text_becomes_a_unit_vector(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_near_texts_are_nearer_than_far_ones(encoder: Encoder) -> None:
    dish, same, far = encoder.encode(["street food at night", "food in the street at night", "a goal in overtime"])
    assert dish @ same > 0.6
    assert dish @ same > dish @ far + 0.2


def test_no_text_gives_no_row(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_progress_ends_at_the_total(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode(["one", "two", "three"], lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (3, 3)


def test_it_serves_several_threads_at_once(encoder: Encoder) -> None:
    results: dict[int, Sequence[float]] = {}

    def work(number: int) -> None:
        results[number] = encoder.encode([TEXTS[0]])[0].tolist()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = encoder.encode([TEXTS[0]])[0]
    assert len(results) == 4
    for vector in results.values():
        np.testing.assert_allclose(vector, expected, atol=1e-5)


def test_it_is_known_by_its_name(encoder: Encoder) -> None:
    assert encoder.name in NAMES
    assert open_encoder(encoder.name).dimension == encoder.dimension
