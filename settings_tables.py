"""The tables of a settings file, as types: one a kind of server, price or renderer."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from .trust.addresses import fault_of


def _sound(address: str) -> str:
    if address and (fault := fault_of(address)):
        raise PydanticCustomError("address", "{fault}", {"fault": fault})
    return address


Address = Annotated[str, AfterValidator(_sound)]
"""Where a server is; empty where nobody said."""
Variable = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
"""The name of an environment variable; empty for none."""


class ProviderSettings(BaseModel):
    """A model server of somebody's own, as [providers.NAME] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: Address = Field(min_length=1, description="where it is, e.g. http://127.0.0.1:8080/v1")
    key_variable: Variable = Field("", description="the environment variable that holds the key; empty for none")
    model: str = Field("", description="the model that is asked when none was chosen")
    free: bool = Field(False, description="its tokens cost nothing")


class PriceSettings(BaseModel):
    """US dollars for a million tokens, as [prices."PROVIDER:MODEL"] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class RendererSettings(BaseModel):
    """How one renderer is used, as [renderers.NAME] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(default="", description="repository or folder of its weights, or the server's name for it")
    revision: str = Field(default="", description="branch, tag or commit of the repository")
    base_url: Address = Field(default="", description="where its server is, ending in /v1")
    key_variable: Variable = Field(default="", description="the environment variable that holds the server's key")
    price: float | None = Field(default=None, ge=0, description="US dollars that a clip costs; unset where nobody said")
    steps: int | None = Field(default=None, ge=1, le=1000, description="denoising steps; the preset's own if unset")
    guidance: float | None = Field(default=None, ge=0, description="guidance scale; the preset's own if unset")
    memory: str = Field(default="auto", description="how it is kept in memory; `auto` looks at what is free")
    step_cache: bool = Field(
        default=False, description="skip what changes little from step to step: quicker, not exact"
    )
    compile: bool = Field(
        default=False, description="compile the model's repeated block: for many clips in one process"
    )
    timeout: float = Field(default=1800, gt=0, description="seconds that one render may take")


class VoiceSettings(BaseModel):
    """How a voice behind a server is used, as [voices.api] or [voices."api:MODEL"] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(default="", description="the server's name for the model")
    speaker: str = Field(default="alloy", description="the server's name for the speaker")
    base_url: Address = Field(default="", description="where its server is, ending in /v1")
    key_variable: Variable = Field(default="", description="the environment variable that holds the server's key")
    speed: float = Field(default=1.0, ge=0.25, le=4, description="how fast it speaks, 1 being its own way")
    timeout: float = Field(default=120, gt=0, description="seconds that the server may be silent")
