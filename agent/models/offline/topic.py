"""The topic of a request: what kind of phrase it is, and what is to be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ....graphs.create.command import take_apart
from .families import is_common_noun
from .shortening import is_breaker, is_evaluation
from .verbs import base_of_finite, base_of_gerund, gerund, is_auxiliary, makes_things
from .vocabulary import vocabulary


class Kind(StrEnum):
    """The grammar of a topic."""

    THING = "thing"
    """A noun phrase: `street tacos`."""
    ACTION = "action"
    """A verb phrase in its base form: `fold a dumpling`."""
    CLAUSE = "clause"
    """A clause with its question word: `how games teach`."""
    QUESTION = "question"
    """A question with its verb in front, without its mark: `why are cats afraid`."""
    STATEMENT = "statement"
    """A sentence: `a dog steals a pizza`."""
    OWN_WORDS = "own words"
    """Another language, or no words at all."""


class Intent(StrEnum):
    """What a request wants to do with its topic."""

    SHOW = "show"
    PROCESS = "process"
    GUIDE = "guide"
    RANKING = "ranking"
    COMPARISON = "comparison"
    ANALYSIS = "analysis"
    EVOLUTION = "evolution"
    MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a draft is about. `text` has no article; `article` is the one the request gave it."""

    kind: Kind
    intent: Intent
    text: str
    article: str = ""
    thing: Topic | None = None
    """For an action that makes something: that thing."""
    language: str = "en"

    @property
    def mention(self) -> str:
        """The topic as a noun or noun clause inside an English sentence."""
        if self.kind is Kind.OWN_WORDS:
            return f"“{self.text}”"
        if self.kind is Kind.ACTION:
            return f"how to {self.text}"
        if self.kind is Kind.QUESTION:
            return f"the question “{self.text[:1].upper()}{self.text[1:]}?”"
        return f"{self.article} {self.text}".strip()

    @property
    def sight(self) -> str:
        """The thing to be seen, if the topic is or makes one; empty otherwise."""
        if self.thing is not None:
            return self.thing.mention
        return self.mention if self.kind in (Kind.THING, Kind.OWN_WORDS) else ""


_QUESTION = re.compile(r"(?:how|why|what|when|where|who|whether|which)\b", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:(?:how(?: many| much| long| often| far| old)?|why|when|where|what|which|who)"
    r" (?:is|are|was|were|do|does|did|can|could|should"
    r"|would|will|has|have)\b"
    r"|what if\b|(?:is|are|do|does|did|can|could|should|would|will|has|have)\s+\w+\s)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(a|an|the)\s+(?=\S)", re.IGNORECASE)
_STEPS = re.compile(
    r"(?:the\s+)?(?:step[- ]by[- ]step\s+)?(?:process|preparation|making|creation|assembly|crafting|cooking"
    r"|baking|steps?)\s+of\s+",
    re.IGNORECASE,
)
_STEP_BY_STEP = re.compile(r"step[- ]by[- ]step[,:]?\s+(?=how\b|\w+ing\b)", re.IGNORECASE)
_WAYS = re.compile(
    r"(?:(?:the|some|\d+|[a-z-]+(?: and [a-z-]+)?)\s+){0,3}?"
    r"(?:ways|tips|tricks|techniques|methods|steps|strategies|ideas|advice)"
    r"\s+(?:(?:to|on how to)\s+(?=[a-z])|(?:for|of|on)\s+(?=[a-z]+ing\b))",
    re.IGNORECASE,
)
_DOER = re.compile(
    r"(?:(?:a|an|the|my|your|our|some|two|three|someone|people)\s+)?(?:[\w-]+\s+){0,2}?([\w-]+ing)\s+", re.IGNORECASE
)
_DOERS = re.compile(
    r"\b(?:chef|cook|baker|person|man|woman|girl|boy|artist|potter|barista|grandma|grandmother|grandfather|mother|father|"
    r"someone|people|kid|child|craftsman|vendor|carpenter|student|worker|farmer|tailor|painter|butcher)s?\b",
    re.IGNORECASE,
)
_SENTENCE_OPENING = re.compile(
    r"(?:(?:a|an|the|my|our|his|her|their|two|three|i|we|he|she|they|it|you|this|that)\b)", re.IGNORECASE
)
_VERY_FINITE = vocabulary("finite_verbs")
_OPENERS = vocabulary("common_openers")
_DITRANSITIVE = vocabulary("ditransitive")
_INTENTS: tuple[tuple[Intent, str], ...] = (
    (
        Intent.RANKING,
        r"\brank|\btop (?:\d+|three|five|ten|seven)\b|\btier list|\bcountdown|\bbest\b|\bworst\b|\bfavou?rite",
    ),
    (Intent.COMPARISON, r"\bcompar|\bcontrast|\bversus\b|\bvs\b|\bdifferences?\b|\bparallels\b"),
    (
        Intent.EVOLUTION,
        r"\bevolution\b|\bhistory\b|\bover the (?:years|decades|centuries)|\btransformation of\b|\borigins?\b",
    ),
    (Intent.ANALYSIS, r"\bdiscuss|\banaly[sz]|\bexamin|\brole of\b|\binfluence\b|\bimpact\b"),
    (
        Intent.MOMENTS,
        r"\bmoments?\b|\bscenes?\b|\bfights?\b|\bhighlights of\b|\btwists?\b|\breveals?\b|\bglitches\b"
        r"|\bfinales\b|\bendings?\b",
    ),
    (Intent.GUIDE, r"\bguide\b|\btutorial|\btips?\b|\bways\b|\bhow to\b|\btechniques to\b|\bhow-to\b|\bhacks?\b"),
    (
        Intent.PROCESS,
        r"\bstep[- ]by[- ]step|\bprocess of\b|\bpreparation of\b|\bmaking of\b|\bfrom scratch\b"
        r"|\bpreparing\b|\bmaking\b",
    ),
    (Intent.ANALYSIS, r"\bexplor|\bexplain|\bwhy\b|\bsymbolism\b"),
)


