"""The command around a request: `Create a short video showcasing ...` is wording, the rest is the idea."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .asker import OF_THEIRS, ONLY_THEIRS, THEIRS, WANTED, named_before, told_by, told_in, without_hope
from .language import ENGLISH, UNKNOWN, language_of, subject_in
from .spelling import spelled
from .words import listed, parts, pattern

_OPENING = re.compile(rf"{pattern('opening')}(?<!\s)\b(?:\s[–—-]\s|[\s,:!])*", re.IGNORECASE)
_THEMSELVES = re.compile(pattern("themselves"), re.IGNORECASE)
_INTO = re.compile(
    rf"(?:turn|transform|adapt|convert|make) (?P<what>.+?) into (?:an? )?(?:[\w-]+ )?{pattern('things')}\W*$",
    re.IGNORECASE,
)
_VIDEO_OF = re.compile(
    r"(?:an?|my|our|the|this)\s+(?:[\w-]+\s+)?(?:video|clip|reel|short|post|tiktok)s?\s+(?:about|of|on|showing)\s+",
    re.IGNORECASE,
)
_SHOWN_FOR = re.compile(
    r"(?P<whose>[^,.:]{1,40}?)\s+(?:that shows|showing|featuring|in which|where)\s+(?P<what>.+)", re.IGNORECASE
)
_NOISE = re.compile(r"(?:https?://|www\.)\S+|(?<![\w&])#[^\W\d]\w*")
_QUOTED = re.compile(r"^[\"“]([^\"“”]*)[\"”]$")
_OWN = re.compile(r"(?:my|our|the|an?)\b", re.IGNORECASE)
_OFFER = re.compile(r"(?:can|could|would|will) \w|help (?:me|us)(?: to)?\W*$", re.IGNORECASE)
"""Openings that begin an idea as well: `help us find our parrot`."""
_GAIN = re.compile(r"(?:(?:that|which) (?:will )?|to )(?:gets?|brings?|wins?|earns?) (?:me|us) ", re.IGNORECASE)
"""What somebody wants of a video; it says nothing of what is in it."""
_MADE_TO = re.compile(
    r"make (?:it|this) (?:(?:feel|look|sound|read) like [^:]{1,40}|[\w-]+(?:,? (?:and )?[\w-]+)?): ?(?=\w)",
    re.IGNORECASE,
)
_WISHED = re.compile(
    r"(?:an?|the|our|my) (?:[\w-]+ ){0,2}(?:video|clip|reel|film|trailer|teaser|ad|spot)$", re.IGNORECASE
)
"""A video that is wished for without a word of what is in it: `a launch video`."""
_POINTED = re.compile(r"(?:it|them|this|that|these|those|him|her)\b\W*$", re.IGNORECASE)
_FOLLOWED = (
    r"(?=\s*(?:$|[:.]|\s[\-–—]|(?:set (?:in|at|on)|about|of|on|for|that|which|where|in which|with|to"
    r"|explaining|how|why|when|\w+ing)\b))\s*"
)
_OBJECT = re.compile(
    rf"(?:{pattern('determiner')}\s+)?"
    r"(?P<manner>(?:(?!(?:of|in|for|about|on|with|to|from|at|by|and how)\b)(?:[\w'’-]+|\d+:\d+),?\s+){0,5}?)"
    rf"(?:(?:some|any)thing\b(?P<after>(?:\s+(?!{pattern('showing')})[a-z-]+){{1,2}}(?=\s+about\b)|(?:\s+[a-z-]+){{0,3}}?)"
    rf"|{pattern('things')}\b)(?: pls| please)?{_FOLLOWED}",
    re.IGNORECASE,
)
_ONLY_OBJECT = re.compile(
    rf"(?:{pattern('determiner')}\s+)?(?:(?:{'|'.join(sorted(listed('no_manner')))})\s+)*"
    rf"(?:{pattern('things')}|(?:some|any)thing)\W*$",
    re.IGNORECASE,
)
_INDEFINITE = re.compile(r"(?:an?|one|me an?|us an?|something|anything|some)\s", re.IGNORECASE)
_LINKER = re.compile(
    r"(?:[:,\-–—]\s*|(?:all )?about\b|of\b|on\b|for\b(?! \w+ing beginners)|with\b|where\b|when\b|in which\b"
    r"|set (?:in|at|on)\b|to\b(?= \w+ing\b)"
    r"|(?:that|which|to)\s+(?:makes?|gets?) (?:people|everyone|viewers|you|me|us|them) (?:want )?to\b"
    rf"|(?:(?:that|which|to)\s+)?{pattern('showing')}(?:ing|s|es|e)?\b(?:\s+(?:down|on))?"
    r"(?:\s+(?:me|us|people|viewers)\b)?)\s*",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"(?:(?:that|which|to)\s+)?(?:tell(?:s|ing)?\s+(?:(?:me|us|people|viewers)\s+)?(?:the|a)\s+(?:story|tale)\s+of"
    r"|follow(?:s|ing)?|(?:walk|guide|take)s?(?:\s+[\w'’-]+){1,4}?\s+through)\b\s*",
    re.IGNORECASE,
)
_PEOPLE = (
    r"(?:[\w'’-]+\s+){0,3}?(?:people|kids|children|beginners|employees|staff|workers|drivers|customers|clients|students"
    r"|pupils|parents|viewers|users|guests|visitors|newcomers|members|owners|followers|fans|teams?|everyone)\b"
    r"(?:\s+(?:of|at|in|on|from)(?:\s+[\w'’-]+){1,4}?)?\s+"
)
_WHOM = re.compile(
    rf"{_PEOPLE}(?=how\b|why\b)|(?:for\s+)?{_PEOPLE}(?=(?:that|which)\s+{pattern('showing')})", re.IGNORECASE
)
"""Those to whom something is shown."""
_CAMERA = re.compile(
    r",? with (?:[\w-]+ ){0,2}(?:close-?ups?|shots?|angles|footage|b-?roll|zooms?|cuts|transitions)\b.*", re.IGNORECASE
)
_SECOND_LINKER = re.compile(
    r"(?:about|of|how(?= how)|(?:show|featur|explain|promot|advertis)ing)\s+(?!course)", re.IGNORECASE
)
_TAKES_TO = re.compile(r"(?:guide|introduction|tribute)s?\s*$", re.IGNORECASE)
_TO = re.compile(r"(?:to|on|for|of|about)\s+", re.IGNORECASE)
_AT = re.compile(r"(?:about|at|into|on)\s+", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"(?i)\s+to (?:(?:an?|my|your|our)\s(?:[\w-]+[\s-]years?[\s-]olds?(?:\s\w+)?|[\w'’-]+)"
    r"|kids|children|beginners|everyone|people)$"
)
_FOR = re.compile(
    r"\s+for (?:my|our|your|an?) "
    r"(?:\d+[\s-]years?[\s-]olds?|kids?|children|toddlers?|(?:grand)?(?:son|daughter|parents))$",
    re.IGNORECASE,
)
_BUYERS = re.compile(r"\s+to (?:people|those|anyone|everyone|customers|folks)\b.*$", re.IGNORECASE)
_WHOSE = re.compile(r"^for (?=(?:my|our) [^:]{1,40}: )", re.IGNORECASE)
_COMPARED = re.compile(r"\s+(?:with|to|against)\s+", re.IGNORECASE)
_COMMAND = re.compile(
    rf"{pattern('verbs')}\b(?!['’-])\s*(?:(?:me|us|people|viewers|everyone) (?=how |why |what |that ))?", re.IGNORECASE
)
_WAVERING_COMMAND = re.compile(
    rf"(?i){pattern('wavering')}\s+(?={pattern('determiner')}\b|\w+['’]s\b|(?:how|why|what|when|that|something)\b"
    r"|\d|(?:him|them|it)\s+\w+ing\b)"
)
_MAKER = re.compile(
    r"(?:create|make|produce|generate|design|build|craft|write|draft|develop|do|film|shoot)\b", re.IGNORECASE
)
_MAKES_THINGS = re.compile(r"(?:design|build|craft|develop)\b", re.IGNORECASE)
"""Verbs that are an idea where no video is named: `build a treehouse`."""
_SOMEBODY = re.compile(r"(?!film|shoot|record|capture|show)\w+ (?:it|him|her|them) \w", re.IGNORECASE)
"""As in `make it rain pizza`."""
_TAIL = re.compile(rf"(?<![\s,.!])[\s,.!]++(?:{pattern('tail')}|(?P<aside>{pattern('aside')}))[\s?.!]*$", re.IGNORECASE)
"""It begins where a run of signs begins, and looks at none of them twice: 39,000 dots took nine minutes."""
_STYLE = re.compile(rf",\s*(?:in )?(?P<style>{pattern('style')})\s*$", re.IGNORECASE)
_INSTRUCTS = re.compile(rf"{pattern('instructs')}\b", re.IGNORECASE)
_LONGEST = 4_000
"""Characters from the beginning in which a command is looked for: it stands in front."""
_ASKED = re.compile(r"(?:how|why|wh\w+|is|are|do(?:es)?|did|can|could|should|would|will)\b", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<=[\w)”\"][.!?])(?<!\b[A-Z]\.)(?<!\b(?:Mr|Dr|St|vs|Jr|No)\.)(?<!Mrs\.)\s+"
    r"(?=[\"“A-Z0-9]|(?:(?:can|could) (?:yo)?u|please|make|create|i (?:want|need)|need|want) )"
)


@dataclass(frozen=True, slots=True)
class Command:
    """A request taken apart: the idea, and what stood around it."""

    idea: str
    """In the request's own words. The whole request when nothing else is left."""
    wording: str = ""
    """The words of the command, folded."""
    manner: str = ""
    """How it shall be: `funny`."""
    more: str = ""
    """What further sentences tell of it."""
    aside: str = ""
    """What it says of things that no draft decides: `and render it with ltx`."""
    language: str = ENGLISH


