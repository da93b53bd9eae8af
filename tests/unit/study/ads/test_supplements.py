"""Z: what a note keeps of its line, by a rule and by a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.study.ads.supplements import by_rule, mended, missing_numbers
from popcorn.tools.editing.claims.subjects import subjects


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("It folds flat, so take it along.", "take it along; It folds flat"),
        ("Cold coffee again?", "Cold coffee again"),
        ("保温六小时，一整天都是热的。", "一整天都是热的; 保温六小时"),
        ("", ""),
        ("Wow!", "Wow!"),
    ],
)
def test_a_rule_turns_clauses_round_and_leaves_fillers_out(line: str, note: str) -> None:
    assert by_rule(line) == note


@given(st.lists(st.sampled_from(["it holds 350 ml", "hot for 6 hours", "only $24.99", "made of steel"]), min_size=1))
def test_a_rules_note_keeps_every_number_and_every_content_word(clauses: list[str]) -> None:
    line = ", ".join(clauses) + "."
    assert missing_numbers(line, by_rule(line)) == []
    assert subjects(line) == subjects(by_rule(line))


def test_a_models_note_that_lost_a_number_or_changed_nothing_gives_way_to_the_rules() -> None:
    lines = ["Hot for 6 hours, every day.", "It holds 350 ml.", "Made of steel."]
    notes, changed = mended(lines, ["keeps heat", "capacity 350 ml", "Made of steel"])
    assert notes == ["every day; Hot for 6 hours", "capacity 350 ml", "Made of steel"]
    assert changed == 1


def test_a_number_in_other_words_is_no_lost_number() -> None:
    assert missing_numbers("It holds 0.35 l.", "capacity: 350 ml") == []
    assert missing_numbers("Hot for six hours.", "hot 6 hours") == []
