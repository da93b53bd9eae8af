from __future__ import annotations

from dataclasses import replace

import pytest
from popcorn.graphs.create.choice import ALONE, FAULTY, Choice, Rival
from popcorn.graphs.create.policy import (
    best_of,
    choice_of,
    complaints,
    faults,
    may_refine,
    merit,
    ordered,
    plan_for,
    taken,
)
from popcorn.graphs.create.state import Attempt, Draft, Mode, Originality, Plan
from popcorn.tools.popularity.choice.types import Comparison
from popcorn.tools.popularity.types import Interval, Score
from popcorn.tools.references.types import Routing

FAR = Originality(similarity=0.2, nearest="r1", shared_words=1, shared="street")
COPY = Originality(similarity=0.4, nearest="r1", shared_words=6, shared="you will never guess what happens")
BLIND = Comparison(0.5, tied=True, evidence=False, no_evidence=("nobody measured it on short videos",))
FAULT = ("its title repeats words; say it once",)


def scored(rank: float | None) -> Score:
    """A score with that rank; None for one without evidence."""
    bare = Score(4.0, 16.0, "100 videos", "neighbours", basis=("title",), no_evidence=("another platform",))
    if rank is None:
        return bare
    interval = Interval(2.0, 6.0, 0.8)
    return replace(
        bare,
        evidence=True, percentile=rank, percentile_low=20.0, percentile_high=90.0, interval=interval, no_evidence=(),
    )  # fmt: skip


def says(probability: float, *, tied: bool = False) -> Comparison:
    return Comparison(probability, tied=tied, evidence=True)


def attempt(
    number: int = 1,
    *beside: Comparison,
    rank: float | None = 30,
    relevance: float = 0.6,
    originality: Originality | None = FAR,
    clarity: float = 0.5,
    faults: tuple[str, ...] = (),
) -> Attempt:
    """An attempt; `beside` says how it compares with attempt 1, 2 and so on."""
    against = complaints(scored(rank), faults, Plan())
    rivals = tuple(Rival(f"title {earlier}", one, attempt=earlier) for earlier, one in enumerate(beside, start=1))
    draft = Draft(f"title {number}", "a shot", "a cover")
    return Attempt(
        number, draft, scored(rank), relevance, originality, against, not against, faults, clarity, rivals
    )  # fmt: skip


def test_an_attempt_at_the_threshold_has_no_complaints() -> None:
    assert complaints(scored(50.0), (), Plan(threshold=50)) == ()


def test_the_threshold_is_the_middle_of_the_real_videos_unless_somebody_says_otherwise() -> None:
    assert Plan().threshold == 50
    assert complaints(scored(49.9), (), Plan()) != ()


def test_a_complaint_about_the_score_names_both_figures() -> None:
    told = "the predicted popularity is the 42nd of 100, below 60"
    assert complaints(scored(41.6), (), Plan(threshold=60)) == (told,)


def test_where_there_is_no_evidence_no_threshold_is_applied() -> None:
    assert complaints(scored(None), (), Plan(threshold=99)) == ()
    assert complaints(scored(None), FAULT, Plan(threshold=0)) == FAULT


def test_all_faults_are_told_before_the_score() -> None:
    found = faults(
        0.1, COPY,
        title="tacos tacos tacos tacos", title_similarity=0.99,
        lost="its shot has left the subject of the request: say 'tacos'", nothing="its shot shows nothing; say what is",
    )  # fmt: skip
    told = complaints(scored(10.0), found, Plan(threshold=60))
    assert [sentence.split(";")[0] for sentence in told] == [
        "it shares the words 'you will never guess what happens' with a reference",
        "its title says what a video says that the predictor learned from",
        "its title repeats words",
        "its shot has left the subject of the request: say 'tacos'",
        "its shot shows nothing",
        "the predicted popularity is the 10th of 100, below 60",
    ]


def test_a_copied_run_of_words_is_a_fault() -> None:
    (fault,) = faults(0.8, COPY)
    assert fault == "it shares the words 'you will never guess what happens' with a reference; use other words"


def test_a_title_that_says_what_a_references_title_says_is_a_fault() -> None:
    (fault,) = faults(0.8, replace(FAR, similarity=0.95))
    assert fault == "its title says what a reference's title says; find another angle"


def test_a_draft_that_left_the_subject_is_a_fault() -> None:
    (fault,) = faults(0.1, None)
    assert fault == "it has left the subject of the request; come back to it"


def test_a_subject_that_was_left_is_told_once_and_by_name() -> None:
    assert faults(0.1, None, lost="say 'tacos'") == ("say 'tacos'",)


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


def test_a_title_that_the_predictor_learned_from_is_a_fault() -> None:
    (fault,) = faults(0.8, FAR, title="So sorry", title_similarity=0.99)
    assert fault == "its title says what a video says that the predictor learned from; find another angle"
    assert faults(0.8, FAR, title="Sorry, grandma", title_similarity=0.7) == ()


