"""Lines that begin with what is there (`make it ...`, `the second one`, `more ...`): the offline router's rules."""

from __future__ import annotations

import re

from ....graphs.create.request.terms import ASPECTS, END, LANGUAGES, SHAPES
from ...toolbox.tools.compare_drafts import compare_drafts
from ...toolbox.tools.draft_video import draft_video
from ...toolbox.tools.render_video import render_video
from .manners import manners, unfelt, untranslated, wished
from .places import NAMED, ONE, PLACE, PLACES, POINTED, meant, missing
from .wishes import COUNT, RENDERER, Here, Wish, about, count_of, rule

_NOTHING = "There is nothing yet that could be changed. Say first what the video is about: three hooks about tacos"
_POSSIBLE = (
    "No rule of mine changes that. What I can do with what is there: `shorter title`, `make it funnier`, "
    '`try it without "..."`, `make it square`, `render the second`, `three more`, `why?`.'
)
_DO = (
    r"(?:(?:re-?)?(?:make|render|do|film|shoot|take|use|pick|choose|try|turn|have|want|get|change|put|redo|go with)\b )"
)
_NEW = r"(?:(?:make|draft|try|do|write|give|show|want|get)\b(?: me| us)? )"
_KINDS = r"(?:hooks?|variants?|drafts?|ideas?|titles?|versions?|options?|ones?)"


def shorter(title: str, request: str = "") -> list[str]:
    """Shorter forms of a title: without what stands around its core, and the subject of `request` alone."""
    subject = about(request)
    cuts = [re.split(r"[:,;–—-]\s", title, maxsplit=1)[-1], re.split(r"[:,;–—-]\s|\s\(", title, maxsplit=1)[0]]
    cuts += [re.sub(r"(?i)\b(the|a|an|really|very|just|actually|ever|always|this|your|my)\s+", "", title)]
    cuts += [subject, f"{subject}?"] if subject else []
    neat = (cut.strip(" ,.;:–—-") for cut in cuts)
    made = [cut[:1].upper() + cut[1:] for cut in neat if 3 <= len(cut) < len(title)]
    return list(dict.fromkeys(made))[:4]


def render(found: re.Match[str], here: Here) -> Wish:
    """A call for each draft that is meant, in a shape or by a renderer where one is named."""
    names = found.groupdict()
    return rendering(names.get("which") or "", here, names.get("renderer"), names.get("aspect"))


def rendering(which: str, here: Here, renderer: str | None = None, aspect: str | None = None) -> Wish:
    """The calls that render the drafts which `which` points at."""
    drafts = meant(which, here)
    if drafts is None:
        return missing(here, "that could be rendered")
    shown = [one for one in drafts if one.video_prompt]
    if not shown:
        return Wish(text="That draft has no shot yet, only a title. Ask for drafts first.")
    how = {"renderer": (renderer or "").rstrip("."), "aspect": ASPECTS.get((aspect or "").casefold(), "")}
    given = {name: value for name, value in (how | {"request": here.board.request}).items() if value}
    calls = [{"title": one.title, "video_prompt": one.shot} | given for one in shown]
    return Wish(render_video.name, calls[0], more=tuple(calls[1:]))


def _shorter(found: re.Match[str], here: Here) -> Wish | None:
    if re.search(r"(?i)\b(?:about|on|than)\b", found[0]) or len(found[0].split()) > 8:
        return None
    drafts = meant(re.sub(r"(?i)\b(?:titles|ones|them)\b", "", found[0]), here)
    if drafts is None and here.board.drafts:
        return missing(here, "")
    if not drafts:
        return Wish(text="There is no title yet that could be shorter. Ask for drafts first.")
    titles = shorter(drafts[0].title, here.board.request)
    if not titles:
        return Wish(text=f"I know no shorter form of “{drafts[0].title}”: my rules only leave words away.")
    return Wish(compare_drafts.name, {"drafts": [{**drafts[0].arguments(), "title": title} for title in titles]})


def _without(found: re.Match[str], here: Here) -> Wish | None:
    drafts = meant(found["which"] or "", here)
    if not drafts:
        return missing(here, "that words could be taken from")
    draft, gone = drafts[0], re.findall(r"\w+", found["word"].casefold())
    kept = [word for word in draft.title.split() if "".join(re.findall(r"\w+", word.casefold())) not in gone]
    if not kept or len(kept) == len(draft.title.split()):
        return Wish(text=f"I can only leave words of the title away, and it is “{draft.title}”.")
    title = " ".join(kept)
    pair = [{**draft.arguments(), "title": title[:1].upper() + title[1:]}, draft.arguments()]
    return Wish(compare_drafts.name, {"drafts": pair})


