"""How a model is kept in memory: what each way needs, and which one fits. Arithmetic alone; a machine is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ....errors import RenderError, RequestError
from .presets import Preset
from .render_plan import Plan

_BYTES = MappingProxyType({"float32": 4, "float16": 2, "bfloat16": 2})
_FP8 = 1.0
_FOUR_BIT = 0.6  # NF4 with its scales, and the layers that stay in 16 bits
_LAYER_BLOCKS = 3  # the one that computes, the one on its way, the first and last layers
_TOKEN_COPIES = 30  # of a token's vector: queries, keys, values, the feed-forward's four and what PyTorch keeps
_PIXEL_VALUES = 512  # values a pixel in the widest layer of a decoder, four tensors of 128 channels
_TILE = 512 * 512
_FRAMES_AT_ONCE = 17  # decoders pass on through time in pieces
_SPARE = 1.1  # the allocator's fragments and the libraries' own workspaces


class Rung(StrEnum):
    """A way to keep a model in memory, dearest first; each one down needs less of something and takes longer."""

    RESIDENT = "resident"
    OFFLOAD = "offload"
    GROUP = "group"
    FP8 = "fp8"
    FOUR_BIT = "4bit"
    SEQUENTIAL = "sequential"

    @property
    def tiles(self) -> bool:
        """True when frames are decoded in tiles."""
        return self is not Rung.RESIDENT

    @property
    def says(self) -> str:
        """The way in words, as a recipe carries it."""
        return _SAYS[self]


_SAYS = {
    Rung.RESIDENT: "all of it on the device",
    Rung.OFFLOAD: "model offload, tiled VAE",
    Rung.GROUP: "group offload, tiled VAE",
    Rung.FP8: "transformer in fp8, model offload, tiled VAE",
    Rung.FOUR_BIT: "4-bit weights, model offload, tiled VAE",
    Rung.SEQUENTIAL: "sequential offload, tiled VAE",
}
ON_A_CPU = (Rung.RESIDENT, Rung.FP8, Rung.GROUP)
"""What works without an accelerator; the other ways move weights to one. `group` is only there to be tried out."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute with."""

    device: str
    """`cuda` or `cpu`."""
    name: str
    free_bytes: int
    """On the device; without an accelerator the same as `host_bytes`."""
    host_bytes: int
    """Memory of the machine that is free, or can be had by dropping caches."""
    four_bit: bool = False
    """True when the library for 4-bit weights is installed."""
    tflops: float = 0.0
    """What it computes in 16 bits in practice; 0 where nothing is known."""

    @property
    def has_accelerator(self) -> bool:
        """False when everything runs on the processor."""
        return self.device != "cpu"


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a way needs."""

    device: int
    host: int


def need(rung: Rung, preset: Preset, plan: Plan, machine: Machine) -> Need:
    """What keeping and running the model takes; an estimate from its sizes, on the high side."""
    text, transformer, decode = _weights(rung, preset, machine)
    computing = _activations(preset, plan, machine)
    decoding = _decoding(preset, plan, machine, tiled=rung.tiles)
    every = text + transformer + decode
    largest = max(text + computing / 8, transformer + computing, decode + decoding)
    match rung:
        case Rung.RESIDENT:
            device = every + max(computing, decoding)
        case Rung.OFFLOAD | Rung.FP8 | Rung.FOUR_BIT:
            device = largest
        case Rung.GROUP | Rung.SEQUENTIAL:
            blocks = _LAYER_BLOCKS if rung is Rung.GROUP else 1
            device = blocks * max(transformer, text) / preset.layers + max(computing, decode + decoding)
    if not machine.has_accelerator:
        working = every + max(computing, decoding)
        return Need(round(working * _SPARE), round(working * _SPARE))
    return Need(round(device * _SPARE), round((decode if rung is Rung.RESIDENT else every) * _SPARE))


def ways(asked: str, preset: Preset, plan: Plan, machine: Machine) -> tuple[Rung, ...]:
    """The way to begin with and those below it that would do, best first.

    `asked` is a setting: `auto`, or a way by name, which is then taken whatever is free. Raises RequestError for an
    unknown name or one that this machine cannot go, RenderError when nothing fits.
    """
    if asked != "auto":
        return _asked_for(asked, machine)
    known = [rung for rung in Rung if _can(rung, machine) and (machine.has_accelerator or rung is not Rung.GROUP)]
    needs = {rung: need(rung, preset, plan, machine) for rung in known}
    fitting = tuple(rung for rung, one in needs.items() if _fits(one, machine))
    if not fitting:
        raise _too_small(preset, needs, machine)
    return fitting


def tera_operations(preset: Preset, plan: Plan) -> float:
    """Multiplications and additions of all denoising steps, in units of 10^12.

    Twice the parameters a token and four times the width a pair of tokens and layer.
    """
    tokens = _tokens(preset, plan)
    once = 2 * preset.billions.transformer * 1e9 * tokens + 4 * preset.layers * preset.width * tokens**2
    return once * preset.passes * preset.steps / 1e12


def gigabytes(count: float) -> str:
    """Bytes as people say them."""
    return f"{count / 1e9:.1f} GB"


def _weights(rung: Rung, preset: Preset, machine: Machine) -> tuple[float, float, float]:
    """Bytes of the text encoders, the transformer and the decoder."""
    plain = _bytes(preset, machine, "text_encoder")
    each = {
        Rung.FP8: (plain, _FP8),
        Rung.FOUR_BIT: (_FOUR_BIT, _FOUR_BIT),
    }.get(rung, (plain, _bytes(preset, machine, "transformer")))
    size = preset.billions
    return (
        size.text * 1e9 * each[0],
        size.transformer * 1e9 * each[1],
        size.decode * 1e9 * _bytes(preset, machine, "vae"),
    )


def _bytes(preset: Preset, machine: Machine, component: str) -> int:
    """Bytes a parameter; a processor computes in float32."""
    if not machine.has_accelerator:
        return 4
    return _BYTES[preset.dtypes.get(component, preset.dtype)]


def _tokens(preset: Preset, plan: Plan) -> int:
    latents = (plan.frames - 1) // preset.stride + 1
    return latents * (plan.width // preset.grid) * (plan.height // preset.grid)


def _activations(preset: Preset, plan: Plan, machine: Machine) -> float:
    each = preset.width * _TOKEN_COPIES * _bytes(preset, machine, "transformer")
    return _tokens(preset, plan) * each * preset.passes


def _decoding(preset: Preset, plan: Plan, machine: Machine, *, tiled: bool) -> float:
    pixels = plan.width * plan.height
    at_once = min(pixels, _TILE) if tiled else pixels
    whole = 3 * pixels * plan.frames * 4  # the finished frames as float32
    return at_once * min(plan.frames, _FRAMES_AT_ONCE) * _PIXEL_VALUES * _bytes(preset, machine, "vae") + whole


def _can(rung: Rung, machine: Machine) -> bool:
    if not machine.has_accelerator:
        return rung in ON_A_CPU
    return rung is not Rung.FOUR_BIT or machine.four_bit


def _fits(one: Need, machine: Machine) -> bool:
    return one.device <= machine.free_bytes and one.host <= machine.host_bytes


def _asked_for(asked: str, machine: Machine) -> tuple[Rung, ...]:
    if asked not in list(Rung):
        raise RequestError(
            f"there is no way {asked!r} to keep a model in memory", hint=f"use auto or one of {', '.join(Rung)}"
        )
    chosen = Rung(asked)
    if not _can(chosen, machine):
        why = "4-bit weights need bitsandbytes" if machine.has_accelerator else "it needs an accelerator"
        raise RequestError(f"memory {asked!r} cannot be used on {machine.name}: {why}", hint="use auto")
    order = list(Rung)
    below = order[order.index(chosen) + 1 :]
    return (chosen, *(rung for rung in below if _can(rung, machine)))


def _too_small(preset: Preset, needs: Mapping[Rung, Need], machine: Machine) -> RenderError:
    least = min(needs.values(), key=lambda one: max(one.device / machine.free_bytes, one.host / machine.host_bytes))
    if not machine.has_accelerator:
        short = f"{gigabytes(least.host)} of memory, and {gigabytes(machine.host_bytes)} is free"
    else:
        short = (
            f"{gigabytes(least.device)} on {machine.name} and {gigabytes(least.host)} beside it, "
            f"and {gigabytes(machine.free_bytes)} and {gigabytes(machine.host_bytes)} are free"
        )
    return RenderError(
        f"{preset.title} does not fit: even kept as sparingly as can be it takes about {short}",
        hint="choose a smaller model such as wan2.1-1.3b, free some memory, or render behind a server",
    )
