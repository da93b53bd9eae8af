"""The numbers and decisions of a run, as arithmetic.

Which draft is taken, of a round and of a run: first those with the fewest faults, for which no model makes up. Of them
those that no other is better than, as far as the choice model can separate two. Of those the nearest to the request,
then the most original, then the clearest, then the earliest: never simply the last.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...tools.popularity.choice.types import Comparison
from ...tools.popularity.standing import place
from ...tools.popularity.types import Score
from ...tools.references.types import Routing
from .choice import ALONE, FAULTY, PERSON, Choice
from .state import Attempt, Mode, Originality, Plan

Table = Mapping[tuple[int, int], Comparison]
"""Comparisons by the places of two drafts; A stands at the first of them."""
PATIENCE = 1
"""Attempts without progress after which refinement stops; one after it was taken once in 15 runs (docs/log.md)."""
PATIENCE_WITH_FAULTS = 2
"""The same while the best draft has a fault, which another attempt may be rid of."""
COPIED_RUN = 5
"""Words in a row, shared with a reference and not with the request, at which a draft counts as copied."""
COPIED_SIMILARITY = 0.92
"""Cosine similarity of two titles at which one counts as a copy of the other."""
KNOWN_TITLE = 0.95
"""Cosine similarity of a title to a video that the predictor learned from at which one counts as a copy of it."""
MOST_REPEATED = 3
LOWEST_RELEVANCE = 0.3
"""Cosine similarity under which a draft has left the request's subject."""
RELEVANT_ENOUGH = 0.7
"""Cosine similarity from which on a draft that is nearer is only more of an echo."""
_NOT_MADE = Comparison(0.5, tied=True, evidence=False, no_evidence=("an older Popcorn did not compare them",))
_STEPS = 10
"""Relevance, originality and clarity differ where they differ by a tenth: less says nothing."""


def plan_for(plan: Plan) -> Plan:
    """`plan` with what its mode fixes: the published shape knows no candidates and no refinement."""
    if plan.mode is not Mode.PAPER:
        return plan
    return replace(plan, routing=Routing.TAG_NAME, candidates=1, attempts=1)


def needs_translation(language: str) -> bool:
    """True when drafts in `language` need an English prompt beside them, for renderers that read no other."""
    return re.split(r"[-_ ]", language.strip().casefold())[0] not in {"", "en", "eng", "english"}


def complaints(score: Score, faults: Sequence[str], plan: Plan) -> tuple[str, ...]:
    """What keeps an attempt from being accepted, most important first; empty when nothing does.

    The threshold is applied where the predictor can judge the draft, and nowhere else.
    """
    if score.percentile is None or score.percentile >= plan.threshold:
        return tuple(faults)
    short = f"the predicted popularity is the {place(score.percentile)} of 100, below {plan.threshold:g}"
    return (*faults, short)


def faults(
    relevance: float,
    originality: Originality | None,
    *,
    title: str = "",
    title_similarity: float = 0.0,
    lost: str = "",
    nothing: str = "",
    wording: Sequence[str] = (),
) -> tuple[str, ...]:
    """What no score makes up for: a copied reference, a title the predictor knows, stuffing, a subject left.

    `lost` says which names or nouns of the request are missing, `nothing` that the shot shows nothing, `wording` which
    of its texts are no answer or in another language.
    """
    found = []
    if originality and originality.shared_words >= COPIED_RUN:
        found.append(f"it shares the words {originality.shared!r} with a reference; use other words")
    elif originality and originality.similarity >= COPIED_SIMILARITY:
        found.append("its title says what a reference's title says; find another angle")
    if title_similarity >= KNOWN_TITLE:
        found.append("its title says what a video says that the predictor learned from; find another angle")
    if _repeats(title):
        found.append("its title repeats words; say it once")
    if lost or relevance < LOWEST_RELEVANCE:
        found.append(lost or "it has left the subject of the request; come back to it")
    return (*found, *filter(None, [nothing]), *wording)


def _repeats(title: str) -> bool:
    """Three of a title's words, or more, are there already: a word piled up to please a predictor."""
    said = re.findall(r"\w{3,}", title.casefold())
    return len(said) - len(set(said)) >= MOST_REPEATED


def merit(attempt: Attempt) -> tuple[int, int, int]:
    """What decides between drafts that the choice model cannot separate: relevance, originality, clarity, in steps."""
    originality = 1 - attempt.originality.similarity if attempt.originality else 1.0
    values = (min(attempt.relevance, RELEVANT_ENOUGH), originality, attempt.clarity)
    relevance, original, clear = (math.floor(_STEPS * value + 1e-6) for value in values)
    return relevance, original, clear


