"""The seam of the baselines: an ad's lines in an order that tells nothing, and who puts them into another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..answers import Answer


@dataclass(frozen=True, slots=True)
class OrderTask:
    """The clips of an ad, as they are shown, with what is said over each."""

    ad: str
    product: str
    clips: tuple[str, ...]
    """Their names, in the order in which they are shown."""
    lines: tuple[str, ...]
    """What is said over each, in the same order."""
    facts: tuple[str, ...] = ()
    """What is known of the product, in the order in which somebody wrote it down."""
    brand: str = ""
    language: str = ""


class Baseline(Protocol):
    """Puts clips in order without a model."""

    @property
    def name(self) -> str:
        """As tables show it."""
        ...

    def order(self, task: OrderTask) -> list[str]:
        """The clips of the task in the order in which the ad should have them; empty where it finds none."""
        ...


def task_of(answer: Answer) -> OrderTask | None:
    """The question behind an answer; None where nobody said which line belongs over which clip.

    The lines stand by the clips' names: by number where they have numbers. Nothing of the reference's order is left.
    """
    reference, script = answer.reference_order, answer.reference_script
    if not reference or len(reference) != len(script) or len(set(reference)) != len(reference):
        return None
    over = dict(zip(reference, script, strict=True))
    clips = sorted(over, key=lambda clip: (not clip.isdecimal(), int(clip) if clip.isdecimal() else 0, clip))
    lines = tuple(over[clip] for clip in clips)
    return OrderTask(answer.ad, answer.product, tuple(clips), lines, answer.facts, answer.brand, answer.language)
