"""Judges by rule: no reading, no taste. What they find is a fault in any ad; what they miss may be one too.

- Fact: 0 where a claim of the ledger is contradicted by a fact, 1 where a number, price, percentage, certificate or
  health claim is backed by none, else 2.
- Coh: a line repeats one before it where the two share REPEATED of their pairs of signs; it is linked where it begins
  with a connective or shares a pair with the line before. 0 where more than a third of the lines repeat, 2 where none
  does and a third are linked, else 1.
- Logic: 0 where the same words have two prices or percentages behind them, or more than a third of the lines repeat; 1
  where a call to act stands before something that is no call, or an opening (a question, somebody addressed) in the
  last third; else 2.

A script without a word has 0 in all of them. Nobody looks at pictures, so VSC is not judged.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ....tools.editing.claims.ledger import ledger
from ....tools.editing.claims.quantities import quantities
from ....tools.editing.types import ClaimKind, Line, Product, Role, Verdict
from ..baselines.role_model import kinds_of
from ..baselines.simple import pairs
from ..baselines.types import OrderTask
from .types import Item, Judgement, Measure, Progress

REPEATED = 0.7
_MANY = 1 / 3
_CONNECTIVES = re.compile(
    r"\s*(?:而且|并且|并|还|也|更|又|再|不仅|不但|因为|所以|因此|但是?|不过|然而|如果|只要|只需|无论|不管|让|使|其中|首先|然后|接着|最后|同时"
    r"|and|but|so|because|also|plus|then|next|finally|that|which|if|when|while|not only|even|or)(?![a-z])",
    re.IGNORECASE,
)
_OPENINGS = frozenset({"question", "audience", "notice"})
_UNBACKED = frozenset(
    {ClaimKind.NUMBER, ClaimKind.PRICE, ClaimKind.PERCENTAGE, ClaimKind.CERTIFICATE, ClaimKind.HEALTH}
)


class RuleJudge:
    """Counts what rules see."""

    name = "by rule"

    def can(self, item: Item) -> bool:
        """All but pictures; Fact where facts are known."""
        return item.measure is not Measure.VSC and (item.measure is not Measure.FACT or bool(item.facts))

    def judge(self, items: Sequence[Item], progress: Progress) -> list[Judgement]:
        """One judgement an item: a rule says the same twice."""
        found = []
        for done, item in enumerate(items, 1):
            found.append(Judgement((level_of(item),)))
            progress(done, len(items))
        return found


def level_of(item: Item) -> int:
    """0, 1 or 2."""
    lines = [line for line in item.lines if any(sign.isalpha() for sign in line)]
    if not lines:
        return 0
    return {Measure.FACT: _fact, Measure.COH: _coherence, Measure.LOGIC: _logic}[item.measure](lines, item)


def _fact(lines: Sequence[str], item: Item) -> int:
    product = Product(item.product, item.brand, facts=item.facts, language=item.language)
    claims = ledger([Line(0, line, Role.DEMO) for line in lines], product, language=item.language)
    if any(claim.verdict is Verdict.CONTRADICTED for claim in claims):
        return 0
    return 1 if any(claim.kind in _UNBACKED and claim.verdict is Verdict.MISSING for claim in claims) else 2


def _coherence(lines: Sequence[str], item: Item) -> int:
    repeated = repetition(lines)
    if repeated > _MANY:
        return 0
    linked = sum(
        bool(_CONNECTIVES.match(line)) or bool(pairs(line) & pairs(before)) for before, line in pairwise(lines)
    )
    return 2 if not repeated and linked >= _MANY * (len(lines) - 1) else 1


def _logic(lines: Sequence[str], item: Item) -> int:
    if repetition(lines) > _MANY or _contradicts_itself(lines, item):
        return 0
    task = OrderTask(item.ad, item.product, (), (), item.facts, item.brand, item.language)
    kinds = [set(kinds_of(line, task)) for line in lines]
    calls = [at for at, kind in enumerate(kinds) if "call" in kind]
    early = bool(calls) and any("call" not in kind for kind in kinds[calls[0] :])
    late = len(lines) > 3 and any(kind and kind <= _OPENINGS for kind in kinds[-(len(lines) // 3) :])
    return 1 if early or late else 2


def repetition(lines: Sequence[str]) -> float:
    """The share of lines that say again what one before them said."""
    known = [pairs(line) for line in lines]
    again = sum(
        any(known[at] and len(known[at] & one) >= REPEATED * len(known[at] | one) for one in known[:at])
        for at in range(len(known))
    )
    return again / len(lines)


def _contradicts_itself(lines: Sequence[str], item: Item) -> bool:
    """Whether the same words before a number have two prices or percentages behind them."""
    said: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for found in quantities(line, (item.product, item.brand)):
            if found.kind in (ClaimKind.PRICE, ClaimKind.PERCENTAGE):
                said[line[max(0, found.start - 2) : found.start]].add(found.text)
    return any(before and len(values) > 1 for before, values in said.items())
