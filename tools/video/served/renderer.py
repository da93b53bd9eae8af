"""A video model behind a server as a renderer."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from .... import files
from ....errors import BadClipError, RenderError, RequestError, StoppedError, sentences
from ....settings_tables import RendererSettings
from ...remote.identity import one_spelling
from ...remote.named_server import ServedKind
from ...remote.pace import Pace
from ...remote.refusals import LostJobError
from ..provenance import digest_of, provenance
from ..purchase import Purchase, Stage
from ..purchase_terms import Terms
from ..purchases import Purchases
from ..types import Clip, Estimate, FrameProgress, Recipe, RenderRequest
from .job_form import FPS, ask_for
from .older_job import take_over
from .order import AGAIN, Order
from .render_job import RenderJob
from .served_clip import Made, finish
from .server import VideoServer
from .waiting import to_the_end, watched

_BESIDE = ".popcorn-paid"
_SERVED = ServedKind("renderer", "/v1/videos", "wan2.2", "http://127.0.0.1:8000/v1")


class ServedRenderer:
    """`api:MODEL`: a server that speaks /v1/videos, at the base_url of the settings.

    What is asked of the server is written down before it is sent (`purchases`), and nothing is asked twice without a
    person's word. A job that was begun is gone on with after a crash and after a stop; where nobody pays, a stop calls
    it off.
    """

    def __init__(
        self,
        name: str,
        settings: RendererSettings | None = None,
        *,
        pace: Pace | None = None,
        terms: Terms | None = None,
    ) -> None:
        """Without `terms` purchases are kept beside each clip.

        Raises RequestError without a model, MissingError without an address or the key that is named.
        """
        self.name = name
        self._settings = settings or RendererSettings()
        self._pace = pace or Pace()
        self._terms = terms
        self._server = _SERVED.server(name, self._settings)
        self._took: float | None = None

    def buying(self, terms: Terms) -> ServedRenderer:
        """The same renderer on these terms."""
        return ServedRenderer(self.name, self._settings, pace=self._pace, terms=terms)

    def digest(self, request: RenderRequest) -> str:
        """Names what is bought: the server and all that is sent to it, whatever is made of the file here."""
        asked = ask_for(request, self._server.model, self._settings)
        server = one_spelling(self._server.url)
        return digest_of({"server": server, "revision": self._settings.revision, **asked.fields})

    def put_away(self, request: RenderRequest) -> None:
        """The clip stands where it was wanted."""
        if self._terms is not None:
            self._terms.purchases.let_go(self.digest(request))

    def call_off(self, job: str, server: str) -> None:
        """Cancel a job; one that its server does not know is as good as cancelled.

        Raises RequestError where `server` is not this renderer's, and what asking raises.
        """
        if one_spelling(server) != one_spelling(self._server.url):
            raise RequestError(
                f"the job {job} is at {server}, and {self.name} is at {self._server.url} now",
                hint=f"Set base_url under {self._server.setting} to where it was, or cancel it there.",
            )

        async def cancel() -> None:
            asked = self._video_server()
            try:
                with suppress(LostJobError):
                    await asked.cancel(job)
            finally:
                await asked.close()

        to_the_end(cancel())

    def identity(self, request: RenderRequest) -> dict[str, str | int | float]:
        """The server, the model and all that is sent."""
        asked = ask_for(request, self._server.model, self._settings)
        return {
            "renderer": self.name,
            "server": self._server.url,
            "revision": self._settings.revision,
            "length": asked.seconds,
            "aspect": request.aspect.value,
            "fit": request.fit.value,
            **asked.fields,
        }

    def _identity_at(self, server: str, request: RenderRequest) -> str:
        """The digest of the identity, with the server's address as it is spelled there."""
        return digest_of(self.identity(request) | {"server": server})

    def estimate(self, request: RenderRequest) -> Estimate:
        """As long as the last one here took; the price of the settings, none for a server on this machine.

        A job that is there already, or that gave its clip, costs nothing more without a word. `doubt` tells of one that
        may have been paid for in vain.
        """
        cost = self._settings.price
        if cost is None and self._server.is_here:
            cost = 0.0
        digest = self.digest(request)
        last = self._terms.purchases.last(digest) if self._terms else None
        anew = self._terms is not None and self._terms.anew and not self._terms.purchases.holds(digest)
        fetched = {Stage.BEGUN} if anew else {Stage.BEGUN, Stage.DELIVERED}
        if last is not None and last.stage in fetched:
            cost = 0.0
        doubted = last if last is not None and last.is_doubtful and not last.agreed else None
        doubt, doubts = (doubted.summary, (doubted.id,)) if doubted else ("", ())
        return Estimate(seconds=self._took, memory_bytes=None, cost_usd=cost, doubt=doubt, doubts=doubts)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """Write a checked clip; when `progress` raises, nobody waits any longer.

        Raises RequestError, MissingError, StoreError, RenderError, BadClipError, and ConsentError for what may have
        been paid for in vain. After every error and stop, rendering the same goes on with the job that there is.
        """
        asked = ask_for(request, self._server.model, self._settings)
        report = progress or _unheard
        try:
            files.folder(out.parent)
            report(0, asked.frames)
            terms, digest = self._terms or Terms(Purchases(out.with_name(_BESIDE))), self.digest(request)
            with terms.purchases.alone(digest, lambda: report(0, asked.frames)):
                new = self._purchase(terms)
                take_over(terms.purchases, digest, new, out, lambda server: self._identity_at(server, request))
                order = Order(new, digest, terms)
                try:
                    return self._bought(request, RenderJob(self._video_server(), asked, order), order, out, report)
                except (StoppedError, KeyboardInterrupt) as exc:
                    if not order.left:
                        raise
                    order.tell()
                    hint = f"The same command goes on with it, and nothing is bought anew. {order.purchase.way_off}"
                    raise StoppedError(f"stopped; {order.left}", hint=hint.strip()) from exc
        except OSError as exc:
            raise RenderError(
                f"{str(out)!r} could not be written: {exc.strerror or exc}",
                hint="check that the folder is writable and not full",
            ) from exc

    def _bought(self, request: RenderRequest, job: RenderJob, order: Order, out: Path, progress: FrameProgress) -> Clip:
        identity = self.identity(request)

        def says(recipe: Recipe) -> dict[str, str | bool]:
            return provenance(self.name, request, identity, recipe)

        came = out.with_name(f".{out.stem}.download")
        try:
            self._fetch(job, came, progress)
            progress(job.asked.frames, job.asked.frames)
            clip = finish(self._made(job, came, request), out, says, _ending(progress))
        except BadClipError as exc:
            order.ended("gave no clip that can be used")
            if order.purchase.price != 0:
                order.tell()
                exc.hint = sentences(
                    exc.hint, f"The same command fetches the same file; {AGAIN} begins another job for it."
                )
            raise
        finally:
            with suppress(OSError):
                came.unlink(missing_ok=True)
        order.delivered()
        if self._terms is None:
            order.put_away()
        return clip

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """The clip's best frame as a JPEG."""
        from ..covers import frame_cover

        return frame_cover(clip, out)

    def _purchase(self, terms: Terms) -> Purchase:
        server = self._server
        price = self._settings.price
        own = price == 0 or (price is None and server.is_here)
        return Purchase(self.name, server.url, server.model, price, terms.account, own=own)

    def _video_server(self) -> VideoServer:
        return VideoServer(self._server, self._pace)

    def _fetch(self, job: RenderJob, into: Path, progress: FrameProgress) -> None:
        began = time.monotonic()
        to_the_end(watched(job.run(into, self._settings.timeout), job, progress, self._pace.pulse))
        self._took = time.monotonic() - began

    def _made(self, job: RenderJob, came: Path, request: RenderRequest) -> Made:
        asked = job.asked
        recipe = Recipe(
            model=self._server.model,
            revision=self._settings.revision,
            prompt=asked.prompt,
            negative_prompt="",
            width=asked.width,
            height=asked.height,
            frames=asked.frames,
            fps=FPS,
            seconds_asked=asked.seconds,
            seed=asked.seed,
            steps=asked.steps or 0,
            guidance=asked.guidance or 0.0,
            job=job.job.id,
            notes=(*asked.notes, *job.notes),
        )
        return Made(self.name, came, recipe, request.aspect, request.fit, job.job.seconds)


def _ending(progress: FrameProgress) -> FrameProgress:
    """Progress of the last steps here, all of which the server's part was before: done is done, but a stop is heard."""

    def told(_done: int, total: int) -> None:
        progress(total, total)

    return told


def _unheard(_done: int, _total: int) -> None:
    """Nobody listens."""
