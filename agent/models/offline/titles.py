"""Titles: hooks filled with the longest form of the topic that fits."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from .chance import Chance
from .families import Family
from .shortening import Shortened, article_for, content_words, shortenings
from .topic import Intent, Kind, Topic, as_thing, halves, joined
from .traits import traits
from .verbs import gerund

TITLE_LIMIT = 50

_BARE, _CURT = 6, 11
_CAPITAL_AFTER = re.compile(r"^([^\w]*)(\w)")


@dataclass(frozen=True, slots=True)
class Hook:
    """A title pattern with its angle and the traits it needs or cannot bear."""

    angle: str
    text: str
    when: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    loose: bool = False

    @property
    def slot(self) -> str:
        """The kind of phrase that it takes."""
        return self.text[self.text.index("{") + 1].casefold()

    @property
    def depends_on_head(self) -> bool:
        """True when it speaks of the number or rank of the phrase's first noun, which a form may have lost."""
        return (
            bool({"plural", "singular", "superlative", "moments", "ranking"} & (self.when | self.never))
            and not self.loose
        )

    def fits(self, has: frozenset[str]) -> bool:
        """True when a topic with the traits `has` may be put in."""
        return not self.never & has and (not self.when or bool(self.when & has))


@dataclass(frozen=True, slots=True)
class Title:
    """A title that could be used; a higher `worth` says more of the topic in a better fitting hook."""

    text: str
    angle: str
    worth: float


@cache
def hooks() -> tuple[Hook, ...]:
    """The patterns of hooks.toml."""
    rows = tomllib.loads((files(__package__) / "hooks.toml").read_text(encoding="utf-8"))["hook"]
    return tuple(
        Hook(
            row["angle"],
            row["text"],
            frozenset(row.get("when", ())),
            frozenset(row.get("never", ())),
            row.get("loose", False),
        )
        for row in rows
    )


def possible_titles(topic: Topic, family: Family, chance: Chance) -> list[Title]:
    """All titles for an English topic, best first; each is at most TITLE_LIMIT characters long."""
    best: dict[str, Title] = {}
    for title in _filled(topic, family, chance):
        if title.text not in best or best[title.text].worth < title.worth:
            best[title.text] = title
    return sorted(best.values(), key=lambda title: (-title.worth, title.text))


def _filled(topic: Topic, family: Family, chance: Chance) -> Iterator[Title]:
    for form, weight, loose in _readings(topic):
        has = traits(form, family) | ({"made"} if form is topic.thing else frozenset())
        for hook in hooks():
            if hook.slot in _slots(form) and hook.fits(has) and (hook.loose or not loose):
                filled = _longest(hook, form)
                if filled is not None:
                    text, kept = filled
                    fit = 0.12 * len(hook.when & has) + 0.35 * chance.share(hook.text)
                    yield Title(text, hook.angle, 2.2 * kept * weight + fit)
    yield from _ranked_by(topic)


def _readings(topic: Topic) -> Iterator[tuple[Topic, float, bool]]:
    """The topic, and what else it can be read as, with a weight and whether only loose hooks fit."""
    yield topic, 1.0, False
    if topic.thing is not None:
        yield topic.thing, 1.0, False
    if clause := as_thing(topic) if topic.kind is Kind.CLAUSE else None:
        yield clause, 0.97, True
    if pair := joined(topic) if topic.kind is Kind.CLAUSE else None:
        whole = content_words(topic.text)
        yield pair, len(content_words(pair.text)) / max(len(whole), 1) - 0.05, False


def _slots(topic: Topic) -> str:
    return {
        Kind.THING: "s",
        Kind.ACTION: "vg",
        Kind.CLAUSE: "cq",
        Kind.QUESTION: "a",
        Kind.STATEMENT: "t",
        Kind.OWN_WORDS: "o",
    }[topic.kind]


def _longest(hook: Hook, topic: Topic) -> tuple[str, float] | None:
    """The filled hook that keeps most of the topic within the limit, and what share it keeps."""
    candidates: list[tuple[float, int, str]] = []
    for form in _phrases(hook, topic):
        text = _polished(hook.text, hook.slot, form.text)
        if len(text) <= TITLE_LIMIT and _usable(form, topic.text):
            candidates.append((form.kept - _awkwardness(hook, form.text), len(text), text))
    if not candidates:
        return None
    kept, _, text = max(candidates)
    return (text, kept) if kept > 0.05 else None


