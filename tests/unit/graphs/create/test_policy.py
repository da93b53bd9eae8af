from __future__ import annotations

from dataclasses import replace

import pytest
from popcorn.graphs.create.policy import best_of, complaints, faults, may_refine, plan_for
from popcorn.graphs.create.state import Attempt, Draft, Mode, Originality, Plan
from popcorn.tools.popularity.types import Interval, Score
from popcorn.tools.references.types import Routing

FAR = Originality(similarity=0.2, nearest="r1", shared_words=1, shared="street")
COPY = Originality(similarity=0.4, nearest="r1", shared_words=6, shared="you will never guess what happens")


def attempt(
    number: int,
    percentile: float,
    *,
    relevance: float = 0.8,
    originality: Originality = FAR,
    title_similarity: float = 0.0,
) -> Attempt:
    score = Score(
        log2_comments=4.0,
        comments=16.0,
        percentile=percentile,
        against="100 videos",
        interval=Interval(2.0, 6.0, 0.8),
        predictor="neighbours",
        basis=("title",),
        title_similarity=title_similarity,
    )
    found = complaints(percentile, relevance, originality, Plan())
    draft = Draft(f"title {number}", "a shot", "a cover")
    return Attempt(number, draft, score, relevance, originality, found, accepted=not found)


def test_an_attempt_at_the_threshold_has_no_complaints() -> None:
    assert complaints(60.0, 0.8, FAR, Plan(threshold=60)) == ()


def test_a_complaint_about_the_score_names_both_figures() -> None:
    assert complaints(41.6, 0.8, FAR, Plan(threshold=60)) == ("the predicted popularity is at percentile 42, below 60",)


def test_a_copied_run_of_words_is_a_complaint_whatever_the_score() -> None:
    (complaint,) = complaints(99.0, 0.8, COPY, Plan())
    assert complaint == "it shares the words 'you will never guess what happens' with a reference; use other words"


def test_a_title_that_says_what_a_references_title_says_is_a_complaint() -> None:
    (complaint,) = complaints(99.0, 0.8, replace(FAR, similarity=0.95), Plan())
    assert complaint == "its title says what a reference's title says; find another angle"


def test_a_draft_that_left_the_subject_is_a_complaint() -> None:
    (complaint,) = complaints(99.0, 0.1, None, Plan())
    assert complaint == "it has left the subject of the request; come back to it"


def test_five_words_in_a_row_are_copied_and_four_are_not() -> None:
    five = Originality(similarity=0.2, nearest="r1", shared_words=5, shared="what happens in this kitchen")
    assert faults(0.8, five) == (
        "it shares the words 'what happens in this kitchen' with a reference; use other words",
    )
    assert faults(0.8, replace(five, shared_words=4, shared="happens in this kitchen")) == ()


@pytest.mark.parametrize(("similarity", "found"), [(0.90, 0), (0.919, 0), (0.92, 1), (1.0, 1)])
def test_a_title_copies_a_references_title_from_a_similarity_of_092(similarity: float, found: int) -> None:
    assert len(faults(0.8, replace(FAR, similarity=similarity))) == found


@pytest.mark.parametrize(("similarity", "found"), [(0.93, 0), (0.949, 0), (0.95, 1), (1.0, 1)])
def test_a_title_copies_a_known_video_from_a_similarity_of_095(similarity: float, found: int) -> None:
    assert len(faults(0.8, FAR, title_similarity=similarity)) == found


@pytest.mark.parametrize(("relevance", "found"), [(0.31, 0), (0.3, 0), (0.299, 1), (0.28, 1)])
def test_a_draft_has_left_the_subject_below_a_relevance_of_03(relevance: float, found: int) -> None:
    assert len(faults(relevance, FAR)) == found


def test_copied_words_and_a_copied_title_are_one_fault_and_the_words_name_it() -> None:
    (fault,) = faults(0.8, replace(COPY, similarity=0.99))
    assert "'you will never guess what happens'" in fault


def test_all_faults_are_told_before_the_score() -> None:
    told = complaints(10.0, 0.1, COPY, Plan(threshold=60), title="tacos tacos tacos tacos", title_similarity=0.99)
    assert [sentence.split(";")[0] for sentence in told] == [
        "it shares the words 'you will never guess what happens' with a reference",
        "its title says what a video says that the predictor learned from",
        "its title repeats words",
        "it has left the subject of the request",
        "the predicted popularity is at percentile 10, below 60",
    ]


def test_a_title_that_the_predictor_learned_from_is_a_complaint_whatever_the_score() -> None:
    (complaint,) = complaints(100.0, 0.8, FAR, Plan(), title="So sorry", title_similarity=0.99)
    assert complaint == "its title says what a video says that the predictor learned from; find another angle"
    assert complaints(100.0, 0.8, FAR, Plan(), title="Sorry, grandma", title_similarity=0.7) == ()


