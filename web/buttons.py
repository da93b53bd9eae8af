"""Buttons that come and go, and lists whose lines are chosen."""

from __future__ import annotations

from typing import Any

import gradio as gr


def button(text: str, *, there: bool) -> Any:
    """A button that is there or not; one that appears has lost its text unless it is told again."""
    return gr.update(value=text, visible=there)


def stop_button(*, there: bool) -> Any:
    """The one that stops what is under way."""
    return button("Stop", there=there)


def chosen_line(lines: Any, into: Any) -> Any:
    """The event that puts the chosen line of a list into a box, within the page.

    A server that is asked for it would look the line up in the list as that was read last, and a list that comes anew
    in the instant of a click would lose the click.
    """
    return lines.input(None, lines, into, js="(line) => [line || '']", api_visibility="private", show_progress="hidden")


LAST: dict[str, Any] = {"trigger_mode": "always_last"}
"""Of what follows a choice: one that comes while the one before is still being answered is not left out."""