def _manner(found: re.Match[str], here: Here) -> Wish | None:
    wishes = manners(found["wish"])
    alone = found.start("wish") == 0 and not re.search(r"(?i)\b(?:more|less|\w+er)\b", found["wish"])
    if not wishes or alone:  # `nice` alone is praise
        return None
    if not here.board.request:
        return Wish(text=_NOTHING)
    request = wished(here.board.request, wishes)
    return Wish(
        draft_video.name, {"request": request}, f"{unfelt(wishes)} So these are other drafts of the same subject."
    )


def _more(found: re.Match[str], here: Here) -> Wish | None:
    names = found.groupdict()
    request = about(names.get("about") or "") or here.board.request
    if not request:
        return Wish(text=_NOTHING)
    count = (
        count_of(names["count"]) if names.get("count") else (1 if re.search(r"(?i)another|one more", found[0]) else 3)
    )
    return Wish(draft_video.name, {"request": request, "drafts": max(1, min(count, 16))})


def _instead(found: re.Match[str], here: Here) -> Wish | None:
    subject = about(found["about"])
    return Wish(draft_video.name, {"request": subject}) if subject else Wish(text="About what?")


_SHAPE = rf"(?P<aspect>{SHAPES})\b(?: (?:format|video|clip|version|shape|one|mode))?"
CHANGES = (
    rule(
        rf"{_DO}?(?:(?P<which>{POINTED})\s*)?(?:(?:in|into|as|to|more|be|an?) )*{_SHAPE}{RENDERER}{END}",
        render,
    ),
    rule(
        rf"(?!.*\b(?:about|of|on)\b)(?:.*\b(?:in|into|to) |{_DO}{POINTED} )(?P<language>{LANGUAGES}){END}",
        lambda found, here: Wish(text=untranslated(found["language"])),
    ),
    rule(
        rf".*\bin (?P<language>{LANGUAGES}) (?:about|of|on|for)\b.*",
        lambda found, here: Wish(text=untranslated(found["language"])),
    ),
    rule(r".*\bshort(?:er|en)\b.*", _shorter),
    rule(
        rf"(?:{_DO}|(?:score|compare)\b )?(?:(?P<which>{POINTED})\s*)?"
        rf"(?:(?:without|minus) (?:the words? )?)[\"'“”]?(?P<word>.+?)[\"'“”]?{END}",
        _without,
    ),
    rule(
        rf"(?:drop|leave out|remove|delete)(?P<which>)(?! it\b| {NAMED}{END}) (?:the words? )?"
        rf"[\"'“”]?(?P<word>.+?)[\"'“”]?{END}",
        _without,
    ),
    rule(rf"(?:re-?)?render(?:$| (?P<which>{POINTED})?){RENDERER}{END}", render),
    rule(rf"{_DO}(?P<which>{POINTED}){RENDERER}{END}", render),
    rule(rf"(?P<which>{PLACES}){RENDERER}{END}", render),
    rule(
        rf"{_NEW}?(?:{COUNT} )?(?:more|others?|new|different|further)"
        rf"(?: (?:of|like) (?:them|these|those|this|that|it|the same))?(?: {_KINDS})?"
        rf"(?: (?:about|on|for) (?P<about>.+?))?{END}",
        _more,
    ),
    rule(rf"{_NEW}?(?:another|one more)(?: {_KINDS})?{END}|(?:once more|try again|again){END}", _more),
    rule(rf"(?:{_DO}|{_NEW})?(?:(?:{POINTED}|something)\s*)?(?P<wish>.+?){END}", _manner),
    rule(r"(?:make|do|have)\b (?:it|this|that|them|the (?:video|clip|draft)) about (?P<about>.+)", _instead),
    rule(
        r"(?:make|turn|change|have|do|put|set|give|keep|edit|fix|add|move|translate)\b (?:it|them|these|those|more|less"
        rf"|in\b|(?:the )?{PLACE} (?:{ONE}|longer|into|in|to|more|less|with|without)"
        r"|(?:this|that|the) (?:one|draft|titles?|clip|video|shot|picture|drafts))(?![\w'’-])",
        lambda found, here: Wish(text=_POSSIBLE),
    ),
)
"""In this order; none of them takes a word that points at something for a subject."""