def test_a_title_with_piled_up_words_is_a_complaint_and_one_with_a_refrain_is_not() -> None:
    (complaint,) = complaints(99.0, 0.8, FAR, Plan(), title="tacos tacos tacos BTS BTS official video")
    assert complaint == "its title repeats words; say it once"
    assert complaints(99.0, 0.8, FAR, Plan(), title="Row, row, row your boat") == ()


def test_a_word_that_stands_there_for_the_fourth_time_is_one_too_many_whatever_its_case() -> None:
    assert faults(0.8, FAR, title="tacos TACOS tacos") == ()
    assert faults(0.8, FAR, title="tacos TACOS Tacos tacos") == ("its title repeats words; say it once",)


def test_words_of_two_letters_may_be_repeated() -> None:
    assert faults(0.8, FAR, title="so so so so good, is it is it is it") == ()


def test_the_best_attempt_wins_and_not_the_last() -> None:
    assert best_of([attempt(1, 30), attempt(2, 55), attempt(3, 40)]).number == 2


def test_of_two_equal_attempts_the_earlier_wins() -> None:
    assert best_of([attempt(2, 55), attempt(1, 55)]).number == 1


def test_a_fault_outweighs_any_score() -> None:
    assert best_of([attempt(1, 20), attempt(2, 99, originality=COPY)]).number == 1
    assert best_of([attempt(1, 20), attempt(2, 99, relevance=0.1)]).number == 1


def test_copies_of_known_videos_lose_to_an_honest_attempt_with_any_score() -> None:
    copies = [attempt(1, 99, title_similarity=0.99), attempt(2, 98, title_similarity=0.97)]
    assert best_of([*copies, attempt(3, 10)]).number == 3


def test_fewer_faults_outweigh_a_better_score() -> None:
    twice = attempt(1, 90, relevance=0.1, originality=COPY)
    assert best_of([twice, attempt(2, 20, originality=COPY)]).number == 2


def test_of_two_equal_scores_the_nearer_to_the_request_wins() -> None:
    assert best_of([attempt(1, 55, relevance=0.5), attempt(2, 55, relevance=0.6)]).number == 2


def test_best_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        best_of([])


def test_an_accepted_attempt_ends_refinement() -> None:
    assert not may_refine([attempt(1, 80)], Plan(attempts=3))


def test_refinement_goes_on_until_the_attempts_are_used_up() -> None:
    tried = [attempt(1, 10), attempt(2, 20)]
    assert may_refine(tried, Plan(attempts=3))
    assert not may_refine([*tried, attempt(3, 30)], Plan(attempts=3))


def test_refinement_stops_after_two_attempts_that_gain_nothing() -> None:
    assert may_refine([attempt(1, 30), attempt(2, 30.5)], Plan(attempts=9))
    assert not may_refine([attempt(1, 30), attempt(2, 30.5), attempt(3, 30.9)], Plan(attempts=9))
    assert may_refine([attempt(1, 30), attempt(2, 30.5), attempt(3, 32)], Plan(attempts=9))


def test_a_gain_is_one_percentile_point_over_the_best_of_all_before() -> None:
    # two attempts without a gain end it: only a third that reaches 31.0 goes on from 30.0
    idle = [attempt(1, 30.0), attempt(2, 30.0)]
    assert may_refine([*idle, attempt(3, 31.0)], Plan(attempts=9))
    assert not may_refine([*idle, attempt(3, 30.95)], Plan(attempts=9))
    # 33 is more than the attempt before it had, but not than the best had
    assert not may_refine([attempt(1, 40), attempt(2, 32), attempt(3, 33)], Plan(attempts=9))


def test_small_steps_that_add_up_to_no_point_over_the_best_are_no_gain() -> None:
    # 30.6 becomes the best, so 31.2 is only 0.6 above it
    assert not may_refine([attempt(1, 30.0), attempt(2, 30.6), attempt(3, 31.2)], Plan(attempts=9))


def test_after_a_gain_two_more_attempts_without_one_are_allowed() -> None:
    gained = [attempt(1, 30), attempt(2, 40)]
    assert may_refine([*gained, attempt(3, 40)], Plan(attempts=9))
    assert not may_refine([*gained, attempt(3, 40), attempt(4, 40)], Plan(attempts=9))


def test_a_better_score_with_a_new_fault_is_no_gain() -> None:
    tried = [attempt(1, 30), attempt(2, 30), attempt(3, 90, originality=COPY)]
    assert not may_refine(tried, Plan(attempts=9))


def test_losing_a_fault_counts_as_a_gain_even_with_a_lower_score() -> None:
    tried = [attempt(1, 50, originality=COPY), attempt(2, 49, originality=COPY), attempt(3, 20)]
    assert may_refine(tried, Plan(attempts=9))


def test_paper_mode_fixes_routing_candidates_and_attempts() -> None:
    plan = plan_for(Plan(mode=Mode.PAPER, candidates=5, attempts=4, references=50))
    assert plan == Plan(mode=Mode.PAPER, candidates=1, attempts=1, references=50, routing=Routing.TAG_NAME)


def test_other_modes_leave_the_plan_as_it_is() -> None:
    plan = Plan(mode=Mode.BASIC, candidates=5)
    assert plan_for(plan) is plan
