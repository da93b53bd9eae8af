"""No template lifts a title: the run of its words that promises least is what counts."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.trained.least_span import SHORTEST, LeastSpan, fit_least_span, words_of
from popcorn.tools.popularity.trained.plain_words import PlainWords, learn_plain_words
from popcorn.tools.popularity.trained.steady import Bounds, bounded, fit_bounds
from popcorn.tools.popularity.trained.word_vectors import WordVectors

WORDS = (
    "tea",
    "chess",
    "otters",
    "bread",
    "skating",
    "origami",
    "volcano",
    "violin",
    "slow",
    "quick",
    "loud",
    "famous",
)
WORTHS = dict(zip(WORDS, (-3, -2, -1, 0, 1, 2, 3, 4, 0, 0, 0, 6), strict=True))
ENCODE = HashingEncoder().encode

titles_of = st.lists(st.sampled_from([*WORDS, "unheard"]), max_size=5).map(" ".join)


@pytest.fixture(scope="module")
def least() -> LeastSpan:
    chance = np.random.default_rng(0)
    rows = [chance.choice(WORDS, size=chance.integers(3, 8)) for _ in range(900)]
    labels = np.array([np.mean([WORTHS[word] for word in row]) for row in rows]) + 8
    return fit_least_span([" ".join(row) for row in rows], labels, np.arange(900) // 2, ENCODE)


def test_it_learns_which_words_promise_much(least: LeastSpan) -> None:
    poor, middling, rich = least.predict(["tea chess otters", "bread slow loud", "violin volcano famous"], ENCODE)
    assert poor < middling - 1 < rich - 2


def test_the_least_promising_run_of_three_words_or_more_is_what_counts(least: LeastSpan) -> None:
    words = ["violin", "volcano", "tea", "chess", "otters", "famous"]
    runs = [
        " ".join(words[first:last])
        for first, last in combinations(range(len(words) + 1), 2)
        if last - first >= SHORTEST
    ]
    # a run of three has no shorter run inside it: it is read as it stands
    threes = [run for run in runs if len(run.split()) == SHORTEST]
    (whole,) = least.predict([" ".join(words)], ENCODE)
    assert whole <= min(least.predict(threes, ENCODE)) + 1e-9
    assert whole == pytest.approx(min(least.predict(runs, ENCODE)))


@given(titles_of, st.lists(st.sampled_from(WORDS), min_size=SHORTEST, max_size=6), titles_of)
def test_words_around_a_topic_never_lift_it(least: LeastSpan, before: str, topic: list[str], after: str) -> None:
    plain, wrapped = least.predict([" ".join(topic), f"{before} {' '.join(topic)} {after}"], ENCODE)
    assert wrapped <= plain + 1e-9


@given(st.floats(0, 20), st.floats(0, 5), st.floats(0, 20), st.floats(0, 20))
def test_the_whole_title_lifts_a_prediction_by_twice_the_nudge_at_most(
    plain: float, loss: float, whole: float, other: float
) -> None:
    bounds = Bounds(level=-2.0, slope=1.3, whole_level=1.0, whole_slope=0.9, nudge=0.2)
    first, second = bounded(np.array([plain, plain - loss]), np.array([whole, other]), bounds)
    assert second <= first + 2 * bounds.nudge + 1e-9


def test_bounds_come_from_videos_that_neither_has_learned_from() -> None:
    chance = np.random.default_rng(0)
    least = chance.normal(8, 0.5, 4000)
    whole = least + 1 + chance.normal(0, 0.5, 4000)
    found = fit_bounds(least, whole, 2 * least - 5 + chance.normal(0, 1, 4000))
    assert (found.slope, found.level) == pytest.approx((2, -5), abs=0.5)
    assert (found.whole_slope, found.whole_level) == pytest.approx((1, 1), abs=0.3)
    assert found.nudge == pytest.approx(0.18 * found.slope * 0.5, rel=0.05)
    assert fit_bounds(-least, whole, least).slope == 0, "what points the wrong way counts nothing"


def test_words_that_one_channel_alone_uses_are_known_by_their_meaning_only() -> None:
    titles = ["the weekly show of Zanzibo", "the quiet show of bread"] * 20
    channels = np.array([0, 1] * 20)
    shared = fit_least_span(titles, np.tile([9.0, 3.0], 20), channels, ENCODE)
    lonely = [word for word in ("zanzibo", "bread", "weekly") if shared.rarity[bucket_of(word)] > 0]
    assert lonely == []
    assert shared.rarity[bucket_of("show")] > 0


def bucket_of(word: str) -> int:
    from popcorn.tools.popularity.trained.hashed_words import bucket

    return bucket(word)


def test_a_title_without_words_promises_the_mean(least: LeastSpan) -> None:
    assert least.predict(["🍜", ""], ENCODE).tolist() == [least.mean, least.mean]
    assert words_of("It's Anna's 3rd!") == ["it", "s", "anna", "s", "3rd"]


def test_a_word_has_the_same_vector_whenever_it_is_asked_for() -> None:
    vectors = WordVectors(HashingEncoder())
    vectors.learn(["tea and chess", "otters", "🍜"])
    vectors.learn(["🍜"])
    assert vectors([]).shape == (0, HashingEncoder().dimension)
    assert (vectors(["chess", "tea"]) == vectors(["tea", "chess"])[::-1]).all()
    assert vectors(["new"])[0] == pytest.approx(HashingEncoder().encode(["new"])[0], abs=1e-3)


# names


@pytest.fixture(scope="module")
def plain() -> PlainWords:
    titles = [
        "Logan Paul makes tacos at home",
        "My street tacos with salsa",
        "Official Trailer of the year",
        "A trip to the market at dawn",
        "We went to market with Logan Paul",
        "logan paul tacos",
    ]
    return learn_plain_words(titles, np.arange(6))


def test_names_and_words_of_fashion_that_the_request_does_not_have_are_dropped(plain: PlainWords) -> None:
    assert plain.without_names("Logan Paul at the market", "a film about a market") == "the market"
    assert plain.without_names("Tacos with Logan Paul", "Logan Paul eats") == "Tacos with Logan Paul"
    assert plain.without_names("Street tacos Official Trailer", "tacos in the street") == "Street tacos"
    assert plain.without_names("Sourdough's secrets!", "how sourdough rises") == "Sourdough's"
    assert (
        plain.without_names("Street tacos at dawn with Logan Paul", "street tacos, at dawn") == "Street tacos at dawn"
    )
    assert plain.without_names("Logan Paul", "street tacos") == ""


def test_a_title_is_all_names_where_no_word_of_it_is_a_plain_one(plain: PlainWords) -> None:
    assert plain.all_names("Logan Paul Official Trailer")
    assert not plain.all_names("Logan Paul at home")


def test_without_a_request_every_word_counts(plain: PlainWords) -> None:
    assert plain.without_names("Logan Paul at the market", " ") == "Logan Paul at the market"


def test_a_word_written_small_by_one_channel_or_where_everything_is_small_is_no_plain_one(plain: PlainWords) -> None:
    assert plain.without_names("salsa year logan", "dawn") == ""
