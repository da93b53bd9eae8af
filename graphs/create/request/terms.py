"""What a request names besides its subject: a renderer, a language, a number of drafts, a length, a shape, sound.

`make a video about kittens and render it with ltx` is about kittens, and names ltx. Whoever takes such a request uses
what it names, or says why not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ....languages import code_of
from ....tools.video.registry import MODELS, RENDERERS, SERVED
from .foreign_form import captions_in, shape_in, sound_in
from .foreign_terms import count_in, language_in, length_in, post_in, renderer_in, silence_in
from .language import ENGLISH, entries, language_of

ASPECTS = {
    "vertical": "9:16", "portrait": "9:16", "9:16": "9:16", "tall": "9:16",
    "square": "1:1", "1:1": "1:1", "wide": "16:9",
    "widescreen": "16:9", "horizontal": "16:9", "landscape": "16:9", "16:9": "16:9",
    "4:5": "4:5",
    "1080x1920": "9:16", "1920x1080": "16:9", "1080x1080": "1:1",
}  # fmt: skip
SHAPES = "|".join(ASPECTS)
LANGUAGES = (
    "spanish|french|german|portuguese|italian|chinese|mandarin|japanese|korean|arabic|russian|hindi|english|dutch|"
    "polish|turkish|greek|hebrew|swedish|danish|norwegian|finnish|czech|hungarian|romanian|ukrainian|thai|vietnamese|"
    "indonesian|malay|tagalog|bengali|urdu|tamil|telugu|swahili|persian|farsi|catalan|latin|welsh|irish"
)
END = r"(?:[\s,]+(?:please|now|instead|then|too|again|as well|thanks|thank you|for me))*[\s.!?]*$"
"""What may stand behind any wish."""
COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "a few": 3, "some": 3, "several": 4, "a couple of": 2, "a couple": 2, "a dozen": 12, "twelve": 12, "twenty": 20,
}  # fmt: skip
_NUMBERS = "a|an|one|two|three|four|five|six|eight|ten|twelve|fifteen|twenty|thirty|forty|sixty|ninety"
_LENGTH = (
    rf"(?P<length>(?:\d+(?:[.,]\d+)?|half(?: an?)?|{_NUMBERS})"
    r"[ -]?(?:seconds?|secs?|s|minutes?|mins?|m|hours?)(?![\w'’]))"
)
_KNOWN = "|".join(re.escape(name) for name in sorted({*RENDERERS, *MODELS}, key=len, reverse=True))
_OTHERS = r"sora(?:[ -]?\d)?|veo(?:[ -]?\d)?|runway(?:ml|[ -]?gen-?\d\w*)|kling|pika labs|hailuo|midjourney|wan|hunyuan"
"""Video models that are not there by these names: they are refused as a renderer, and are no part of the subject."""
_SPOKEN = {
    r"cogvideo-?x?(?:[- ]?5b)?": "cogvideox-5b", r"ltx[- ]?video": "ltx", r"hunyuan[- ]?video(?![- ]?1)": "hunyuan",
    r"hunyuan[- ]?video[- ]?1\.5": "hunyuan-1.5", r"wan[- ]?2\.1(?:[- ]?1\.3b)?": "wan2.1-1.3b",
    r"wan[- ]?2\.2(?:[- ]?5b)?": "wan2.2-5b",
}  # fmt: skip
"""What people call the models that are there, and their names here."""
_RENDERER = (
    rf"(?P<renderer>(?:{'|'.join(SERVED)}):[\w./-]+|(?:{'|'.join(_SPOKEN)}|{_OTHERS}|{_KNOWN})(?:=[\w./-]+)?(?![\w.-]))"
)
_THING = (
    r"(?:(?:video|clip|reel|short|tiktok|film|movie|ad|animation|trailer|teaser|tutorial|explainer|montage|vlog|gif)s?"
    r"|documentar(?:y|ies))\b"
)
_LEADING = (
    rf"^(?:with|using|in|use) (?:the )?{_RENDERER}(?: renderer| model)?(?:[\s,:]|and\b|to\b|for\b)+",
    rf"\b{_RENDERER}(?=(?: [\w-]+){{0,2}} {_THING})",
    rf"^(?:the )?{_RENDERER} (?:is|will be|would be) (?:fine|ok(?:ay)?|good|enough)[\s,.;:]+"
    r"(?:(?:just|so|and|then)\s)?",
    rf"^(?:(?:do|make|write|have) (?:it|this|that|one) )?in (?P<language>{LANGUAGES})[:,]\s",
    rf"^(?:in|for) {_LENGTH}[:,]\s",
    rf"\b(?P<language>{LANGUAGES})(?= (?:{_THING}|hooks?\b|titles?\b|drafts?\b))",
    rf"\bin (?P<language>{LANGUAGES})(?=,? (?:about|of|on|for|with|showing)\b)",
    rf"\b{_LENGTH}(?:[ -]long)?,?(?=(?: [\w-]+,?){{0,3}} {_THING})",
    rf",? (?:of|for|lasting) {_LENGTH}(?=,? (?:about|on|with|showing)\b)",
    rf"\b(?P<shape>{SHAPES})(?=,? (?:format )?(?:{_THING}|(?:hook|draft|title|idea)s?\b))",
    rf",\s*(?P<shape>{SHAPES})(?=,)",
    rf"\b(?P<beyond>(?:[48]k|(?:full )?hd|\d{{3,4}}p|\d+ ?fps)(?: \d+ ?fps)?)(?=,? (?:[\w-]+ ){{0,2}}{_THING})",
)
_RENDERED = r"(?:re-?)?render(?:ed)?(?: (?:it|them|that|this|the (?:video|clip|result)))?"
_MADE = rf"(?:{_RENDERED}|(?:film|make|generate|do|run|produce)d?(?: (?:it|them|that|this|the (?:video|clip|result)))?)"
_VOICE = r"narrat|(?:[\w ]+ )?voice|spoken"
_SOUND = (
    r"(?:music|narrator|sound(?: effects)?|voice[- ]?over|(?:(?:fe)?male|human|robot|ai|british|american|my own) voice"
    r"|narration|audio|soundtrack|beats?|spoken (?:line|words))\b"
)
_POST = r"(?:captions?|hashtags?)"
_LASTING = (
    r"make it |it should be |of |for |in |under |about |lasting |that lasts |max(?:imum)? |at most |no longer than "
)
_TRAILING = (
    rf"[\s,;.]+(?:(?:and|then|and then) (?:please )?)?{_RENDERED}"
    r" (?:with|by|using|on|through) (?:the )?(?P<renderer>[\w:./=-]*\w)(?: renderer| model)?",
    rf"[\s,;.]+(?:and |then |and then )?(?:please )?{_MADE} (?:with|by|using|in|on|through) (?:the )?{_RENDERER}",
    rf"[\s,;.]+(?:please )?(?:with|use|using|by|via|through|on|renderer:?) (?:the )?{_RENDERER}(?: renderer| model)?"
    r"(?: to render(?: it)?| for (?:the )?render(?:ing)?)?",
    rf"[\s,;.]+(?:and )?(?:all |everything |the titles? |write (?:it|everything|all of it) |make it )?"
    rf"in (?P<language>{LANGUAGES})",
    rf"[\s,;]+(?:and )?(?:{_LASTING})+{_LENGTH}(?: long)?",
    rf"[\s,;]+(?:and )?(?:make it )?{_LENGTH} long",
    rf",\s*{_LENGTH}(?: each)?",
    r"[\s,;]+(?:and )?(?P<beyond>(?:at|in) (?:[48]k|(?:full )?hd|\d+p)"
    r"|with (?:burned-in )?subtitles"
    r"|(?:with )?(?:max(?:imum)?|at most|under|up to|no more than) \d+ (?:characters|chars|letters|words))",
    rf"[\s,;]+(?:and )?(?:make it |in |as )?(?:an? )?(?P<shape>{SHAPES})(?: format| mode| orientation| video| clip)?",
    rf"\s*\((?:in )?(?P<shape>{SHAPES})(?: format| mode| video)?\)",
    rf"[\s,;]+(?:with|and|plus|add|w/) ?(?:(?!with|and|in\b|no\b)[\w-]+ ){{0,2}}?(?P<sound>{_SOUND})",
    rf"[\s,;]+(?:and |with )?(?P<silence>(?:no|without(?: any)?) {_SOUND}(?:,? (?:or|and|no) {_SOUND})?"
    r"|(?<=[,;] )(?:silent|muted?))",
    r"[\s,;]+(?:and )?(?P<sound>narrated|voiced)(?: by [\w ]{1,20})?",
    r"[\s,;]+(?:(?:and|with|plus|add|then|also|include|give me|write|some|an?|the|\d+|three|five|ten)\s)+"
    rf"(?P<post>{_POST}(?:(?:,| and| with|,? plus)(?: an?| the| some)* {_POST})?)",
    r"[\s,;]+(?:and |then )*(?P<post>caption)(?: (?:it|them|that))?",
)
_FOUND = tuple(
    re.compile(pattern, re.IGNORECASE) for pattern in (*_LEADING, *(f"{pattern}{END}" for pattern in _TRAILING))
)
_COUNT = rf"(?P<count>\d+|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_DRAFTS = r"(?:hooks|drafts|variants|variations|candidates)"
_SEVERAL = r"(?:titles|versions|options|ideas|videos|clips|reels|shorts)"
_ASK = (
    r"(?:(?:please|could you|can you|would you) )*"
    r"(?:(?:make|create|draft|write|generate|produce|try|do|give|show|get|i want|i need)(?: me| us)? )"
)
_COUNTED = (
    re.compile(
        rf"^(?:{_ASK}(?:{_COUNT} (?P<how>(?:[\w-]+,? ){{0,2}}?)(?:{_DRAFTS}|{_SEVERAL}))"
        rf"|{_COUNT.replace('count', 'bare')} (?P<kind>(?:[\w-]+,? )?)(?:{_DRAFTS}|videos|clips|video ideas))"
        rf"(?: for (?:an?|my|our|the) {_THING})? (?P<link>about|of|on|for|showing|with)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:[,;.(]\s*|\s+\(|\s+(?=and |in |with |as |please ))(?:and |in |with |as |please )?"
        rf"(?:give me |draft |write |make |try |i want )?{_COUNT}"
        rf" (?:different )?(?:{_DRAFTS}|versions|options)\)?{END}",
        re.IGNORECASE,
    ),
)
_NEAR_ENDS = 500
"""Characters at either end of a request in which terms are looked for."""
_LEFT_OUT = "\ufffc"
"""Stands for what is between the two; no pattern takes it for a word."""
_ASKS = re.compile(
    rf"\b{_THING}|^(?:please )?(?:(?:can|could|may) (?:i|we)|i (?:want|need|would like)"
    r"|do|draft|write|get|produce|design|shoot|make|create|film|show|generate|explain|tell|give)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"(?:(?:explain|show|tell)(?: me)? )?(?:how|why|what|which|who)\b", re.IGNORECASE)
_PART_OF_SUBJECT = re.compile(
    r"\b(?:say|says|saying|speak\w*|spoken|count\w*|learn\w*|order\w*|sing\w*|song|read\w*|word|words|swear\w*|insult\w*"
    r"|pronounc\w*|phrase\w*|poem|called|named?|lyrics|hello|thank\w*|talk\w*|think\w*|dream\w*|written|translat\w*"
    r"|conversation|interview|numbers|alphabet|greet\w*|jokes?|proverb\w*|teach\w*|fluent|flirt\w*)\b(?!.*\bvideo\b)",
    re.IGNORECASE,
)
"""Words before `in Spanish` that make it a part of what the video is about."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is named, in the request's own words; empty for what is not."""

    renderer: str = ""
    language: str = ""
    length: str = ""
    shape: str = ""
    sound: str = ""
    silence: str = ""
    """Sound that there shall be none of: `no music`."""
    post: str = ""
    beyond: str = ""
    """What nothing here can see to: `in 4k`, `max 40 characters`."""
    count: int = 0
    """How many drafts or videos; 0 where it names no number."""

    @property
    def speaks(self) -> bool:
        """Whether the sound that is named is somebody who speaks, or that among others."""
        return self.accompaniment != self.sound

    @property
    def accompaniment(self) -> str:
        """The sound that is named without those who speak."""
        return " and ".join(one for one in self.sound.split(" and ") if not re.match(_VOICE, one, re.IGNORECASE))

    @property
    def lasts_as_asked(self) -> bool:
        """Whether no length is named but that of every clip."""
        return not self.length or re.fullmatch(r"(?:3|three)[ -]?s\w*", self.length, re.IGNORECASE) is not None


