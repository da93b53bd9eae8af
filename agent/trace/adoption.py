"""How often people take the ads of each strategy, from the showings that they answered."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...tools.statistics.intervals import COVERAGE
from ...tools.statistics.ratios import METHOD, RelativeDifference, Tally, relative_difference
from ..runs.showings import Showing

OURS, BASELINE = "clips-first", "script-first"


@dataclass(frozen=True, slots=True)
class Adoption:
    """Adoption rates, and how they differ."""

    answered: int
    """Showings with an answer."""
    unanswered: int
    compared: int
    """Answered showings in which both strategies stood: the difference is of these."""
    products: int
    """In those."""
    rates: dict[str, tuple[int, int]]
    """By strategy: ads taken, and ads shown, in all answered showings."""
    difference: RelativeDifference | None
    """Of OURS over BASELINE; None where they were never shown side by side."""
    clustered_by: str
    """What counts as one witness: `product`, or `showing` where all are of one product."""

    @property
    def more(self) -> int | None:
        """About how many showings more would find this difference; 0 where it is sure, None where nobody knows."""
        found = self.difference
        if found is None or (found.needed is None and not found.sure):
            return None
        missing = 0 if found.sure else max(1, (found.needed or 0) - found.clusters)
        return math.ceil(missing * self.compared / found.clusters)


def adoption_of(showings: Sequence[Showing]) -> Adoption:
    """What the answered showings say."""
    answered = [showing for showing in showings if showing.taken is not None]
    rates: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for showing in answered:
        for ad in showing.ads:
            rates[ad.strategy].update(shown=1, taken=int(ad.run_id in (showing.taken or ())))
    both = [showing for showing in answered if {ad.strategy for ad in showing.ads} >= {OURS, BASELINE}]
    products = {_product(showing) for showing in both}
    clustered_by = "product" if len(products) > 1 else "showing"
    return Adoption(
        len(answered),
        len(showings) - len(answered),
        len(both),
        len(products),
        {strategy: (counts["taken"], counts["shown"]) for strategy, counts in sorted(rates.items())},
        relative_difference(_tallies(both, clustered_by)) if both else None,
        clustered_by,
    )


def adoption_data(adoption: Adoption) -> dict[str, Any]:
    """The data of `ad adoption --json`."""
    found = adoption.difference
    return {
        "showings": adoption.answered,
        "unanswered": adoption.unanswered,
        "compared": adoption.compared,
        "products": adoption.products,
        "strategies": [
            {"strategy": strategy, "taken": taken, "shown": shown, "rate": taken / shown}
            for strategy, (taken, shown) in adoption.rates.items()
        ],
        "relative_difference": None
        if found is None
        else {
            "of": OURS,
            "over": BASELINE,
            "value": found.difference,
            "low": found.low,
            "high": found.high,
            "coverage": COVERAGE,
            "method": METHOD,
            "clustered_by": adoption.clustered_by,
            "sure": found.sure,
        },
        "showings_more": adoption.more,
    }


def told(adoption: Adoption) -> list[str]:
    """What the figures say, in sentences for people."""
    if not adoption.answered:
        return ["nobody has answered a showing yet: popcorn ad show RUN RUN, then popcorn ad adopt A"]
    found = adoption.difference
    if found is None:
        return [f"no showing had ads of both strategies: {OURS} and {BASELINE} cannot be compared"]
    return [_difference(found, adoption), _more(found, adoption)]


def _difference(found: RelativeDifference, adoption: Adoption) -> str:
    where = f"in {adoption.compared} showing{'s' * (adoption.compared != 1)} with both"
    if found.difference is None:
        return f"{where}, no ad of {BASELINE} was taken: there is nothing to compare with"
    way = f"{abs(found.difference):.0%} {'more' if found.difference > 0 else 'less'} often than {BASELINE}"
    if f"{abs(found.difference):.0%}" == "0%":
        way = f"as often as {BASELINE}"
    if found.low is None or found.high is None:
        return f"{where}, {OURS} was taken {way}; that is too little for an interval"
    between = f"between {found.low:+.0%} and {found.high:+.0%} ({COVERAGE:.0%}; {METHOD}, by {adoption.clustered_by})"
    return f"{where}, {OURS} was taken {way}: {between}"


def _more(found: RelativeDifference, adoption: Adoption) -> str:
    if found.sure:
        return "the interval leaves no difference out: more showings are not needed to tell them apart"
    if adoption.more is None:
        return "how many showings more it takes cannot be said yet"
    of = f", of about as many more products in proportion ({adoption.products} so far)" if adoption.products > 1 else ""
    return f"about {adoption.more:,} showings more would tell, were this the true difference (power 80%){of}"


def _product(showing: Showing) -> str:
    return showing.ads[0].product.casefold()


def _tallies(showings: Sequence[Showing], clustered_by: str) -> list[Tally]:
    """A tally a cluster."""
    clusters: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for showing in showings:
        counts = clusters[_product(showing) if clustered_by == "product" else showing.showing_id]
        for ad in showing.ads:
            if ad.strategy in (OURS, BASELINE):
                counts[f"{ad.strategy} shown"] += 1
                counts[f"{ad.strategy} taken"] += ad.run_id in (showing.taken or ())
    names = (f"{OURS} taken", f"{OURS} shown", f"{BASELINE} taken", f"{BASELINE} shown")
    return [Tally(*(counts[name] for name in names)) for counts in clusters.values()]
