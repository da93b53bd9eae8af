"""First lines that name no subject: greetings in twelve languages, what can be done, and wishes to be seen."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from ....graphs.create.request.command import take_apart

HELPED = "help"
"""Stands for the help, where a line in English asks what can be done."""
_GOAL = re.compile(
    r"(?:(?:i|we) (?:just )?(?:want|need|would like|wanna)(?: to)? |how (?:do|can|could|should) (?:i|we) |make "
    r"(?:me|us) |help me(?: to)? |can you (?:make|get) me )(?:to )?"
    r"(?:(?:go|get|become|be|grow|have|gain|make) )?(?:my (?:channel|account|tiktok|page) )?(?:go )?"
    r"(?:(?:more|lots of|a lot of|many|some) )?(?:viral|famous|rich|views?|followers?|likes|subscribers|comments"
    r"|popular|an influencer|attention|reach|grow|bigger)(?: (?:on|with) [\w ]+)?[\s.!?]*$",
    re.IGNORECASE,
)
_IDEAS = re.compile(
    r"(?:what (?:should|can|could|do) (?:i|we) (?:post|make|film|do|upload|create)(?: today| next| now| this week)?"
    r"|(?:(?:please )?give me |i need |i want |any |some |got (?:any )?)(?:(?:some|an|good|new|video|content) )*ideas?"
    r"|surprise me|anything|something|whatever|you choose|inspire me)[\s.!?]*$",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"(?:is (?:this|it|that) (?:free|paid)|do i (?:have|need) to pay|what does (?:this|it) cost to use"
    r"|does (?:this|it) cost (?:money|anything))[\s.!?]*$",
    re.IGNORECASE,
)
_THEIRS = re.compile(r"(?:i|we) (?:have|own|run|sell|bake|make|teach|offer) (?P<thing>[^.!?]+)[.!?]*$", re.IGNORECASE)
_SUBJECT = "Say what the video is about, for example: three hooks about street tacos."


def opened(line: str) -> str:
    """What there is to say of such a line; HELPED where the help answers it, empty for any other line."""
    text = " ".join(line.split()).strip(" ¿¡.!?。！？…~👋🙂😊")
    for language, patterns in _languages().items():
        if any(pattern.fullmatch(text) for pattern in patterns):
            return _table()[language].get("says", HELPED)
    if _PRICE.match(line):
        return "I cost nothing, and what ships does not either. Models and renderers behind servers may: /cost tells."
    if _GOAL.match(line):
        return f"Nobody can promise that, least of all fixed rules: I draft videos and compare them. {_SUBJECT}"
    if _IDEAS.match(line):
        return f"I know nothing of you, and rules have no ideas of their own. {_SUBJECT}"
    return ""


def subject_to_ask_about(line: str) -> str:
    """What a line that no rule fits may be about: `my bakery` of `I have a bakery`; empty where it has no word."""
    words = " ".join(line.split())
    theirs = _THEIRS.match(words)
    idea = theirs["thing"] if theirs else take_apart(words).idea if words else ""
    return idea if re.search(r"\w", idea) else ""


@cache
def _languages() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {language: _patterns(entry) for language, entry in _table().items()}


def _patterns(entry: dict[str, str]) -> tuple[re.Pattern[str], ...]:
    """A greeting, a question, and a question behind a greeting."""
    asks = entry["asks"]
    before = (
        rf"(?:(?:{entry['greets']})[\s,，、!！.。¿¡]*)"
        if "greets" in entry
        else r"(?:(?:hi|hello|hey)[\s,!.]*(?:there )?)"
    )
    whole = rf"{before}?(?:{asks})"
    greeted = [rf"{before}+"] if "greets" in entry else []
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (whole, *greeted))


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "openings.toml").read_text(encoding="utf-8"))
