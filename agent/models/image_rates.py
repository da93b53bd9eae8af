"""What a model takes of pictures: whether it reads them at all, and what it counts them as."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from ...graphs.asking.images import ImageRate
from ...settings import Settings
from .providers import Choice


def rate_of(choice: Choice) -> ImageRate:
    """How many tokens the model reads pictures as; rather too many where nobody said."""
    known = [(spec, rate) for spec, rate in _table().items() if choice.spec.startswith(spec)]
    return max(known, key=lambda one: len(one[0]))[1] if known else ImageRate()


def takes_images(choice: Choice, settings: Settings, profiled: object) -> bool:
    """Whether the model is shown pictures: as the settings say, else what langchain-openai knows of OpenAI's own."""
    if settings.llm_images != "auto":
        return settings.llm_images == "yes"
    return choice.provider == "openai" and bool(profiled)


@cache
def _table() -> dict[str, ImageRate]:
    rows = tomllib.loads((files(__package__) / "images.toml").read_text("utf-8"))["rate"]
    return {spec: ImageRate(row["base"], row["tile"], row["side"]) for row in rows for spec in row["specs"]}
