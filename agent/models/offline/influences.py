"""What references change in a draft: the form of its title, and the mood of its shot."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .brief import Brief
from .shaping import SHOT, TITLE, Told, cited, told_in
from .shots import mood_of

_FORMS = {"question": r"[?？؟]\s*(?:#.*)?$", "number": r"\d", "opinion": r"\b(?:best|worst|favou?rite|vs\.?|versus)\b"}
"""Forms of a title that a frame has too, by angle."""
_NAMES = {"question": "a question", "number": "a number", "opinion": "an opinion that can be answered"}


@dataclass(frozen=True, slots=True)
class Influences:
    """What references changed."""

    angle: str = ""
    """The angle of titles that one speaks for; empty for none."""
    mood: str = ""
    """The mood that one gives to shots; empty for none."""
    told: tuple[Told, ...] = ()


def influences_of(brief: Brief) -> Influences:
    """What the most discussed popular references change: those shown, or those that the reasoning tells of."""
    told = tuple(_found(brief) if brief.references else (one for step in brief.reasoning for one in told_in(step.text)))
    angles = {name: angle for angle, name in _NAMES.items()}
    angle = next((angles.get(one.what, "") for one in told if one.part == TITLE), "")
    return Influences(angle, next((one.what for one in told if one.part == SHOT), ""), told)


def _found(brief: Brief) -> list[Told]:
    """The form of the most discussed title, and the mood of the most discussed description that has one."""
    popular = brief.references.popular if brief.references else ()
    ranked = [seen for seen in sorted(popular, key=lambda seen: -(seen.comments or 0)) if seen.title.strip()]
    forms = [Told(cited(seen.title), TITLE, _NAMES[angle]) for seen in ranked[:1] if (angle := _form(seen.title))]
    moods = [Told(cited(seen.title), SHOT, mood) for seen in ranked if (mood := mood_of(seen.description))]
    return [*forms, *moods[:1]]


def _form(title: str) -> str:
    return next((angle for angle, cue in _FORMS.items() if re.search(cue, title.strip(), re.IGNORECASE)), "")
