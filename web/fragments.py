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
    from markdown_it import MarkdownIt


def fragment(name: str, **values: Any) -> str:
    """The template in the file `name` beside this module, filled."""
    return _template(name).render(values)


def plain(text: str) -> Markup:
    """A text as HTML that shows it as it is."""
    return inert(escape(visible(text)))


def inert(markup: Markup) -> Markup:
    """HTML whose texts no template engine reads; it must hold no script and no style."""
    return Markup(str(markup).replace("{", "&#123;").replace("$", "&#36;"))  # noqa: S704 - it was HTML before


def coded(text: str) -> Markup:
    """A sentence of ours as HTML: what stands between backticks is set as code."""
    return plain(text) if "`" not in text else inert(Markup(_marks().renderInline(visible(text))))  # noqa: S704


def marked(text: str) -> Markup:
    """What a language model wrote: code, emphasis and lists are set; links, pictures and HTML stay signs."""
    return inert(Markup(_marks().render(visible(text))))  # noqa: S704 - the library escapes every text


@cache
def _marks() -> MarkdownIt:
    """The few marks of CommonMark that are read: all others are off, and HTML is never let through."""
    from markdown_it import MarkdownIt

    return MarkdownIt("zero", {"breaks": True, "html": False}).enable(
        ["backticks", "fence", "emphasis", "list", "newline"]
    )


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: (files(__package__) / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {"coded": coded, "marked": marked}
    return environment


def _shown(value: Any) -> Any:
    """A text that is shown as it is; markup of our own and numbers stay."""
    return plain(value) if type(value) is str else value