def test_a_title_with_piled_up_words_is_a_fault_and_one_with_a_refrain_is_not() -> None:
    (fault,) = faults(0.8, FAR, title="tacos tacos tacos BTS BTS official video")
    assert fault == "its title repeats words; say it once"
    assert faults(0.8, FAR, title="Row, row, row your boat") == ()


def test_a_word_that_stands_there_for_the_fourth_time_is_one_too_many_whatever_its_case() -> None:
    assert faults(0.8, FAR, title="tacos TACOS tacos") == ()
    assert faults(0.8, FAR, title="tacos TACOS Tacos tacos") == ("its title repeats words; say it once",)


def test_words_of_two_letters_may_be_repeated() -> None:
    assert faults(0.8, FAR, title="so so so so good, is it is it is it") == ()


# which draft is taken


def test_the_one_that_the_choice_model_separates_is_taken_whatever_its_rank() -> None:
    assert best_of([attempt(1, rank=90), attempt(2, says(0.7), rank=20)]).number == 2


def test_a_higher_rank_alone_takes_nothing() -> None:
    assert best_of([attempt(1, rank=20), attempt(2, says(0.55, tied=True), rank=90)]).number == 1


def test_the_best_attempt_wins_and_not_the_last() -> None:
    tried = [attempt(1), attempt(2, says(0.8)), attempt(3, says(0.7), says(0.3))]
    assert best_of(tried).number == 2


def test_of_two_equal_attempts_the_earlier_wins() -> None:
    assert best_of([attempt(2, says(0.5, tied=True)), attempt(1)]).number == 1
    assert best_of([attempt(2), attempt(1)]).number == 1, "nobody compared them"


def test_without_evidence_every_pair_is_a_tie() -> None:
    sure = replace(BLIND, probability_a=0.99, tied=False)
    assert best_of([attempt(1), attempt(2, sure)]).number == 1


def test_a_fault_outweighs_the_choice_model() -> None:
    assert best_of([attempt(1), attempt(2, says(0.99), faults=FAULT)]).number == 1


def test_fewer_faults_outweigh_the_choice_model_too() -> None:
    twice = attempt(1, faults=(*FAULT, "another"))
    assert best_of([twice, attempt(2, says(0.01), faults=FAULT)]).number == 2


@pytest.mark.parametrize("better", [{"relevance": 0.7}, {"originality": None}, {"clarity": 0.9}])
def test_ties_fall_to_relevance_originality_and_clarity(better: dict[str, object]) -> None:
    tied = says(0.45, tied=True)
    assert best_of([attempt(1), attempt(2, tied, **better)]).number == 2  # type: ignore[arg-type]


def test_relevance_goes_before_originality_and_that_before_clarity() -> None:
    near, own, clear = attempt(relevance=0.7), attempt(originality=None), attempt(clarity=1.0)
    assert merit(near) > merit(own) > merit(clear) > merit(attempt())


def test_an_echo_of_the_request_is_not_more_relevant_than_a_draft_that_is_near_it() -> None:
    assert merit(attempt(relevance=0.99)) == merit(attempt(relevance=0.71))


def test_less_than_a_tenth_is_no_difference() -> None:
    assert merit(attempt(relevance=0.61, clarity=0.51)) == merit(attempt(relevance=0.69, clarity=0.59))


def test_one_that_is_beaten_by_any_is_no_tie_of_the_best() -> None:
    # 0 cannot be told from 1 and from 2, yet 1 is better than 2, which is the nearest to the request
    options = [attempt(relevance=0.5), attempt(relevance=0.4), attempt(relevance=0.7)]
    table = {(0, 1): says(0.52, tied=True), (0, 2): says(0.55, tied=True), (1, 2): says(0.7)}
    assert taken(options, table) == 0


def test_in_a_circle_the_one_with_most_to_say_for_it_is_taken() -> None:
    options = [attempt(), attempt(), attempt()]
    assert taken(options, {(0, 1): says(0.6), (1, 2): says(0.9), (0, 2): says(0.4)}) == 1


def test_drafts_are_ordered_as_they_would_be_taken_one_after_another() -> None:
    options = [attempt(), attempt(faults=FAULT), attempt(relevance=0.7), attempt()]
    table = {
        (0, 1): says(0.1), (0, 2): says(0.5, tied=True), (0, 3): says(0.3),
        (1, 2): says(0.9), (1, 3): says(0.9), (2, 3): says(0.2),
    }  # fmt: skip
    assert ordered(options, table) == [3, 2, 0, 1]


def test_best_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        best_of([])


# how sure the choice is


def test_a_choice_names_the_probability_over_the_strongest_rival() -> None:
    tried = [attempt(1), attempt(2, says(0.8)), attempt(3, says(0.6), says(0.3))]
    rival = Rival("another candidate", says(0.65))
    tried[1] = replace(tried[1], rivals=(*tried[1].rivals, rival))
    assert choice_of(tried, "headlines") == Choice(3, 0.65, tied=False, model="headlines", evidence=True)


def test_a_choice_between_ties_says_so() -> None:
    choice = choice_of([attempt(1, relevance=0.7), attempt(2, says(0.52, tied=True))], "headlines")
    assert (choice.over, choice.tied, choice.evidence) == (1, True, True)
    assert choice.probability == pytest.approx(0.48)


