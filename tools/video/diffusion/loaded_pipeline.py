"""The one pipeline that stays loaded between renders."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .memory import Machine, Rung
from .pipeline_loader import Pipeline, load_pipeline, speed_up
from .presets import Preset
from .source import Weights

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What tells one loaded pipeline from another."""

    preset: Preset
    weights: Weights
    step_cache: bool = False
    compiled: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pipeline and how it is kept."""

    pipe: Pipeline
    wanted: Wanted
    rung: Rung
    notes: tuple[str, ...]
    """What was asked for to make it quicker, and what came of it."""


class Keeper:
    """Holds one pipeline, and frees it when another is wanted; one render at a time, for a pipeline has a state.

    All renderers of a process should share one, as they share the memory of the device.
    """

    def __init__(self) -> None:
        """Nothing is loaded until it is wanted."""
        self._lock = threading.RLock()
        self._held: Loaded | None = None
        self.loads = 0
        """How often weights were read."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else renders inside."""
        with self._lock:
            yield

    def held(self, wanted: Wanted) -> Loaded | None:
        """The pipeline when it is the one wanted; another one is freed, so that its memory counts as free."""
        if self._held is not None and self._held.wanted != wanted:
            self.drop()
        return self._held

    def load(self, wanted: Wanted, machine: Machine, rung: Rung) -> Loaded:
        """Read the weights and keep the pipeline as `rung` says; raises as load_pipeline does, holding nothing then."""
        self.drop()
        _log.info("loading %s from %s, kept %s", wanted.preset.name, wanted.weights.model, rung.value)
        self.loads += 1
        pipe = load_pipeline(wanted.preset, wanted.weights, machine, rung)
        notes = speed_up(pipe, wanted.preset, step_cache=wanted.step_cache, compiled=wanted.compiled)
        self._held = Loaded(pipe, wanted, rung, notes)
        return self._held

    def drop(self) -> None:
        """Free what is held, on the device too."""
        self._held = None
        gc.collect()
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
