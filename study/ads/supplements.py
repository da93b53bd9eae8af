"""The supplementary information Z: what is said over a clip, rewritten as a note about it.

Source: VC-LLM (Qian et al.), section 3.4: the ground-truth script, rewritten, goes in beside its clips, so that every
key fact of the answer can be found in what went in, and a model does not learn to invent. A language model rewrites it
(ad_judge.py); offline a rule does: the clauses of the line in another order, without its filler words and its marks.
What a note has to keep are the numbers of its line and, of a rule's, all its content words too.

Distractors have notes as well, out of their own ads: else a note would tell which clips belong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from ...tools.editing.claims.quantities import quantities
from ...tools.editing.subtitles import stretches

RULE = "rule"
"""Who rewrote, where no model did."""
_FILLERS = re.compile(
    r"\b(?:so|well|just|really|very|please|hey|wow|oh|now|right|okay|you know|guys|folks|literally|simply)\b[ ,]*",
    re.IGNORECASE,
)
_ENDS = " ,.!?;:…—，。！？；：、\n"


def by_rule(script: str, seed: int = 0) -> str:
    """A line as a note: its clauses in an order drawn by seed, which is not their own, with semicolons between them."""
    clauses = [clause for part in stretches(script) if (clause := _bare(part))]
    if len(clauses) < 2:
        return clauses[0] if clauses else script.strip()
    places = list(range(len(clauses)))
    while places == sorted(places):
        random.Random(f"{seed} {script}").shuffle(places)  # noqa: S311  # nothing secret is drawn
        seed += 1
    return "; ".join(clauses[place] for place in places)


def missing_numbers(script: str, note: str) -> list[str]:
    """The numbers of a line, as it writes them, that a note about it has lost."""
    kept = {(one.value, one.unit) for one in quantities(note)}
    return [one.text for one in quantities(script) if (one.value, one.unit) not in kept]


def mended(scripts: Sequence[str], notes: Sequence[str]) -> tuple[list[str], int]:
    """A model's notes with the rule's in place of each that has lost a number or is its line unchanged; how many."""
    whole = [
        by_rule(script) if missing_numbers(script, note) or note.strip(_ENDS) == script.strip(_ENDS) else note
        for script, note in zip(scripts, notes, strict=True)
    ]
    return whole, sum(note != kept for note, kept in zip(notes, whole, strict=True))


def _bare(clause: str) -> str:
    return " ".join(_FILLERS.sub("", clause).split()).strip(_ENDS)
