"""What may be chosen on the tab Make, as boxes of the page, and a line on what is not the real thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from .choices_in_force import NUMBERS, InForce
from .setup_views import is_offline, stand_ins

if TYPE_CHECKING:
    from ..settings import Settings
    from ..tools.video.types import Estimate


def box(one: InForce) -> Any:
    """A box with the value in force, and where that comes from."""
    facts: dict[str, Any] = {"label": one.label, "info": one.told, "elem_id": f"choose-{one.name}", "min_width": 220}
    if one.name in NUMBERS:
        return gr.Number(value=one.value, precision=0, **facts)
    if one.values:
        offered = [(value or "none", value) for value in one.values]
        return gr.Dropdown(offered, value=one.value, allow_custom_value=one.is_open, **facts)
    return gr.Textbox(value=one.value, max_length=40, **facts)


def stand_ins_line(settings: Settings) -> str:
    """What is not the real thing with the settings in force; the tab Setup has more."""
    names = [name for name, _ in stand_ins(settings)]
    if not names:
        return ""
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    said = Markup('<p class="pc-soft">Stand-ins in place of the real thing: {}. The tab Setup says more.</p>')
    return str(said.format(listed))


def takes_line(estimate: Estimate, before: int, settings: Settings) -> str:
    """What a run with these settings would take, as HTML."""
    model = "" if is_offline(settings) else f" What {settings.llm} writes comes on top, within the caps of the server."
    wait = f" It would wait for {before} before it." if before else ""
    said = Markup('<p class="remark" role="status">Its clips would take: {}. Nothing is begun yet.{}{}</p>')
    return str(said.format(estimate.summary, model, wait))