def _usable(form: Shortened, whole: str) -> bool:
    return form.sound or (form.kept >= 0.6 and not _has_sound_form(whole))


@cache
def _has_sound_form(text: str) -> bool:
    return any(form.sound and len(form.text) <= TITLE_LIMIT and form.kept > 0.3 for form in shortenings(text))


def _awkwardness(hook: Hook, text: str) -> float:
    """What a hook loses with a phrase: `... in Skyrim in 3 seconds` repeats its preposition, a bare `?` says little."""
    repeated = " in " in text and re.search(r"\} in \b", hook.text) is not None
    return 0.15 * repeated + 0.2 * (len(hook.text) < _BARE) + 0.08 * (len(hook.text) < _CURT)


def _phrases(hook: Hook, topic: Topic) -> Iterator[Shortened]:
    if hook.slot == "q":
        yield from _yes_or_no(topic)
        return
    free = hook.text.startswith("{") or ": {" in hook.text or "? {" in hook.text
    for form in shortenings(topic.text):
        if not form.opened and hook.depends_on_head:
            continue
        if hook.slot == "s":
            yield from _with_article(form, topic.article, free)
        elif hook.slot == "g":
            verb, _, rest = form.text.partition(" ")
            pair = re.match(r"and (\w+)(.*)", rest)
            rest = f"and {gerund(pair.group(1))}{pair.group(2)}" if pair else rest
            yield replace(form, text=f"{gerund(verb)} {rest}".strip())
        elif form.text.count(" ") or topic.text == form.text:
            yield form


def _with_article(form: Shortened, article: str, free: bool) -> Iterator[Shortened]:
    """The phrase with the article of the request; `free` where English lets it go, as in headlines."""
    own = form.text.split(" ", 1)[0].casefold() in ("the", "a", "an", "my", "our", "your", "this")
    if not article or own or not form.opened:
        yield form
        return
    fitting = article if article == "the" else article_for(form.text.split(" ", 1)[0])
    yield replace(form, text=f"{fitting} {form.text}")
    if free:
        yield replace(form, kept=form.kept - 0.01)


def _yes_or_no(topic: Topic) -> Iterator[Shortened]:
    parts = halves(topic.text) if topic.text.startswith("how ") else None
    if parts is None:
        return
    subject, base, rest = parts
    whole = f"can {subject} {base} {rest}"
    yield Shortened(whole + "?", 1.0)


def _polished(pattern: str, slot: str, text: str) -> str:
    if pattern.endswith(("}?", "}")) and text.endswith("?") and pattern.endswith("?"):
        text = text[:-1]
    filled = pattern.replace("{" + slot + "}", text).replace("{" + slot.upper() + "}", capitalised(text))
    return capitalised(" ".join(filled.split()))


def capitalised(text: str) -> str:
    """`text` with a capital at its start; names such as iPhone keep their own way."""
    first = text.split(" ", 1)[0]
    if any(letter.isupper() for letter in first[1:]):
        return text
    return _CAPITAL_AFTER.sub(lambda match: match.group(1) + match.group(2).upper(), text, count=1)


def _ranked_by(topic: Topic) -> Iterator[Title]:
    """`Studio Ghibli films, ranked by fan ratings`."""
    what, found, measure = topic.text.partition(" by ")
    text = capitalised(f"{what}, ranked by {measure}")
    if topic.intent is Intent.RANKING and topic.kind is Kind.THING and found and len(text) <= TITLE_LIMIT:
        yield Title(text, "verdict", 2.6)


def chosen_titles(titles: Iterable[Title], count: int, taken: Iterable[str]) -> list[Title]:
    """`count` titles, an angle of its own for each as far as angles go; none of `taken`."""
    used = {fold(text) for text in taken}
    left = [title for title in titles if fold(title.text) not in used]
    chosen: list[Title] = []
    while left and len(chosen) < count:
        uses = Counter(title.angle for title in chosen)
        rarest = min(uses[title.angle] for title in left)
        fresh = next(title for title in left if uses[title.angle] == rarest)
        chosen.append(fresh)
        left = [title for title in left if fold(title.text) != fold(fresh.text)]
    return chosen


def fold(title: str) -> str:
    """What makes two titles the same: letters and digits, no case, no punctuation."""
    return " ".join(re.findall(r"\w+", title.casefold())) or title.strip()
