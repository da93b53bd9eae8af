"""The words of a post: a caption and hashtags, by rule, from a draft's title and its request."""

from __future__ import annotations

import re
from functools import partial

from ....graphs.create.request.language import ENGLISH, is_small_in
from ....graphs.create.request.terms import END
from ....graphs.create.request.words import is_small, listed
from ...models.offline.subject import read_subject
from ...toolbox.drafts import DraftText
from .places import POINTED, meant, missing
from .wishes import Here, Rule, Wish, about, rule

_MOST = 5
_NOTE = "They are the request's own words, put together by rule: whether they are in fashion is not known here."


def hashtags(request: str, tag: str = "") -> str:
    """`#StreetTacos #Street #Tacos #Delicacy`: the subject of a request, its words, and the category of a draft."""
    subject = read_subject(request) if request.strip() else None
    words = re.findall(r"[^\W_]+", re.sub(r"['’]s\b|['’]", "", subject.text if subject else ""))
    language = subject.language if subject else ENGLISH
    small = is_small if language == ENGLISH else partial(is_small_in, language)
    telling = [word for word in words if not small(word) and word.casefold() not in listed("fillers")]
    whole = [*telling] if len(telling) < _MOST else telling[-2:]
    named = ["".join(map(_capital, whole)), *map(_capital, telling), "".join(map(_capital, re.findall(r"\w+", tag)))]
    unique = {name.casefold(): name for name in reversed(named) if len(name) > 1 or not name.isascii()}
    return " ".join(f"#{name}" for name in [*reversed(unique.values())][: _MOST + 1])


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _posted(found: re.Match[str], here: Here) -> Wish:
    """Caption and hashtags of the draft that is meant, or of a subject that is named."""
    subject = about(re.sub(r"(?i) (?:video|clip|reel|post)s?[\s.!?]*$", "", found.groupdict().get("about") or ""))
    drafts = [DraftText(subject[:1].upper() + subject[1:], "")] if subject else meant(found["which"] or "", here)
    if not drafts:
        return missing(here, "that a caption could be written for")
    request, tag = subject or here.board.request or drafts[0].title, getattr(drafts[0], "tag", "")
    lines = []
    if re.search(r"(?i)caption|post|description", found["what"]):
        lines.append(f"Caption: {drafts[0].title}")
    if re.search(r"(?i)(?:[2-9]|two|three|four|five|six|ten) captions", found[0]):
        lines.append("One caption is all that my rules write of it; a language model writes more.")
    tags = hashtags(request, tag).split()
    wanted = re.search(r"\d+(?= hash)", found[0])
    most = int(wanted[0][:4]) if wanted else len(tags)
    lines.append(" ".join(tags[:most]) or "There is no word in it that could be a hashtag.")
    lines += [f"{most} is more than its words give."] if most > len(tags) else []
    return Wish(text="\n".join([*lines, _NOTE]))


def _subtitled(found: re.Match[str], here: Here) -> Wish:
    return Wish(
        text="A clip is silent, so that there is nothing to subtitle; its title stands in the picture. "
        "`popcorn render --captions srt` writes the title as a captions file."
    )


_TEXT = r"(?:captions?|hash-?tags?|post text|description)"
_WHAT = rf"(?P<what>{_TEXT}(?:(?:,| and| with| or)(?: some| the| an?)* {_TEXT})?)"
_GIVE = (
    r"(?:(?:give|write|make|suggest|get|show|add|find|what|which|some|good|need|me|us|an?|the|are|would|as|it|\d+|two|three|four|five|six|ten)"
    r" )*"
)
POSTING: tuple[Rule, ...] = (
    rule(r".*\bsubtitles?\b.*", _subtitled),
    rule(rf"{_GIVE}{_WHAT}(?:(?: (?:for|to|with|of|on)(?: my| our)?)? (?P<which>{POINTED}))?{END}", _posted),
    rule(
        rf"{_GIVE}{_WHAT} (?:for|about|on|of)(?: an?)?(?: (?:video|clip|post|reel)s?(?: about| of| on)?)?"
        r"(?P<which>) (?P<about>.+)",
        _posted,
    ),
)
"""Before the rules of changes: `captions` is no subject."""
