"""The ledger as a file beside the ad: every claim with what backs it, for whoever has to answer for the ad."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .... import files
from ....errors import RenderError
from ..types import Claim, Level, Line, Product, Verdict

FORMAT = 1


def write_ledger(claims: Sequence[Claim], lines: Sequence[Line], product: Product, out: Path) -> Path:
    """Write the claims as JSON, whole or not at all. Raises RenderError when `out` cannot be written."""
    data = {
        "format": FORMAT,
        "product": product.name,
        "market": product.market,
        "facts": list(product.facts),
        "price": product.price,
        "summary": summary(claims),
        "claims": [_row(claim, lines) for claim in claims],
    }
    try:
        return files.write_json(out, data)
    except OSError as exc:
        raise RenderError(
            f"{str(out)!r} could not be written: {exc.strerror or exc}", hint="check that the folder is not full"
        ) from exc


def summary(claims: Sequence[Claim]) -> dict[str, int]:
    """How many claims there are, by verdict, and how many stop the ad."""
    counted = {verdict.value: sum(claim.verdict is verdict for claim in claims) for verdict in Verdict}
    stopping = sum(claim.verdict is not Verdict.BACKED and claim.level is Level.BLOCK for claim in claims)
    return {"claims": len(claims), **counted, "blocking": stopping}


def sentence(claim: Claim) -> str:
    """A claim in one line, for markers and screens."""
    what = f'{claim.kind.value} "{claim.text}"'
    if claim.verdict is Verdict.BACKED:
        return f"{what}: backed by {claim.source}"
    if claim.verdict is Verdict.CONTRADICTED:
        return f"{what} contradicts {claim.source}"
    if claim.verdict is Verdict.BANNED:
        return f"{what} is banned: {claim.source}"
    return f"{what}: no fact says it" + (f" ({claim.source})" if claim.source else "")


def _row(claim: Claim, lines: Sequence[Line]) -> dict[str, object]:
    return {
        "text": claim.text,
        "kind": claim.kind.value,
        "verdict": claim.verdict.value,
        "level": claim.level.value,
        "source": claim.source,
        "line": claim.line,
        "script": lines[claim.line].script if claim.line < len(lines) else "",
        "clip": lines[claim.line].clip if claim.line < len(lines) else 0,
    }
