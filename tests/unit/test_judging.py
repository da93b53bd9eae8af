from __future__ import annotations

import time

import pytest
from popcorn.graphs.create.judging import LEAST_OF_TITLE, Judge, count_words, longest_shared_run, words
from popcorn.graphs.create.state import Draft
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.references.types import Reference


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


def test_without_references_there_is_no_originality() -> None:
    ((relevance, originality),) = Judge(open_encoder("hashing"), "street tacos", []).judge(
        [Draft("street tacos", "Tacos on a street.", "Tacos.")]
    )
    assert originality is None
    assert relevance == pytest.approx(1.0, abs=1e-5)


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
    assert stuffed[0] < LEAST_OF_TITLE < 0.3 < min(honest[0], foreign[0])
