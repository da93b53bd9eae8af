"""Errors of ours as sentences on the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from ..errors import PopcornError, sentences, unforeseen
from ..prompts.text import visible

_LOG = logging.getLogger(__name__)


def sentence(exc: PopcornError) -> str:
    """What happened and the way out, as plain text."""
    return visible(sentences(exc.message, exc.hint))


@contextmanager
def told() -> Iterator[None]:
    """Whatever fails inside is shown by gradio, as text; what nobody foresaw is logged too, with where it happened."""
    try:
        yield
    except PopcornError as exc:
        raise _shown(exc) from exc
    except gr.Error:
        raise
    except Exception as exc:  # nobody may be left without a word
        _LOG.exception("a function of the page failed")
        raise _shown(unforeseen(exc)) from exc


def _shown(exc: PopcornError) -> gr.Error:
    from markupsafe import escape

    return gr.Error(str(escape(sentence(exc))), duration=None, print_exception=False)
