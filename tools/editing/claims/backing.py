"""Whether a statement backs a claim, says otherwise, or says nothing of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..types import Verdict
from .cues import Bound, Purpose
from .evidence import Statement
from .lexicon import Wording
from .quantities import OFF, PERCENT, Quantity, clause_around, quantities
from .subjects import subjects
from .units import MONEY

_NOT = re.compile(
    r"\b(?:not|no|never|non|without|isn't|aren't|doesn't|don't|cannot|can't)\b[^,.;!?]{0,24}\Z|(?:不(?!仅|但|只|管|论|愧|止|错|断)|没有?(?!想到)|无(?!论)|未|非(?!常))[^，。；！？]{0,4}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a claim, and from which statement."""

    verdict: Verdict
    source: str = ""


def judge_quantity(claim: Quantity, script: str, known: Sequence[Statement], hidden: tuple[str, ...] = ()) -> Finding:
    """A number is backed by an equal one; contradicted by a fact that has another number for the same thing."""
    near = ""
    for statement in known:
        for other in quantities(statement.text, hidden):
            if _same_unit(claim, other) and claim.value == other.value:
                if _reaches(claim.bound, other.bound) and _same_purpose(claim, other):
                    return Finding(Verdict.BACKED, statement.source)
                near = near or f"{_how(other)} in {statement.source}"
            elif _same_unit(claim, other) and _follows(claim, other) and _same_purpose(claim, other):
                return Finding(Verdict.BACKED, statement.source)
    if near:
        return Finding(Verdict.MISSING, near)
    if _written(claim, known, hidden):
        return Finding(Verdict.BACKED, _written(claim, known, hidden))
    first, last = clause_around(script, claim.start, claim.end)
    about = subjects(script[first:last], hidden)
    for statement in known:
        if statement.is_fact and any(
            _denies(claim, about, other, statement, hidden) for other in quantities(statement.text, hidden)
        ):
            return Finding(Verdict.CONTRADICTED, statement.source)
    return Finding(Verdict.MISSING)


def judge_wording(claim: Wording, script: str, known: Sequence[Statement]) -> Finding:
    """Words are backed by the same words; contradicted by a fact that denies them."""
    denied = _is_denied(script, claim.start)
    for statement in known:
        for match in re.finditer(_spelled(claim.text), statement.text, re.IGNORECASE):
            if _is_denied(statement.text, match.start()) == denied:
                return Finding(Verdict.BACKED, statement.source)
            if statement.is_fact:
                return Finding(Verdict.CONTRADICTED, statement.source)
    return Finding(Verdict.MISSING)


def denied_number(claim: Quantity, other: Quantity) -> bool:
    """Whether two numbers for one thing cannot both be true."""
    if claim.value == other.value or claim.bound is Bound.ABOUT or other.bound is Bound.ABOUT:
        return False
    low, high = sorted((claim, other), key=lambda one: one.value)
    return not (low.bound is Bound.AT_LEAST or high.bound is Bound.AT_MOST)


def _denies(
    claim: Quantity, about: frozenset[str], other: Quantity, statement: Statement, hidden: tuple[str, ...]
) -> bool:
    if not _same_unit(claim, other) or claim.value == other.value or not claim.unit:
        return False
    if claim.unit in MONEY:
        if claim.purpose is not other.purpose or claim.purpose is Purpose.UNKNOWN:
            return statement.name == "price" and claim.purpose is Purpose.PRICE
        if claim.purpose is Purpose.PRICE:
            return True
    first, last = clause_around(statement.text, other.start, other.end)
    return bool((about & subjects(statement.text[first:last], hidden)) - {claim.unit})


def _same_unit(claim: Quantity, other: Quantity) -> bool:
    if {claim.unit, other.unit} <= {PERCENT, OFF}:
        return True
    return claim.unit == other.unit


def _same_purpose(claim: Quantity, other: Quantity) -> bool:
    """An amount that is saved does not back a price."""
    if claim.unit not in MONEY or Purpose.UNKNOWN in (claim.purpose, other.purpose):
        return True
    if Purpose.PRICE in (claim.purpose, other.purpose):
        return claim.purpose is other.purpose
    return True


def _reaches(claim: Bound, fact: Bound) -> bool:
    """Whether a fact with this bound allows a claim with that one, for equal values."""
    if claim is fact or claim is Bound.ABOUT:
        return True
    if fact is Bound.EXACTLY:
        return claim in (Bound.AT_LEAST, Bound.AT_MOST)
    return fact is Bound.AT_LEAST and claim is Bound.EXACTLY


def _follows(claim: Quantity, other: Quantity) -> bool:
    """`over 9 hours` follows from 10 hours, `under 500 g` from 450 g, `about 10` from 9.8."""
    if claim.bound is Bound.AT_LEAST:
        return (
            other.bound in (Bound.EXACTLY, Bound.AT_LEAST) and Decimal("0.8") * other.value <= claim.value < other.value
        )
    if claim.bound is Bound.AT_MOST:
        return (
            other.bound in (Bound.EXACTLY, Bound.AT_MOST) and other.value < claim.value <= Decimal("1.25") * other.value
        )
    if claim.bound is Bound.ABOUT and other.value:
        return abs(claim.value / other.value - 1) <= Decimal("0.1")
    return False


def _written(claim: Quantity, known: Sequence[Statement], hidden: tuple[str, ...]) -> str:
    """The source that has the very same digits where the units are not named alike; empty for none."""
    for statement in known:
        for other in quantities(statement.text, hidden):
            bare = not claim.unit or not other.unit
            if bare and claim.value == other.value and claim.value >= 10:
                return statement.source
        if claim.text.casefold() in statement.text.casefold() and len(claim.text) > 2:
            return statement.source
    return ""


def _how(other: Quantity) -> str:
    return f"{other.bound.value} {other.text}" if other.bound is not Bound.EXACTLY else f"another use of {other.text}"


def _is_denied(text: str, start: int) -> bool:
    return _NOT.search(text[:start]) is not None


def _spelled(term: str) -> str:
    plain = re.escape(term.strip())
    return rf"(?<!\w){plain}(?!\w)" if term.isascii() else plain
