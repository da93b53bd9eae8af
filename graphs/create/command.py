"""The command around a request: `Create a short video showcasing ...` is wording, the rest is the idea."""

from __future__ import annotations

import re
from dataclasses import dataclass

_POLITE = re.compile(
    r"(?:(?:hi|hello|hey)(?: there)?|please|kindly|(?:can|could|would|will) (?:you|we|i)"
    r"|help me(?: to)?|let['’]?s|let us"
    r"|(?:i|we)(?:['’]d| would)? (?:really )?(?:want|need|like|love)(?: you)?(?: to)?|i am looking for|give (?:me|us)"
    r"|my idea is|idea)\b[\s,:!]*",
    re.IGNORECASE,
)
_VERBS = (
    "create|make|generate|produce|show off|showcase|show|highlight|discuss|explore|analy[sz]e|compare|contrast"
    "|summari[sz]e|recreate|rank|explain|describe|present|demonstrate|illustrate|examine|investigate|introduce|capture|compile"
    "|celebrate"
    "|break down|dive into|take a look at|look at|put together|visuali[sz]e|depict|recap|feature|reveal|outline"
    "|evaluate"
    "|debate|unpack|trace|narrate|tell (?:me |us )?(?:about|the story of)|teach (?:me |us |people |viewers )?|imagine"
)
# Words that begin an idea as often as a command: `film noir`, `design a logo`, `share prices`.
_WAVERING = (
    "film|shoot|record|cover|list|share|review|document|animate|render|edit|draft|write|develop|design|build|craft|do"
)
_DETERMINER = r"(?:a|an|the|one|some|another|my|our|your|this|me a|me an|us a|us an|me|us)"
_OBJECTS = (
    "videos?|clips?|montages?|guides?|recaps?|lists?|summary|summaries|animations?|reels?|shorts?|vlogs?|tutorials?|films?"
    "|movies?|trailers?|teasers?|ads?|commercials?|documentary|compilations?|reviews?|overviews?|slideshows?|walkthroughs?"
    "|explainers?|edits?|time-?lapses?|supercuts?|countdowns?|tier lists?|posts?|skits?|sketch|tiktoks?|content|footage"
    "|sequences?|presentations?|analysis|comparisons?|breakdowns?|tours?|demos?|demonstrations?|essays?|how-to|rankings?"
    "|micro-?videos?|story|stories|introductions?|tributes?"
)
_OBJECT = re.compile(
    rf"(?:{_DETERMINER}\s+)?"
    rf"(?:(?!(?:of|in|for|about|on|with|to|from|at|by|and how)\b)[\w'’-]+,?\s+){{0,5}}?(?:{_OBJECTS})\b"
    r"(?=\s*(?:$|[:.]|\s[\-–—]|(?:set (?:in|at|on)|about|of|on|for|that|which|where|in which|with|to"
    r"|explaining|how|why|when|\w+ing)\b))\s*",
    re.IGNORECASE,
)
_INDEFINITE = re.compile(r"(?:a|an|one|me a|us a)\s", re.IGNORECASE)
_LINKER = re.compile(
    r"(?:[:,\-–—]\s*|(?:all )?about\b|of\b|on\b|for\b(?! \w+ing beginners)|with\b|where\b|in which\b|set (?:in|at|on)\b"
    r"|to\b(?= \w+ing\b)"
    r"|(?:(?:that|which)\s+)?(?:show|showcas|featur|rank|compar|analy[sz]|explor|highlight|explain|discuss|demonstrat"
    r"|depict|illustrat|captur|celebrat|detail|document|introduc|review|present|reveal|recap|summari[sz]|describ|examin"
    r"|trac|break|cover|focus|teach|display)(?:ing|s|es|e)?\b(?:\s+(?:down|on))?(?:\s+(?:me|us|people|viewers)\b)?"
    r"|to\b(?=\s+(?:show|explain|introduce|celebrate|promote|present|highlight|teach|demonstrate)))\s*",
    re.IGNORECASE,
)
_TAKES_TO = re.compile(r"(?:guide|introduction|tribute)s?\s*$", re.IGNORECASE)
_TO = re.compile(r"(?:to|on|for|of|about)\s+", re.IGNORECASE)
_AUDIENCE = re.compile(r"\s+to (?:an?|my|your|our)\s[\w'’-]+$", re.IGNORECASE)
_COMPARED = re.compile(r"\s+(?:with|to|against)\s+", re.IGNORECASE)
_COMMAND = re.compile(rf"(?:{_VERBS})\b\s*", re.IGNORECASE)
_WAVERING_COMMAND = re.compile(rf"(?:{_WAVERING})\s+(?={_DETERMINER}\b|\w+['’]s\b|how\b|why\b|\d)", re.IGNORECASE)
_MAKER = re.compile(r"(?:create|make|produce|design|build|craft|write|draft|develop|do|film|shoot)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"[\s,]+(?:with (?:a |an )?(?:brief|short|quick|detailed|in-depth) \w+|in detail|step[- ]by[- ]step"
    r"|for (?:my|our) (?:\w+ )?(?:channel|page|account|followers|audience|feed)|in (?:a |an )?[\w-]+ style"
    r"|with (?:\w+ )?(?:text overlays?|subtitles|captions|background music|music)|please"
    r"|in (?:under |about )?\d+ seconds"
    r"|as a (?:short |quick )?(?:video|clip|reel)|on video"
    r"|for (?:tiktok|reels|shorts|social media)|that (?:goes|will go) viral)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Command:
    """A request taken apart: the idea, and the words of the command that stood around it."""

    idea: str
    wording: str


def take_apart(request: str) -> Command:
    """Split `request` into idea and command. When nothing else is left, the whole request is the idea."""
    text = " ".join(request.split()).strip(" \"“”'`*_#-–—:,;")
    text = text if _keeps_point(text) else text.rstrip(".。 ")
    idea, wording = _strip_head(text)
    while (shorter := _TAIL.sub("", idea)) not in (idea, ""):
        wording.append(idea[len(shorter) :])
        idea = shorter
    idea = idea.strip(' "“”:,;–—')
    said = " ".join(part.strip() for part in wording).casefold()
    if "explain" in said or "teach" in said:
        idea = _AUDIENCE.sub("", idea)
    if "compar" in said and " and " not in idea and not idea.casefold().startswith("how"):
        idea = _COMPARED.sub(" and ", idea, count=1)
    return Command(idea or text, said)


def _strip_head(text: str) -> tuple[str, list[str]]:
    taken: list[str] = []

    def eat(pattern: re.Pattern[str]) -> bool:
        nonlocal text
        match = pattern.match(text)
        if match is None or not text[match.end() :].strip(" .!?"):
            return False
        taken.append(match.group())
        text = text[match.end() :]
        return True

    while eat(_POLITE):
        pass
    before = text
    maker = _MAKER.match(text) is not None
    commanded = eat(_COMMAND) or eat(_WAVERING_COMMAND)
    named = (maker or not commanded or _INDEFINITE.match(text)) and eat(_OBJECT)
    if named:
        eat(_TO if _TAKES_TO.search(taken[-1]) else _LINKER)
    elif commanded and maker:
        return before, taken[:-1]
    elif commanded:
        eat(re.compile(r"(?:about|at|into|on)\s+", re.IGNORECASE))
    return text, taken


def _keeps_point(idea: str) -> bool:
    """True when a final point belongs to the idea: `U.S.`, `Mr.`."""
    return re.search(r"(?:\b\w\.){2,}$|\b(?:Jr|Sr|Dr|St|Inc)\.$", idea) is not None
