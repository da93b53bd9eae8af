"""Which draft of a request was taken, over which others, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ...tools.popularity.choice.types import Comparison
from ...tools.popularity.types import Score

ALONE = "there was no other draft"
FAULTY = "the others had more faults"
PERSON = "a person"
"""Stands for the choice model where somebody picked the draft."""
_ALL = 10


@dataclass(frozen=True, slots=True)
class Rival:
    """Another draft of the request, as the choice model sees it beside the one that it is a rival of."""

    title: str
    comparison: Comparison
    """A is the draft, B its rival."""
    faults: int = 0
    """How many faults the rival has."""
    attempt: int = 0
    """The rival's number where it is an earlier attempt; 0 for a candidate of the same round."""
    video_prompt: str = ""
    """What the rival shows; empty of an earlier attempt, which has it itself."""
    score: Score | None = None
    """The rival's own; None of an earlier attempt, and in what older releases saved."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known of a draft's being the right one of its request."""

    over: int
    """How many other drafts it was compared with: those of its round, and the best of every other round."""
    probability: float | None
    """P(it draws more than its strongest rival), calibrated on pairs kept apart. The strongest rival is the one that
    speaks most against it, of those with as few faults. None without evidence, or with nothing to choose from."""
    tied: bool
    """True where the model cannot separate it from its strongest rival: relevance, originality and clarity chose."""
    model: str
    """The choice model."""
    evidence: bool
    """Whether the model was measured on drafts like these."""
    no_evidence: tuple[str, ...] = ()
    """Why it was not, or why there was nothing to choose, in clauses for people."""

    def __post_init__(self) -> None:
        """Restore tuples: a checkpoint gives every tuple back as a list."""
        object.__setattr__(self, "no_evidence", tuple(self.no_evidence))


def read_choice(data: Mapping[str, Any] | None) -> Choice | None:
    """A choice out of JSON; None where an older Popcorn told of none."""
    if not data:
        return None
    known = {one.name for one in fields(Choice)}
    return Choice(**{name: value for name, value in data.items() if name in known})


def picked(choice: Choice | None, *, told: bool = False) -> str:
    """The choice in a sentence for people; empty where there was nothing to choose from.

    With `told`, that there is no evidence is said beside it.
    """
    if choice is None or not choice.over:
        return ""
    others = f"picked over {choice.over} other{'s' * (choice.over != 1)}"
    if choice.model == PERSON:
        return f"{others} by {PERSON}"
    if choice.probability is not None and not choice.tied:
        return f"{others}; right in {_often(choice.probability)} such choices"
    if choice.evidence:
        return f"{others} by relevance: {choice.model} cannot tell which of the best draws more"
    if choice.no_evidence == (FAULTY,):
        return f"{others}, which had more faults"
    return f"{others} by relevance{'' if told else ': no evidence which draws more'}"


def why_not(choice: Choice | None) -> str:
    """Why nobody can say which draft draws more; empty where somebody can, or nobody has to."""
    if choice is None or not choice.over or choice.evidence or choice.no_evidence == (FAULTY,):
        return ""
    if choice.model == PERSON:
        return ""
    return "; ".join(choice.no_evidence)


def _often(probability: float) -> str:
    """A probability as tenths."""
    tenths = math.floor(10 * probability + 0.5)
    return f"about {tenths} of 10" if tenths < _ALL else "more than 9 of 10"
