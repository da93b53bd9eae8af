"""Win rates of a study: counts, clusters, Holm's family, and how often chance is taken for a difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from popcorn.study.contrasts import contrasts
from popcorn.study.types import Row

Make = Callable[..., Row]


def of_models(row: Make, gaps: Sequence[float], seeds: int = 1, kind: str = "") -> list[Row]:
    """Two models; `gaps` are a's scores less b's, prompt by prompt and within each seed by seed."""
    places = [(f"prompt {at // seeds}", at % seeds, gap) for at, gap in enumerate(gaps)]
    return [
        one for prompt, seed, gap in places
        for one in (row(prompt, 5 + gap, seed, kind, model="a"), row(prompt, 5, seed, kind, model="b"))
    ]  # fmt: skip


def test_wins_ties_and_losses_are_counted(row: Make) -> None:
    (one,) = contrasts(of_models(row, [1, 1, 1, 0, -1]))
    assert (one.wins, one.ties, one.losses, one.pairs, one.prompts) == (3, 1, 1, 5, 5)
    assert one.rate == pytest.approx(0.7)
    assert one.p_value == pytest.approx(0.625)  # 3 of 4, two-sided: 2 * (4 + 1) / 16


def test_the_interval_of_one_pair_a_prompt_is_wilsons(row: Make) -> None:
    (one,) = contrasts(of_models(row, [1] * 61 + [-1] * 39))
    assert (one.low, one.high) == pytest.approx((0.5120, 0.6999), abs=2e-4)


def test_seeds_of_one_prompt_are_no_further_witnesses(row: Make) -> None:
    gaps = [1] * 6 + [-1] * 2
    (alone,) = contrasts(of_models(row, gaps))
    (five,) = contrasts(of_models(row, [gap for gap in gaps for _ in range(5)], seeds=5))
    assert (five.prompts, five.pairs, five.rate) == (8, 40, alone.rate)
    assert five.p_value > 0.1
    assert five.high - five.low > 0.4


def test_kinds_stand_beside_all_and_in_one_family(row: Make) -> None:
    rows = of_models(row, [1] * 9, kind="concrete")
    rows += [one for one in of_models(row, [0, -1] * 10, kind="abstract") if int(one.prompt.split()[1]) > 8]
    found = {one.kind: one for one in contrasts(rows)}
    assert list(found) == ["", "abstract", "concrete"]
    assert found["concrete"].p_value == pytest.approx(2 / 2**9)
    assert found["concrete"].corrected == pytest.approx(3 * 2 / 2**9)


def test_one_kind_alone_is_not_shown_twice(row: Make) -> None:
    assert [one.kind for one in contrasts(of_models(row, [1, -1], kind="concrete"))] == [""]


def test_the_same_rows_give_the_same_figures(row: Make) -> None:
    rows = of_models(row, list(np.random.default_rng(0).normal(size=60)), seeds=3)
    assert contrasts(rows) == contrasts(rows)


def test_nothing_to_compare_gives_no_contrast(row: Make) -> None:
    assert contrasts([]) == contrasts([row("x", 1)]) == contrasts([row("x", None), row("x", None, model="b")]) == []


@pytest.mark.parametrize(("prompts", "seeds", "alike"), [(40, 1, 0.0), (30, 3, 0.3)])
def test_two_equal_models_are_called_different_in_about_one_study_of_twenty(
    row: Make, prompts: int, seeds: int, alike: float
) -> None:
    rng = np.random.default_rng(7)
    studies, called, covered = 300, 0, 0
    template = of_models(row, [0.0] * prompts * seeds, seeds)
    for _ in range(studies):
        own = np.repeat(rng.normal(size=prompts), seeds) * np.sqrt(alike)
        gaps = own + rng.normal(size=prompts * seeds) * np.sqrt(1 - alike)
        (one,) = contrasts(_with(template, gaps))
        called += one.told_apart
        covered += one.low <= 0.5 <= one.high
    assert called / studies < 0.08
    assert 0.915 < covered / studies < 0.985


def _with(template: Sequence[Row], gaps: Sequence[float]) -> list[Row]:
    from dataclasses import replace

    first = [replace(one, log2_comments=5 + gap) for one, gap in zip(template[::2], gaps, strict=True)]
    return [one for pair in zip(first, template[1::2], strict=True) for one in pair]
