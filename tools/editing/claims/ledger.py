"""Every statement of a script that can be untrue, tied to what backs it, or standing as unbacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..types import Claim, ClaimKind, Level, Line, Product, Verdict
from .backing import Finding, judge_quantity, judge_wording
from .banned import banned
from .evidence import Evidence, Statement, statements
from .lexicon import wordings
from .quantities import quantities

DEFAULT_LEVELS: Mapping[ClaimKind, Level] = MappingProxyType(
    {
        ClaimKind.NUMBER: Level.BLOCK,
        ClaimKind.PRICE: Level.BLOCK,
        ClaimKind.PERCENTAGE: Level.BLOCK,
        ClaimKind.CERTIFICATE: Level.BLOCK,
        ClaimKind.HEALTH: Level.BLOCK,
        ClaimKind.SUPERLATIVE: Level.WARN,
        ClaimKind.COMPARISON: Level.WARN,
        ClaimKind.MONEY: Level.WARN,
        ClaimKind.BANNED: Level.WARN,
    }
)
"""What an unbacked claim does where nobody chose otherwise."""


def ledger(
    lines: Sequence[Line],
    product: Product,
    evidence: Sequence[Evidence] = (),
    levels: Mapping[ClaimKind, Level] = DEFAULT_LEVELS,
    language: str = "",
) -> tuple[Claim, ...]:
    """The claims of all lines, in order, the backed ones too. Levels that are not named are the defaults.

    `language` is that of the script; English and Chinese words are known, numbers in every language.
    """
    known = statements(product, tuple(evidence))
    hidden = tuple(name for name in (product.name, product.brand) if name)
    chosen = {**DEFAULT_LEVELS, **levels}
    return tuple(
        claim
        for number, line in enumerate(lines)
        for claim in [
            *_claims(number, line, _nearest_first(known, line.clip), hidden, chosen),
            *_banned(number, line, product, chosen[ClaimKind.BANNED]),
        ]
    )


def _banned(number: int, line: Line, product: Product, level: Level) -> list[Claim]:
    """Banned words are claims of their own: a fact does not make them allowed."""
    return [
        Claim(word.text, number, ClaimKind.BANNED, Verdict.BANNED, level, word.source)
        for word in banned(line.script, product)
    ]


def unbacked(claims: Sequence[Claim], level: Level | None = None) -> tuple[Claim, ...]:
    """The claims that nothing backs or that are banned, of one level or of all."""
    return tuple(one for one in claims if one.verdict is not Verdict.BACKED and level in (None, one.level))


def _nearest_first(known: tuple[Statement, ...], clip: int) -> tuple[Statement, ...]:
    """Facts first, then the line's own clip, then the others."""
    return tuple(sorted(known, key=lambda one: (not one.is_fact, one.clip not in (0, clip))))


def _claims(
    number: int, line: Line, known: Sequence[Statement], hidden: tuple[str, ...], levels: Mapping[ClaimKind, Level]
) -> list[Claim]:
    found: list[tuple[int, int, str, ClaimKind, Finding]] = []
    for quantity in quantities(line.script, hidden):
        finding = judge_quantity(quantity, line.script, known, hidden)
        found.append((quantity.start, quantity.end, quantity.text, quantity.kind, finding))
    for wording in wordings(line.script):
        if not any(wording.start < end and start < wording.end for start, end, *_ in found):
            finding = judge_wording(wording, line.script, known)
            found.append((wording.start, wording.end, wording.text, wording.kind, finding))
    return [
        Claim(text, number, kind, finding.verdict, levels[kind], finding.source)
        for _, _, text, kind, finding in sorted(found, key=lambda one: one[:2])
    ]
