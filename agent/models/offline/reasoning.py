"""The seven steps that lead to a draft, written from what was really looked at."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ....graphs.create.request.language import ENGLISH
from .brief import Brief, SeenFinding, SeenReference
from .chance import Chance
from .drafts import choose_titles, turn_of, understand
from .feedback import read_feedback
from .influences import influences_of
from .shaping import SHOT, TITLE, cited
from .shots import mood_of, write_shot
from .subject import Subject
from .titles import TITLE_LIMIT, Title, fold

STEPS = ("examine", "brainstorm", "outline", "check", "produce", "re-evaluate", "refine")

_ANGLES = {
    "plain": "the subject itself with little around it",
    "steps": "the order of the steps",
    "question": "a question that is left open",
    "number": "the promise of three short seconds",
    "near": "nearness",
    "contrast": "two states set against each other",
    "opinion": "a judgement that invites disagreement",
}
_SHOWN_FINDINGS = 3


def write_reasoning(brief: Brief, seed: int) -> list[dict[str, str]]:
    """One honest paragraph a step: counts and titles are cited as data, and no title is taken over."""
    subject, chance = understand(brief), Chance(seed, brief.request)
    wanted = brief.model_copy(update={"candidates": max(3, brief.count)})
    titles = choose_titles(wanted, subject, chance)
    paragraphs = (
        _examine(brief),
        _brainstorm(brief, subject, titles),
        f"One shot of three seconds. {write_shot(subject, chance, turn_of(brief, 0)).video_prompt} "
        "What else could be in the picture is for a language model to say; a rule only chooses light and movement.",
        _check(subject, titles[0]),
        f"Best first: {'; '.join(f'“{title.text}” ({title.angle})' for title in titles[: brief.count])}.",
        _reevaluate(brief, titles[0]),
        _refine(brief, titles),
    )
    return [{"step": step, "text": text} for step, text in zip(STEPS, paragraphs, strict=True)]


def _examine(brief: Brief) -> str:
    opening = "This is the offline drafter (not a language model); it counts and compares, it does not understand."
    if brief.references is None or not brief.references.both:
        return f"{opening} No references were given, so nothing is known here about what drew comments."
    sides = brief.references.popular, brief.references.unpopular
    counted = f"It was given {_counted(sides[0], 'popular')} and {_counted(sides[1], 'unpopular')}."
    invented = "Their counts are invented sample figures." if brief.invented else ""
    ends = [f"The {name} discussed is {_with_count(seen)}." for name, seen in _ends(*sides)]
    return " ".join(filter(None, [opening, counted, invented, *ends, _differences(brief.contrast)]))


def _counted(side: Sequence[SeenReference], name: str) -> str:
    comments = [seen.comments for seen in side if seen.comments is not None]
    known = f" (median {median(comments):,.0f} comments)" if comments else ""
    return f"{len(side)} {name} {'reference' if len(side) == 1 else 'references'}{known}"


def _ends(popular: Sequence[SeenReference], unpopular: Sequence[SeenReference]) -> list[tuple[str, SeenReference]]:
    most = [("most", max(popular, key=lambda seen: seen.comments or 0))] if popular else []
    return most + ([("least", min(unpopular, key=lambda seen: seen.comments or 0))] if unpopular else [])


def _with_count(seen: SeenReference) -> str:
    return f"“{cited(seen.title)}”" + (f" with {seen.comments:,} comments" if seen.comments is not None else "")


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
    return f"{value:.0%}" if finding.kind != "length" and 0 <= value <= 1 else f"{value:.3g}"


def _brainstorm(brief: Brief, subject: Subject, titles: Sequence[Title]) -> str:
    angles = list(dict.fromkeys(_ANGLES[title.angle] for title in titles))[:3]
    found, own_mood = influences_of(brief), mood_of(f"{subject.text} {subject.manner}")
    changed = {TITLE: titles[0].angle == found.angle, SHOT: not own_mood}
    told = [one.sentence() for one in found.told if changed[one.part]]
    if brief.references and brief.references.both and not told:
        told = ["None of the references changes the draft: the rules found no form or mood in them to take."]
    ways = f"The request comes down to {subject.mention}. Ways in: {'; '.join(angles)}."
    return " ".join([*told, ways, "No title or sentence of a reference is taken over."])


def _check(subject: Subject, title: Title) -> str:
    whole = fold(subject.text) in fold(title.text) or (subject.noun and fold(subject.noun) in fold(title.text))
    kept = "holds the whole subject" if whole else "holds a shorter form of the subject, which was too long for it"
    own = "" if subject.language == ENGLISH else " Its words stay the request's own: nothing is translated."
    aside = f" “{subject.aside}” is in neither: a draft decides nothing of that." if subject.aside else ""
    return (
        f"The first title has {len(title.text)} characters of the {TITLE_LIMIT} allowed and {kept}. "
        f"The shot names the subject; whether it is understood without sound, a rule cannot tell.{own}{aside}"
    )


def _reevaluate(brief: Brief, title: Title) -> str:
    leaning = read_feedback(brief).leanings.get(title.angle, 0.0)
    if leaning > 0:
        trend = f"The popular side leans to this form of title by {leaning:.0%}, which spoke for it."
    elif brief.contrast:
        trend = "The reported differences say nothing for or against this form of title."
    else:
        trend = "Without a contrast the choice of title rests on the grammar of the subject alone."
    return f"{trend} A rule cannot judge taste or trend beyond these figures; the predictor's score has to decide."


def _refine(brief: Brief, titles: Sequence[Title]) -> str:
    if brief.tried:
        complaints = [complaint for attempt in brief.tried for complaint in attempt.complaints]
        said = f" The complaints were: {'; '.join(complaints[:4])}." if complaints else ""
        times = "once" if len(brief.tried) == 1 else f"{len(brief.tried)} times"
        return f"This was tried {times} before.{said} Title, framing, light and camera change; the subject stays."
    if len(titles) > 1:
        return f"If the score falls short, the next title rests on {_ANGLES[titles[1].angle]}, with another picture."
    return "If the score falls short, another picture will be tried."
