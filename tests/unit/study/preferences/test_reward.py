"""The reward, and whether anybody measured that it means something."""

from __future__ import annotations

import json
from typing import Any

import pytest
from popcorn.study.preferences.reward import CANNOT_TELL, NO_DRAFT, ChoiceReward, draft_in
from popcorn.study.preferences.trust import MEASURED_ON, Verdict, measured, unmeasured
from popcorn.tools.popularity.choice.pairs import LabelledPair

from .conftest import Liking

TITLE = [["title"]]


def said(title: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": json.dumps({"title": title})}]


def rewards(*completions: Any, model: Any = None, prompts: Any = None) -> list[float]:
    reward = ChoiceReward(model or Liking())
    asked = prompts or [[{"role": "user", "content": "?"}]] * len(completions)
    return reward(prompts=asked, completions=completions, parts=TITLE * len(completions), trainer_state=None)


def test_a_draft_is_rewarded_by_how_it_fares_against_the_others_of_its_prompt() -> None:
    assert rewards(said("a!!"), said("b!"), said("c")) == pytest.approx([0.8, 0.5, 0.2])
    assert rewards(said("a!"), said("b"), prompts=["one", "two"]) == [CANNOT_TELL, CANNOT_TELL]


def test_what_is_no_draft_is_below_every_draft_and_moves_no_other() -> None:
    assert rewards(said("a!"), "no JSON", said("b")) == pytest.approx([0.8, NO_DRAFT, 0.2])
    assert rewards("x", "y") == [NO_DRAFT, NO_DRAFT]


def test_without_evidence_or_with_equal_drafts_nothing_is_preferred() -> None:
    assert rewards(said("a!"), said("b"), model=Liking(evidence=False)) == [CANNOT_TELL] * 2
    assert rewards(said("a!"), said("a!")) == [CANNOT_TELL] * 2
    taken = ChoiceReward(Liking(evidence=False), without_evidence=True)
    assert taken(prompts=["?", "?"], completions=[said("a!"), said("b")]) == pytest.approx([0.8, 0.2])
    assert (taken.compared, taken.evidence) == (1, 0)
    assert ChoiceReward(Liking()).__name__ == "drawn_more_by_liking"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"title": ""}', '{"title": 3}', '{"title": "a\\nb"}', '{"title": "a"} more', "[" * 9_999],
)
def test_only_one_object_with_a_line_for_each_part_is_a_draft(text: str) -> None:
    assert draft_in(text) is None


def test_thoughts_before_an_answer_are_not_read() -> None:
    found = draft_in('<think>{"title": "no"}</think>\n{"title": " Yes "}')
    assert found is not None
    assert found.title == "Yes"


def test_a_whole_draft_needs_all_that_popcorn_asks_for() -> None:
    parts = ("title", "video_prompt", "cover_prompt")
    whole = {"title": "Otters", "video_prompt": "a shot", "cover_prompt": "a cover"}
    assert draft_in(json.dumps(whole), parts) is not None
    assert draft_in(json.dumps(whole | {"title": "x" * 51}), parts) is None
    assert draft_in(json.dumps({"title": "Otters", "video_prompt": "a shot"}), parts) is None


def won(count: int, right: float) -> list[LabelledPair]:
    """Tests of a pair each, in a share of which the title with the mark won."""
    return [
        LabelledPair(f"number {n}!", f"number {n}", 4.0 if n < count * right else -4.0, test=f"t{n}")
        for n in range(count)
    ]


def progress(done: int, total: int) -> None:
    pass


@pytest.mark.parametrize(
    ("share", "verdict", "words"),
    [
        (0.9, Verdict.AGREES, "was not shown to know more than which title is longer"),
        (0.5, Verdict.UNSHOWN, "was not shown to be better than a coin"),
        (0.1, Verdict.DISAGREES, "disagrees with the randomised tests: it names the draft that drew more in 0.100"),
    ],
)
def test_a_reward_is_held_against_randomised_tests(share: float, verdict: Verdict, words: str) -> None:
    found = measured(Liking(), won(100, share), progress)
    assert found.verdict is verdict
    assert words in found.warning


def test_one_that_agrees_and_knows_more_than_length_has_no_warning() -> None:
    even = [LabelledPair(f"number {n}!", f"number {n}x", 4.0, test=f"t{n}") for n in range(50)]
    found = measured(Liking(), even, progress)
    assert (found.verdict, found.warning) == (Verdict.AGREES, "")
    assert found.data()["agreement"]["count"] == 50


def test_a_handful_of_tests_shows_nothing_however_they_came_out() -> None:
    found = measured(Liking(), won(5, 1.0), progress)
    assert found.verdict is Verdict.UNSHOWN
    assert "of 5 tests, which are too few to tell" in found.warning


def test_nothing_measured_is_said() -> None:
    assert "nothing was measured: no randomised tests were given" in unmeasured(Liking()).warning
    blind = measured(Liking(evidence=False), won(30, 1.0), progress)
    assert (blind.verdict, blind.data()["agreement"]) == (Verdict.UNMEASURED, None)
    assert "has no evidence for any of the 30 pairs" in blind.warning
    taken = measured(Liking(evidence=False), won(30, 0.9), progress, without_evidence=True)
    assert taken.verdict is Verdict.AGREES
    assert measured(Liking(), [LabelledPair("a", "b", 0.0)], progress) == unmeasured(Liking())


def test_of_many_pairs_a_fixed_number_is_drawn() -> None:
    found = measured(Liking(), iter(won(MEASURED_ON + 500, 1.0)), progress)
    assert (found.drawn, found.pairs) == (MEASURED_ON, MEASURED_ON + 500)
