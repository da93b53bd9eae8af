"""Lines that ask which of the drafts draws more: the offline router's rules for the choice model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ....graphs.create.request.terms import END
from ...toolbox.drafts import DraftText
from ...toolbox.tools.compare_drafts import compare_drafts
from .places import PLACE, PLACES, POINTED, meant, missing
from .wishes import Here, Rule, Wish, rule


def _draws_more(found: re.Match[str], here: Here) -> Wish | None:
    """Two or more drafts side by side, by the choice model: those that are named, else the latest ones."""
    board, said = here.board, found[0]
    if re.search(r"(?i)\b(?:is|the) (?:the )?(?:best|strongest)\b", said) and not re.search(r"(?i)\b(?:of|or)\b", said):
        return None  # the draft that was picked last
    if len(board.drafts) < 2:
        return (
            missing(here, "that could be compared") if not board.drafts else Wish(text="There is only one draft yet.")
        )
    pointed = meant(said, here) if re.search(rf"(?i){PLACE}", said) else list(board.drafts)
    drafts = list(board.drafts) if pointed and len(pointed) < 2 else pointed
    if not drafts:
        return missing(here, "")
    counted = re.search(r"(?i)\b(?:two|both)\b", found[0]) and len(drafts) > 2
    text = f"There are {len(drafts)}, so each is compared with each." if counted else ""
    return Wish(compare_drafts.name, side_by_side(drafts, here), text)


def side_by_side(drafts: Sequence[DraftText], here: Here) -> dict[str, Any]:
    """What the choice tool takes: the drafts, and the request that they were written for."""
    return {"drafts": [one.arguments() for one in drafts], "request": here.board.request}


_DRAWS = (
    r"(?:(?:(?:would|will|could|should|does|do|is going to|is likely to|might) )?(?:probably )?"
    r"(?:draws?|gets?|brings?|attracts?|wins?|performs?|does|do|earns?|pulls?|makes?|goes|go|works?|has|scores?"
    r"|is (?:the )?(?:better|stronger|more popular|more viral|best|strongest)|be (?:the )?(?:better|best|stronger))"
    r"(?: (?:in )?(?:the )?(?:(?:more|most|better|best|higher|highest|further|viral|well)"
    r"(?: (?:people|comments|clicks|views|likes|viewers|attention|talk))?))?"
    rf"(?:[,:]? (?:{PLACES}))?{END}|should (?:i|we) (?:post|take|use|choose|pick|render|publish|go with|upload){END})"
)
"""What drafts do better than others."""
CHOOSING: tuple[Rule, ...] = (
    rule(
        rf"(?:which|what|who)\b(?: (?:one|draft|title|hook|version|video|clip)s?)?"
        rf"(?: (?:out )?of (?:the )?(?:{POINTED}|two|three|drafts|titles|hooks))?"
        r"(?:,? (?:do you think|is it that|is the one that))?"
        rf" {_DRAWS}.*",
        _draws_more,
    ),
    rule(
        rf"(?:which|what|who)\b(?: (?:one|draft|title|hook|version|video|clip)s?)?(?: is|['’]s| are| would be)? "
        rf"(?:the )?(?:better|stronger|best|more popular),?:? (?:{PLACES}){END}",
        _draws_more,
    ),
    rule(
        rf"(?:is|are|does|do|will|would) (?:{PLACES}) (?:any )?(?:better|stronger|worse|more popular"
        rf"|{_DRAWS})(?: than (?:the )?{PLACE}(?: one)?)?.*",
        _draws_more,
    ),
)
"""Before the rule for `which is best`, which names the draft that was picked last."""
