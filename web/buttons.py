"""Buttons that come and go."""

from __future__ import annotations

from typing import Any

import gradio as gr


def button(text: str, *, there: bool) -> Any:
    """A button that is there or not; one that appears has lost its text unless it is told again."""
    return gr.update(value=text, visible=there)


def stop_button(*, there: bool) -> Any:
    """The one that stops what is under way."""
    return button("Stop", there=there)
