"""The claim ledger on real ads that people wrote; the figures stand in docs/log.md."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from popcorn.tools.editing.claims.ledger import ledger
from popcorn.tools.editing.subtitles import MOST_UNITS, segments, units
from popcorn.tools.editing.types import Claim, ClaimKind, Line, Product, Role, Verdict
from popcorn.tools.editing.word_cuts import pieces

NUMBERS = (ClaimKind.NUMBER, ClaimKind.PRICE, ClaimKind.PERCENTAGE)


@pytest.fixture(scope="module")
def ads(test_data: Path) -> list[dict[str, object]]:
    path = test_data / "ads" / "autocut_ads.jsonl.gz"
    if not path.exists():
        pytest.skip(f"needs {path}")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _claims(ad: dict[str, object]) -> tuple[Claim, ...]:
    product = Product(str(ad["product"]), str(ad["brand"]), facts=tuple(ad["features"]), market="CN", language="zh")  # type: ignore[arg-type]
    return ledger([Line(1, "".join(ad["script"]), Role.DEMO)], product, language="zh")  # type: ignore[arg-type]


def test_facts_of_people_hardly_ever_contradict_their_own_ads(ads: list[dict[str, object]]) -> None:
    found = [[one for one in _claims(ad) if one.verdict is Verdict.CONTRADICTED] for ad in ads]
    assert sum(map(bool, found)) <= 2


def test_numbers_without_a_fact_are_found_in_a_third_to_a_half_of_the_ads(ads: list[dict[str, object]]) -> None:
    missing = [any(one.kind in NUMBERS and one.verdict is Verdict.MISSING for one in _claims(ad)) for ad in ads]
    assert 0.33 < sum(missing) / len(ads) < 0.5


def test_subtitles_of_real_scripts_keep_to_the_rule(ads: list[dict[str, object]]) -> None:
    for ad in ads:
        script = "".join(ad["script"])  # type: ignore[arg-type]
        found = segments(script, "zh")
        assert "".join("".join(found).split()) == "".join(script.split())
        assert all(units(one) <= MOST_UNITS + 1e-9 or len(pieces(one)) == 1 for one in found)
