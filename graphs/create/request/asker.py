"""What somebody who asks for a video tells of themselves: what they run, have or do."""

from __future__ import annotations

import re

from .words import base_of, gerund, is_helper, is_plural, pattern

_RUNS = (
    r"(?:(?:i|we)(?: just|['’](?:m|re|ve)| am| are| have){0,2} (?:run|own|sell|make|have|offer|manage"
    r"|started|opened|launched|opening|launching|starting|running|selling|getting)"
    r"|(?:i|we)(?: just| recently| finally|['’](?:m|re|ve)| am| are| have){0,2} "
    r"(?P<doing>teach|bake|moved|adopted|bought|built|restored|learned|hosting|host|organi[sz]ing|planning)"
    r"|(?:i|we)(?:['’](?:m|re)| am| are)(?= an? )) (?P<thing>[^,.!?]+?)"
)
OF_THEIRS = re.compile(
    rf"(?:(?:hi|hello|hey)(?: there)?[\s,!.]+)?{_RUNS}[,.;]?\s+(?:(?:and|so|but|now)\s+)?"
    r"(?=(?:could|can|would|will|please|make|create|i|we|want|need|looking|promote|advertise|show|help|film)\b)",
    re.IGNORECASE,
)
THEIRS = re.compile(rf"{_RUNS}[.!]?$", re.IGNORECASE)
ONLY_THEIRS = re.compile(r"(?:my|our) (?:shop|store|business|company|brand|page|channel)$", re.IGNORECASE)
WANTED = re.compile(
    r"(?:(?:hi|hello|hey)(?: there)?[\s,!.]+)?(?P<told>(?:[^\s.!?]+ ){2,}?[^\s.!?]+?),?\s+(?:(?:and|so|but|now)\s+)?"
    r"(?:(?:i|we)(?:['’]d| would)?(?: (?:just|really|also))? (?:need|want|like|love|could use)"
    r"|(?:want|need|would (?:like|love)|could use)"
    r"|(?:can|could) (?:you|somebody|someone) (?:please )?(?:help(?: (?:me|us))?(?: with)?|make(?: (?:me|us))?)"
    r"|(?:please )?(?:make|create|give|do) (?:me|us)"
    r"|(?<=, )(?:please )?(?:make|create|do))(?: to (?:make|have|see|create))?\s+"
    rf"(?P<asked>(?:{pattern('determiner')}\s+)?(?P<manner>(?:[\w'’-]+,?\s+){{0,3}}?)"
    rf"(?:(?:some|any)thing(?P<after>(?: [\w-]+)?)|{pattern('things')})"
    r"(?: (?:about|of|for|from|on) (?:it|this|that|her|him|them|tiktok|reels|shorts|instagram|youtube|social media))?"
    rf"(?: (?:that|which|to)\b(?!(?: will| can)? {pattern('showing')}).{{0,60}}"
    r"|(?: [\w'’-]+){1,2}(?: will| would| can| could)? (?:buy|enjoy|like|love|remember|send|share|watch)\b.{0,30})?)$",
    re.IGNORECASE,
)
"""Something told, and a video wished for without a word of what is in it: `we moved, and need a clip people share`."""
_TO_COME = (
    r"to (?:come (?:in |by |along )?to|visit|try(?: out)?|join|buy|order|see|know(?: about)?|hear(?: about)?"
    r"|learn about|sign up for|book|support|donate to|vote for|meet|stop by)\b"
)
_HOPED = re.compile(
    r"(?P<told>(?:i|we|my|our)\b[^.!?]+?),?\s+(?:and|so|but)\s+(?:(?:i|we)\s+)?"
    r"(?:(?:want|need)s?|(?:i|we)['’]d (?:like|love)|would (?:like|love)|(?:are |am )?hop(?:e|ing) for)\s+"
    r"(?P<hoped>more [^\s.]+.*|(?:it|them|her|him)\b.*|to \w+.*"
    r"|(?:[\w'’-]+\s+){1,4}?to (?:come|stop|drop|call|go|follow|\w+ (?:it|them|us|me|the|our|my|a)\b).*)$",
    re.IGNORECASE,
)
"""Something told, and what somebody hopes of it: `we opened a gym and want teenagers to come`."""
_INVITED = re.compile(
    r"(?:(?:i|we)(?:['’]d| would)? (?:want|need|like|love)|(?:please )?(?:help (?:me|us) )?get)\s+"
    rf"(?!to\b)(?:[\w'’-]+\s+){{1,4}}?{_TO_COME}\s+"
    r"(?P<what>(?!(?:us|me|it|them|him|her|one)\b)\w.+)$",
    re.IGNORECASE,
)
"""Whom somebody wants to do what: `we want teenagers to come to our gym` is about the gym."""
_OWN = re.compile(r"(?:my|our)\b", re.IGNORECASE)
_POINTS = re.compile(r"(?:his|her|their|its) (?=\w)", re.IGNORECASE)
_NAMED = 5
"""Words of a sentence among which its first verb is looked for."""
_SAYS_I = re.compile(
    r"(?:i|we)(?: (?:just|recently|finally|also)|['’](?:m|re|ve)| am| are| have){0,2} (?P<verb>[a-z]+) (?P<rest>.+)",
    re.IGNORECASE,
)


def named_before(idea: str, sentence: str) -> str:
    """`my uncle's boat` for `his boat` behind a `sentence` that begins with `my uncle mends`."""
    pointed, words = _POINTS.match(idea), sentence.split()[:_NAMED]
    if pointed is None or not _OWN.match(sentence):
        return idea
    if (end := next((at for at in range(2, len(words)) if _is_verb(words, at)), 0)) == 0:
        return idea
    name = " ".join([words[0].casefold(), *words[1:end]])
    owner = name + ("’" if name.endswith("s") else "'s")
    return f"{owner} {idea[pointed.end() :]}"


def _is_verb(words: list[str], at: int) -> bool:
    tags = ("VBD", "VB") if is_plural(words[at - 1]) else ("VBD", "VBZ")
    return is_helper(words[at]) or any(base_of(words[at], tag) for tag in tags)


def told_in(text: str) -> str:
    """What somebody tells before they wish for a video: `teaching salsa` of `I teach salsa`, all of any other."""
    if (theirs := THEIRS.match(text)) and not re.search(r"\bgetting \w+ed\b", text):
        return told_by(theirs)
    own = _SAYS_I.match(text)
    base = own and next((base_of(own["verb"], tag) for tag in ("VB", "VBD", "VBG") if base_of(own["verb"], tag)), "")
    return f"{gerund(base)} {own['rest']}" if own and base else text


def without_hope(text: str) -> tuple[str, str] | None:
    """What is told, or what somebody is invited to, and the folded words around it; None where nothing is hoped for."""
    if hoped := _HOPED.match(text):
        return told_in(hoped["told"]), hoped["hoped"].casefold()
    if invited := _INVITED.match(text):
        return invited["what"], text[: invited.start("what")].strip().casefold()
    return None


def told_by(theirs: re.Match[str]) -> str:
    """What somebody says that they have or do: `their shop`, `teaching piano`."""
    done = theirs["doing"]
    base = done and next((base_of(done, tag) for tag in ("VB", "VBD", "VBG") if base_of(done, tag)), "")
    return f"{gerund(base)} {theirs['thing']}" if base else theirs["thing"]