def terms_of(line: str) -> tuple[str, Terms]:
    """An English line without the terms in it, and the terms; drafts are not counted."""
    named: dict[str, str] = {}
    before = ""
    while before != line:
        before = line
        for pattern in _FOUND:
            if (found := pattern.search(line)) and not _is_subject(line, found):
                sounds = filter(None, (found.groupdict().get("sound"), named.get("sound")))
                named |= _named(found) | ({"sound": " and ".join(sounds)} if "sound" in pattern.groupindex else {})
                line = " ".join(f"{line[: found.start()]} {line[found.end() :]}".split())
                break
    return line, Terms(**named)  # type: ignore[arg-type]  # the count is in no pattern of these


def counted_behind(line: str) -> tuple[str, int]:
    """The line without the number of drafts at its end, `..., 4 versions`, and the number; 0 for none."""
    found = _COUNTED[1].search(line)
    return _uncounted(line, found) if found else (line, 0)


def foreign_terms(spoken: str, line: str) -> tuple[str, Terms]:
    """The same for a line that is `spoken` in another language."""
    line, renderer = renderer_in(line, _RENDERER)
    renderer = _by_name(renderer)
    line, length = length_in(line)
    line, language = language_in(line)
    line, post = post_in(line)
    line, silence = silence_in(line)
    line, shape = shape_in(spoken, line)
    line, beyond = captions_in(spoken, line)
    line, sound = sound_in(spoken, line)
    length = "" if re.match(r"3\D", length) else length
    return line, Terms(renderer, language, length, shape, sound, silence, post, beyond)


