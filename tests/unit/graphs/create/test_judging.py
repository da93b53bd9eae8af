from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from popcorn.graphs.create.judging import LEAST_OF_SHOT, LEAST_OF_TITLE, Judge, count_words, longest_shared_run, words
from popcorn.graphs.create.policy import LOWEST_RELEVANCE
from popcorn.graphs.create.state import Draft
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.references.types import Reference


class Directions:
    """Gives each text the unit vector (x, y) that is known of it; x is its cosine similarity to the request."""

    name = "directions"
    dimension = 2

    def __init__(self, **x: float) -> None:
        self._x = {"request": 1.0, **x}

    def preload(self) -> None:
        """There is nothing to load."""

    def encode(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        return np.array([(self._x[text], (1 - self._x[text] ** 2) ** 0.5) for text in texts], dtype=np.float32)


def test_words_are_folded_and_lose_their_punctuation() -> None:
    assert words("Don’t STOP, she said: 3 tacos!") == ["don’t", "stop", "she", "said", "3", "tacos"]


@pytest.mark.parametrize(
    ("draft", "reference", "given", "run"),
    [
        ("a b c d", "x b c y", "", "b c"),
        ("a b c d", "a b c d", "", "a b c d"),
        ("a b", "c d", "", ""),
        ("make authentic indian biryani", "authentic indian biryani at home", "authentic indian biryani", ""),
        (
            "the authentic indian biryani",
            "the authentic indian biryani",
            "authentic indian biryani",
            "the authentic indian biryani",
        ),
        ("b c b c b", "b c b", "", "b c b"),
        ("a b c d", "x a b", "", "a b"),
        ("a b x c d", "a b y c d", "", "a b"),
    ],
)
def test_the_longest_shared_run_leaves_out_what_the_request_gave(
    draft: str, reference: str, given: str, run: str
) -> None:
    assert longest_shared_run(draft.split(), reference.split(), given.split()) == run.split()


def test_a_draft_that_repeats_a_reference_is_close_to_it_and_shares_its_words() -> None:
    references = [
        Reference("r1", "nobody expected the old dog to open the door himself"),
        Reference("r2", "three ways to fold a paper crane"),
    ]
    judge = Judge(open_encoder("hashing"), "a dog that opens doors", references)
    copy, own = judge.judge(
        [
            Draft("nobody expected the old dog to open the door", "A dog at a door.", "A dog."),
            Draft("This dog opens doors", "A dog presses a handle.", "A dog."),
        ]
    )
    assert copy[1] is not None
    assert own[1] is not None
    assert (copy[1].nearest, copy[1].shared_words) == ("r1", 9)
    assert copy[1].similarity > 0.8 > own[1].similarity
    assert own[1].shared_words < 3


def test_the_shared_run_is_told_as_a_phrase() -> None:
    judge = Judge(open_encoder("hashing"), "dogs", [Reference("r1", "nobody expected the old dog")])
    ((_, originality),) = judge.judge([Draft("Cats", "Nobody EXPECTED the cat.", "A cat.")])
    assert originality is not None
    assert (originality.shared, originality.shared_words) == ("nobody expected the", 3)


def test_title_and_prompts_are_all_looked_through_for_copied_words() -> None:
    judge = Judge(open_encoder("hashing"), "dogs", [Reference("r1", "nobody expected the old dog")])
    parts = [
        Draft("Nobody expected the cat", "A cat.", "A cat."),
        Draft("Cats", "Nobody expected the cat.", "A cat."),
        Draft("Cats", "A cat.", "A cat.", render_prompt="Nobody expected the cat."),
    ]
    assert [found.shared for _, found in judge.judge(parts) if found] == ["nobody expected the"] * 3


def test_the_nearest_title_and_the_longest_run_may_be_of_different_references() -> None:
    # cosines to the draft's title (0.6, 0.8): 0.6 with (1, 0), 0.96 with (0.8, 0.6), 0.8 with (0, 1)
    encoder = Directions(one=1.0, two=0.8, three=0.0, title=0.6, **{"the pot boils over": 0.5})
    references = [
        Reference("r1", "one"),
        Reference("r2", "two", description="the pot"),
        Reference("r3", "three", description="the pot boils over"),
    ]
    ((_, originality),) = Judge(encoder, "request", references).judge([Draft("title", "the pot boils over", "A pot.")])
    assert originality is not None
    assert originality.nearest == "r2"
    assert originality.similarity == pytest.approx(0.96)
    assert originality.shared == "the pot boils over"


def test_what_the_request_gave_is_not_copied_from_a_reference() -> None:
    judge = Judge(open_encoder("hashing"), "Authentic Indian biryani", [Reference("r1", "authentic Indian biryani")])
    ((_, originality),) = judge.judge([Draft("Authentic Indian biryani", "A pot.", "A pot.")])
    assert originality is not None
    assert (originality.shared, originality.shared_words) == ("", 0)


@pytest.mark.parametrize(
    ("title", "shot", "relevance"),
    [(0.4, 0.7, 0.55), (0.7, 0.4, 0.55), (0.13, 0.7, 0.415), (0.115, 0.7, 0.115), (0.9, 0.2, 0.55), (0.9, 0.19, 0.19)],
)
def test_relevance_is_the_mean_of_title_and_shot_unless_one_is_about_something_else(
    title: float, shot: float, relevance: float
) -> None:
    encoder = Directions(title=title, **{"a shot": shot})
    ((near, _),) = Judge(encoder, "request", []).judge([Draft("title", "a shot", "a cover")])
    assert near.relevance == pytest.approx(relevance)


@pytest.mark.parametrize(
    ("title", "shot", "english", "relevance"), [(0.1, 0.1, 0.7, 0.7), (0.8, 0.1, 0.7, 0.75), (0.1, 0.05, 0.15, 0.15)]
)
def test_a_draft_in_another_language_is_judged_by_its_english_prompt(
    title: float, shot: float, english: float, relevance: float
) -> None:
    encoder = Directions(title=title, **{"a shot": shot, "in English": english})
    draft = Draft("title", "a shot", "a cover", render_prompt="in English")
    ((near, _),) = Judge(encoder, "request", []).judge([draft])
    assert near.relevance == pytest.approx(relevance)


def test_without_references_there_is_no_originality() -> None:
    ((near, originality),) = Judge(open_encoder("hashing"), "street tacos", []).judge(
        [Draft("street tacos", "Tacos on a street.", "Tacos.")]
    )
    assert originality is None
    assert near.title == pytest.approx(1.0, abs=1e-5)


def test_a_reference_of_200_kilobytes_is_compared_in_bounded_time() -> None:
    judge = Judge(open_encoder("hashing"), "tacos", [Reference("r", "t", description="word " * 40_000)])
    started = time.thread_time()
    judge.judge([Draft("street tacos", "Tacos on a street. " * 20, "Tacos.")])
    assert time.thread_time() - started < 5


def test_a_copied_title_is_seen_in_a_script_without_spaces() -> None:
    references = [Reference("r1", "他把妈妈的手艺带到了北京街头小店开张")]
    draft = Draft("他把妈妈的手艺带到了北京街头小店开张！看", "A small shop.", "A shop.")
    ((_, originality),) = Judge(open_encoder("hashing"), "北京小店", references).judge([draft])
    assert originality is not None
    assert originality.shared_words == 9


def test_a_word_of_a_script_without_spaces_is_about_two_characters() -> None:
    assert count_words(words("street 西安美食 tacos")) == 4


def test_a_character_left_over_is_no_word() -> None:
    assert count_words(words("西安美")) == 1
    assert count_words(words("西")) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("กิน", ["ก", "ิ", "น"]),
        ("カメラ", ["カ", "メ", "ラ"]),
        ("rock'n'roll, it's", ["rock'n'roll", "it's"]),
        ("iPhone15手机", ["iphone15", "手", "机"]),
    ],
)
def test_scripts_without_spaces_are_read_by_character_and_others_by_word(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_ten_thousand_characters_of_a_reference_are_compared_and_none_after_them() -> None:
    # the title and its line end are 2 characters and the padding is 9,994, which leaves room for 4 more
    padding = "word " * 1999
    copied = "西安美食手艺"
    judge = Judge(open_encoder("hashing"), "tacos", [Reference("r1", "t", description=padding[:9994] + copied)])
    ((_, originality),) = judge.judge([Draft("tacos", copied, "Tacos.")])
    assert originality is not None
    assert originality.shared == "西 安 美 食"


def test_a_title_about_something_else_is_not_made_up_for_by_the_shot() -> None:
    shot = "A cook folds street food tacos in Mexico City at night"
    judge = Judge(open_encoder("hashing"), "street food tacos in Mexico City", [])
    honest, stuffed, foreign = judge.judge(
        [
            Draft("Street tacos of Mexico City", shot, "tacos"),
            Draft("Official trailer Marvel Avengers", shot, "tacos"),
            Draft("Los mejores", shot, "tacos", render_prompt=shot),
        ]
    )
    relevance = [near.relevance for near, _ in (honest, stuffed, foreign)]
    assert relevance[1] < LEAST_OF_TITLE < LOWEST_RELEVANCE < min(relevance[0], relevance[2])


def test_a_title_that_echoes_the_request_hides_no_shot_of_nothing() -> None:
    ((near, _),) = Judge(open_encoder("hashing"), "street tacos at dawn", []).judge(
        [Draft("street tacos at dawn", "An empty white room, nothing moves.", "A wall.")]
    )
    assert near.title == pytest.approx(1.0, abs=1e-5)
    assert near.relevance == near.shot < LEAST_OF_SHOT < LOWEST_RELEVANCE
