"""Renderers by name; one is imported only when it is chosen."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from ...errors import RequestError
from .types import Renderer

RENDERERS = {"animatic": "popcorn.tools.video.animatic:AnimaticRenderer"}
"""Name to `module:class`; a class takes no arguments."""


def load(name: str) -> Renderer:
    """The renderer called `name`. Raises RequestError for an unknown name, MissingError when its extra is absent."""
    try:
        module, _, attribute = RENDERERS[name].partition(":")
    except KeyError:
        near = get_close_matches(name, RENDERERS, 3, 0.5)
        meant = (
            f"did you mean {' or '.join(map(repr, near))}?" if near else f"there are: {', '.join(sorted(RENDERERS))}"
        )
        raise RequestError(f"there is no renderer {name!r}", hint=meant) from None
    renderer: Renderer = getattr(import_module(module), attribute)()
    return renderer
