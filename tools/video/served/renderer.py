"""A video model behind a server as a renderer."""

from __future__ import annotations

import ipaddress
import os
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from ....errors import BadClipError, MissingError, RenderError, RequestError
from ....settings import RendererSettings
from ..provenance import digest_of, provenance
from ..types import Clip, Estimate, FrameProgress, Recipe, RenderRequest
from .asking import FPS, Asked, ask_for
from .complaints import Desk
from .errand import Errand, to_the_end, watched
from .finishing import Made, finish
from .jobs import JobFile
from .server import Pace, Server


class ServedRenderer:
    """`api:MODEL`: a server that speaks /v1/videos, at the base_url of the settings.

    A job that was begun is gone on with after a crash, by a small file beside the clip; a stop calls it off.
    """

    def __init__(self, name: str, settings: RendererSettings | None = None, *, pace: Pace | None = None) -> None:
        """Raises RequestError without a model, MissingError without an address or the key that is named."""
        self.name = name
        self._settings = settings or RendererSettings()
        self._pace = pace or Pace()
        self._desk = _desk(name, self._settings)
        self._took: float | None = None

    def identity(self, request: RenderRequest) -> dict[str, str | int | float]:
        """The server, the model and all that is sent."""
        asked = ask_for(request, self._desk.model, self._settings)
        return {
            "renderer": self.name,
            "server": self._desk.url,
            "revision": self._settings.revision,
            "length": asked.seconds,
            "aspect": request.aspect.value,
            "fit": request.fit.value,
            **asked.fields,
        }

    def estimate(self, request: RenderRequest) -> Estimate:
        """As long as the last one here took; the price of the settings, none for a server on this machine."""
        cost = self._settings.price
        if cost is None and _is_here(self._desk.url):
            cost = 0.0
        return Estimate(seconds=self._took, memory_bytes=None, cost_usd=cost)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """Write a checked clip; when `progress` raises, the job is called off and nothing is left.

        Raises RequestError, MissingError, RenderError and BadClipError. After every other error the job is kept in
        mind, and rendering the same to the same `out` goes on with it.
        """
        asked = ask_for(request, self._desk.model, self._settings)
        told = progress or _unheard
        identity = self.identity(request)
        file = JobFile(out, self._desk.url, digest_of(identity))

        def says(recipe: Recipe) -> dict[str, str | bool]:
            return provenance(self.name, request, identity, recipe)

        came = out.with_name(f".{out.stem}.download")
        try:
            errand = self._fetched(asked, file, came, told)
            try:
                told(asked.frames, asked.frames)
                clip = finish(self._made(errand, came, request), out, says, _ending(told))
            except (RenderError, OSError) as exc:
                if isinstance(exc, BadClipError):  # its file gets no better; a full disk may have room tomorrow
                    file.forget()
                raise
            except BaseException:  # somebody stopped, and wants nothing left
                file.forget()
                raise
        except OSError as exc:
            raise RenderError(
                f"{str(out)!r} could not be written: {exc.strerror or exc}",
                hint="check that the folder is writable and not full",
            ) from exc
        finally:
            with suppress(OSError):
                came.unlink(missing_ok=True)
        file.forget()
        return clip

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """The clip's best frame as a JPEG."""
        from ..covers import frame_cover

        return frame_cover(clip, out)

    def _fetched(self, asked: Asked, file: JobFile, into: Path, progress: FrameProgress) -> Errand:
        into.parent.mkdir(parents=True, exist_ok=True)
        progress(0, asked.frames)
        began = time.monotonic()

        async def go() -> Errand:
            errand = Errand(self.name, Server(self._desk, self._pace), asked, file, self._pace)
            await watched(errand.run(into, self._settings.timeout), errand, progress, self._pace.pulse)
            return errand

        errand = to_the_end(go())
        self._took = time.monotonic() - began
        return errand

    def _made(self, errand: Errand, came: Path, request: RenderRequest) -> Made:
        asked = errand.asked
        recipe = Recipe(
            model=self._desk.model,
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
            job=errand.job.id,
            notes=(*asked.notes, *errand.notes),
        )
        return Made(self.name, came, recipe, request.aspect, request.fit, errand.job.seconds)


def _desk(name: str, settings: RendererSettings) -> Desk:
    kind, _, named = name.partition(":")
    model = named or settings.model
    if not model:
        raise RequestError(f"the renderer {name!r} names no model", hint=f"Write e.g. --renderer {kind}:wan2.2.")
    if not settings.base_url:
        raise MissingError(
            f"nobody said where the server of {name!r} is",
            hint=f'Write into popcorn.toml [renderers.{kind}] and below it base_url = "http://127.0.0.1:8000/v1".',
        )
    parts = urlsplit(settings.base_url)
    if parts.username is not None or parts.query or parts.fragment or not parts.hostname:
        raise RequestError(
            f"the base_url of the renderer {name!r} is more, or less, than an address",
            hint="Write scheme, host and path only; a key goes into a variable that key_variable names.",
        )
    key = os.environ.get(settings.key_variable, "") if settings.key_variable else ""
    if settings.key_variable and not key:
        raise MissingError(f"{settings.key_variable} is not set", hint=f"Set it to the key for {name}.")
    return Desk(name, settings.base_url.rstrip("/"), model, key, settings.key_variable)


def _is_here(url: str) -> bool:
    """Whether a server runs on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ending(progress: FrameProgress) -> FrameProgress:
    """Progress of the last steps here, all of which the server's part was before: done is done, but a stop is heard."""

    def told(_done: int, total: int) -> None:
        progress(total, total)

    return told


def _unheard(_done: int, _total: int) -> None:
    """Nobody listens."""
