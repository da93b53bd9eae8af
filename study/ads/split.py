"""Which videos are learned from and which are held out, by product.

Source: VC-LLM (Qian et al.), section 4: one video of each test product is held out, test products never stand in train,
and train has at most two videos of a product. Which products and videos these are is drawn by a hash of seed and name,
so that the same ads give the same split in any order, and a new product moves few others. Test products are drawn from
those with two videos or more as long as there are such: the others have no distractors of their own.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

HELD_OUT = 1
"""Videos of a test product that are asked about; its others give distractors."""
LEARNED_FROM = 2
"""Videos of a product in train, at most."""


class Split(StrEnum):
    """What an ad is for."""

    TRAIN = "train"
    TEST = "test"


def mark(seed: int, name: str) -> str:
    """What a name is drawn by: in the order of the marks the first are taken."""
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()


def count_of_test(products: int, share: float) -> int:
    """How many products are for the test: a share of all, at least one of two, and never all."""
    if products < 2 or not share:
        return 0
    return min(products - 1, max(1, round(products * share)))