def test_a_choice_without_evidence_has_no_probability_and_the_reasons() -> None:
    found = choice_of([attempt(1), attempt(2, BLIND), attempt(3, BLIND, BLIND)], "headlines")
    assert found == Choice(2, None, tied=True, model="headlines", evidence=False, no_evidence=BLIND.no_evidence)


def test_a_choice_of_one_is_none() -> None:
    found = choice_of([attempt(1)], "headlines")
    assert found == Choice(0, None, tied=False, model="headlines", evidence=False, no_evidence=(ALONE,))


def test_drafts_with_more_faults_are_no_rivals_for_the_probability() -> None:
    found = choice_of([attempt(1, faults=FAULT), attempt(2, says(0.1))], "m")
    assert found == Choice(1, None, tied=False, model="m", evidence=False, no_evidence=(FAULTY,))


def test_attempts_that_an_older_popcorn_did_not_compare_say_so() -> None:
    found = choice_of([attempt(1), attempt(2)], "m")
    assert (found.over, found.evidence) == (1, False)
    assert found.no_evidence == ("an older Popcorn did not compare them",)


# when refinement goes on


def test_an_accepted_attempt_ends_refinement() -> None:
    assert not may_refine([attempt(1, rank=80)], Plan(attempts=3))


def test_without_evidence_and_without_a_fault_the_first_round_is_the_last() -> None:
    assert not may_refine([attempt(1, rank=None)], Plan(attempts=3))


def test_a_fault_is_refined_away_also_without_evidence() -> None:
    faulty = replace(attempt(1, rank=None, faults=FAULT), rivals=(Rival("another", BLIND, faults=1),))
    assert may_refine([faulty], Plan(attempts=3))


def test_a_low_rank_is_not_refined_where_no_gain_could_be_told() -> None:
    blind = replace(attempt(1, rank=20), rivals=(Rival("another", BLIND),))
    assert not may_refine([blind], Plan(attempts=3))
    assert may_refine([replace(blind, rivals=(Rival("another", says(0.5, tied=True)),))], Plan(attempts=3))


def test_refinement_goes_on_until_the_attempts_are_used_up() -> None:
    tried = [attempt(1), attempt(2, says(0.8))]
    assert may_refine(tried, Plan(attempts=3))
    assert not may_refine([*tried, attempt(3, says(0.9), says(0.8))], Plan(attempts=3))


def test_refinement_stops_after_an_attempt_that_gains_nothing() -> None:
    tie = says(0.52, tied=True)
    assert may_refine([attempt(1), attempt(2, says(0.7))], Plan(attempts=9))
    assert not may_refine([attempt(1), attempt(2, tie)], Plan(attempts=9))


def test_while_the_best_has_a_fault_it_takes_two_that_gain_nothing() -> None:
    tie = says(0.52, tied=True)
    faulty = [attempt(1, faults=FAULT), attempt(2, tie, faults=FAULT), attempt(3, tie, tie, faults=FAULT)]
    assert may_refine(faulty[:2], Plan(attempts=9))
    assert not may_refine(faulty, Plan(attempts=9))


def test_a_higher_rank_is_no_gain() -> None:
    tie = says(0.52, tied=True)
    tried = [attempt(1, rank=10), attempt(2, tie, rank=30), attempt(3, tie, tie, rank=49)]
    assert not may_refine(tried, Plan(attempts=9))


def test_a_lead_over_the_attempt_before_is_no_gain_over_the_best() -> None:
    tried = [attempt(1), attempt(2, says(0.2)), attempt(3, says(0.3), says(0.8))]
    assert not may_refine(tried, Plan(attempts=9))


def test_after_a_gain_one_more_attempt_is_allowed() -> None:
    lead, tie = says(0.7), says(0.5, tied=True)
    gained = [attempt(1), attempt(2, lead)]
    assert may_refine(gained, Plan(attempts=9))
    assert not may_refine([*gained, attempt(3, lead, tie)], Plan(attempts=9))


def test_a_lead_with_a_new_fault_is_no_gain() -> None:
    tried = [attempt(1), attempt(2, says(0.5, tied=True)), attempt(3, says(0.9), says(0.9), faults=FAULT)]
    assert not may_refine(tried, Plan(attempts=9))


def test_losing_a_fault_counts_as_a_gain_whatever_the_choice_model_says() -> None:
    tried = [
        attempt(1, faults=FAULT),
        attempt(2, says(0.5, tied=True), faults=FAULT),
        attempt(3, says(0.1), says(0.1)),
    ]
    assert may_refine(tried, Plan(attempts=9))


def test_paper_mode_fixes_routing_candidates_and_attempts() -> None:
    plan = plan_for(Plan(mode=Mode.PAPER, candidates=5, attempts=4, references=50))
    assert plan == Plan(mode=Mode.PAPER, candidates=1, attempts=1, references=50, routing=Routing.TAG_NAME)


def test_other_modes_leave_the_plan_as_it_is() -> None:
    plan = Plan(mode=Mode.BASIC, candidates=5)
    assert plan_for(plan) is plan
