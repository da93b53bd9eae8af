"""Popcorn turns an idea into a short video people will talk about.

The package's root is the repository's root. Importing it loads nothing else: the public
entry points arrive on first use (PEP 562).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .agent.doors.python_ads import Ad, acreate_ad, aresume_ad, create_ad, resume_ad
    from .agent.doors.python_api import (
        Video,
        acreate_video,
        afind_references,
        aresume_video,
        ascore_popularity,
        create_video,
        find_references,
        resume_video,
        score_popularity,
    )
    from .errors import PopcornError
    from .tools.popularity.standing import standing
    from .version import VERSION as __version__  # noqa: N811 - as every package calls it

__all__ = [
    "Ad",
    "PopcornError",
    "Video",
    "__version__",
    "acreate_ad",
    "acreate_video",
    "afind_references",
    "aresume_ad",
    "aresume_video",
    "ascore_popularity",
    "create_ad",
    "create_video",
    "find_references",
    "resume_ad",
    "resume_video",
    "score_popularity",
    "standing",
]
_ELSEWHERE = {
    "PopcornError": (".errors", "PopcornError"),
    "standing": (".tools.popularity.standing", "standing"),
    "__version__": (".version", "VERSION"),
} | {name: (".agent.doors.python_ads", name) for name in ("Ad", "acreate_ad", "aresume_ad", "create_ad", "resume_ad")}
"""Module and name of what does not come from the Python API."""


def __getattr__(name: str) -> object:
    """A public entry point, imported when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _ELSEWHERE.get(name, (".agent.doors.python_api", name))
    value: object = getattr(import_module(module, __name__), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, also those that are not loaded yet."""
    return sorted({*globals(), *__all__})
