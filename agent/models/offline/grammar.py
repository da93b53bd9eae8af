"""Grammar of English phrases: where a sentence has its verb, and how it becomes a thing that is seen."""

from __future__ import annotations

from ....graphs.create.request.words import base_of, gerund, is_be, is_helper, is_join, is_plural, listed, parts

PRONOUNS = frozenset({"i", "we", "he", "she", "it", "they", "you"})
_ONE = frozenset({"a", "an", "my", "our", "his", "her", "their", "one", "every", "he", "she", "it", "this", "that"})
"""Words that open one thing: what ends in -s after it is a verb."""
_OWNERS = frozenset({"my", "our", "your", "his", "her", "their"})
_HOW_OFTEN = frozenset({"only", "never", "always", "just", "still", "also", "often"})
"""Words that stand before a finite verb and read badly before `-ing`."""


def verb_of(words: list[str]) -> int:
    """Where the verb of a sentence stands; 0 for a phrase without one."""
    for i, word in enumerate(words[1:], start=1):
        if word.casefold() in listed("relatives") or (word.casefold() in PRONOUNS and not is_join(words[i - 1])):
            return 0  # a clause of its own: `things I wish I knew`
        before, after = words[i - 1], words[i + 1] if i + 1 < len(words) else ""
        if word in _OWNERS and not is_join(before) and before not in ("and", "or"):
            return 0  # another: `the night our power went out`
        named = before.casefold() in listed("determiners") or before.endswith(("'s", "’s", ","))
        if named or is_join(word) or is_join(before):
            continue
        if is_helper(word) or _is_finite(word, words[:i], after):
            return i
    return 0


def _is_finite(word: str, before: list[str], after: str) -> bool:
    """True where `word` has to be the verb of the words before it: `a robot waters a cactus`, `two robots fall in`."""
    forms = parts(word)
    noun = "NOUN" in forms
    if "VERB" not in forms or "ADJ" in forms or not word.islower() or (noun and any(map(is_join, before))):
        return False
    object_ = after.casefold() in listed("determiners") - listed("relatives")
    follows = object_ or after.casefold() in listed("particles") or is_join(after) or after[:1].isdigit()
    if base_of(word, "VBD") and not base_of(word, "VB"):
        return object_ or not base_of(word, "VBN")
    if base_of(word, "VBZ"):
        return _is_one(before) and (not noun or _has_object(before, after, object_=object_, follows=follows))
    joined = "and" in before and not any(map(is_join, before))
    plural = is_plural(before[-1]) and not before[-1][:1].isupper()
    plural = plural and (joined or not any(map(is_plural, before[:-1])))  # `mistakes new parents make`
    many = before[0].casefold() in PRONOUNS or plural or joined
    return bool(base_of(word, "VB")) and many and (follows or not noun)


def _is_one(before: list[str]) -> bool:
    return not any(is_plural(noun) or noun.isdigit() or noun in listed("numbers") for noun in before)


def _has_object(before: list[str], after: str, *, object_: bool, follows: bool) -> bool:
    """True where a word in -s, which may be a plural, is followed as a verb is: `a cat plays piano`."""
    if before[-1][:1].isupper():
        return object_ or after[:1].isupper() or after.casefold() in listed("particles")
    first = before[0].casefold()
    if first not in _ONE:
        return False
    bare = len(before) == 2 and "NOUN" in parts(after) and "VERB" not in parts(after)
    return object_ or bare or (first in ("a", "an", *PRONOUNS) and (follows or not after))


def as_thing(words: list[str], at: int) -> str:
    """The sentence with its verb `at` as a thing: `a robot watering a cactus`; empty where that is not sure."""
    verb, before, after = words[at], " ".join(words[:at]), words[at + 1 :]
    joined = any(
        word in ("and", "but") and (base_of(after[i + 1], "VBZ") or after[i + 1].casefold() in PRONOUNS)
        for i, word in enumerate(after[:-1])
    )
    if joined or words[0].casefold() in PRONOUNS or words[at - 1] in _HOW_OFTEN:
        return ""
    if is_be(verb) and after and base_of(after[0], "VBG"):
        return f"{before} {' '.join(after)}"
    base = "" if is_helper(verb) else next(filter(None, (base_of(verb, tag) for tag in ("VBZ", "VB", "VBD"))), "")
    return " ".join([before, gerund(base), *after]) if base else ""


def as_doing(action: str) -> str:
    """`fold and iron a shirt` -> `folding and ironing a shirt`; empty where that is not sure."""
    words = action.split()
    at = 1 if words and parts(words[0]).keys() == {"ADV"} else 0
    verbs = [at, at + 2] if words[at + 1 : at + 2] in (["and"], ["or"]) else [at]
    for place in verbs:
        if place >= len(words) or not (base := base_of(words[place], "VB")):
            return ""
        words[place] = gerund(base)
    return " ".join(words)


def head(phrase: str) -> str:
    """The words up to and with the noun that a phrase is about: `plating tricks` of `plating tricks in Rome`."""
    words = phrase.split()
    end = next(
        (i for i, word in enumerate(words) if i and (is_join(word) or word in ("and", "or") or _participle(words, i))),
        len(words),
    )
    return " ".join(words[:end]).rstrip(",")


def _participle(words: list[str], at: int) -> bool:
    return bool(
        at + 1 < len(words) and base_of(words[at], "VBN") and words[at].endswith("ed") and is_join(words[at + 1])
    )
