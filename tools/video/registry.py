"""Renderers by name; one is imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...errors import RequestError
from ...names import meant
from ...settings_tables import RendererSettings
from .types import Renderer

if TYPE_CHECKING:
    from .diffusion.loaded_pipeline import Keeper

RENDERERS = {"animatic": "popcorn.tools.video.animatic:AnimaticRenderer"}
"""Name to `module:function`, called with the renderer's name and its RendererSettings."""
MODELS = dict.fromkeys(
    ("cogvideox-5b", "ltx", "ltx-distilled", "hunyuan", "hunyuan-1.5", "wan2.1-1.3b", "wan2.2-5b", "ltx2"),
    "popcorn.tools.video.diffusion.renderer:DiffusionRenderer",
)
"""The video models of diffusion/presets.toml, which run on this machine; called with a Keeper too."""
SERVED = {"api": "popcorn.tools.video.served.renderer:ServedRenderer"}
"""What stands before the colon of `api:MODEL`; the rest as above."""
_NONE: Mapping[str, RendererSettings] = MappingProxyType({})


def load(
    spec: str,
    configured: Mapping[str, RendererSettings] = _NONE,
    keeper: Callable[[], Keeper] | None = None,
    picture: Path | None = None,
) -> Renderer:
    """The renderer that `spec` names: `animatic`, `NAME=MODEL` with a repository or a folder of weights, `api:MODEL`.

    `configured` has the [renderers.NAME] tables of the settings; `keeper` gives what keeps the pipelines of video
    models, which otherwise each keep their own; clips of such a model begin with `picture`, where one is given. Raises
    RequestError for an unknown name, MissingError when its extra is absent.
    """
    if is_served(spec):
        return _served(spec.partition(":")[0], spec, configured)
    name, _, model = spec.partition("=")
    chosen = configured.get(name, RendererSettings())
    if model:
        chosen = chosen.model_copy(update={"model": model})
    check(spec)
    module, _, attribute = (RENDERERS | MODELS)[name].partition(":")
    shared: dict[str, Any] = {"keeper": keeper()} if keeper and name in MODELS else {}
    shared |= {"picture": picture} if picture and name in MODELS else {}
    renderer: Renderer = getattr(import_module(module), attribute)(name, chosen, **shared)
    return renderer


def is_served(spec: str) -> bool:
    """Whether `spec` names a model behind a server."""
    return spec.partition(":")[0] in SERVED


def check(spec: str) -> None:
    """Raises RequestError where `spec` names no renderer; loads nothing."""
    name, known = spec.partition("=")[0], RENDERERS | MODELS
    if name in known or is_served(spec):
        return
    named = [*sorted(known), *(f"{kind}:MODEL" for kind in SERVED)]
    hint = meant(name.casefold(), known, 3, cutoff=0.5) or f"there are: {', '.join(named)}"
    raise RequestError(f"there is no renderer {name!r}", hint=hint)


def _served(kind: str, spec: str, configured: Mapping[str, RendererSettings]) -> Renderer:
    """A model behind a server: [renderers."api:MODEL"] goes before [renderers.api], setting by setting."""
    shared, own = configured.get(kind, RendererSettings()), configured.get(spec, RendererSettings())
    chosen = shared.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
    module, _, attribute = SERVED[kind].partition(":")
    renderer: Renderer = getattr(import_module(module), attribute)(spec, chosen)
    return renderer
