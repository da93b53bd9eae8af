"""The offline ad planner on real product data: its lines fit their clips, and the claim ledger backs all they claim."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.graphs.asking.lengths import spoken_units
from popcorn.prompts import fence
from popcorn.tools.editing.claims.ledger import ledger
from popcorn.tools.editing.types import ClaimKind, Line, Product, Role, Verdict

CLIPS = [{"clip": number, "seconds": 6.0, "words": 18} for number in range(1, 9)]


def english(data: Path) -> Iterator[Product]:
    """97 invented products of a shop, with the sentences of their descriptions and terms as facts."""
    for row in json.loads((data / "ads" / "products.json").read_text()):
        facts = [row["description"], row["warrantyInformation"], row["shippingInformation"], row["returnPolicy"]]
        yield Product(row["title"], row.get("brand") or "", row["category"], tuple(facts), f"${row['price']}")


def chinese(data: Path) -> Iterator[Product]:
    """174 real products with the selling points that their advertisers named."""
    with gzip.open(data / "ads" / "autocut_ads.jsonl.gz", "rt") as file:
        for row in map(json.loads, file):
            yield Product(row["product"], row["brand"], facts=tuple(row["features"]))


def planned(product: Product, language: str, seed: int) -> list[Line]:
    shown: dict[str, Any] = {"name": product.name, "brand": product.brand, "category": product.category}
    shown |= {"facts": list(product.facts), "price": product.price}
    blocks = {
        "task": "ad_plan",
        "product": shown,
        "language": language,
        "clips": CLIPS,
        "variant": {"number": seed + 1},
    }
    message = HumanMessage("\n".join(fence(name, value) for name, value in blocks.items()))  # type: ignore[arg-type]
    reply = json.loads(OfflineDrafter(seed=seed).invoke([message]).text)
    return [Line(line["clip"], line["script"], Role(line["role"])) for line in reply["lines"]]


@pytest.mark.parametrize(("language", "least"), [("English", 97), ("Chinese", 160)])
def test_every_claim_of_a_planned_ad_is_backed_by_its_product(test_data: Path, language: str, least: int) -> None:
    products = list(english(test_data) if language == "English" else chinese(test_data))
    assert len(products) >= least
    for number, product in enumerate(products):
        lines = planned(product, language, number % 5)
        code = "en" if language == "English" else "zh"
        found = ledger(lines, product, language=code)
        wrong = [claim for claim in found if claim.verdict is not Verdict.BACKED and claim.kind is not ClaimKind.BANNED]
        assert not wrong, (product, [line.script for line in lines], wrong)
        assert all(spoken_units(line.script, code) <= 18 for line in lines)
        assert len({line.clip for line in lines}) == len(lines)
