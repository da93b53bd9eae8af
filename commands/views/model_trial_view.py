"""How a trial of a chat model looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from ...agent.wiring.model_trial import Trial


def trial_view(trial: Trial) -> Table:
    """What the model is and what it can do, a line each, then its calls."""
    from rich.table import Table
    from rich.text import Text

    from ...agent.wiring.model_trial import NEEDED

    shown = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    shown.add_column(no_wrap=True)
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for name, value in _facts(trial).items():
        shown.add_row("", Text(name), Text(value))
    for one in trial.forms:
        needed = one.form in NEEDED
        sign, style = ("✓", "green") if one.ok else ("✗", "red") if needed else ("–", "yellow")
        took = f"{one.seconds:.1f} s: " if one.seconds else ""
        shown.add_row(Text(sign, style=style), Text(one.form), Text(f"{took}{one.detail}"))
    return shown


def _facts(trial: Trial) -> dict[str, str]:
    """What is known of it, by name."""
    first, rate = trial.first_token_seconds, trial.tokens_per_second
    speed = [f"first token after {first:.2f} s"] if first is not None else []
    speed += [f"{rate:,.1f} tokens a second"] if rate is not None else []
    facts = {
        "model": f"{trial.spec}{f', served by {trial.engine}' if trial.engine else ''}",
        "window": f"{trial.window:,} tokens ({trial.window_source})",
        "tools": _tools(trial.tools),
        "slots": f"{trial.slots}: so many calls at a time" if trial.slots else "",
        "speed": ", ".join(speed),
        "price": _price(trial),
    }
    return {name: value for name, value in facts.items() if value}


def _tools(tools: bool | None) -> str:
    if tools is None:
        return "nobody says"
    return "yes" if tools else "no: it writes drafts, and in `popcorn chat` the offline router speaks"


def _price(trial: Trial) -> str:
    took = f"this trial took {trial.input_tokens:,} + {trial.output_tokens:,} tokens"
    if trial.input_usd is None or trial.output_usd is None:
        return f'not known: write it into popcorn.toml, [prices."{trial.spec}"]; {took}'
    if not trial.input_usd + trial.output_usd:
        return f"free; {took}"
    return f"${trial.input_usd:g} and ${trial.output_usd:g} a million tokens; {took}, ${trial.cost_usd:.6f}"
