"""The seven steps that lead to a draft, written from what was really looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from .brief import Brief, SeenFinding, SeenReference
from .chance import Chance
from .drafts import choose_titles, understand
from .families import Family
from .feedback import read_feedback
from .scenes import Turn
from .shots import write_shot
from .titles import TITLE_LIMIT, Title
from .topic import Topic

STEPS = ("examine", "brainstorm", "outline", "check", "produce", "re-evaluate", "refine")

_ANGLES = {
    "plain": "the subject itself with nothing in front of it",
    "steps": "the order of the steps",
    "question": "a question that is left open",
    "number": "the promise of three short seconds",
    "secret": "a detail that is easily missed",
    "contrast": "two states set against each other",
    "verdict": "a judgement that invites disagreement",
    "dare": "a dare to keep watching",
    "voice": "the voice of one person",
}
_QUOTED_TITLE = 60
_SHOWN_FINDINGS = 3


def write_reasoning(brief: Brief, seed: int) -> list[dict[str, str]]:
    """One honest paragraph a step: counts and titles are cited as data, and no title is taken over."""
    topic, family = understand(brief)
    chance = Chance(seed, brief.request)
    feedback = read_feedback(brief)
    titles = choose_titles(
        brief.model_copy(update={"candidates": max(3, brief.count)}), topic, family, chance, feedback
    )
    paragraphs = (
        _examine(brief),
        _brainstorm(topic, titles),
        _outline(topic, family, titles[0], chance, brief),
        _check(topic, titles[0]),
        _produce(titles[: brief.count]),
        _reevaluate(brief, titles[0]),
        _refine(brief, titles),
    )
    return [{"step": step, "text": text} for step, text in zip(STEPS, paragraphs, strict=True)]


def _examine(brief: Brief) -> str:
    opening = "This is the offline drafter (not a language model); it counts and compares, it does not understand."
    if brief.references is None or not brief.references.both:
        return f"{opening} No references were given, so nothing is known here about what drew comments."
    popular, unpopular = brief.references.popular, brief.references.unpopular
    invented = (
        " Their counts are invented sample figures." if any(seen.illustrative for seen in brief.references.both) else ""
    )
    sides = f"It was given {_counted(popular, 'popular')} and {_counted(unpopular, 'unpopular')}.{invented}"
    return f"{opening} {sides} {_examples(popular, unpopular)} {_differences(brief.contrast)}".replace(
        "  ", " "
    ).strip()


def _counted(side: Sequence[SeenReference], name: str) -> str:
    comments = [seen.comments for seen in side if seen.comments is not None]
    noun = "reference" if len(side) == 1 else "references"
    known = f" (median {median(comments):,.0f} comments)" if comments else ""
    return f"{len(side)} {name} {noun}{known}"


def _examples(popular: Sequence[SeenReference], unpopular: Sequence[SeenReference]) -> str:
    parts = []
    if popular:
        best = max(popular, key=lambda seen: seen.comments or 0)
        parts.append(f"The most discussed is {_cited(best)}.")
    if unpopular:
        least = min(unpopular, key=lambda seen: seen.comments or 0)
        parts.append(f"The least discussed is {_cited(least)}.")
    return " ".join(parts)


def _cited(seen: SeenReference) -> str:
    title = " ".join(seen.title.split())
    short = title if len(title) <= _QUOTED_TITLE else title[:_QUOTED_TITLE].rsplit(" ", 1)[0] + " …"
    count = f" with {seen.comments:,} comments" if seen.comments is not None else ""
    return f"“{short}”{count}"


def _differences(contrast: Sequence[SeenFinding]) -> str:
    if not contrast:
        return "No clear difference between the sides was reported."
    told = "; ".join(
        f"{finding.text or finding.kind} "
        f"({_figure(finding.popular, finding)} popular, {_figure(finding.unpopular, finding)} unpopular)"
        for finding in contrast[:_SHOWN_FINDINGS]
    )
    return f"Reported differences: {told}."


def _figure(value: float, finding: SeenFinding) -> str:
    share = finding.kind != "length" and 0 <= value <= 1
    return f"{value:.0%}" if share else f"{value:.3g}"


def _brainstorm(topic: Topic, titles: Sequence[Title]) -> str:
    angles = list(dict.fromkeys(_ANGLES[title.angle] for title in titles))[:3]
    listed = "; ".join(angles)
    return (
        f"The request comes down to {topic.mention}. Ways in that fit it: {listed}. "
        "No title or sentence of a reference is taken over."
    )


def _outline(topic: Topic, family: Family, title: Title, chance: Chance, brief: Brief) -> str:
    tried = tuple(attempt.video_prompt for attempt in brief.tried)
    shot = write_shot(topic, family, title.angle, chance, Turn(0, read_feedback(brief).wishes, tried))
    first, second = re.split(r"(?<=\.) (?=In the first second)", shot.video_prompt, maxsplit=1)
    return (
        f"One shot of three seconds from the picture stock for {family.name}. {first} {second.split('. ', 1)[0]}. "
        "The rest of the time belongs to that one movement."
    )


def _check(topic: Topic, title: Title) -> str:
    length = len(title.text)
    whole = topic.text.casefold() in title.text.casefold()
    kept = "holds the whole topic" if whole else "holds a shortened form of the topic"
    return (
        f"The first title has {length} characters of the {TITLE_LIMIT} allowed and {kept}. "
        "The shot has a subject, an action in its first second, a place, light, colours and a camera move, "
        "and needs no sound."
    )


def _produce(titles: Sequence[Title]) -> str:
    listed = "; ".join(f"“{title.text}” ({title.angle})" for title in titles)
    noun = "title" if len(titles) == 1 else "titles"
    return f"The {noun}, best first by fit of hook and topic: {listed}."


def _reevaluate(brief: Brief, title: Title) -> str:
    leaning = read_feedback(brief).leanings.get(title.angle, 0.0)
    if leaning > 0:
        trend = f"The popular side leans to this hook by {leaning:.0%}, which spoke for it."
    elif brief.contrast:
        trend = "The reported differences say nothing for or against this hook."
    else:
        trend = "Without a contrast the choice of hook rests on the grammar of the topic alone."
    return f"{trend} A rule cannot judge taste or trend beyond these figures; the predictor's score has to decide."


def _refine(brief: Brief, titles: Sequence[Title]) -> str:
    if brief.tried:
        complaints = [complaint for attempt in brief.tried for complaint in attempt.complaints]
        said = f" The complaints were: {'; '.join(complaints[:4])}." if complaints else ""
        times = "once" if len(brief.tried) == 1 else f"{len(brief.tried)} times"
        return (
            f"This was tried {times} before.{said} Title, picture and camera change, and no earlier title comes back."
        )
    if len(titles) > 1:
        return f"If the score falls short, the next hook to try is {_ANGLES[titles[1].angle]}, with another picture."
    return "If the score falls short, another picture will be tried."