def all_terms(request: str) -> tuple[str, Terms]:
    """A request in any language without the terms in it, how many drafts it asks for among them, and the terms.

    Of a long request, such as a whole brief, the beginning and the end are read.
    """
    if len(request) <= 2 * _NEAR_ENDS:
        return _all_terms(request)
    begin, middle, end = request[:_NEAR_ENDS], request[_NEAR_ENDS:-_NEAR_ENDS], request[-_NEAR_ENDS:]
    plain, terms = _all_terms(f"{begin}{_LEFT_OUT}{end}")
    return (plain.replace(_LEFT_OUT, middle, 1), terms) if plain.count(_LEFT_OUT) == 1 else (request, Terms())


def _all_terms(request: str) -> tuple[str, Terms]:
    language = language_of(request)
    if language != ENGLISH:
        plain, terms = foreign_terms(language, request)
        count = count_in(language, plain) if language in entries() else 1
        return plain, replace(terms, count=count if count > 1 else 0)
    plain, terms = terms_of(request)
    for pattern in _COUNTED:
        if found := pattern.search(plain):
            rest, count = _uncounted(plain, found)
            plain, more = terms_of(rest)  # what stood before the number at the end
            both = {name: getattr(more, name) or getattr(terms, name) for name in Terms.__slots__}
            return plain, Terms(**both | {"count": count})
    return plain, terms


