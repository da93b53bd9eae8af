"""What a wish for a video names besides its subject: a renderer, a language, a length, a shape, sound, a post's text.

Whatever is named is used, or it is said why it is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ....graphs.create.request.language import ENGLISH, language_of
from ....tools.video.registry import MODELS, RENDERERS, SERVED
from ...toolbox.tools.draft_video import draft_video
from ...toolbox.tools.make_video import make_video
from .changes import SHAPES
from .foreign_terms import language_in, length_in, renderer_in
from .manners import LANGUAGES, untranslated
from .posting import hashtags
from .wishes import END, Wish

_SECONDS = 3
_NUMBERS = "a|an|one|two|three|four|five|six|eight|ten|twelve|fifteen|twenty|thirty|forty|sixty|ninety"
_LENGTH = (
    rf"(?P<length>(?:\d+(?:[.,]\d+)?|half an?|{_NUMBERS})[ -]?(?:seconds?|secs?|s|minutes?|mins?|m|hours?)(?![\w'’]))"
)
_KNOWN = "|".join(re.escape(name) for name in sorted({*RENDERERS, *MODELS}, key=len, reverse=True))
_OTHERS = r"sora(?:[ -]?\d)?|veo(?:[ -]?\d)?|runway(?:ml|[ -]?gen-?\d\w*)|kling|pika labs|hailuo|midjourney|wan|hunyuan"
"""Video models that are not there by these names: they are refused as a renderer, and are no part of the subject."""
_RENDERER = rf"(?P<renderer>(?:{'|'.join(SERVED)}):[\w./-]+|(?:{_OTHERS}|{_KNOWN})(?:=[\w./-]+)?(?![\w.-]))"
_THING = r"(?:video|clip|reel|short|tiktok|film|movie|ad|animation)s?\b"
_LEADING = (
    rf"\b{_RENDERER}(?=(?: [\w-]+){{0,2}} {_THING})",
    rf"^(?:with|using|in|use) {_RENDERER}(?:[\s,:]|and\b|to\b)+",
    rf"\b(?P<language>{LANGUAGES})(?= (?:{_THING}|hooks?\b|titles?\b|drafts?\b))",
    rf"\bin (?P<language>{LANGUAGES})(?=,? (?:about|of|on|for|with|showing)\b)",
    rf"\b{_LENGTH}(?:[ -]long)?,?(?=(?: [\w-]+,?){{0,3}} {_THING})",
    rf",? (?:of|for|lasting) {_LENGTH}(?=,? (?:about|on|with|showing)\b)",
)
_MADE = (
    r"(?:re-?)?(?:render|film|make|generate|do|run|produce)(?:ed)?(?: (?:it|them|that|this|the (?:video|clip|result)))?"
)
_POST = r"(?:captions?|hashtags?)"
_LASTING = (
    r"make it |it should be |of |for |in |under |about |lasting |that lasts |max(?:imum)? |at most |no longer than "
)
_TRAILING = (
    rf"[\s,;.]+(?:(?:and|then|and then) (?:please )?{_MADE}|(?:re-?)?render(?:ed)?(?: (?:it|this|that))?)"
    r" (?:with|by|using|on|through) (?:the )?(?P<renderer>[\w:./=-]*\w)",
    rf"[\s,;.]+(?:and |then |and then )?(?:please )?{_MADE} (?:with|by|using|in|on|through) (?:the )?{_RENDERER}",
    rf"[\s,;]+(?:with|using|by|via|through|on) (?:the )?{_RENDERER}(?: renderer| model)?",
    rf"[\s,;]+(?:and )?(?:all |everything |the titles? |write it |make it )?in (?P<language>{LANGUAGES})",
    rf"[\s,;]+(?:and )?(?:{_LASTING})+{_LENGTH}(?: long)?",
    rf"[\s,;]+(?:and )?(?:make it )?{_LENGTH} long",
    rf",\s*{_LENGTH}(?: each)?",
    r"[\s,;]+(?:and )?(?P<beyond>(?:at|in) (?:[48]k|(?:full )?hd|\d+p)"
    r"|(?:with )?(?:max(?:imum)?|at most|under|up to|no more than) \d+ (?:characters|chars|letters|words))",
    rf"[\s,;]+(?:and )?(?:make it |in |as )?(?:an? )?(?P<shape>{SHAPES})(?: format| video| clip)?",
    r"[\s,;]+(?:with|and|plus|add) (?:[\w-]+ ){0,2}"
    r"(?P<sound>music|narrator|sound|voice-?over|narration|audio|soundtrack)",
    r"[\s,;]+(?:and|with|plus|add)(?: give me| write| some| an?| the)* "
    rf"(?P<post>{_POST}(?:(?:,| and| with|,? plus)(?: an?| the| some)* {_POST})?)",
)
_FOUND = tuple(
    re.compile(pattern, re.IGNORECASE) for pattern in (*_LEADING, *(f"{pattern}{END}" for pattern in _TRAILING))
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is named; empty for what is not."""

    renderer: str = ""
    language: str = ""
    length: str = ""
    shape: str = ""
    sound: str = ""
    post: str = ""
    beyond: str = ""
    """What no rule here can see to: `in 4k`, `max 40 characters`."""

    def met(self, wish: Wish, line: str) -> Wish:
        """The wish for a video or for drafts with the terms in it, and what is to be said of those that cannot be."""
        if self.language and not _is_own(self.language, line):
            return Wish(text=untranslated(self.language))
        arguments, said = dict(wish.arguments or {}), [wish.text] if wish.text else []
        if self.renderer and wish.tool == make_video.name:
            arguments["renderer"] = self.renderer
        elif self.renderer:
            said.append(f"Nothing is rendered yet; after that: `render the first with {self.renderer}`.")
        if self.length and not re.fullmatch(r"(?:3|three)[ -]?s\w*", self.length, re.IGNORECASE):
            said.append(f"Every clip has {_SECONDS} seconds: “{self.length}” is not possible here.")
        if self.shape and "shape" not in wish.text:
            after = "after that" if wish.tool == make_video.name else "after a render"
            said.append(f"It gets the shape of this session; `make it {self.shape.casefold()}` comes {after}.")
        if self.sound:
            said.append(f"Without {self.sound.casefold()}: nothing here makes any for a clip like this.")
        if self.beyond:
            said.append(f"“{self.beyond}” is nothing that my rules can see to.")
        if self.post:
            said.append(f"For the post: {hashtags(str(arguments.get('request', '')))}")
        return replace(wish, arguments=arguments, text=" ".join(said))


def terms_of(line: str) -> tuple[str, Terms]:
    """The line without the terms in it, and the terms."""
    named: dict[str, str] = {}
    before = ""
    while before != line:
        before = line
        for pattern in _FOUND:
            if found := pattern.search(line):
                named |= {name: value for name, value in found.groupdict().items() if value}
                line = " ".join(f"{line[: found.start()]} {line[found.end() :]}".split())
                break
    return line, Terms(**named)


def foreign_terms(line: str) -> tuple[str, Terms]:
    """The same for a line in another language."""
    line, renderer = renderer_in(line, _RENDERER)
    line, length = length_in(line)
    line, language = language_in(line)
    return line, Terms(renderer=renderer, length="" if re.match(r"3\D", length) else length, language=language)


def takes_terms(wish: Wish | None) -> bool:
    """Whether the wish is one for a new video or for new drafts."""
    return wish is not None and wish.tool in (make_video.name, draft_video.name)


def _is_own(language: str, line: str) -> bool:
    own = {"english": ENGLISH, "spanish": "es", "french": "fr", "german": "de"}
    return own.get(language.casefold()) == language_of(line)
