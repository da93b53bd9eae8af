"""The video models that are known by name, read from presets.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from pydantic import TypeAdapter

from ..types import Aspect

Form = Literal["descriptive", "flowing", "cinematic"]
Argument = str | int | float | bool | Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Billions:
    """Parameters in billions of what a pipeline is made of."""

    text: float
    transformer: float
    decode: float


@dataclass(frozen=True, slots=True)
class FromPicture:
    """How a model is started from a picture."""

    pipeline: str
    """The class in diffusers."""
    repository: str = ""
    """Weights of their own; empty where those of the preset do both."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One model: where its weights are, and what it was made for. presets.toml explains the figures."""

    name: str
    title: str
    repository: str
    pipeline: str
    """The class in diffusers."""
    sizes: Mapping[Aspect, tuple[int, int]]
    native: Aspect
    """The aspect that stands in for one that is missing from `sizes`."""
    grid: int
    stride: int
    longest: int
    fps: int
    steps: int
    guidance: float
    passes: int
    form: Form
    words: int
    dtype: str
    billions: Billions
    layers: int
    width: int
    licence: str
    sources: Mapping[str, str]
    guidance_by: Literal["call", "guider"] = "call"
    timesteps: tuple[float, ...] = ()
    """The only timesteps that a distilled model knows; empty where any number of steps will do."""
    distilled: bool = False
    """Trained to need few steps: no step can be skipped, so step caches stay off."""
    flow_shift: float | None = None
    """What the scheduler is set to; None leaves it as its repository has it."""
    negative_prompt: str = ""
    english_only: bool = False
    sounds: bool = False
    """True where the model makes a sound as well, which is left out."""
    dtypes: Mapping[str, str] = field(default_factory=dict)
    """By component, where one differs from `dtype`."""
    call: Mapping[str, Argument] = field(default_factory=dict)
    """Further arguments of the pipeline's call."""
    picture: FromPicture | None = None
    """None where the model starts from words alone."""
    also: str = ""
    """Another class whose folders hold the same weights; empty for none."""

    @property
    def from_picture(self) -> Preset:
        """The same started from a picture. Raises ValueError where it cannot be."""
        if self.picture is None:
            raise ValueError(f"{self.name} starts from words alone")
        own = self.picture.repository
        also = "" if own else self.pipeline
        return replace(self, pipeline=self.picture.pipeline, repository=own or self.repository, also=also)


def starting_from_pictures() -> list[str]:
    """The names of the presets that can be given a picture."""
    return sorted(name for name, preset in presets().items() if preset.picture)


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by name."""
    rows = tomllib.loads(files(__package__).joinpath("presets.toml").read_text(encoding="utf-8"))
    return MappingProxyType(_TABLE.validate_python({name: {"name": name, **row} for name, row in rows.items()}))


_TABLE = TypeAdapter(dict[str, Preset])