def is_own(language: str, line: str) -> bool:
    """Whether the line is in the language that it names."""
    return code_of(language) == language_of(line)


def _uncounted(line: str, found: re.Match[str]) -> tuple[str, int]:
    """The line without its number of drafts, and the number; what is asked for is one video then."""
    names = found.groupdict()
    word = (names.get("count") or names.get("bare") or "").casefold()
    count = COUNTS.get(word) or int(word[:9])
    if link := names.get("link"):
        how = names.get("how") or names.get("kind") or ""
        how = re.sub(r"(?i)\bvideo\b\s*", "", how)
        return f"make a {how}video {'about' if link == 'for' else link}{line[found.end() :]}", count
    return line[: found.start()].rstrip(" ,;"), count


def _named(found: re.Match[str]) -> dict[str, str]:
    named = {name: value for name, value in found.groupdict().items() if value}
    return named | {"renderer": _by_name(named["renderer"])} if "renderer" in named else named


def _by_name(spoken: str) -> str:
    """The name under which a renderer is there; the words themselves for any other."""
    if spoken.casefold() in RENDERERS | MODELS:
        return spoken.casefold()
    return next((name for way, name in _SPOKEN.items() if re.fullmatch(way, spoken, re.IGNORECASE)), spoken)


def _is_subject(line: str, found: re.Match[str]) -> bool:
    """True for `in Spanish` after `how to say hello`, or `for two hours` after `we argued`: the video is about that."""
    names, before = found.groupdict(), line[: found.start()]
    if re.match(r"[\s,;.]+(?:and|all|everything|the titles?|write|make)\b|[,;.]", found[0], re.IGNORECASE):
        return False
    if names.get("language"):
        return _PART_OF_SUBJECT.search(before) is not None
    if names.get("length"):
        return re.fullmatch(r"(?:an?(?: [\w-]+)?)?", before.strip(), re.IGNORECASE) is None and (
            _HOW.match(before) is not None or _ASKS.search(before) is None
        )
    if names.get("shape") and found[0][:1].isspace():
        return re.match(r"\s+(?:in|as)\b|\s*\(|\s+\d", found[0], re.IGNORECASE) is None
    return False
