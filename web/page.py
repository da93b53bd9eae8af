"""The page: a head, and a tab for each thing that one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import ads, make, runs, setup, talk

if TYPE_CHECKING:
    import gradio as gr

    from .service import PageService

TABS = (
    ("Make", make.make_tab),
    ("Ads", ads.ads_tab),
    ("Runs", runs.runs_tab),
    ("Talk", talk.talk_tab),
    ("Setup", setup.setup_tab),
)
"""The tabs in their order; each function fills the tab that is open when it is called."""

_LOOKED, _KEPT = 3600, 24 * 3600
"""How often, in seconds, uploads are looked through, and after how many they are deleted: runs keep copies."""


def build_page(service: PageService) -> gr.Blocks:
    """The page over a service. Every function behind a button has an `api_name` (docs/web.md)."""
    import gradio as gr

    with gr.Blocks(title="Popcorn", analytics_enabled=False, delete_cache=(_LOOKED, _KEPT)) as page:
        gr.HTML(_head(service), elem_classes="pc-head", apply_default_css=False)
        for name, fill in TABS:
            with gr.Tab(name, id=name.casefold()):
                fill(service)
    return page


def _head(service: PageService) -> str:
    """The name, and whose space it is; no text in it comes from anybody else."""
    if not service.people.sign_in:
        space = "Everybody who can open this page works in one space."
    elif service.people.is_shared:
        space = "Everybody who signs in works in one space."
    else:
        space = "You see what is yours; others who sign in have spaces of their own."
    out = ' <form method="post" action="/sign-out"><button>Sign out</button></form>' if service.people.sign_in else ""
    return f'<header><h1>Popcorn</h1><p class="pc-soft">{space}</p>{out}</header>'
