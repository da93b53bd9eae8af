"""What may back a claim besides the product file: what is seen, heard or said of a clip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..types import Product


class Origin(StrEnum):
    """Where evidence is from, as sources name it."""

    FACT = "fact"
    SEEN = "seen"
    HEARD = "heard"
    DESCRIBED = "described"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text from one clip: read from the picture (seen), spoken in it (heard), made from light features (described),
    or written by a person beside the footage (noted).
    """

    clip: int
    origin: Origin
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that can back a claim, and how it is called in a source."""

    name: str
    """`fact 2`, `price`, `seen in clip 4`."""
    text: str
    is_fact: bool
    """Facts of P can contradict; footage only backs."""
    clip: int = 0

    @property
    def source(self) -> str:
        """As a claim names it."""
        return f'{self.name}: "{self.text}"'


def statements(product: Product, evidence: tuple[Evidence, ...]) -> tuple[Statement, ...]:
    """All that may back a claim: facts first, then what is seen, heard, noted and described."""
    facts = [Statement(f"fact {number}", fact, is_fact=True) for number, fact in enumerate(product.facts, 1)]
    prices = [Statement("price", product.price, is_fact=True)] if product.price else []
    named = " ".join(part for part in (product.name, product.brand, product.category) if part)
    names = [Statement("name", named, is_fact=False)] if named else []
    order = (Origin.SEEN, Origin.HEARD, Origin.NOTED, Origin.DESCRIBED)
    shown = [
        Statement(f"{one.origin.value} in clip {one.clip}", one.text, is_fact=False, clip=one.clip)
        for origin in order
        for one in evidence
        if one.origin is origin and one.text.strip()
    ]
    return (*facts, *prices, *names, *shown)
