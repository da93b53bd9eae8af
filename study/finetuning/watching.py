"""A training as it goes: told to whoever watches, and stopped after the step under way when somebody asks for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any


@dataclass
class Watch:
    """Who is told, and whether to stop."""

    progress: Callable[[int, int], None]
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second leaves at once. Outside the main thread nothing sets it."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def trainer_callback(watch: Watch) -> Any:
    """What Trainer calls: after each step it tells how far it is, and saves and stops where that was asked for."""
    from transformers import TrainerCallback

    class Callback(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> Any:
            watch.progress(state.global_step, state.max_steps)
            if watch.stop.is_set():
                control.should_save = control.should_training_stop = True
            return control

    return Callback()
