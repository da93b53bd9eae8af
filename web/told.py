"""Errors of ours as sentences on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from ..errors import PopcornError, sentences
from ..prompts.text import visible


def sentence(exc: PopcornError) -> str:
    """What happened and the way out, as plain text."""
    return visible(sentences(exc.message, exc.hint))


@contextmanager
def told() -> Iterator[None]:
    """An error of ours inside is shown by gradio, as text; others stay what they are, and are logged by the server."""
    try:
        yield
    except PopcornError as exc:
        from markupsafe import escape

        raise gr.Error(str(escape(sentence(exc))), duration=None, print_exception=False) from exc