def parse(request: str) -> Topic:
    """The topic of an English request, whatever its shape. `request` holds more than white space."""
    command = take_apart(request)
    everything = f"{command.wording} {command.idea}".casefold()
    intent = next((intent for intent, cue in _INTENTS if re.search(cue, everything)), Intent.SHOW)
    idea = _STEP_BY_STEP.sub("", command.idea)
    if match := _STEPS.match(idea):
        return _made(idea[match.end() :], intent)
    if match := re.match(r"(?:on\s+)?how to\s+", idea, re.IGNORECASE):
        return _action(idea[match.end() :], intent)
    if match := _WAYS.match(idea):
        way = idea[match.end() :]
        if action := _as_action(way) or (way if match.group().endswith("to ") and " " in way else None):
            return _action(action, Intent.GUIDE)
    if _ASKED.match(idea):
        return Topic(Kind.QUESTION, intent, _lower_first(idea).rstrip("? "))
    if _QUESTION.match(idea):
        return Topic(Kind.CLAUSE, intent, _lower_first(idea).rstrip("?"))
    if action := _as_action(idea):
        return _action(action, intent)
    if (
        (match := _DOER.match(idea))
        and _DOERS.search(match.group())
        and makes_things(base_of_gerund(match.group(1)) or "")
    ):
        return _action(f"{base_of_gerund(match.group(1))} {idea[match.end() :]}", intent)
    if _is_sentence(idea):
        return Topic(Kind.STATEMENT, intent, _lower_first(idea).rstrip("?"))
    if not command.wording:
        idea = _lower_common(idea)
    return _thing(idea.rstrip("?") if idea.rstrip("?").strip() else idea, intent)


def _made(idea: str, intent: Intent) -> Topic:
    if action := _as_action(idea):
        return _action(action, intent)
    return _thing(idea, Intent.PROCESS)


def _as_action(idea: str) -> str | None:
    """`idea` in the base form when it opens with a verb: `making soup`, `Make soup`."""
    first, _, rest = idea.partition(" ")
    if not rest or rest.split()[0].casefold() in ("and", "or", "of", "is", "are"):
        return None
    if base := base_of_gerund(first):
        return f"{base} {rest}"
    base = base_of_finite(first)
    determined = re.match(
        r"(?:a|an|the|your|my|our|their|more|less|better|self-|in|on|to|after|before)\b", rest, re.IGNORECASE
    )
    if base == first.casefold() and (determined or makes_things(base)):
        return f"{base} {rest}"
    return None


