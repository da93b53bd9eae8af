from __future__ import annotations

import pytest
from popcorn.graphs.create.clarity import clarity


def test_a_plain_title_that_names_its_subject_is_as_clear_as_can_be() -> None:
    assert clarity("Street tacos before sunrise", names_subject=True) == 1.0


def test_a_title_that_does_not_name_its_subject_loses_a_quarter() -> None:
    assert clarity("Street tacos before sunrise", names_subject=False) == 0.75


@pytest.mark.parametrize(
    ("clear", "less"),
    [
        ("Street tacos before sunrise", "STREET TACOS BEFORE SUNRISE"),
        ("Street tacos before sunrise", "Tacos"),
        ("Street tacos before sunrise", "Street tacos before sunrise!!! #tacos"),
        ("Street tacos before sunrise", "Street tacos, tacos, street before"),
        ("Street tacos before sunrise", "Street tacos before the sun has risen over the whole of the city"),
    ],
)
def test_shouting_stubs_piles_and_length_make_a_title_less_clear(clear: str, less: str) -> None:
    assert clarity(less, names_subject=True) < clarity(clear, names_subject=True)


def test_each_repeated_word_hashtag_and_run_of_signs_costs_a_twelfth_and_three_are_the_most() -> None:
    assert clarity("Tacos, more tacos", names_subject=True) == pytest.approx((3 + 16 / 17 - 1 / 3) / 4)
    assert clarity("a a a a a a a", names_subject=False) == pytest.approx((0 + 1 + 1 + 0) / 4)


def test_scripts_without_capitals_are_not_shouting() -> None:
    assert clarity("四川火锅沸腾的瞬间请仔细看清", names_subject=True) == 1.0
