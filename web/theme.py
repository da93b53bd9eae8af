"""Colours and type of the run page (agent/trace/page.css) as a theme of gradio, light and dark; no font is fetched."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from ..agent import trace

if TYPE_CHECKING:
    import gradio as gr

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "DejaVu Sans", "sans-serif")
_MONO = ("ui-monospace", "SF Mono", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
_COLOURS = {
    "body_background_fill": "--paper",
    "color_accent": "--accent",
    "body_text_color": "--ink",
    "body_text_color_subdued": "--soft",
    "background_fill_primary": "--card",
    "background_fill_secondary": "--wash",
    "block_background_fill": "--card",
    "block_border_color": "--line",
    "block_label_background_fill": "--card",
    "block_label_text_color": "--soft",
    "block_title_text_color": "--ink",
    "block_info_text_color": "--soft",
    "border_color_primary": "--line",
    "border_color_accent": "--accent",
    "color_accent_soft": "--wash",
    "link_text_color": "--accent",
    "link_text_color_hover": "--ink",
    "input_background_fill": "--paper",
    "input_border_color": "--line",
    "input_border_color_focus": "--accent",
    "input_placeholder_color": "--soft",
    "panel_background_fill": "--wash",
    "panel_border_color": "--line",
    "table_even_background_fill": "--card",
    "table_odd_background_fill": "--wash",
    "table_border_color": "--line",
    "checkbox_background_color": "--paper",
    "checkbox_background_color_selected": "--accent",
    "checkbox_border_color": "--soft",
    "checkbox_border_color_focus": "--accent",
    "checkbox_border_color_selected": "--accent",
    "checkbox_label_background_fill": "--wash",
    "checkbox_label_background_fill_hover": "--line",
    "checkbox_label_background_fill_selected": "--band",
    "checkbox_label_text_color": "--ink",
    "checkbox_label_text_color_selected": "--ink",
    "button_primary_background_fill": "--accent",
    "button_primary_background_fill_hover": "--ink",
    "button_primary_text_color": "--paper",
    "button_primary_text_color_hover": "--paper",
    "button_primary_border_color": "--accent",
    "button_secondary_background_fill": "--wash",
    "button_secondary_background_fill_hover": "--line",
    "button_secondary_text_color": "--ink",
    "button_secondary_border_color": "--line",
    "button_cancel_background_fill": "--card",
    "button_cancel_background_fill_hover": "--wash",
    "button_cancel_text_color": "--bad",
    "button_cancel_border_color": "--bad",
    "error_background_fill": "--card",
    "error_border_color": "--bad",
    "error_text_color": "--ink",
    "error_icon_color": "--bad",
}
"""gradio's variables, light and dark alike, as the run page's, which are light or dark by themselves."""


def theme() -> gr.Theme:
    """The theme."""
    import gradio as gr

    base = gr.themes.Base(font=list(_SANS), font_mono=list(_MONO), radius_size="md", text_size="md")
    both = {f"{name}{mode}": f"var({ours})" for name, ours in _COLOURS.items() for mode in ("", "_dark")}
    known = {name: value for name, value in both.items() if hasattr(base, name)}
    return base.set(**known, input_border_width="1px", input_border_width_dark="1px")


def style() -> str:
    """The colours of the run page, and what is laid out with them."""
    colours = files(trace).joinpath("page.css").read_text("utf-8")
    ours = [files(__package__).joinpath(name).read_text("utf-8") for name in ("page_style.css", "rooms_style.css")]
    return "\n".join([_variables(colours), *ours])


def head() -> str:
    """What stands in the page's head: the style, and scripts of ours: the server is gone, which tab is open.

    gradio would rewrite the selectors of a style that it is given, and lose `:root` by it.
    """
    script = "".join(files(__package__).joinpath(name).read_text("utf-8") for name in ("alive.js", "tabs.js"))
    return f'<meta name="color-scheme" content="light dark"><style>{style()}</style><script>{script}</script>'


def _variables(style_sheet: str) -> str:
    """The colours and type faces, which stand at the beginning; the rest is laid out for documents."""
    return style_sheet[: style_sheet.index("* { box-sizing")]
