"""What a typed line asks for, by patterns: the rules of the offline router."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..offline.command import take_apart
from .board import Board

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "a few": 3, "some": 3, "several": 4,
}  # fmt: skip
_COUNT = rf"(?P<count>\d+|{'|'.join(_COUNTS)})"
_LAST = r"last(?! (?:night|time|week|month|year)\b)"
_WHICH = rf"(?P<which>{'|'.join(_ORDINALS)}|{_LAST}|(?<![\w.:/=-])\d+(?:st|nd|rd|th)?(?![\w:/=-]|\.\d))"
"""A draft by its place in the list; the number in a renderer's name is none."""
_FILLED = {
    "the",
    "a",
    "an",
    "it",
    "that",
    "this",
    "one",
    "draft",
    "video",
    "videos",
    "clip",
    "about",
    "with",
    "of",
    "on",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that a line asks for; without a tool only the text is said."""

    tool: str = ""
    arguments: Mapping[str, Any] | None = None
    text: str = ""


Reader = Callable[[re.Match[str], Board, date], Wish]


def read(line: str, board: Board, today: date) -> Wish | None:
    """What the line asks for; None when no rule fits it."""
    text = " ".join(line.split())
    for pattern, reader in _RULES:
        if found := pattern.search(text):
            return reader(found, board, today)
    return None


def _explain(found: re.Match[str], board: Board, today: date) -> Wish:
    draft = _named(found, board)
    if draft is None:
        return _missing(found, board, "whose score could be explained")
    return Wish("explain_score", _draft(draft))


def _render(found: re.Match[str], board: Board, today: date) -> Wish:
    draft = _named(found, board)
    if draft is None:
        return _missing(found, board, "that could be rendered")
    if not draft.get("video_prompt"):
        return Wish(text="That draft has no shot yet, only a title. Ask for drafts first.")
    arguments = {"title": draft["title"], "video_prompt": draft.get("render_prompt") or draft["video_prompt"]}
    with_ = found.groupdict().get("renderer")
    return Wish("render_video", arguments | ({"renderer": with_.rstrip(".")} if with_ else {}))


def _shorter(found: re.Match[str], board: Board, today: date) -> Wish:
    draft = board.chosen
    if draft is None:
        return Wish(text="There is no title yet that could be shorter. Ask for drafts first.")
    titles = shorter(draft["title"], board.request)
    if not titles:
        return Wish(text=f"I know no shorter form of “{draft['title']}”: my rules only leave words away.")
    return Wish("compare_drafts", {"drafts": [{**_draft(draft), "title": title} for title in titles]})


def _variants(found: re.Match[str], board: Board, today: date) -> Wish:
    about = _subject(found.groupdict().get("about") or "") or board.request
    if not about:
        return Wish(text="Of what? Say for example: three hooks about street tacos.")
    count = _COUNTS.get(found["count"].casefold()) or _number(found["count"])
    return Wish("draft_video", {"request": about, "drafts": max(1, min(count, 16))})


def _drafts(found: re.Match[str], board: Board, today: date) -> Wish:
    about = _subject(found["about"])
    return Wish("draft_video", {"request": about}) if about else Wish(text="About what?")


def _make(found: re.Match[str], board: Board, today: date) -> Wish:
    about = _subject(found["about"])
    if not about:
        return Wish(text="About what? Say for example: make something about street tacos.")
    return Wish("make_video", {"request": about})


def _score(found: re.Match[str], board: Board, today: date) -> Wish:
    title = found["title"].strip(" \"'“”?.")
    if not title:
        return Wish(text="The title is empty. Say for example: score Tacos at 2 am.")
    return Wish("score_popularity", {"title": title})


def _compare(found: re.Match[str], board: Board, today: date) -> Wish:
    titles = [
        part.strip(" \"'“”?.") for part in re.split(r"\s+(?:vs\.?|versus|or|and|with|against)\s+", found["titles"])
    ]
    drafts = [{"title": title} for title in titles if title][:16]
    if not drafts:
        return Wish(text="The titles are empty. Say for example: compare Tacos at 2 am or Tacos for breakfast.")
    return Wish("compare_drafts", {"drafts": drafts})


def _references(found: re.Match[str], board: Board, today: date) -> Wish:
    about = found["about"].strip(" ?.") or board.request
    return Wish("find_references", {"query": about}) if about else Wish(text="For which subject?")


def _runs(found: re.Match[str], board: Board, today: date) -> Wish:
    arguments: dict[str, Any] = {}
    about = _subject(found.groupdict().get("about") or "")
    if about:
        arguments["about"] = about
    day = (found.groupdict().get("day") or found.groupdict().get("late_day") or "").casefold()
    if day:
        on = today - timedelta(days={"yesterday": 1, "today": 0}.get(day, 7))
        arguments |= {"since": on.isoformat(), "until": (today if "week" in day else on).isoformat()}
    return Wish("list_runs", arguments)


def _show(found: re.Match[str], board: Board, today: date) -> Wish:
    return Wish("show_run", {"run_id": found["run"] or "last"})


def shorter(title: str, request: str = "") -> list[str]:
    """Shorter forms of a title: without what stands around its core, and the subject of `request` alone."""
    subject = _subject(request)
    cuts = [re.split(r"[:,;–—-]\s", title, maxsplit=1)[-1], re.split(r"[:,;–—-]\s|\s\(", title, maxsplit=1)[0]]
    cuts += [re.sub(r"(?i)\b(the|a|an|really|very|just|actually|ever|always|this|your|my)\s+", "", title)]
    cuts += [subject, f"{subject}?"] if subject else []
    neat = (cut.strip(" ,.;:–—-") for cut in cuts)
    made = [cut[:1].upper() + cut[1:] for cut in neat if 3 <= len(cut) < len(title)]
    return list(dict.fromkeys(made))[:4]


def _named(found: re.Match[str], board: Board) -> Mapping[str, Any] | None:
    """The draft that a line means: by its number in the latest list, else the one that was spoken of last."""
    which = found.groupdict().get("which")
    if not which:
        return board.chosen
    number = _place(which.casefold(), len(board.drafts))
    return board.drafts[number - 1] if 1 <= number <= len(board.drafts) else None


def _missing(found: re.Match[str], board: Board, what: str) -> Wish:
    """Says that the draft which a line means is not there."""
    count = len(board.drafts)
    if not count:
        return Wish(text=f"There is no draft yet {what}. Ask for drafts first.")
    there = f"There are 1 to {count}" if count > 1 else "There is only draft 1"
    return Wish(text=f"There is no such draft. {there}, by the numbers in the list.")


def _place(which: str, count: int) -> int:
    """The number that `ninth`, `9th` or `last` of `count` stands for."""
    if which == "last":
        return count
    return _ORDINALS.index(which) + 1 if which in _ORDINALS else _number(which)


def _number(text: str) -> int:
    """The number that a word begins with; a huge one, which Python would refuse to read, is only known to be huge."""
    digits = re.match(r"\d*", text)
    return int(digits[0][:9] or 0) if digits else 0


def _draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    return {name: draft.get(name, "") for name in ("title", "video_prompt", "tag")}


def _subject(text: str) -> str:
    """The subject without the words around it; empty where nothing is left."""
    text = re.sub(r"(?i)[\s,]*\b(?:and|then) (?:tell|show|say|score|compare|see|pick|choose|render)\b.*$", "", text)
    idea = take_apart(text.strip(" ?.!\"'“”")).idea if text.strip() else ""
    return "" if all(word.casefold() in _FILLED for word in idea.split()) else idea


def _rule(pattern: str, reader: Reader) -> tuple[re.Pattern[str], Reader]:
    return re.compile(pattern, re.IGNORECASE), reader


_DAY = r"(?P<day>yesterday|today|last week|this week)"
_RULES = (
    _rule(rf"\b(?:why|explain|what (?:drives|moves))\b.*?(?:\b{_WHICH}\b|$)", _explain),
    _rule(
        r"\bwhat (?:did|have) (?:we|i|you)\b.*?\b(?:do|done|make|made)\b"
        r"(?: (?P<day>yesterday|today|last week|this week))?"
        r"(?:.*?\b(?:about|with|on|for) (?P<about>.+?))?(?: (?P<late_day>yesterday|today|last week|this week))?\s*\??$",
        _runs,
    ),
    _rule(rf"\b(?:list|show)\b.*\b(?:runs|videos)\b(?:.*?\babout (?P<about>.+?))?(?: {_DAY})?\s*\??$", _runs),
    _rule(r"\bshow\b.*\b(?:run|last)\b\s*(?P<run>\d{8}-\d{6}-[0-9a-f]{6})?", _show),
    _rule(rf"\brender\b(?:.*?\b{_WHICH}\b)?(?:.*?\b(?:with|by|using|in) (?P<renderer>[\w:./=-]+))?", _render),
    _rule(r"\bshort(?:er|en)\b", _shorter),
    _rule(
        rf"\b{_COUNT} (?:\w+ )?(?:hooks?|variants?|drafts?|ideas?|titles?|versions?|options?)\b"
        r"(?:.*?\b(?:about|on|for|of) (?P<about>.+))?",
        _variants,
    ),
    _rule(r"\bcompare:? (?P<titles>.+)", _compare),
    _rule(
        r"\b(?:score|how (?:good|popular) (?:is|would)|how would)\b:? (?P<title>.+?)(?: (?:be|do|score))?\s*\??$",
        _score,
    ),
    _rule(
        r"\b(?:references?|examples?|what works|what worked|what (?:gets|got) people talking)\b"
        r"(?:.*?\b(?:about|for|on|with|of|like) (?P<about>.+)|(?P<nothing>))",
        lambda found, board, today: (
            _references(found, board, today) if found["about"] else _asked_again(board, "find_references", "query")
        ),
    ),
    _rule(
        r"^(?:please )?(?:draft|drafts?|ideas?|hooks?|sketch|brainstorm)\b(?: (?:for|about|on|of))?:? (?P<about>.+)",
        _drafts,
    ),
    _rule(
        r"\b(?:make|create|produce|generate|film|shoot|do)\b(?: me| us)?(?: (?:something|a video|a clip|one|it))?"
        r"(?: (?:about|on|of|with|for))?:? (?P<about>.+)",
        _make,
    ),
)


def _asked_again(board: Board, tool: str, argument: str) -> Wish:
    return Wish(tool, {argument: board.request}) if board.request else Wish(text="For which subject?")
