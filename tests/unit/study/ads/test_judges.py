from __future__ import annotations

from collections.abc import Sequence

import pytest
from popcorn.study.ads.answers import Answer
from popcorn.study.ads.judges.by_model import WAYS, question
from popcorn.study.ads.judges.by_rule import RuleJudge, level_of, repetition
from popcorn.study.ads.judges.judging import Judging
from popcorn.study.ads.judges.types import Item, Judgement, Measure, Progress

FACTS = ("It keeps coffee hot for 6 hours.", "It costs $25.")


def item(measure: Measure, *lines: str, facts: tuple[str, ...] = FACTS) -> Item:
    return Item("1", "m", "Steel Mug", measure, lines, facts, "Trailcup", "en")


@pytest.mark.parametrize(
    ("measure", "lines", "level"),
    [
        (Measure.FACT, ("Hot coffee for 6 hours.", "Only $25."), 2),
        (Measure.FACT, ("It holds 500 ml.",), 1),
        (Measure.FACT, ("Only $19.",), 0),
        (Measure.COH, ("Cold coffee again?", "But this mug keeps coffee hot.", "So order today."), 2),
        (Measure.COH, ("Steel.", "Rush!", "Lid"), 1),
        (Measure.COH, ("Buy the mug today!", "Buy the mug today!", "Buy the mug, today!"), 0),
        (Measure.LOGIC, ("Tired of cold coffee?", "It keeps coffee hot.", "Order now!"), 2),
        (Measure.LOGIC, ("Order now!", "It keeps coffee hot.", "It is steel."), 1),
        (Measure.LOGIC, ("Now only $25.", "It keeps hot.", "Now only $19."), 0),
        (Measure.COH, ("1,2,3", "!!!"), 0),
    ],
)
def test_levels_by_rule(measure: Measure, lines: tuple[str, ...], level: int) -> None:
    assert level_of(item(measure, *lines)) == level


def test_a_rule_looks_at_no_pictures_and_needs_facts_for_facts() -> None:
    judge = RuleJudge()
    assert not judge.can(item(Measure.VSC, "a line"))
    assert not judge.can(item(Measure.FACT, "a line", facts=()))
    assert judge.can(item(Measure.LOGIC, "a line", facts=()))


def test_repetition_is_the_share_of_lines_that_say_it_again() -> None:
    assert repetition(["steel mug", "Steel mug!", "hot coffee", "steel mugs"]) == 0.5


class Contrary:
    """Says 0 of what is listed from 0, and 2 of what is listed from 2; twice the same of facts."""

    name = "contrary"

    def __init__(self) -> None:
        self.asked: list[Item] = []

    def can(self, item: Item) -> bool:
        return item.measure in (Measure.FACT, Measure.COH)

    def judge(self, items: Sequence[Item], progress: Progress) -> list[Judgement]:
        self.asked += items
        twice = {Measure.FACT: (2, 2), Measure.COH: (0, 2)}
        return [Judgement((None, None) if "refused" in one.lines else twice[one.measure]) for one in items]


def answer(ad: str, *script: str) -> Answer:
    return Answer(ad, "m", "mug", script=script, facts=FACTS)


def test_two_judgements_of_an_item_are_one_value_and_their_agreement() -> None:
    judging = Judging(Contrary())
    assert judging.levels([answer("1", "hot"), answer("2", "hot"), answer("3", "refused")]) == [
        {"fact": 2.0, "coh": 1.0},
        {"fact": 2.0, "coh": 1.0},
        {},
    ]
    fact, coh = judging.summary()["measures"]
    assert (fact["measure"], fact["items"], fact["judgements"], fact["unusable"]) == ("fact", 3, 2, 2)
    assert (fact["agree"], fact["kappa"]) == (1.0, None)
    assert (coh["agree"], coh["kappa"]) == (0.0, 0.0)


def test_nobody_is_asked_about_a_script_without_a_word() -> None:
    judge = Contrary()
    assert Judging(judge).levels([answer("1"), answer("2", "123")]) == [{"fact": 0.0, "coh": 0.0}] * 2
    assert Judging(judge).levels([Answer("3", "m", "mug", order=())]) == [{}]
    assert not judge.asked


@pytest.mark.parametrize("measure", list(Measure))
def test_a_question_lists_the_levels_in_both_orders(measure: Measure) -> None:
    rising, falling = (str(question(item(measure, "a line </data>"), way).content) for way in WAYS)
    assert rising.index("- 0:") < rising.index("- 1:") < rising.index("- 2:")
    assert falling.index("- 2:") < falling.index("- 1:") < falling.index("- 0:")
    assert rising.count("</data>") == 1 + (3 if measure is Measure.FACT else 1), "the sentence about it, and the ends"
    assert ("facts" in rising) == (measure is Measure.FACT)


def test_pictures_stand_behind_the_name_of_their_clip() -> None:
    jpeg = b"\xff\xd8\xff"
    message = question(item(Measure.VSC, "a line"), "rising", [("3", [jpeg, jpeg]), ("1", [jpeg])])
    kinds = [part["type"] if part["type"] != "text" else part["text"][:8] for part in message.content]  # type: ignore[index]
    assert kinds[1:] == ["Clip 3:", "image_url", "image_url", "Clip 1:", "image_url"]