def taken(options: Sequence[Attempt], table: Table) -> int:
    """The place of the draft that is taken. What `table` does not hold is a tie. Raises ValueError on no options."""
    fewest = min(len(one.faults) for one in options)
    fair = [at for at, one in enumerate(options) if len(one.faults) == fewest]
    unbeaten = [at for at in fair if not any(_better(table, other, at) for other in fair if other != at)]
    # A beats B, B beats C, C beats A: then the one that speaks for itself most often in all
    open_to = unbeaten or [max(fair, key=lambda at: sum(_probability(table, at, other) for other in fair))]
    return max(open_to, key=lambda at: (*merit(options[at]), -options[at].number, -at))


def ordered(options: Sequence[Attempt], table: Table) -> list[int]:
    """The places of all drafts, the best first: each is the one that is taken where those before it are not there."""
    left, order = list(range(len(options))), list[int]()
    while left:
        among = {
            (left.index(one), left.index(other)): found
            for (one, other), found in table.items()
            if one in left and other in left
        }
        order.append(left.pop(taken([options[at] for at in left], among)))
    return order


def best_of(attempts: Sequence[Attempt]) -> Attempt:
    """The best attempt, of several that are equal the earliest; never simply the last. Raises ValueError on none."""
    return attempts[taken(attempts, _table(attempts))]


def choice_of(attempts: Sequence[Attempt], model: str) -> Choice:
    """What is known of the best attempt's being the best of all that it was compared with; `model` compared them."""
    best = best_of(attempts)
    if best.by_person:
        return Choice(len(best.rivals), None, False, PERSON, False, (f"{PERSON} picked it",))
    table, place = _table(attempts), attempts.index(best)
    seen = [
        (rival.faults, rival.comparison.probability_a, rival.comparison) for rival in best.rivals if not rival.attempt
    ]
    seen += [
        (
            len(other.faults),
            _probability(table, place, at),
            table.get((place, at)) or table.get((at, place)) or _NOT_MADE,
        )
        for at, other in enumerate(attempts)
        if at != place
    ]
    fair = [(probability, found) for faulty, probability, found in seen if faulty <= len(best.faults)]
    reasons = tuple(dict.fromkeys(reason for _, found in fair for reason in found.no_evidence))
    if not fair:
        return Choice(len(seen), None, False, model, False, (FAULTY,) if seen else (ALONE,))
    probability, strongest = min(fair, key=lambda one: one[0])
    if not all(found.evidence for _, found in fair):
        return Choice(len(seen), None, True, model, False, reasons)
    return Choice(len(seen), probability, strongest.tied, model, True)


def may_refine(attempts: Sequence[Attempt], plan: Plan) -> bool:
    """True while nothing is accepted, attempts are left and refinement still may gain something.

    Where the draft has no fault and the choice model cannot judge such drafts, nobody could tell a gain.
    """
    if attempts[-1].accepted or len(attempts) >= plan.attempts:
        return False
    if not best_of(attempts).faults and _blind(attempts):
        return False
    patience = PATIENCE_WITH_FAULTS if best_of(attempts).faults else PATIENCE
    return _attempts_without_gain(attempts) < patience


def _blind(attempts: Sequence[Attempt]) -> bool:
    """Whether comparisons were made and not one of them was worth anything."""
    made = [rival.comparison for attempt in attempts for rival in attempt.rivals]
    return bool(made) and not any(one.evidence for one in made)


def _attempts_without_gain(attempts: Sequence[Attempt]) -> int:
    """How many attempts at the end gained nothing over the best before them: fewer faults, or a separable lead."""
    best, idle = attempts[0], 0
    for number, attempt in enumerate(attempts[1:], start=2):
        table = _table((best, attempt))
        fewer, as_few = len(attempt.faults) < len(best.faults), len(attempt.faults) == len(best.faults)
        idle = 0 if fewer or (as_few and _better(table, 1, 0)) else idle + 1
        best = best_of(attempts[:number])
    return idle


def _table(attempts: Sequence[Attempt]) -> Table:
    """The comparisons of attempts with those before them, by their places in the sequence."""
    places = {attempt.number: at for at, attempt in enumerate(attempts)}
    return {
        (at, places[rival.attempt]): rival.comparison
        for at, attempt in enumerate(attempts)
        for rival in attempt.rivals
        if rival.attempt in places
    }


def _better(table: Table, one: int, other: int) -> bool:
    """Whether the choice model separates the two, and for the first."""
    found = table.get((one, other)) or table.get((other, one))
    return found is not None and found.evidence and not found.tied and _probability(table, one, other) > _EVEN


_EVEN = 0.5


def _probability(table: Table, one: int, other: int) -> float:
    """P(the first draws more than the other); even where nobody compared them."""
    if found := table.get((one, other)):
        return found.probability_a
    found = table.get((other, one))
    return 1 - found.probability_a if found else _EVEN
