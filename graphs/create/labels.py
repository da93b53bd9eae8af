"""What a model puts around a title or a shot, or leaves in their place: labels, marks of a list, blanks to fill in."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"(?:(?:the |my |a )?(?:video |clip )?(?:title|prompt|shot|cover|description)(?: (?:\d+|idea|prompt))?"
    r"|video[ _]prompt|t[ií]tulo|titre|titel|titolo"
    r"|заголовок|название|标题|標題|タイトル|제목)[\"'”]?\s*[:：=]\s*(?=\S)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^(?:#{1,6}\s+|[-*•]\s+|[1-9][.)]\s+(?=\D))")
_AROUND = (("**", "**"), ("__", "__"), ("`", "`"), ("*", "*"), ('"', '"'), ("“", "”"), ("«", "»"), ("「", "」"))
_COUNTED = re.compile(r"\s*[(\[]\s*\d+\s*(?:characters?|chars?|letters|words)\s*[)\]]\s*$", re.IGNORECASE)
_BLANK = re.compile(
    r"[\[<{]\s*/?(?:your|insert|enter|fill|title|subject|name|topic|request|placeholder)\b[^\]>}]*[\]>}]"
    r"|(?<!\w)\$\{?(?:title|request|subject|topic|name|shots|language)\b"
    r"|\b[a-z]+_of_[a-z_]+\b|\b(?:tbd|lorem ipsum)\b|\b(?:video|render|cover)_prompt\b",
    re.IGNORECASE,
)
"""Not `todo`, which is a word of Spanish, and no round brackets, in which a title says things of its own."""
_NAMES_ITSELF = re.compile(
    r"^(?:(?:title|draft|option|version|variant|video) ?\d+\b|untitled\b|draft (?:about|of|for)\b)"
    r"|\b(?:(?:a|my|the|catchy|short|good|great|possible|suggested) )+title (?:about|for|is)\b|^catchy title\b"
    r"|\bvideo prompt\b|\b\d+[- ]second (?:video|clip) (?:prompt|title)\b",
    re.IGNORECASE,
)


def unlabelled(value: object) -> object:
    """A text without the label, the marks and the count of its characters that stand around it; else as it is."""
    if not isinstance(value, str):
        return value
    text, before = value.strip(), ""
    while text != before:
        before = text
        text = _COUNTED.sub("", _MARKS.sub("", text, count=1)).strip()
        if label := _LABEL.match(text.lstrip("\"'“*_")):
            text = text.lstrip("\"'“*_")[label.end() :].strip()
        text = _bared(text)
    return text or value


def leaves_blank(text: str, request: str) -> bool:
    """Whether a text has a place to be filled in, which the request has not."""
    return _is_own(_BLANK.search(text), request)


def names_itself(title: str, request: str) -> bool:
    """Whether a title says that it is one, or a draft, and the request does not speak of any."""
    return _is_own(_NAMES_ITSELF.search(title), request)


def _bared(text: str) -> str:
    """Without one pair of marks around the whole of it."""
    for begin, end in _AROUND:
        inner = text[len(begin) : len(text) - len(end)]
        if text.startswith(begin) and text.endswith(end) and len(text) > len(begin) + len(end) and begin not in inner:
            return inner.strip()
    return text


def _is_own(found: re.Match[str] | None, request: str) -> bool:
    return found is not None and found[0].strip().casefold() not in request.casefold()
