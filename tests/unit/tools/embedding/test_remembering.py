from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from popcorn.tools.embedding import remembering_encoder
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.remembering_encoder import RememberingEncoder
from popcorn.tools.embedding.types import Progress


class Counting:
    """The hashing encoder, which counts what it is asked for."""

    name = "counting"

    def __init__(self) -> None:
        self._inner = open_encoder("hashing")
        self.asked: list[str] = []
        self.dimension = self._inner.dimension

    def preload(self) -> None:
        pass

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        self.asked += texts
        return self._inner.encode(texts, progress)


def test_every_text_is_encoded_once_and_comes_back_in_order() -> None:
    inner = Counting()
    encoder = RememberingEncoder(inner)
    first = encoder.encode(["a cat", "a dog", "a cat"])
    second = encoder.encode(["a dog", "a bird"])
    assert inner.asked == ["a cat", "a dog", "a bird"]
    np.testing.assert_array_equal(first, open_encoder("hashing").encode(["a cat", "a dog", "a cat"]))
    np.testing.assert_array_equal(second, open_encoder("hashing").encode(["a dog", "a bird"]))


def test_no_text_is_an_empty_array_of_the_right_width() -> None:
    encoder = RememberingEncoder(Counting())
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_what_is_remembered_is_bounded() -> None:
    inner = Counting()
    encoder = RememberingEncoder(inner)
    texts = [f"text {number}" for number in range(remembering_encoder.REMEMBERED + 10)]
    np.testing.assert_array_equal(encoder.encode(texts), inner._inner.encode(texts))
    inner.asked.clear()
    encoder.encode([texts[0], texts[-1]])
    assert inner.asked == [texts[0]]


def test_what_it_is_taught_is_bounded_too() -> None:
    inner = Counting()
    encoder = RememberingEncoder(inner)
    texts = [f"text {number}" for number in range(remembering_encoder.REMEMBERED + 10)]
    encoder.learn(texts, inner._inner.encode(texts))
    encoder.encode([texts[0], texts[-1]])
    assert inner.asked == [texts[0]]


def test_a_vector_that_is_remembered_does_not_keep_those_that_came_with_it() -> None:
    inner = Counting()
    taught = inner._inner.encode(["a cat", "a dog"])
    gone = weakref.ref(taught)
    encoder = RememberingEncoder(inner)
    encoder.learn(["a cat", "a dog"], taught)
    del taught
    assert gone() is None
    np.testing.assert_array_equal(encoder.encode(["a dog"]), inner._inner.encode(["a dog"]))
    assert inner.asked == []
