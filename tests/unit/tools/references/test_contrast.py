"""Contrast: what a title shows, and what two sides differ in beyond chance."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from popcorn.tools.references.contrast import (
    FALSE_SHARE,
    PRIOR,
    contrast,
    contrast_of_pool,
    contrast_of_sides,
    shrunken_z,
)
from popcorn.tools.references.title_features import features_of
from popcorn.tools.references.types import (
    ContrastFinding,
    Reference,
    Retrieval,
    RetrievedReference,
    Side,
)


def titled(title: str, comments: int | None = 0, tag: str = "Food") -> Reference:
    return Reference(id=f"{title}/{comments}/{tag}", title=title, tag=tag, comments=comments)


def kinds(findings: tuple[ContrastFinding, ...]) -> set[str]:
    return {finding.kind for finding in findings}


@pytest.mark.parametrize(
    ("title", "marks"),
    [
        ("How do bees sleep?", {"hook", "question"}),
        ("bees asleep", set()),
        ("Top three hives", {"hook"}),
        ("The hive of 40,000 bees", {"number"}),
        ("bees 🐝 asleep", {"emoji"}),
        ("bees #nature", {"hashtag"}),
        ("#1 hive in town", {"hook", "number"}),
        ("Wait for the queen...", {"hook"}),
        ("我们的蜜蜂！", {"hook"}),
    ],
)
def test_a_title_shows_its_marks(title: str, marks: set[str]) -> None:
    assert {kind for kind, _ in features_of(titled(title)).marks} == marks


def test_hashtags_stand_apart_from_the_words_of_the_title() -> None:
    features = features_of(titled("Don't wake the queen # two bees # Sleepy hive #buzz"))
    assert features.hashtags == {"two bees", "sleepy hive", "buzz"}
    assert features.words == {"don't", "wake", "queen"}
    assert features.length == 4


def test_hashtags_of_the_description_count_and_its_words_do_not() -> None:
    features = features_of(Reference(id="1", title="quiet", description="a loud #hive"))
    assert (features.hashtags, features.words) == ({"hive"}, {"quiet"})


def test_the_shrunken_log_odds_are_those_of_the_formula() -> None:
    share = 40 / 200
    has, lacks = (30 + PRIOR * share, 10 + PRIOR * share), (70 + PRIOR * (1 - share), 90 + PRIOR * (1 - share))
    expected = (math.log(has[0] / lacks[0]) - math.log(has[1] / lacks[1])) / math.sqrt(
        1 / has[0] + 1 / lacks[0] + 1 / has[1] + 1 / lacks[1]
    )
    assert shrunken_z(30, 100, 10, 100) == pytest.approx(expected)
    assert shrunken_z(10, 100, 30, 100) == pytest.approx(-expected)
    assert shrunken_z(10, 100, 10, 100) == pytest.approx(0)


def test_what_the_popular_side_has_is_found_with_its_shares_and_support() -> None:
    popular = [titled(f"why does tea number {n} taste so good?") for n in range(60)]
    unpopular = [titled(f"tea number {n}") for n in range(50)]
    findings = {(finding.kind, finding.text): finding for finding in contrast_of_sides(popular, unpopular)}
    assert findings["question", "a question in the title"] == ContrastFinding(
        "question", "a question in the title", 1.0, 0.0, 60, 50
    )
    assert findings["word", 'the word "taste"'].popular == 1.0
    assert findings["length", "words in the title"].popular == 8
    assert findings["length", "words in the title"].unpopular == 3
    assert ("word", 'the word "tea"') not in findings


def test_what_the_unpopular_side_has_more_of_is_found_too() -> None:
    popular = [titled(f"tea {chr(97 + n % 26)}") for n in range(60)]
    unpopular = [titled(f"tea {chr(97 + n % 26)} #sale") for n in range(60)]
    findings = {finding.text: finding for finding in contrast_of_sides(popular, unpopular)}
    assert findings["the hashtag #sale"].popular < findings["the hashtag #sale"].unpopular


def test_nine_against_one_tells_nothing_from_chance() -> None:
    found = [RetrievedReference(titled(f"why is dish {n} so good?"), Side.POPULAR, 0.5) for n in range(9)] + [
        RetrievedReference(titled("a dish"), Side.UNPOPULAR, 0.5)
    ]
    assert contrast(Retrieval("dishes", references=tuple(found))) == ()


def test_a_missing_side_gives_no_contrast() -> None:
    assert contrast_of_sides([titled("tea?")] * 40, []) == ()
    assert contrast(Retrieval("nothing")) == ()


def test_sides_drawn_by_lot_differ_in_next_to_nothing() -> None:
    dice = random.Random(11)  # noqa: S311 - chance for a test
    vocabulary = [f"{a}{b}ra" for a in "bdfgklmn" for b in "aeiou"]
    titles = [titled(" ".join(dice.sample(vocabulary, 5)) + dice.choice(["?", "", "!", " 7"])) for _ in range(400)]
    draws = 40
    false_alarms = 0
    for _ in range(draws):
        dice.shuffle(titles)
        false_alarms += bool(contrast_of_sides(titles[:200], titles[200:]))
    # with no true difference at all, a draw has any finding with probability FALSE_SHARE for each of two families
    assert false_alarms / draws <= 2.5 * FALSE_SHARE


def test_a_pool_is_compared_tag_by_tag_so_that_tags_themselves_are_no_finding() -> None:
    # Game videos get far more comments than Food videos; within a tag nothing differs
    food = [titled(f"soup {chr(97 + n % 26)}", n, "Food") for n in range(120)]
    game = [titled(f"chess {chr(97 + n % 26)}!", 10_000 + n, "Game") for n in range(120)]
    assert contrast_of_pool(food + game) == ()


def test_a_pool_leaves_out_the_middle_and_what_has_no_count() -> None:
    counted = [titled("why is it so good?" if n >= 60 else "good", n) for n in range(90)]
    uncounted = [titled("why is it so good?", None) for _ in range(90)]
    findings = contrast_of_pool(counted + uncounted)
    assert {(finding.popular_support, finding.unpopular_support) for finding in findings} == {(30, 30)}
    question = next(finding for finding in findings if finding.kind == "question")
    assert (question.popular, question.unpopular) == (1.0, 0.0)


def test_at_most_six_findings_of_a_kind_come_strongest_first() -> None:
    words = ["maple", "birch", "cedar", "aspen", "alder", "willow", "rowan", "linden"]
    popular = [titled(" ".join(words[: 8 - n % 4])) for n in range(80)]
    unpopular = [titled("oak") for _ in range(80)]
    findings = contrast_of_sides(popular, unpopular)
    found = [finding for finding in findings if finding.kind == "word"]
    assert len(found) == 6
    assert {finding.text for finding in found if finding.popular == 1.0} >= {'the word "maple"', 'the word "birch"'}


def test_the_order_of_references_changes_nothing() -> None:
    references = [titled("why so good?" if n % 3 else "good", n * 7 % 100) for n in range(100)]
    mirrored = [replace(reference) for reference in reversed(references)]
    assert contrast_of_pool(references) == contrast_of_pool(mirrored)


def test_where_all_may_be_chance_the_strongest_are_offered_as_weak_evidence_when_asked_for() -> None:
    def side(hot: int) -> list[Reference]:
        return [titled(f"{chr(97 + n % 8) * 3} soup {'hot' if n < hot else chr(97 + n % 26) * 5}") for n in range(40)]

    popular, unpopular = side(8), side(1)
    assert contrast_of_sides(popular, unpopular) == ()
    findings = contrast_of_sides(popular, unpopular, or_weak=True)
    assert ('weak evidence: the word "hot"', 0.2, 0.025) in {(one.text, one.popular, one.unpopular) for one in findings}
    assert 1 <= len(findings) <= 3
    assert all(one.weak and one.text.startswith("weak evidence: ") for one in findings)


def test_what_is_beyond_chance_is_never_called_weak_nor_mixed_with_what_is() -> None:
    popular = [titled("why is it so good?") for _ in range(60)]
    unpopular = [titled("good") for _ in range(60)]
    findings = contrast_of_sides(popular, unpopular, or_weak=True)
    assert findings == contrast_of_sides(popular, unpopular)
    assert findings
    assert not any(one.weak for one in findings)


def test_sides_that_are_the_same_give_not_even_weak_evidence() -> None:
    side = [titled(f"soup {chr(97 + n % 26)}{'?' if n % 3 else ''}") for n in range(60)]
    assert contrast_of_sides(side, side, or_weak=True) == ()
