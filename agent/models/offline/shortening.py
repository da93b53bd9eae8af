"""A phrase that is too long for a title: the form within a limit that loses least, names last of all."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from functools import cache
from math import inf

from ....graphs.create.request.language import is_small_in
from ....graphs.create.request.words import (
    article_for,
    base_of,
    gerund,
    is_be,
    is_join,
    is_plural,
    is_small,
    listed,
    parts,
)
from .characters import clipped
from .grammar import PRONOUNS

_LIGHT = re.compile(
    r"(?:the )?(?:role|art|importance|depiction|portrayal|origins?|concept|basics|beauty|world|power|process"
    r"|preparation|making|evolution|transformation|history|story|meaning|idea|joy|lore) of "
    r"|(?:the )?(?:parallels|differences?|similarities|relationship|connections?|links?|comparison) between "
    r"|(?:some )?(?:tips (?:for|on|to)|ways (?:to|of)|techniques (?:to|for)|methods (?:for|of)) ",
    re.IGNORECASE,
)
_RIVALS = re.compile(
    r"(?:an? |the )?(?:[\w-]+ )?(battle|fight|duel|match|showdown|rivalry) between (.+?) and (.+)", re.IGNORECASE
)
_IN_DOING = re.compile(r" in \w+ing (?=\w+ \w)")
"""As in `sound design in enhancing fight scenes`."""
_BUT = re.compile(r"(.+?),? but (?:it|he|she|they|everyone)(?:['’]s| is|['’]re| are) ((?:an?|the|my|our|all) .+)")
"""`A shanty, but it's a lullaby`: half of it says nothing."""
_PEOPLE = re.compile(r" for (?:people|those|anyone|everyone|someone)$")
_SHORTER = (
    ("focused on", "for"),
    ("featuring", "with"),
    ("such as", "like"),
    ("in order to", "to"),
    ("that are", ""),
    ("but as", "as"),
)
_BEFORE_VERBS = listed("helpers") | {"never", "always", "not", "to", "you", "we", "they", "i", "people"}
_WHEN = frozenset({"next", "last"})
"""What is left of `next month` without them says nothing."""
_FEW = 3
"""Words of a title in another language that are not cut further."""
_READ = 4
"""Times the limit: what stands behind that of a phrase is cut unread."""
_MOST_FORMS = 400
"""Forms of one phrase that are looked at."""
_NAME_LOSS = 6.0
_CUT = 20.0
"""What it loses to cut where no phrase ends: it reads badly."""


@cache
def shortened(text: str, limit: int, most: float = inf) -> str:
    """The form of an English phrase within `limit` that loses least, no more than `most`; empty where there is none.

    Without `most` a phrase that no step brings within the limit is cut.
    """
    read = clipped(text, _READ * limit)
    left, seen = [(_CUT * (read != text), read)], {read}
    while left and len(seen) < _MOST_FORMS:
        loss, form = heapq.heappop(left)
        if loss > most:
            return ""
        if len(form) <= limit:
            return form
        for more, shorter in _steps(form):
            tidy = _tidy(shorter, text.split()[-1])
            if tidy and tidy not in seen:
                seen.add(tidy)
                heapq.heappush(left, (loss + more, tidy))
    return clipped(text, limit) if most == inf else ""


def cut(language: str, text: str, limit: int) -> str:
    """A text in another language within `limit`, cut where no phrase begins or goes on, as far as small words tell."""
    text = text if len(text) <= limit else text.rstrip(" ?!.…？！。")
    if len(text) <= limit:
        return text
    words, whole = clipped(text, limit).split(), text.split()
    after = whole[len(words)] if len(words) < len(whole) else ""
    if len(words) > _FEW and is_small_in(language, words[-2]) and not is_small_in(language, after):
        del words[-2:]
    while len(words) > 1 and is_small_in(language, words[-1]):
        words.pop()
    return " ".join(words).rstrip(",;:–—-")


def _steps(form: str) -> Iterator[tuple[float, str]]:
    """What one step can leave away, with what it loses."""
    words = form.split()
    if words[0].casefold() in ("a", "an", "the", "some"):
        yield 0.2, " ".join(words[1:])
    yield from ((0.3, form.replace(long, short, 1)) for long, short in _SHORTER if long in form)
    if match := _BUT.match(form):
        yield 1.0, f"{match[1]} as {match[2]}"
    elif " but " in form:
        yield 1.6, form.partition(" but ")[0]
    if " and " in form:
        yield 1.5, form.replace(" and ", " & ", 1)
    headed = form.partition(": ")[0].count(" ") > 1  # `Lost: a grey cat` without its cat says nothing
    if ": " in form and headed and not _RIVALS.search(form.replace(": ", " between ", 1)):
        yield 2.5 + _NAME_LOSS * 0.2, form.rpartition(": ")[0]
    if "; " in form:
        yield 1.0, form.partition("; ")[0]
    before, _, after = form.rpartition(", ")
    if {"and", "or", "&"} & set(after.split()):  # a list: what stands first of it
        before, _, after = form.partition(", ")
    if gone := after.split() if before and not _BUT.match(form) else []:
        yield 2.0 + 1.2 * len(gone) ** 0.7 + 0.5 * _NAME_LOSS * sum(map(_is_name, gone)), before
    if match := _RIVALS.match(form):
        yield 0.5, f"{match[1]}: {match[2]} vs {match[3]}"
        yield 3.0, f"{match[2]} vs {match[3]}"
    if match := _LIGHT.match(form):
        first, _, rest = form[match.end() :].partition(" ")
        verb = match[0].endswith("to ")
        if _IN_DOING.search(form):
            yield 0.9, _IN_DOING.sub(" in ", form)
        elif not verb or base_of(first, "VB"):
            yield 1.0, f"{gerund(first) if verb else first} {rest}".rstrip()
    for i, word in enumerate(words[2:-1], start=2):
        if word in ("and", "but", "while", "as") and any(base_of(words[i + 1], tag) for tag in ("VBZ", "VBD")):
            yield 2.0, " ".join(words[:i])
    yield from _without_verb(words)
    yield from _without_adjectives(words)
    bare = [word for i, word in enumerate(words) if not i or word not in ("a", "an", "the") or _holds(words, i)]
    if len(bare) < len(words):
        yield 1.9, " ".join(bare)
    yield from _without_tails(words)
    if len(words) > 2:
        end = _start_of_name(words) if _is_name(words[-1]) else len(words) - 1
        yield _CUT + _NAME_LOSS * sum(map(_is_name, words[end:])), " ".join(words[:end])


def _start_of_name(words: list[str]) -> int:
    """Where the name at the end begins."""
    at = len(words) - 1
    while at > 1 and (_is_name(words[at - 1]) or (_joins_names(words, at - 1) and _is_name(words[at - 2]))):
        at -= 1 if _is_name(words[at - 1]) else 2
    return at


def _without_verb(words: list[str]) -> Iterator[tuple[float, str]]:
    """`a farm` of `how to create a farm` or `creating a farm`; `games changing us` of `how games are changing us`."""
    to = words[:2] == ["how", "to"]
    verb = base_of(words[2], "VB") if to and len(words) > 4 else base_of(words[0], "VBG")
    if (
        (verb if to else verb in listed("making"))
        and len(words) > 3
        and words[3 if to else 1] not in ("and", "or", "up", "in", "to")
        and not _has_second_object(words)
    ):
        yield 0.9, " ".join(words[3 if to else 1 :])
    be = next((i for i, word in enumerate(words) if is_be(word)), 0)
    if words[0] == "how" and be and be + 1 < len(words) and base_of(words[be + 1], "VBG"):
        yield 0.8, " ".join([*words[1:be], *words[be + 1 :]])


def _has_second_object(words: list[str]) -> bool:
    """True for `make leftovers a part of ...`."""
    return any(word in ("a", "an") and i > 1 and not is_small(words[i - 1]) for i, word in enumerate(words))


def _without_adjectives(words: list[str]) -> Iterator[tuple[float, str]]:
    ends = next((i for i, word in enumerate(words) if is_join(word)), len(words))
    for i, word in enumerate(words):
        weak = word in listed("fillers") | listed("praise")
        grades = word.endswith(("er", "est", "ing", "ed"))
        if word.casefold() in _WHEN or (i and base_of(word, "VB") and words[i - 1].casefold() in _BEFORE_VERBS):
            continue
        if not weak and (grades or is_small(word) or _is_name(word) or "ADJ" not in parts(word)):
            continue
        first = i - 1 if i and words[i - 1] == "most" else i
        after = i + 2 if words[i + 1 : i + 2] in (["and"], ["or"], ["&"]) else i + 1
        if (
            after > len(words)
            or (after == len(words) and word not in listed("fillers"))
            or words[first - 1 : first] in (["and"], ["&"])
        ):
            continue
        noun = "NOUN" in parts(word)
        if (
            noun
            and not weak
            and after == i + 1
            and not ("NOUN" in parts(words[after]) and not words[after].endswith("ed"))
        ):
            continue
        rest = words[:first] + words[after:]
        if after < len(words) and (is_small(words[after]) or is_join(words[after])):
            continue
        if first and words[first - 1] in ("a", "an") and first < len(rest):
            rest[first - 1] = article_for(rest[first])
        yield 0.3 if weak else 1.2 + 0.1 * (i > ends) + 0.6 * noun, " ".join(rest)


def _without_tails(words: list[str]) -> Iterator[tuple[float, str]]:
    for i, word in enumerate(words):
        if i < 1 or not is_join(word) or _joins_names(words, i) or (word == "to" and "from" in words[:i]):
            continue
        gone = words[i:]
        content = sum(not is_small(one) for one in gone)
        thin = (
            6.0 * ("but" in words[:i] or ("and" in gone and any(word.endswith(",") for word in words[:i])))
            + 12.0 * (i < 2)
            + 3.0 * (not any("NOUN" in parts(one) or _is_name(one) for one in words[:i]))
        )
        yield 1.2 * content**0.7 + 0.6 + thin + _NAME_LOSS * sum(map(_is_name, gone)), " ".join(words[:i])


def _tidy(form: str, last: str) -> str:
    """`form` without what cannot stand at its end; the `last` word of the whole phrase can."""
    words = form.split()
    while len(words) > 1 and (
        is_small(words[-1].strip(",;:&").casefold() or "a")
        or (words[-1] != last and (_hangs(words) or words[-1].casefold() in PRONOUNS))
    ):
        words.pop()
    return (_PEOPLE.sub("", " ".join(words)) if words[-1:] != [last] else form).rstrip(",;:–—-& ")


def _hangs(words: list[str]) -> bool:
    """True for a participle at the end that has lost what it belonged to: `utensils used`, `last seen`."""
    participle = words[-1].endswith("ed") or parts(words[-1]).keys() == {"VERB"}
    return participle and bool(base_of(words[-1], "VBN")) and not is_be(words[-2])


def _joins_names(words: list[str], at: int) -> bool:
    """True for the small words inside a name: `The Lord of the Rings`."""
    near = at > 0 and (_is_name(words[at - 1]) or words[at - 1] in ("of", "on"))
    return near and any(map(_is_name, words[at + 1 : at + 3])) and words[at] in listed("inside_names")


def _holds(words: list[str], at: int) -> bool:
    """True for an article that a phrase needs: in a name, or as in `steps a day`."""
    return _joins_names(words, at) or is_plural(words[at - 1])


def _is_name(word: str) -> bool:
    return any(c.isupper() for c in word) or word[:1].isdigit()
