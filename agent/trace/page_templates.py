"""Templates of pages: every text escaped and without hidden characters, every style allowed by its hash alone."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ...prompts.text import visible
from ...version import VERSION

if TYPE_CHECKING:
    from jinja2 import Template


def styled(*styles: str) -> dict[str, Any]:
    """What a page's head needs of the style sheets with these names: the style, and the hash that allows it."""
    from markupsafe import Markup

    style = "\n".join(_file(name) for name in styles)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {"style": Markup(style), "style_hash": f"sha256-{digest}", "version": VERSION}  # noqa: S704 - our own files


@cache
def template(name: str, package: str = __package__) -> Template:
    """The template in the file of that name in a package, this one without any; it may extend another one there."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: _file(name, package)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    return environment.get_template(name)


def _shown(value: Any) -> Any:
    """A text without hidden characters; markup of our own stays as it is."""
    return visible(value) if type(value) is str else value


def _file(name: str, package: str = __package__) -> str:
    return files(package).joinpath(name).read_text("utf-8")
