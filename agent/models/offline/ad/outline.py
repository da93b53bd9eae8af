"""What may be said in an ad: an opening, a body of facts, a call to act, one outline for each variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .....tools.editing.types import Role
from ..chance import Chance
from .brief import AdBrief
from .facts import OTHER, Saying, fact_sayings, phrases

_ORDER = (Role.DEMO, Role.PROOF, Role.OFFER)


@dataclass(frozen=True, slots=True)
class Outline:
    """What may be said in one ad."""

    opening: Saying
    body: tuple[Saying, ...]
    call: Saying

    def lines(self, count: int) -> list[Saying]:
        """So many lines as an ad has them; a short one loses its body first, but for a fact, then its call to act."""
        if count == 2 and self.opening.fact < 0 and (told := [one for one in self.body if one.fact >= 0]):
            return [self.opening, told[0]]
        taken = _spread(self.body)[: max(0, count - 2)]
        body = [saying for role in _ORDER for saying in taken if saying.role is role]
        return [self.opening, *body, self.call][: max(1, count)] if count > 1 else [self.opening]


def outline(brief: AdBrief, chance: Chance) -> Outline:
    """What this variant of the ad says, in an order of its own."""
    turn, facts = brief.variant.number - 1, fact_sayings(brief.product, _phrased(brief))
    openings = {kind: _phrases(kind, brief, Role.HOOK) for kind in ("hook", "question", "category")}
    openings["fact"] = [replace(saying, role=Role.HOOK) for saying in facts[:1]]
    wanted = {kind: _without(sayings, brief.unwanted) for kind, sayings in openings.items()}
    kinds = chance.order(kind for kind, sayings in wanted.items() if sayings) or ["hook"]
    kind = kinds[turn % len(kinds)]
    opening = chance.pick(wanted[kind] or openings[kind], kind, turn)
    spare = max((saying.forms for saying in wanted["hook"] or openings["hook"]), key=len)
    opening = replace(opening, forms=tuple(dict.fromkeys((*opening.forms, *spare))))
    said = brief.product.price and any(brief.product.price in saying.forms[0] for saying in facts)
    price = [] if said else chance.order(_phrases("price", brief, Role.OFFER))[:1]
    rest = [saying for saying in facts if saying.forms[0] != opening.forms[0]]
    start = turn % len(rest) if rest else 0
    body = _without([*price, *rest[start:], *rest[:start]], brief.unwanted)
    body += _fillers(brief, opening, brief.lines - 2 - len(body))
    calls = _phrases("call", brief, Role.CALL_TO_ACT)
    return Outline(opening, tuple(body), chance.pick(_without(calls, brief.unwanted) or calls, "call", turn))


def _without(sayings: Sequence[Saying], unwanted: frozenset[str]) -> list[Saying]:
    """The sayings without the forms that were found fault with, and without longer ones of the same saying."""
    found = []
    for saying in sayings:
        at = max((number for number, form in enumerate(saying.forms, 1) if form in unwanted), default=0)
        if forms := saying.forms[at:]:
            found.append(replace(saying, forms=forms))
    return found


def _fillers(brief: AdBrief, opening: Saying, count: int) -> list[Saying]:
    """Phrases for lines that were asked for beyond the facts, which claim nothing either."""
    if count < 1:
        return []
    kinds = ("question", "category", "hook", "again")
    phrased = [saying for kind in kinds for saying in _phrases(kind, brief, Role.DEMO)]
    fresh = [saying for saying in phrased if saying.forms[0] != opening.forms[0]] or phrased
    return (fresh * -(-count // len(fresh)))[:count]


def _phrased(brief: AdBrief) -> str:
    """The language whose phrases are used."""
    return brief.code if brief.code in ("en", "zh") else OTHER


def _phrases(kind: str, brief: AdBrief, role: Role) -> list[Saying]:
    """The phrases of a kind, each with the shorter ones to fall back on."""
    texts = sorted(phrases(kind, brief.product, _phrased(brief)), key=len)
    return [Saying(tuple(reversed(texts[: at + 1])), role) for at in range(len(texts))]


def _spread(sayings: Sequence[Saying]) -> list[Saying]:
    """Sayings in the order of their worth to a short ad: something to show, an offer, proof, then the rest."""
    first = [next((one for one in sayings if one.role is role), None) for role in (Role.DEMO, Role.OFFER, Role.PROOF)]
    best = [saying for saying in first if saying]
    return best + [saying for saying in sayings if saying not in best]
