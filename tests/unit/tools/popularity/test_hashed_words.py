from __future__ import annotations

import random

import pytest
from popcorn.tools.popularity.trained.hashed_words import BUCKETS, bucket
from sklearn.feature_extraction import FeatureHasher


def test_words_are_put_where_scikit_learn_puts_them() -> None:
    dice = random.Random(11)  # noqa: S311 - words, no secrets
    letters = "abcdefghijklmnopqrstuvwxyz0123456789_ éßчш中文한🍜"
    words = ["".join(dice.choices(letters, k=dice.randrange(1, 20))) for _ in range(2000)]
    hasher = FeatureHasher(BUCKETS, input_type="string", alternate_sign=False)
    assert [bucket(word) for word in words] == hasher.transform([[word] for word in words]).indices.tolist()


@pytest.mark.parametrize(("word", "place"), [("", 0), ("hello", 0x248BFA47), ("hello, world", 0x149BBB7F)])
def test_published_hashes(word: str, place: int) -> None:
    assert bucket(word) == place % BUCKETS
