"""What the buttons of the tab Ads do: each function is one of the page's, called by its visitors and by programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..agent.runs.ad_estimate import estimated
from ..agent.runs.ad_variants import make_ads
from ..agent.runs.machines import machine_of
from ..agent.runs.run_store import Kind
from ..agent.runs.session import Session
from ..errors import RequestError
from ..graphs.ad.working import unheard
from ..tools.editing.product import read_product
from ..trust.plain_names import is_name
from . import ad_choosing, job
from .ad_material import Beside, Materials, form_of, product_text
from .ad_views import ads_view, dropped_view, estimate_view
from .buttons import stop_button
from .footage_uploads import looked_at
from .fragments import fragment
from .service import MACHINE
from .told import told

if TYPE_CHECKING:
    from ..settings import Settings
    from .service import PageService, Visitor

JOB, ESTIMATE = "ads", "estimate"
"""How the keys of these jobs begin."""
FORM = ("name", "brand", "price", "category", "market", "facts")
_LEFT = "The last ad was left before its end. Open it in the tab Runs to go on with it: nothing is done twice."
_NO_ADS = "No ad yet: write what is true of a product, drop clips of it onto the page, and make one."


class AdActions:
    """The functions, over a service."""

    def __init__(self, service: PageService) -> None:
        self._service = service

    def look(self, footage: list[str] | None) -> str:
        """What of the files that were dropped can be footage, as HTML."""
        return dropped_view(looked_at([Path(path) for path in footage or ()]))

    def read(self, file: str | None) -> tuple[Any, ...]:
        """The fields of the form as a product file has them, and the language; unchanged without a file."""
        if file is None:
            return (gr.skip(),) * (len(FORM) + 1)
        with told():
            shown = form_of(read_product(Path(file)))
            return (*(shown[name] for name in FORM), shown["language"])

    def before(self, name: str | None, visit: gr.Request) -> tuple[Any, ...]:
        """The same of material that was kept before."""
        if not name:
            return (gr.skip(),) * (len(FORM) + 1)
        with told():
            material = Materials(self._service.visitor(visit).settings.home).find(name)
            shown = form_of(read_product(material.folder / "product.toml"))
            return (*(shown[one] for one in FORM), shown["language"])

    def begin(
        self,
        name: str,
        brand: str,
        price: str,
        category: str,
        market: str,
        facts: str,
        footage: list[str] | None,
        before: str | None,
        language: str,
        voice: str,
        seconds: float | None,
        aspect: str,
        variants: int,
        strategy: str,
        claims: str,
        script: str,
        music: str | None = "",
        music_file: str | None = None,
        crops: str = "",
        visit: gr.Request | None = None,
    ) -> tuple[str, str]:
        """Put ads into the queue; the key of the job, and what was left out of the footage, as HTML."""
        with told():
            visitor = self._service.visitor(visit)
            form = _form(name, brand, price, category, market, facts)
            settings = _settings(visitor, language, voice, seconds, aspect, strategy, claims)
            beside = _beside(script, music, music_file, crops, variants)
            material, dropped = Materials(visitor.settings.home).keep(form, _paths(footage), before or "")
            inputs = material.inputs(beside)
            machine_of(Kind.AD).check(settings, inputs.request, inputs.model_dump(mode="json"))
            session = Session(settings, self._service.ledger)
            label = f"{inputs.variants} ads" if inputs.variants > 1 else "an ad"
            ticket = job.begin(self._service, visitor, JOB, label, MACHINE, lambda: make_ads(session, inputs))
            return ticket.key, dropped_view(dropped)

    async def takes(
        self,
        name: str,
        brand: str,
        price: str,
        category: str,
        market: str,
        facts: str,
        footage: list[str] | None,
        before: str | None,
        language: str,
        voice: str,
        seconds: float | None,
        aspect: str,
        variants: int,
        strategy: str,
        claims: str,
        script: str,
        music: str | None = "",
        music_file: str | None = None,
        crops: str = "",
        visit: gr.Request | None = None,
    ) -> AsyncIterator[str]:
        """What making the ads would take, as HTML, once the footage was read; nothing is asked, spoken or kept."""
        with told():
            visitor = self._service.visitor(visit)
            form = _form(name, brand, price, category, market, facts)
            settings = _settings(visitor, language, voice, seconds, aspect, strategy, claims)
            beside = _beside(script, music, music_file, crops, variants)
            product_text(form)  # what is missing there is said at once
        materials, paths = Materials(visitor.settings.home), _paths(footage)

        async def reading() -> job.Events:
            with materials.tried(form, paths, before or "") as material:
                inputs = await asyncio.to_thread(material.inputs, beside)
                yield {"event": "run_finished"} | await estimated(settings, inputs, unheard)

        ticket = job.begin(self._service, visitor, ESTIMATE, "reading the footage", MACHINE, reading)
        async for one, view in job.job_views(self._service, visitor, ticket.key, remarks_of_result=True):
            data = job.progress_of(one).data
            yield estimate_view(name, data) if data else view

    def under_way(self, visit: gr.Request) -> str:
        """The key of the visitor's job that is not over; empty where there is none."""
        ticket = job.under_way(self._service, self._service.visitor(visit), JOB)
        return ticket.key if ticket else ""

    async def follow(self, key: str, visit: gr.Request) -> AsyncIterator[tuple[str, str, Any]]:
        """How far a job is, the ads it gave, both as HTML, and whether it can be stopped; again until it is over.

        Without a job, the ads that were made last.
        """
        visitor = self._service.visitor(visit)
        over = True
        async for ticket, view in job.job_views(self._service, visitor, key, remarks_of_result=True):
            over = ticket.is_over
            data = job.progress_of(ticket).data if over else {}
            ads = await asyncio.to_thread(ads_view, visitor, data) if data else ""
            yield view, ads, stop_button(there=not over)
        if not key:
            yield "", await asyncio.to_thread(self._latest, visitor), stop_button(there=False)

    def stop(self, key: str, visit: gr.Request) -> None:
        """Stop a job; its run can be gone on with."""
        ticket = self._service.queue.find(self._service.visitor(visit).owner, key)
        if ticket is not None:
            ticket.stop()

    def lists(self, visit: gr.Request) -> tuple[Any, Any]:
        """What was kept of before, and the ads that can be shown side by side."""
        visitor = self._service.visitor(visit)
        with told():
            known = [(one.told(), one.id) for one in Materials(visitor.settings.home).all()]
            ads = ad_choosing.finished(visitor)
        return gr.update(choices=known, visible=bool(known)), gr.update(choices=ads, value=[])

    def show(self, runs: Sequence[str], visit: gr.Request) -> tuple[str, str, Any, Any]:
        """Ads side by side in random order: the showing's id, HTML, its letters to choose from, and room to answer."""
        with told():
            showing, view = ad_choosing.show(self._service.visitor(visit), runs)
        letters = [ad.letter for ad in showing.ads]
        return showing.showing_id, view, gr.update(choices=letters, value=[]), gr.update(visible=True)

    def take(self, showing: str, letters: Sequence[str], visit: gr.Request) -> str:
        """Keep which ads of a showing are taken; what was kept."""
        with told():
            return ad_choosing.take(self._service.visitor(visit), showing, letters)

    def take_none(self, showing: str, visit: gr.Request) -> str:
        """Keep that none was good enough; what was kept."""
        return self.take(showing, (), visit)

    def _latest(self, visitor: Visitor) -> str:
        """The ads that were made last, and whether one after them was left; what to do where there is none."""
        data, left = ad_choosing.latest_ads(visitor), ad_choosing.left(visitor)
        told_of = fragment("sentence.html", text=_LEFT) if left else ""
        if not data:
            return told_of or fragment("empty.html", text=_NO_ADS)
        return told_of + ads_view(visitor, data)


def _form(*fields: str) -> dict[str, str]:
    return {key: value or "" for key, value in zip(FORM, fields, strict=True)}


def _paths(footage: Sequence[str] | None) -> list[Path]:
    return [Path(path) for path in footage or ()]


def _settings(
    visitor: Visitor, language: str, voice: str, seconds: float | None, aspect: str, strategy: str, claims: str
) -> Settings:
    return visitor.choosing(
        {"language": language, "voice": voice, "ad_seconds": seconds or None, "ad_aspect": aspect}
        | {"ad_strategy": strategy, "ad_claims": claims}
    )


def _beside(script: str, music: str | None, music_file: str | None, crops: str, variants: int) -> Beside:
    """Raises RequestError for music that is more than a name: a visitor names no file of the server."""
    if music and not is_name(music):
        raise RequestError(f"the music {music!r} is no mood", hint="Choose one of the list, or drop a file.")
    return Beside(script or "", music or "", Path(music_file) if music_file else None, crops or "", int(variants))
