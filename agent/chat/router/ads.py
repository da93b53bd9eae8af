"""Lines that ask for an ad from footage: the offline router's rule."""

from __future__ import annotations

import re

from ....languages import code_of
from ...toolbox.tools.make_ad import make_ad
from .wishes import Wish

_PLACE = r"(?:\"[^\"]+\"|'[^']+'|“[^”]+”|[^\s,;]+)"
_AD = re.compile(r"\b(?:ads?|advert(?:isement)?s?|commercials?)\b", re.IGNORECASE)
_ASKED = re.compile(r"(?:make|create|produce|cut|edit|build|do|give|generate)\b|an? (?:\w+ )?ad", re.IGNORECASE)
_PRODUCT = re.compile(rf"(?P<product>\"[^\"]+\.toml\"|'[^']+\.toml'|{_PLACE}(?<=\.toml))", re.IGNORECASE)
_MATERIAL = r"(?:clips?|footage|videos?|shots?|files?|material|recordings?|folder)"
_LYING = re.compile(
    rf"\b{_MATERIAL}\b(?: that (?:is|are))? (?:in|from|under|at)(?: the)?(?: folder)? (?P<place>{_PLACE})",
    re.IGNORECASE,
)
_USED = re.compile(rf"\b(?:from|out of|using|with)(?: the| my| our)?(?: folder)? (?P<place>{_PLACE})", re.IGNORECASE)
_SECONDS = re.compile(r"\b(\d{1,3})[ -]?(?:s|sec|seconds?)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"\bin (?P<language>[A-Z][a-z]+)\b")
_HOW = "Say where both are: make an ad from the clips in DIR for product.toml"


def ad_wish(line: str) -> Wish | None:
    """The ad that a line asks for; None where it asks for none, or says nothing of files and clips."""
    product = _PRODUCT.search(line)
    if not _AD.search(line) or not _ASKED.match(line):
        return None
    rest = line.replace(product[0], " ") if product else line
    footage = _LYING.search(rest) or _USED.search(rest)
    if product is None and footage is None:
        return None  # a video about something, for which another rule stands
    if product is None or footage is None:
        return Wish(text=_HOW)
    asked: dict[str, object] = {"product": _bare(product["product"]), "footage": _bare(footage["place"])}
    if seconds := _SECONDS.search(line):
        asked["seconds"] = float(seconds[1])
    if (language := _LANGUAGE.search(line)) and code_of(language["language"]):
        asked["language"] = language["language"]
    return Wish(make_ad.name, asked)


def _bare(place: str) -> str:
    return place.strip("\"'“”").rstrip(".,;:!?") if place[:1] not in "\"'“" else place.strip("\"'“”")
