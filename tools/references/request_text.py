"""What a request is about, without the wording of the command.

"Create a short video showcasing how to brew tea" asks for a video, and is about brewing tea. The references nearest to
the whole sentence are those that talk about making videos; so the words of the command are taken off before the request
is compared with references. English wording only: a request in another language stays as it is.
"""

from __future__ import annotations

import re

_VERBS = (
    "analy[sz]e|assemble|build|compare|compile|compose|craft|create|demonstrate|depict|describe|develop|discuss|"
    "draft|examine|explain|explore|generate|give|highlight|illustrate|introduce|investigate|make|narrate|offer|outline|present|"
    "produce|provide|put together|rank|recreate|share|show|showcase|summari[sz]e|talk|tell|visuali[sz]e|write"
)
_NOUN_LIKE_VERBS = "animate|capture|design|document|edit|feature|film|record|review|shoot"
"""Verbs that are as often the subject itself ("film music", "design trends"): a command only before a determiner."""
_MEDIA = (
    "animation|breakdown|clip|collection|compilation|countdown|documentary|edit|explainer|footage|guide|"
    "highlight reel|list|montage|overview|recap|reel|review|series|short|short film|story|summary|tribute|tutorial|"
    "video|vlog|walkthrough"
)
_LINKS = (
    "about|analy[sz]ing|celebrating|comparing|covering|dedicated to|demonstrating|depicting|describing|discussing|"
    "documenting|examining|explaining|exploring|featuring|focused on|focusing on|for|highlighting|illustrating|"
    "in which|introducing|of|on|presenting|ranking|showcasing|showing|summari[sz]ing|telling|that shows?|to show|"
    "where|with"
)
_DETERMINER = r"(?:a|an|the|some|me|us|my|our|how|what|why|this|that)"
_ARTICLE = r"(?:(?:a|an|the|some|me|us|my|our)\s+)*"
_POLITE = re.compile(
    r"^(?:(?:please|kindly|hey|hi|hello|now|let's|let us|can you|could you|would you|will you|help me(?: to)?|"
    r"i(?:'d| would) like(?: you)? to|i want(?: you)? to|i need(?: you)? to|we(?:'d| would) like to|we want to)\b"
    r"[\s,]*)+",
    re.IGNORECASE,
)
_WISH = re.compile(r"^(?:i want|i need|i(?:'d| would) like|we want|we need)\s+(?=(?:a|an|some)\s)", re.IGNORECASE)
_MEDIUM = re.compile(
    rf"^(?:(?:{_VERBS}|{_NOUN_LIKE_VERBS})\s+)?{_ARTICLE}(?:[\w'-]+,?\s+){{0,3}}?(?:{_MEDIA})s?\s+(?:{_LINKS})\s+",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    rf"^(?:(?:{_VERBS})\s+(?:(?:about|on|of)\s+)?|(?:{_NOUN_LIKE_VERBS})\s+(?={_DETERMINER}\s))", re.IGNORECASE
)
_OPENING = re.compile(
    rf"^{_ARTICLE}(?:(?:how to|how|why|what|whether|that)\s+|ways (?:to|of)\s+|tips (?:for|on|to)\s+)", re.IGNORECASE
)
_LONGEST = 400
"""Characters from the beginning that are looked at: a command stands in front."""


def subject_of(request: str) -> str:
    """`request` without the words that only ask for a video; `request` itself when nothing would be left."""
    text = " ".join(request.split()).replace("’", "'")
    head, tail = text[:_LONGEST], text[_LONGEST:]
    bare = _WISH.sub("", _POLITE.sub("", head))
    without_medium = _MEDIUM.sub("", bare)
    bare = without_medium if without_medium != bare else _COMMAND.sub("", bare)
    bare = (_OPENING.sub("", bare) + tail).strip(" .!?:;,-")
    return bare or text
