"""What a typed line asks for, by patterns: the rules of the offline router."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from ....graphs.create.request.terms import END, SHAPES, Terms, counted_behind, terms_of
from ....tools.popularity.standing import whole
from ...toolbox.drafts import MOST_DRAFTS, ScoredDraft
from ...toolbox.tools.compare_drafts import compare_drafts
from ...toolbox.tools.draft_video import draft_video
from ...toolbox.tools.explain_score import explain_score
from ...toolbox.tools.find_references import find_references
from ...toolbox.tools.list_runs import list_runs
from ...toolbox.tools.make_video import make_video
from ...toolbox.tools.score_popularity import score_popularity
from ...toolbox.tools.show_run import show_run
from ..board import Board
from .ads import ad_wish
from .changes import CHANGES, rendering, shorter
from .choosing import CHOOSING, side_by_side
from .feedback import feedback_wish
from .manners import manners, unfelt, wished
from .places import NAMED, POINTED, meant, missing
from .posting import POSTING
from .prose import abroad, in_prose, several
from .terms import met, takes_terms
from .wishes import COUNT, MADE, SHORT, Here, Wish, about, at_most, count_of, rule

__all__ = ["Wish", "read", "shorter"]

_POLITE = re.compile(
    r"(?:(?:(?:please|kindly|ok(?:ay)?|now|and|then|so|but|well|yes|hey|hi|hello|just|(?:can|could|would|will) you"
    r"|let['’]?s|let us|help me(?: to)?|i(?:['’]d| would)? (?:want|need|like|love)(?: you)?(?: to)?|i want"
    r"|give (?:me|us)|tell me|(?:can|could|may) (?:i|we) (?:get|have)"
    r"|(?:have you |you )?got (?:any|some)|do you have (?:any|some))\b)[\s,:!]*)+",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"(?:(?:do|make|write|have) (?:it|this|that|one) )?(?:with|using|in) [^,:]{1,40}[,:]\s", re.IGNORECASE
)
"""What a video shall be made with, before what it is about: `with ltx: a whale at sunrise`."""
_SHORT_WHY = 4
"""Words after `why` that may still be about a draft where there is none."""
_DAY = r"(?P<day>yesterday|today|last week|this week)"


def read(line: str, board: Board, today: date, best: ScoredDraft | None = None) -> Wish | None:
    """What the line asks for; None when no rule fits it. `best` is the draft picked over others last."""
    text, here = bare(line), Here(board, today, best)
    if len(text) <= SHORT and (wish := ad_wish(text) or feedback_wish(text, board)):
        return wish
    if wish := abroad(" ".join(line.split())):
        return wish
    rest, count = counted_behind(text) if len(text) <= SHORT else (text, 0)
    plain, terms = terms_of(rest) if len(text) <= SHORT else (text, Terms())
    headed = _HEADED.match(text) if plain != text and about(plain) else None
    named = _ruled(plain, here) or in_prose(plain) if plain != text else None
    if takes_terms(named):
        return met(terms, several(cast("Wish", named), count), line)
    if headed:
        return met(terms, Wish(make_video.name, {"request": about(plain)}), line)
    return _ruled(text, here) or in_prose(" ".join(line.split()))


def _ruled(text: str, here: Here) -> Wish | None:
    short = re.sub(r"\d{10,}", "9" * 9, text)
    for pattern, reader in _RULES:
        said = text if reader in _OF_ANY_LENGTH else short if len(short) <= SHORT else None
        if said is not None and (found := pattern.match(said)) and (wish := reader(found, here)) is not None:
            return wish
    return None


def bare(line: str) -> str:
    """The line without greetings and politeness in front."""
    text = " ".join(line.split())
    polite = _POLITE.match(text)
    return text[polite.end() :] if polite else text


def _said(text: str) -> Any:
    """A reader that answers with the text."""
    return lambda found, here: Wish(text=text)


def _explain(found: re.Match[str], here: Here) -> Wish | None:
    drafts = meant(found["rest"], here)
    if (
        not drafts
        and len(found["rest"].split()) > _SHORT_WHY
        and not re.search(r"(?i)\bscore|\blow|\bhigh", found["rest"])
    ):
        return None
    if not drafts:
        return missing(here, "whose score could be explained")
    return Wish(explain_score.name, drafts[0].arguments())


def _variants(found: re.Match[str], here: Here) -> Wish | None:
    request = about(found["about"] or "") or here.board.request
    if not request:
        return Wish(text="Of what? Say for example: three hooks about street tacos.")
    return Wish(draft_video.name, {"request": request, "drafts": _within(found["count"])}, at_most(found["count"]))


def _within(count: str) -> int:
    return max(1, min(count_of(count), MOST_DRAFTS))


def _drafts(found: re.Match[str], here: Here) -> Wish | None:
    subject = about(found["about"])
    return Wish(draft_video.name, {"request": subject}) if subject else Wish(text="About what?")


def _video(found: re.Match[str], here: Here) -> Wish | None:
    """A video about something; several are drafted first, since one is made at a time."""
    subject = about(found["about"])
    if not subject and re.fullmatch(POINTED, found["about"].strip(" ?.!"), re.IGNORECASE):
        return rendering(found["about"], here)
    if not subject:
        return Wish(text="About what? Say for example: make something about street tacos.")
    how = found.groupdict().get("how") or ""
    if found["count"] and (count := count_of(found["count"])) > 1:
        return several(Wish(make_video.name, {"request": subject}), count)
    if wishes := manners(how):
        return Wish(make_video.name, {"request": wished(subject, wishes)}, unfelt(wishes))
    if shape := re.search(SHAPES, how, re.IGNORECASE):
        text = f"It gets the shape that this session renders in; `make it {shape[0].casefold()}` comes after that."
        return Wish(make_video.name, {"request": subject}, text)
    return Wish(make_video.name, {"request": subject})


def _make(found: re.Match[str], here: Here) -> Wish | None:
    """A video about what follows the verb, unless that only points at something or says how it should be."""
    subject = about(found["about"]) and about(found[0])
    if not subject:
        return Wish(text="About what? Say for example: make something about street tacos.")
    if _POINTING.match(subject) or manners(subject):
        return None
    return Wish(make_video.name, {"request": subject})


def _score(found: re.Match[str], here: Here) -> Wish | None:
    title = found["title"].strip(" \"'“”?.")
    if not title:
        return Wish(text="The title is empty. Say for example: score Tacos at 2 am.")
    if not re.fullmatch(POINTED, title, re.IGNORECASE):
        return Wish(score_popularity.name, {"title": title})
    drafts = meant(title, here)
    if not drafts:
        return missing(here, "that could be scored")
    if len(drafts) > 1:
        return Wish(compare_drafts.name, {"drafts": [one.arguments() for one in drafts]})
    return Wish(score_popularity.name, drafts[0].arguments())


def _compare(found: re.Match[str], here: Here) -> Wish | None:
    """Titles that stand in the line, or drafts that it points at."""
    said = found["titles"].strip(" ?.!") if found["titles"].strip() else "them"
    if re.fullmatch(NAMED, said, re.IGNORECASE) and (here.board.drafts or not re.search(r"\d", said)):
        drafts = meant(said, here)
        if not drafts:
            return missing(here, "that could be compared")
        return Wish(compare_drafts.name, side_by_side(drafts, here))
    parts = re.split(r"\s+(?:vs\.?|versus|or|and|with|against)\s+", found["titles"])
    titles = [title for part in parts if (title := part.strip(" \"'“”?."))][:16]
    if not titles:
        return Wish(text="The titles are empty. Say for example: compare Tacos at 2 am or Tacos for breakfast.")
    return Wish(compare_drafts.name, {"drafts": [_placed(title, here) for title in titles]})


def _placed(title: str, here: Here) -> Mapping[str, Any]:
    """The draft that `the first` means, or that has that title; any other words are a title."""
    pointed = re.fullmatch(rf"(?:{NAMED}|it)", title, re.IGNORECASE) and title.casefold().startswith(
        ("the ", "#", "it")
    )
    drafts = meant(title, here) if pointed else [one for one in here.board.scored if _same(one.title, title)][-1:]
    return drafts[0].arguments() if drafts else {"title": title}


def _same(one: str, other: str) -> bool:
    return one.casefold().strip(" ?.!") == other.casefold().strip(" ?.!")


def _best(found: re.Match[str], here: Here) -> Wish | None:
    best = here.best
    if best is None:
        return Wish(text="There is no score yet. Ask for drafts first: three hooks about street tacos.")
    titles = [one.title for one in here.board.drafts]
    where = f", number {titles.index(best.title) + 1} in the list" if best.title in titles else ""
    return Wish(text=f"“{best.title}”{where}: {whole(best.score)}. Next: `render the best`, or `three more`.")


def _references(found: re.Match[str], here: Here) -> Wish | None:
    query = (found["about"] or "").strip(" ?.") or here.board.request
    return Wish(find_references.name, {"query": query}) if query else Wish(text="For which subject?")


def _runs(found: re.Match[str], here: Here) -> Wish | None:
    names, arguments = found.groupdict(), dict[str, Any]()
    subject = about(names.get("about") or "")
    if subject:
        arguments["about"] = subject
    day = (names.get("day") or names.get("late_day") or "").casefold()
    if day:
        on = here.today - timedelta(days={"yesterday": 1, "today": 0}.get(day, 7))
        arguments |= {"since": on.isoformat(), "until": (here.today if "week" in day else on).isoformat()}
    return Wish(list_runs.name, arguments)


def _show(found: re.Match[str], here: Here) -> Wish | None:
    return Wish(show_run.name, {"run_id": found["run"] or "last"})


def _open(found: re.Match[str], here: Here) -> Wish | None:
    if not here.board.clips:
        return Wish(text="There is no clip yet. `render the first` or `make something about ...` makes one.")
    return Wish(text="/open shows the last clip.")


_POINTING = re.compile(
    rf"(?:it|them|these|those|this|that|more|less|in|without|instead|again)\b|{NAMED}$", re.IGNORECASE
)
_THING = rf"(?:{POINTED}|the (?:clip|video|last one|result))"
_COMMANDS = (
    rule(
        rf"(?:how much|what) .*\b(?:costs?|spent|spend|expensive)\b.*|costs?{END}",
        _said("/cost shows what this session has used, and what it may use."),
    ),
    rule(
        rf"(?:open|play|watch|view)(?: {_THING})?{END}|show(?: me)? (?:it|that|the (?:clip|video|result)){END}", _open
    ),
    rule(
        rf"(?:save|download|export|keep)(?: {_THING})?{END}",
        _said("/save clip.mp4 keeps the last clip, /save talk.md the conversation."),
    ),
    rule(rf"(?:undo|go back|take (?:it|that|this) back)\b.*{END}", _said("/undo takes the last turn back.")),
    rule(rf"(?:quit|exit|bye|goodbye|leave|stop){END}", _said("/quit leaves; the conversation is kept.")),
    rule(
        r"(?:use|change|switch|set|choose)(?: to)?(?: the| another| a different)? (?:renderer|(?:language )?model)\b.*",
        _said("/renderer NAME chooses what renders, /model SPEC who speaks."),
    ),
    rule(rf"(?:start over|new conversation|start again){END}", _said("/clear begins a new conversation.")),
)
_RULES = (
    rule(
        r"(?:why|explain|what (?:drives|moves))\b"
        rf"(?P<rest>$|\W*$|.*(?<![\w'’-])(?:{POINTED}|score\w*|low\w*|high\w*).*)",
        _explain,
    ),
    rule(
        r"what (?:did|have) (?:we|i|you)\b.*?\b(?:do|done|make|made)\b"
        rf"(?: {_DAY})?(?:.*?\b(?:about|with|on|for) (?P<about>.+?))?(?: {_DAY.replace('day', 'late_day', 1)})?\s*\??$",
        _runs,
    ),
    rule(rf"(?:list|show)\b.*\b(?:runs|videos)\b(?:.*?\babout (?P<about>.+?))?(?: {_DAY})?\s*\??$", _runs),
    rule(r"show\b.*\b(?:run|last)\b\s*(?P<run>\d{8}-\d{6}-[0-9a-f]{6})?", _show),
    rule(rf"(?:show|list)(?: me| us)? (?P<titles>(?:the )?{NAMED}){END}", _compare),
    *_COMMANDS,
    *CHOOSING,
    rule(
        r"(?:which|what|who)"
        rf"(?:['’]?s| is| was| are| one| draft| title| hook| of {POINTED}| scores?| would| do| does| the)*"
        rf" (?:best|better|winner|highest|strongest)(?: one| draft| title| hook| so far)*{END}",
        _best,
    ),
    rule(r"compare\b:?(?P<titles>.*)", _compare),
    rule(
        r"(?:score|rate|how (?:good|popular) (?:is|would)|how (?:would|does))\b:? "
        r"(?P<title>.+?)(?: (?:be|do|score))?\s*\??$",
        _score,
    ),
    *POSTING,
    rule(
        r"(?:(?:make|create|produce|generate|film|shoot|render|do|draft|write|design)\b )?(?:me |us )?"
        rf"(?:(?:an?|one|some|another|the)\b ?|{COUNT} )?(?P<how>(?:[\w:-]+,? ){{0,3}}?){MADE}s?"
        r" (?:about|of|on|with|for|showing|where|in which|that shows):? (?P<about>.+)",
        _video,
    ),
    rule(
        r"(?:(?:make|create|produce|generate|film|shoot|do)\b )?(?:me |us )?(?:something|one)(?P<count>)"
        r" (?:about|on|of|with|for):? (?P<about>.+)",
        _video,
    ),
    *CHANGES,
    rule(
        rf"(?:.*\W)?{COUNT} (?:\w+ )?(?:hooks?|variants?|drafts?|ideas?|titles?|versions?|options?|videos?|clips?)\b"
        r"(?:.*?\b(?:about|on|for|of) (?P<about>.+))?",
        _variants,
    ),
    rule(
        r"(?:(?:find|show|any|some|more|good|me|the) )*"
        r"(?:references?|examples?|what works|what worked|what (?:gets|got) people talking)\b"
        r"(?:.*?\b(?:about|for|on|with|of|like) (?P<about>.+))?",
        _references,
    ),
    rule(r"(?:drafts?|ideas?|hooks?|sketch|brainstorm)\b(?: (?:for|about|on|of))?:? (?P<about>.+)", _drafts),
    rule(
        r"(?:make|create|produce|generate|film|shoot|render(?= (?:an?|some|my|our) ))\b(?: me| us)?:? (?P<about>.+)",
        _make,
    ),
)
_OF_ANY_LENGTH = (_compare, _score, _video, _drafts, _make)