def take_apart(request: str) -> Command:
    """Split `request` into idea and command."""
    bare = _NOISE.sub(" ", request)
    text = " ".join((bare if re.search(r"\w", bare) else request).split()).strip(" `*_-–—→:,;")
    text = _QUOTED.sub(r"\1", re.sub(r"^#+\s*(?!\d)|\s+#+$", "", text))
    language = language_of(text)
    if language in (ENGLISH, UNKNOWN) and language_of(mended := spelled(text)) == ENGLISH:
        language, text = ENGLISH, mended
    if language != ENGLISH:
        return Command(subject_in(language, text) or request.strip(), language=language)
    sentences = _SENTENCE.split(text)
    read = [_sentence(sentence) for sentence in sentences]
    asking = [one for one in read if one.wording and not _ONLY_OBJECT.match(one.idea) and not _WISHED.match(one.idea)]
    first = [*asking, read[0]][0]
    more = " ".join(
        sentence for sentence, one in zip(sentences, read, strict=True) if one is not first and _tells(sentence, one)
    )
    named = named_before(first.idea, sentences[0])
    if _POINTED.match(named) and not read[0].wording and " " in sentences[0]:
        named, more = read[0].idea, more.removeprefix(sentences[0]).lstrip()
    first = replace(first, idea=named)
    bare_wish = ONLY_THEIRS.match(first.idea) or (not first.wording and any(one.wording for one in read))
    theirs = next(filter(None, map(THEIRS.match, sentences)), None) if bare_wish else None
    if theirs:
        return replace([*filter(lambda one: one.wording, read), first][0], idea=told_by(theirs))
    return replace(first, idea=first.idea or text, more=f"{first.more} {more}".strip())


