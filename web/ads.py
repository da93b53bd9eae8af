"""Ads: facts and footage in, finished ads side by side with the sources of what they claim, and a choice between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from ..settings import Settings
from ..tools.editing.music import bundled
from ..tools.editing.voices.registry import VOICES
from .ad_actions import FORM, AdActions
from .ad_material import SOUNDS
from .footage_uploads import ENDINGS, LARGEST, MOST_FILES
from .fragments import fragment

if TYPE_CHECKING:
    from .service import PageService

_OPEN = {"concurrency_limit": None, "show_progress": "hidden"}
"""Of functions that only read: any number at once."""
_LANGUAGES = [("that of the facts", ""), "en", "es", "fr", "de", "it", "pt", "nl", "pl", "tr", "ar", "hi", "zh"]


def ads_tab(service: PageService) -> None:
    """Fill the open tab."""
    actions, tab = AdActions(service), Context.block
    with gr.Row():
        with gr.Column(min_width=320):
            form = _product()
        with gr.Column(min_width=320):
            footage, dropped, before = _footage()
            choices = _choices(service)
    with gr.Row():
        start = gr.Button("Make the ads", variant="primary", elem_id="ads-start", scale=3)
        cost = gr.Button("What it takes", elem_id="ads-takes", min_width=140)
        stop = gr.Button("Stop", variant="stop", visible=False, elem_id="ads-stop")
    key = gr.Textbox(visible="hidden", label="Job", elem_id="ads-key")
    taken = gr.HTML(elem_id="ads-estimate")
    progress, result = gr.HTML(elem_id="ads-progress"), gr.HTML(elem_id="ads-result")
    ads = _choosing(actions)

    asked = [*(form[name] for name in FORM), footage, before, *choices.values()]
    filled = [*(form[name] for name in FORM), choices["language"]]
    shown = [progress, result, stop]
    footage.change(actions.look, footage, dropped, api_name="ads_look", **_OPEN)
    form["file"].upload(actions.read, form["file"], filled, api_name="ads_read", **_OPEN)
    before.input(actions.before, before, filled, api_name="ads_before", **_OPEN)
    begun = start.click(actions.begin, asked, [key, dropped], api_name="ads_make", concurrency_limit=None)
    begun.success(actions.follow, key, shown, api_name="ads_follow", **_OPEN).then(
        actions.lists, None, [before, ads], api_name="ads_lists", **_OPEN
    )
    cost.click(actions.takes, asked, taken, api_name="ads_takes", **_OPEN)
    stop.click(actions.stop, key, None, api_name="ads_stop", **_OPEN)
    found = tab.select(actions.under_way, None, key, api_visibility="private", **_OPEN)
    found.then(actions.follow, key, shown, api_visibility="private", **_OPEN)
    tab.select(actions.lists, None, [before, ads], api_visibility="private", **_OPEN)


def _product() -> dict[str, Any]:
    """The fields of a product, by name, and `file`."""
    gr.HTML(fragment("room.html", head="The product", text="An ad claims nothing that is not in its facts."))
    fields: dict[str, Any] = {"name": gr.Textbox(label="What it is called", max_length=1000, elem_id="ads-name")}
    fields["facts"] = gr.Textbox(
        label="What is true of it, a sentence a line",
        placeholder="It holds 350 ml.\nIt is made of steel.",
        lines=6,
        max_length=200_000,
        elem_id="ads-facts",
    )
    with gr.Row():
        fields["brand"] = gr.Textbox(label="Brand", max_length=1000, min_width=140)
        fields["price"] = gr.Textbox(label="Price", placeholder="$24.99", max_length=1000, min_width=140)
    with gr.Accordion("More, or a product file", open=False):
        with gr.Row():
            fields["category"] = gr.Textbox(label="Category", max_length=1000, min_width=140)
            fields["market"] = gr.Textbox(
                label="Market", info="two capitals, such as US: its banned words are looked up", min_width=140
            )
        fields["file"] = gr.File(label="A product file (TOML), which fills the form", height=120, elem_id="ads-file")
    return fields


def _footage() -> tuple[Any, Any, Any]:
    """Where clips are dropped, what is said of them, and what was kept before."""
    text = f"Clips of the product, at most {MOST_FILES} of {LARGEST >> 30} GiB each: {', '.join(ENDINGS)}."
    gr.HTML(fragment("room.html", head="The footage", text=f"{text} They stay on the machine of this server."))
    footage = gr.File(label="Drop clips here, or choose them", file_count="multiple", height=150, elem_id="ads-footage")
    dropped = gr.HTML(elem_id="ads-dropped")
    before = gr.Dropdown([], label="Or facts and clips of before", visible=False, elem_id="ads-before", value=None)
    return footage, dropped, before


def _choices(service: PageService) -> dict[str, Any]:
    """What may be chosen for an ad, in the order in which `AdActions.begin` takes it."""
    settings: Settings = service.settings
    voices = [("the usual one", ""), *VOICES, *settings.voices]
    chosen: dict[str, Any] = {}
    with gr.Row():
        chosen["language"] = gr.Dropdown(
            _LANGUAGES, value=settings.language, label="Language", allow_custom_value=True, min_width=200
        )
        chosen["voice"] = gr.Dropdown(
            voices, value=settings.voice, label="Voice", min_width=200, elem_id="ads-voice", allow_custom_value=False
        )
    with gr.Row():
        chosen["seconds"] = gr.Number(
            value=settings.ad_seconds,
            minimum=0,
            maximum=180,
            label="Seconds",
            info="0: what the footage carries",
            min_width=140,
        )
        chosen["aspect"] = gr.Dropdown(
            ["9:16", "16:9", "1:1", "4:5"], value=settings.ad_aspect, label="Shape", min_width=140, elem_id="ads-aspect"
        )
    chosen["variants"] = gr.Slider(1, 12, value=1, step=1, label="Variants", elem_id="ads-variants")
    chosen["strategy"] = gr.Radio(
        [("lines are written for the clips", "clips-first"), ("clips are matched to a script", "script-first")],
        value=settings.ad_strategy,
        label="How lines and clips come together",
    )
    with gr.Accordion("Claims, and lines of your own", open=False):
        chosen["claims"] = gr.Dropdown(
            [("are not let pass", ""), ("are told of", "warn"), ("are marked", "mark")],
            value=settings.ad_claims if settings.ad_claims in {"warn", "mark"} else "",
            label="Claims that nothing backs",
        )
        chosen["script"] = gr.Textbox(
            label="Your own lines, one for each clip", lines=3, max_length=20_000, elem_id="ads-script"
        )
    with gr.Accordion("Music, and where the picture is cut", open=False, elem_id="ads-sound"):
        moods = sorted({track.parent.name for track in bundled()})
        chosen["music"] = gr.Dropdown([("none", ""), *moods], value="", label="Music of a mood", elem_id="ads-music")
        chosen["music_file"] = gr.File(
            label="Or music of your own", file_types=list(SOUNDS), height=120, elem_id="ads-music-file"
        )
        chosen["crops"] = gr.Textbox(
            value="",
            label="Where the window of a scene stands, one a line",
            info="left, center, right, top or bottom; without it, where most of what draws the eye is kept",
            placeholder="scene=2:left",
            lines=2,
            max_length=2_000,
            elem_id="ads-crops",
        )
    return chosen


def _choosing(actions: AdActions) -> Any:
    """Finished ads side by side, and the answer which of them somebody would publish; the list of them."""
    with gr.Accordion("Choose between finished ads", open=False, elem_id="ads-choose"):
        ads = gr.CheckboxGroup(
            [], label="Finished ads of one product, two at least", elem_id="ads-finished", elem_classes="pc-rows"
        )
        show = gr.Button("Show them side by side", elem_id="ads-show")
        showing = gr.Textbox(visible="hidden", label="Showing")
        view = gr.HTML()
        with gr.Group(visible=False) as room:
            letters = gr.CheckboxGroup([], label="I would publish", elem_id="ads-letters")
            with gr.Row():
                take = gr.Button("Keep this answer", variant="primary", elem_id="ads-take")
                none = gr.Button("None of them")
        said = gr.HTML(elem_id="ads-said")
    show.click(actions.show, ads, [showing, view, letters, room], api_name="ads_show", **_OPEN)
    take.click(actions.take, [showing, letters], said, api_name="ads_take", **_OPEN)
    none.click(actions.take_none, showing, said, api_name="ads_take_none", **_OPEN)
    return ads
