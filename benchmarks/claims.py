"""How often the claim ledger is wrong, on real ads that people wrote: 174 Chinese ones with the selling points they
were made from (AutoCut).

    python benchmarks/claims.py                 # the figures
    python benchmarks/claims.py --show 60       # findings one by one, to be read
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import gzip
import json
import os
import random
import re
from pathlib import Path

from popcorn.tools.editing.claims.ledger import ledger
from popcorn.tools.editing.types import Claim, ClaimKind, Line, Product, Role, Verdict
from popcorn.tools.statistics.intervals import share_interval

DATA = Path(os.environ.get("POPCORN_TEST_DATA", "../shared/data"))
NUMBERS = (ClaimKind.NUMBER, ClaimKind.PRICE, ClaimKind.PERCENTAGE)


def ads() -> list[tuple[Product, tuple[Line, ...]]]:
    """Every ad's product and its lines as people wrote them."""
    with gzip.open(DATA / "ads" / "autocut_ads.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        (
            Product(row["product"], row["brand"], facts=tuple(row["features"]), market="CN", language="zh"),
            (Line(1, "".join(row["script"]), Role.DEMO),),
        )
        for row in rows
    ]


def share(count: int, of: int) -> str:
    """As tables show it: `0.333 [0.267, 0.406] (58 of 174)`."""
    if not of:
        return "none"
    low, high = share_interval(count, of)
    return f"{count / of:.3f} [{low:.3f}, {high:.3f}] ({count} of {of})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="N findings, drawn at random")
    parser.add_argument("--verdict", default="", help="only this one")
    parser.add_argument("--kind", default="", help="only this one")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    found = [(product, lines, claim) for product, lines in ads() for claim in ledger(lines, product, language="zh")]
    if args.show:
        show(found, args)
        return
    table(found)
    altered()


def table(found: list[tuple[Product, tuple[Line, ...], Claim]]) -> None:
    every = len(ads())
    print("| kind | claims | backed | fact missing | contradicted | banned |")
    print("|---|---|---|---|---|---|")
    for kind in ClaimKind:
        counts = collections.Counter(claim.verdict for _, _, claim in found if claim.kind is kind)
        cells = " | ".join(str(counts[verdict]) for verdict in Verdict)
        print(f"| {kind.value} | {counts.total()} | {cells} |")
    for name, kinds in (("a number, price or percentage", NUMBERS), ("any claim", tuple(ClaimKind))):
        for verdict in Verdict:
            ids = {id(lines) for _, lines, claim in found if claim.kind in kinds and claim.verdict is verdict}
            print(f"ads with {name} {verdict.value}: {share(len(ids), every)}")


def altered() -> None:
    """How often a fact that says otherwise is found: in each fact that backs a number, that number is doubled."""
    found: collections.Counter[Verdict] = collections.Counter()
    for product, lines in ads():
        for claim in ledger(lines, product, language="zh"):
            if claim.kind not in NUMBERS or claim.verdict is not Verdict.BACKED or not claim.source.startswith("fact"):
                continue
            number = int(claim.source.split(":")[0].split()[1]) - 1
            changed = list(product.facts)
            changed[number] = doubled(changed[number])
            other = dataclasses.replace(product, facts=tuple(changed))
            again = [one for one in ledger(lines, other, language="zh") if one.text == claim.text]
            found[again[0].verdict] += bool(again) and changed[number] != product.facts[number]
    total = found.total()
    for verdict in (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.BACKED):
        print(f"of claims whose fact was altered, {verdict.value}: {share(found[verdict], total)}")


def doubled(fact: str) -> str:
    """The fact with all its numbers in digits doubled."""
    return re.sub(r"\d+(?:\.\d+)?", lambda number: f"{float(number.group()) * 2:g}", fact)


def show(found: list[tuple[Product, tuple[Line, ...], Claim]], args: argparse.Namespace) -> None:
    chosen = [
        one
        for one in found
        if one[2].verdict.value.startswith(args.verdict) and one[2].kind.value.startswith(args.kind)
    ]
    random.Random(args.seed).shuffle(chosen)  # noqa: S311  a sample to be read, no secret
    for product, lines, claim in chosen[: args.show]:
        script = lines[0].script
        at = script.find(claim.text)
        print(f"[{claim.kind.value}: {claim.verdict.value}] {claim.text!r} in …{script[max(0, at - 22) : at + 26]}…")
        print(f"    {product.name} | {product.brand} | {', '.join(product.facts)}  <- {claim.source}")


if __name__ == "__main__":
    main()