def idea_of(request: str) -> str:
    """What a request is about, all its sentences that tell of it; the request itself where nothing else is in it."""
    if not request.split():
        return ""
    head, tail = request[:_LONGEST], request[_LONGEST:]
    command = take_apart(head)
    return (". ".join(filter(None, (command.idea, command.more))) or head) + tail


def _tells(sentence: str, read: Command) -> bool:
    """True for a sentence that tells of the idea; false for one that instructs, or that somebody says of themselves."""
    return not read.wording and _INSTRUCTS.match(sentence) is None


def _sentence(text: str) -> Command:
    text = text if _keeps_point(text) else text.rstrip(".。! ") or text
    if wanted := WANTED.match(text.rstrip("?! ")):
        manner = _manner(f"{wanted['manner']} {wanted['after'] or ''}")
        return Command(told_in(wanted["told"]), wanted["asked"].casefold(), manner)
    if parted := without_hope(text):
        return Command(*parted)
    theirs = OF_THEIRS.match(text)
    if theirs and _strip_head(rest := text[theirs.end() :])[1]:
        inner = _sentence(rest)
        if _POINTED.match(inner.idea) or _ONLY_OBJECT.match(inner.idea):
            return replace(inner, idea=told_by(theirs))
        occasion = inner.wording.endswith(" for") and not _OWN.match(inner.idea)
        past = (theirs["doing"] or "").endswith("ed") and inner.idea.startswith("the ")
        if occasion or past:
            return replace(inner, idea=f"{told_by(theirs)}: {inner.idea}")
        whose = told_by(theirs)
        return replace(inner, more=f"{whose[:1].upper()}{whose[1:]}.") if _OWN.match(inner.idea) else inner
    if into := _INTO.match(text):
        return Command(into["what"], "turn into a video")
    idea, wording, manner = _strip_head(text)
    aside = ""
    while (tail := _TAIL.search(idea)) and tail.start():
        wording.append(tail.group())
        aside = f"{tail['aside'] or ''} {aside}".strip()
        idea = idea[: tail.start()]
    while style := _STYLE.search(idea):
        idea, manner = idea[: style.start()], ", ".join(filter(None, [style["style"].casefold(), manner]))
    shown = _CAMERA.search(idea)
    if shown and shown.start():
        idea = idea[: shown.start()]
    idea = idea.strip(" :,;–—")
    idea = _QUOTED.sub(r"\1", idea)
    said = " ".join(part.strip() for part in wording).casefold()
    if "explain" in said or "teach" in said:
        idea = _AUDIENCE.sub("", idea)
    if said:
        idea = _FOR.sub("", idea)
    if said.startswith(("sell", "advertise", "promote", "market")):
        idea = _BUYERS.sub("", idea)
    idea = _WHOSE.sub("", idea)
    if "compar" in said and " and " not in idea and not idea.casefold().startswith("how"):
        idea = _COMPARED.sub(" and ", idea, count=1)
    if said and not _ASKED.match(idea):
        idea = idea.rstrip("?")
    return Command(idea or text, said, manner, shown.group().strip(" ,") if shown else "", aside)


