"""`popcorn ask --pick`: the drafts of a round with their scores, and a question at the terminal which is rendered."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import RequestError, StoppedError

if TYPE_CHECKING:
    from ..graphs.create.context import Pick, Picked
    from ..graphs.create.state import Attempt, Draft
    from .display import Screen


def picker(screen: Screen) -> Pick:
    """Asks on stderr and reads from the terminal. Raises RequestError where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RequestError(
            "--pick asks at a terminal, and there is none",
            hint="Leave it away: `attempts` of --json has all drafts with their scores; `popcorn render` renders any.",
        )

    from ..graphs.create.context import Picked

    async def pick(attempts: Sequence[Attempt], order: Sequence[int]) -> Picked:
        shown = [attempts[at] for at in order]
        _show(shown, screen)
        while True:
            screen.err.print(f"Which one is rendered? 1 to {len(shown)}, Enter for 1: ", end="")
            answer = (await _line()).strip()
            number = int(answer) if answer.isascii() and answer.isdigit() and len(answer) < 4 else 0
            if not answer or 1 <= number <= len(shown):
                return Picked(order[max(number, 1) - 1])
            screen.notice(f"{answer[:40]!r} is none of 1 to {len(shown)}")

    return pick


def _show(drafts: Sequence[Attempt], screen: Screen) -> None:
    from ..agent.toolbox.card_pieces import drafts_card
    from ..agent.toolbox.drafts import WrittenDraft

    written = [
        WrittenDraft(one.draft.title, _told(one.draft), score=one.score, complaints=one.complaints) for one in drafts
    ]
    screen.err.print(drafts_card(written))


def _told(draft: Draft) -> str:
    """The shot, or the beginning of each shot of a story, after what the voice says."""
    said = f"says “{draft.line}”. " if draft.line else ""
    firsts = [f"{number}. {shot.video_prompt.partition('. ')[0]}." for number, shot in enumerate(draft.shots, 1)]
    return said + (" ".join(firsts) or draft.video_prompt)


async def _line() -> str:
    """A line of the terminal, waited for so that Ctrl-C ends the waiting. Raises StoppedError at its end."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    if not (line := sys.stdin.readline()):
        raise StoppedError("no draft was picked", hint="Go on without a question: popcorn ask --resume last")
    return line
