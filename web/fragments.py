"""Pieces of the page out of templates: every text escaped, without hidden characters, and never filled in again.

gradio puts what it is given into templates of its own, in which `{` and `$` may mean something: of a text they are
written as entities.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from ..prompts.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def fragment(name: str, **values: Any) -> str:
    """The template in the file `name` beside this module, filled."""
    return _template(name).render(values)


def plain(text: str) -> Markup:
    """A text as HTML that shows it as it is."""
    return inert(escape(visible(text)))


def inert(markup: Markup) -> Markup:
    """HTML whose texts no template engine reads; it must hold no script and no style."""
    return Markup(str(markup).replace("{", "&#123;").replace("$", "&#36;"))  # noqa: S704 - it was HTML before


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: (files(__package__) / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:
    """A text that is shown as it is; markup of our own and numbers stay."""
    return plain(value) if type(value) is str else value