def _strip_head(text: str) -> tuple[str, list[str], str]:
    taken: list[str] = []
    manner = ""

    def eat(part: re.Pattern[str]) -> re.Match[str] | None:
        nonlocal text
        match = part.match(text)
        if match is None or not text[match.end() :].strip(" .!?"):
            return None
        taken.append(match.group())
        text = text[match.end() :]
        return match

    def commanded() -> re.Match[str] | None:
        return eat(_COMMAND) or eat(_WAVERING_COMMAND)

    if (themselves := _THEMSELVES.match(text)) and _asks(text[themselves.end() :]):
        eat(_THEMSELVES)
    while (opening := _OPENING.match(text)) and _may_open(opening.group(), text[opening.end() :]) and eat(_OPENING):
        pass
    eat(_MADE_TO)
    before = text
    maker = _MAKER.match(text) is not None
    command = commanded()
    named = eat(_OBJECT) if maker or not command or _INDEFINITE.match(text) else None
    if named:
        manner = _manner(f"{named['manner']} {named['after'] or ''}")
        if _GAIN.match(text):
            return named.group().strip(), taken, manner
        linker = _TO if _TAKES_TO.search(taken[-1]) else _LINKER
        while (whom := eat(_WHOM)) or (link := eat(_STORY) or eat(linker)) or eat(_VIDEO_OF):
            if whom:
                continue
            linker = _SECOND_LINKER
            if link and link.group().strip().casefold() == "for" and (shown := _SHOWN_FOR.match(text)):
                text = f"{shown['whose']}: {shown['what']}"
    elif command and (_MAKES_THINGS.match(before) or _ONLY_OBJECT.match(text) or _SOMEBODY.match(before)):
        return before, taken[:-1], ""
    elif command:
        eat(_AT)
    return text, taken, manner


def _asks(text: str) -> bool:
    """True when what follows somebody's words of themselves asks for something that can be made."""
    asked = re.sub(r"^(?:a|an|some|to|get|have)\s+", "", text)
    return any(part.match(asked) for part in (_OBJECT, _MAKER, _COMMAND, _WAVERING_COMMAND)) or bool(
        _OBJECT.match(text)
    )


def _may_open(opening: str, rest: str) -> bool:
    """False for the beginning of a question: `would you try pickle ice cream?`."""
    return _OFFER.match(opening) is None or _OPENING.match(rest) is not None or _asks(rest)


def _manner(words: str) -> str:
    found = [word.strip(",") for word in words.casefold().split()]
    kept = [word for word in found if word not in listed("no_manner") and "ADJ" in parts(word)]
    return re.sub(r"\b(more|less), ", r"\1 ", ", ".join(kept))


def _keeps_point(idea: str) -> bool:
    """True when a final point belongs to the idea: `U.S.`, `Mr.`, `Yu-Gi-Oh!`."""
    return re.search(r"(?:\b\w\.){2,}$|\b(?:Jr|Sr|Dr|St|Inc)\.$|-[A-Z]\w+!$", idea) is not None
