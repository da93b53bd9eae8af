"""Drafts: a title, a shot and a cover for every candidate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ....graphs.create.wording import echoes
from ....prompts.fence import JSONValue
from .brief import Brief, SeenReference
from .chance import Chance
from .characters import clipped
from .feedback import Feedback, read_feedback
from .influences import influences_of
from .shots import Turn, write_shot, write_story
from .spoken_line import write_line
from .subject import Subject, read_subject
from .titles import TITLE_LIMIT, Title, chosen_titles, fold, possible_titles

_COPIED_RUN = 4
_OF_ONE_SHOT = re.compile(
    r"\b3[- ]?(?:s\b|sec|seg|sek|сек|san|detik|giây|सेकंड)|3 ?[秒초]|3 วินาที|一镜到底"
    r"|ワンカット|한 컷|una sola toma|un seul plan"
    r"|uma só tomada|una sola ripresa|(?:one|single|in a) (?:take|shot)\b|einer einzigen|bir çekim|sekali ambil",
    re.IGNORECASE,
)
"""What a title says of a single shot of three seconds, and of no story."""
READ_LIMIT = 400
"""How many characters of a request are read: its subject stands near its beginning."""


def write_drafts(brief: Brief, seed: int) -> list[dict[str, JSONValue]]:
    """As many drafts as the brief asks for and titles are there; none repeats a tried title or a reference's."""
    subject, chance = understand(brief), Chance(seed, brief.request)
    drafts = list[dict[str, JSONValue]]()
    for number, title in enumerate(choose_titles(brief, subject, chance)):
        turn = turn_of(brief, number)
        shot = write_shot(subject, chance, turn)
        draft: dict[str, JSONValue] = {"title": title.text, "cover_prompt": shot.cover_prompt}
        if brief.shots > 1:
            draft["shots"] = [*write_story(subject, chance, turn, brief.shots)]
        else:
            draft["video_prompt"] = shot.video_prompt
        drafts.append(draft | ({"line": write_line(subject, title.text, brief.line)} if brief.line else {}))
    return drafts


def understand(brief: Brief) -> Subject:
    """The subject of the request."""
    return read_subject(clipped(brief.request, READ_LIMIT))


def turn_of(brief: Brief, number: int) -> Turn:
    """Whose turn the shot of candidate `number` is."""
    return Turn(number, len(brief.tried), read_feedback(brief).wishes, influences_of(brief).mood)


def choose_titles(brief: Brief, subject: Subject, chance: Chance) -> list[Title]:
    """The titles of the drafts, best first; the best of those tried where no other is left."""
    titles, feedback = possible_titles(subject, chance), read_feedback(brief)
    seen = brief.references.both if brief.references else ()
    angles = {fold(title.text): title.angle for title in titles}
    used = Counter(angles.get(fold(attempt.title), "") for attempt in brief.tried)
    fresh = [title for title in titles if not copies(title.text, subject, seen)]
    if brief.shots > 1:
        fresh = [title for title in fresh if not _OF_ONE_SHOT.search(title.text)] or fresh
    weighed = sorted(
        (_weighed(title, brief, feedback, used) for title in fresh),
        key=lambda one: (-one.worth, one.text),
    )
    taken = [*(attempt.title for attempt in brief.tried), *(reference.title for reference in seen)]
    return chosen_titles(weighed, brief.count, taken) or titles[:1]


def _weighed(title: Title, brief: Brief, feedback: Feedback, used: Counter[str]) -> Title:
    """The title with what a reference, the contrast and the complaints make of it; the request itself comes last."""
    worth = title.worth + 0.8 * feedback.leanings.get(title.angle, 0.0)
    worth += 1.5 * (title.angle == influences_of(brief).angle) - 9.0 * echoes(title.text, brief.request)
    worth -= (0.4 * feedback.short + 0.6 * ("shorter" in feedback.wishes)) * len(title.text) / TITLE_LIMIT
    worth += 0.4 * ("nearer" in feedback.wishes and title.angle == "plain")
    return replace(title, worth=worth - 0.1 * used[title.angle])


def copies(title: str, subject: Subject, references: Iterable[SeenReference]) -> bool:
    """True when `title` shares a run of words with a reference that the request itself does not hold."""
    words = re.findall(r"\w+", title.casefold())
    own = " ".join(re.findall(r"\w+", subject.text.casefold()))
    runs = {" ".join(words[i : i + _COPIED_RUN]) for i in range(len(words) - _COPIED_RUN + 1)}
    theirs = [" ".join(re.findall(r"\w+", reference.title.casefold())) for reference in references]
    return any(run in title_words for run in runs if run not in own for title_words in theirs)