def _action(text: str, intent: Intent) -> Topic:
    text = text.rstrip("?. ")
    verb, _, rest = text.partition(" ")
    folded = verb.casefold()
    thing = (
        _thing(rest, intent)
        if rest and makes_things(folded) and not rest.casefold().startswith(("and ", "or "))
        else None
    )
    if thing is not None and _has_second_object(thing.text):
        thing = None
    practical = {Intent.SHOW: Intent.PROCESS, Intent.ANALYSIS: Intent.GUIDE}.get(intent, intent)
    return Topic(Kind.ACTION, practical, _lower_first(text), thing=thing)


def _has_second_object(text: str) -> bool:
    """True for `self-care a part of ...`: what follows `make` is then no single thing."""
    words = text.casefold().split()
    return any(word in ("a", "an", "the") and i and not is_breaker(words[i - 1]) for i, word in enumerate(words))


def _thing(idea: str, intent: Intent) -> Topic:
    match = _ARTICLE.match(idea)
    if match is None or (idea[match.end() :].split()[0][0].isupper() and match.group(1)[0].isupper()):
        return Topic(Kind.THING, intent, idea)
    return Topic(Kind.THING, intent, idea[match.end() :], article=match.group(1).casefold())


def _is_sentence(idea: str) -> bool:
    words = idea.casefold().split()
    finite = [i for i, word in enumerate(words) if i and word.strip(",.!?") in _VERY_FINITE]
    relative = any(word in ("that", "which", "who") for word in words[: finite[0]]) if finite else True
    return bool(finite) and not relative and _SENTENCE_OPENING.match(idea) is not None


def _lower_first(text: str) -> str:
    """`text` with a small first letter, unless its first word is a name, an acronym or `I`."""
    first = text.split(" ", 1)[0]
    plain = (first[1:].islower() and len(first) > 1) or first == "A"
    return text[:1].lower() + text[1:] if plain else text


def _lower_common(idea: str) -> str:
    """As `_lower_first`, but only for a word that cannot be a name: a request may begin with one."""
    words = idea.split()
    if words[0].casefold() in _OPENERS:
        return _lower_first(idea)
    known = is_evaluation(words[0]) or base_of_finite(words[0]) or base_of_gerund(words[0])
    common = known or is_common_noun(words[0]) or is_common_noun(" ".join(words[:2]))
    return _lower_first(idea) if common else idea


def halves(clause: str) -> tuple[str, str, str] | None:
    """Subject, base verb and rest of `how games teach players`: ("games", "teach", "players").

    None when the verb is not known, or when it has an auxiliary (`how breakfast is eaten`).
    """
    words = clause.split()[1:]
    if not words or any(is_auxiliary(word) for word in words):
        return None
    for i, word in enumerate(words[1:-1], start=1):
        if (base := base_of_finite(word)) and words[i - 1].casefold() not in ("to", "of", "and", "the", "a", "an"):
            return " ".join(words[:i]), base, " ".join(words[i + 1 :])
    return None


def as_thing(topic: Topic) -> Topic | None:
    """A clause as a noun phrase with the same words: `games teaching players`, `breakfast eaten in ...`."""
    if topic.kind is not Kind.CLAUSE or not topic.text.startswith("how "):
        return None
    words = topic.text.split()[1:]
    for i, word in enumerate(words[1:-1], start=1):
        if word in ("is", "are"):
            rest = words[i + 1 :]
            rest = rest[1:] if rest[0] == "being" else rest
            return Topic(Kind.THING, topic.intent, " ".join([*words[:i], *rest]))
    parts = halves(topic.text)
    if parts is None:
        return None
    return Topic(Kind.THING, topic.intent, f"{parts[0]} {gerund(parts[1])} {parts[2]}")


def joined(topic: Topic) -> Topic | None:
    """Subject and object of a clause as a pair: `streaming platforms and television storytelling`."""
    words = topic.text.split()[1:]
    parts = halves(topic.text)
    if parts is None:
        at = next(
            (i for i, word in enumerate(words[:-2]) if i and word in ("is", "are") and base_of_gerund(words[i + 1])),
            None,
        )
        if at is None:
            return None
        parts = (" ".join(words[:at]), words[at + 1], " ".join(words[at + 2 :]))
    if parts[1] in _DITRANSITIVE:
        return None
    rest = parts[2].split()
    end = next((i for i, word in enumerate(rest) if is_breaker(word)), len(rest))
    target = " ".join(rest[:end])
    return Topic(Kind.THING, topic.intent, f"{parts[0]} and {target}") if target else None
