"""Drafts: a title, a shot and a cover for every candidate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .brief import Brief, SeenReference
from .chance import Chance
from .characters import clipped
from .families import Family, match
from .feedback import Feedback, read_feedback
from .foreign import own_topic, own_words_titles
from .scenes import Turn
from .shortening import shortenings
from .shots import write_shot
from .titles import TITLE_LIMIT, Title, capitalised, chosen_titles, fold, possible_titles
from .topic import Kind, Topic, parse

_NEAREST_TAGS = 5
_COPIED_RUN = 4
READ_LIMIT = 300
"""How many characters of a request are read: its topic stands near its beginning."""


def write_drafts(brief: Brief, seed: int) -> list[dict[str, str]]:
    """As many drafts as the brief asks for; none repeats a tried title or a reference's."""
    topic, family = understand(brief)
    chance = Chance(seed, brief.request)
    feedback = read_feedback(brief)
    tried = tuple(attempt.video_prompt for attempt in brief.tried)
    drafts = []
    for number, title in enumerate(choose_titles(brief, topic, family, chance, feedback)):
        shot = write_shot(topic, family, title.angle, chance, Turn(number, feedback.wishes, tried))
        drafts.append({"title": title.text, "video_prompt": shot.video_prompt, "cover_prompt": shot.cover_prompt})
    return drafts


def understand(brief: Brief) -> tuple[Topic, Family]:
    """The topic of the request, and the family that its words and its references' tags speak for."""
    request = clipped(brief.request, READ_LIMIT)
    topic = own_topic(request) or parse(request)
    tags = [reference.tag for reference in brief.references.popular[:_NEAREST_TAGS]] if brief.references else []
    return topic, match(topic.mention, tags)


def choose_titles(brief: Brief, topic: Topic, family: Family, chance: Chance, feedback: Feedback) -> list[Title]:
    """The titles of the drafts, best first."""
    own = topic.kind is Kind.OWN_WORDS
    titles = ([] if own else possible_titles(topic, family, chance)) or own_words_titles(topic, chance)
    seen = brief.references.both if brief.references else ()
    angles = {fold(title.text): title.angle for title in titles}
    used = Counter(angles.get(fold(attempt.title), "") for attempt in brief.tried)
    fitting = [_weighed(title, feedback, brief, used) for title in titles if not copies(title.text, topic, seen)]
    ordered = sorted(fitting, key=lambda title: (-title.worth, title.text))
    tried = [attempt.title for attempt in brief.tried]
    taken = [*tried, *(reference.title for reference in seen)]
    chosen = chosen_titles(ordered, brief.count, taken)
    return chosen + list(_numbered(topic, chosen, brief.count, tried))


def _weighed(title: Title, feedback: Feedback, brief: Brief, angles: Counter[str]) -> Title:
    """The title with what the contrast and the complaints make of it."""
    worth = title.worth + 0.5 * feedback.leanings.get(title.angle, 0.0)
    worth -= 0.4 * feedback.short * len(title.text) / TITLE_LIMIT
    worth -= 0.6 * ("shorter" in feedback.wishes) * len(title.text) / TITLE_LIMIT
    worth += 0.4 * ("nearer" in feedback.wishes and title.angle == "plain")
    used = sum(_pattern(attempt.title) == _pattern(title.text) for attempt in brief.tried)
    return replace(title, worth=worth - 0.5 * used - 0.3 * angles[title.angle])


def _pattern(title: str) -> tuple[str, str]:
    """What two titles made by one hook have in common: their first and last word."""
    words = re.findall(r"\w+|[?!:]", title.casefold()) or [title]
    return words[0], words[-1]


def copies(title: str, topic: Topic, references: Iterable[SeenReference]) -> bool:
    """True when `title` shares a run of words with a reference that the request itself does not hold."""
    words = re.findall(r"\w+", title.casefold())
    own = " ".join(re.findall(r"\w+", topic.text.casefold()))
    runs = {" ".join(words[i : i + _COPIED_RUN]) for i in range(len(words) - _COPIED_RUN + 1)}
    theirs = [" ".join(re.findall(r"\w+", reference.title.casefold())) for reference in references]
    return any(run in title_words for run in runs if run not in own for title_words in theirs)


def _numbered(topic: Topic, chosen: list[Title], count: int, tried: Iterable[str]) -> Iterator[Title]:
    """Titles for when every pattern is used up: the plain one with a number."""
    taken = {title.text for title in chosen} | set(tried)
    forms = [form for form in shortenings(topic.text) if form.sound and len(form.text) <= TITLE_LIMIT - 5]
    shortest = min((title.text for title in chosen), key=len, default="")
    best = max(forms, key=lambda form: form.kept).text if forms else shortest
    base = capitalised(clipped(best or topic.text, TITLE_LIMIT - 5))
    missing, number = count - len(chosen), 1
    while missing > 0:
        number += 1
        text = f"{base} #{number}"
        if text not in taken:
            missing -= 1
            yield Title(text, "plain", 0.0)
