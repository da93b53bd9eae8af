"""A study's report as one HTML page that needs nothing else: no script, no request, for light, dark and a phone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..tools.statistics.corrections import shown_p
from . import plots

if TYPE_CHECKING:
    from jinja2 import Template


def page(data: Mapping[str, Any]) -> str:
    """The page; every text of the study is escaped."""
    from markupsafe import Markup

    pictures = {  # drawn here; matplotlib escapes the texts
        "forests": [(title, Markup(plots.win_rates(own))) for title, own in _forests(data["contrasts"])],  # noqa: S704
        "orders": [(one["predictor"], Markup(plots.order(one["strengths"]))) for one in data["rankings"]],  # noqa: S704
        "distributions": [(name, Markup(plots.distributions(own))) for name, own in data["scores"].items()],  # noqa: S704
    }
    return rendered(_file("report.html"), dict(data) | pictures)


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A page out of a template's text, with the reports' style and its hash as `style` and `style_hash`."""
    from markupsafe import Markup

    style = _file("report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template(template).render(
        dict(values) | {"style": Markup(style), "style_hash": f"sha256-{digest}"}  # noqa: S704 - a file of this package
    )


def _forests(contrasts: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The contrasts over all kinds, by dimension and predictor; it is named where there are several."""
    overall = [one for one in contrasts if not one["kind"]]
    several = len({one["predictor"] for one in overall}) > 1
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in overall:
        title = f"{one['dimension']}, by {one['predictor']}" if several else one["dimension"]
        found.setdefault(title, []).append(one)
    return list(found.items())


def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


@cache
def _template(text: str) -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["p"] = shown_p
    environment.filters["percent"] = lambda value: f"{100 * value:.1f}"
    return environment.from_string(text)
