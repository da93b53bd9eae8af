"""Figures of a run in words: times, tokens, money, counts; the same on the terminal and on the page."""

from __future__ import annotations

from datetime import datetime

from .story import Call, Phase


def call_facts(call: Call) -> list[str]:
    """How long a call took, when in its node that was where it met others there, its tokens and what they cost."""
    facts = [seconds(call.seconds)] if call.seconds is not None else [unfinished(call.phase)]
    if call.beside:
        facts.append(f"began at {seconds(call.after)} beside {counted(call.beside, 'other')}")
    if call.input_tokens or call.output_tokens:
        facts.append(tokens(call.input_tokens, call.output_tokens) + money(call.cost_usd))
    return facts + (["from the cache"] if call.cached else [])


def unfinished(phase: Phase) -> str:
    """How far a visit or a call without an end is."""
    return "not finished" if phase is Phase.LEFT else phase.value


def counted(number: int, what: str) -> str:
    """So many of something."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def when(stamp: str) -> str:
    """A time of ISO 8601 on the clock of whoever reads."""
    return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}" if stamp else ""


def day(stamp: str) -> str:
    """A time of ISO 8601 for lists: the year only where it is another one."""
    moment = datetime.fromisoformat(stamp).astimezone()
    return f"{moment:%b %d %H:%M}" if moment.year == datetime.now(moment.tzinfo).year else when(stamp)


def seconds(number: float) -> str:
    """Seconds as people say them."""
    if number >= 90:
        return f"{number / 60:.0f} min"
    return f"{number:.1f} s" if number >= 0.1 else f"{1000 * number:.0f} ms"


def tokens(sent: int, got: int) -> str:
    """Tokens both ways."""
    return f"{sent:,} → {got:,} tokens"


def money(cost: float | None) -> str:
    """A cost behind a comma; nothing where it is not known."""
    return "" if cost is None else f", ${cost:.4f}" if cost else ", free"
