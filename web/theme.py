"""Colours and type of the run page (agent/trace/page.css) as a theme of gradio, light and dark; no font is fetched."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from ..agent.trace import page_templates

if TYPE_CHECKING:
    import gradio as gr

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "DejaVu Sans", "sans-serif")
_MONO = ("ui-monospace", "SF Mono", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


def theme() -> gr.Theme:
    """The theme: gradio's own variables are set to the colours of the run page in `page_style.css`."""
    import gradio as gr

    return gr.themes.Base(font=list(_SANS), font_mono=list(_MONO), radius_size="md", text_size="md")


def style() -> str:
    """The colours of the run page, and what of them the page uses."""
    colours = files(page_templates.__package__).joinpath("page.css").read_text("utf-8")
    return _variables(colours) + files(__package__).joinpath("page_style.css").read_text("utf-8")


def _variables(style_sheet: str) -> str:
    """The colours and type faces of the run page, which stand at its beginning; the rest is laid out for documents."""
    return style_sheet[: style_sheet.index("* { box-sizing")]


HEAD = """<meta name="color-scheme" content="light dark">"""
