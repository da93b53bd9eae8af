"""What a study costs beside the work itself: units a second beside the ideal, CPU a unit, memory over many units.

    python benchmarks/study.py throughput [UNITS [ray]] | overhead [UNITS] | memory [UNITS ...]

Throughput: a model server that answers after 200 ms and a renderer that sleeps 100 ms, at several units at once; the
ideal is ceil(UNITS / at once) * 300 ms. With `ray` the same on a cluster of this machine, after it has started: its
batches hold 8 units or more, so it is compared at 8 at once a worker. Overhead: CPU seconds of a study of the offline
drafter less those of the same number of other drafts without a study. Memory: the peak of a process that keeps
journal, budget and addresses of so many units whose work is nothing.
"""

from __future__ import annotations

import asyncio
import csv
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from popcorn.settings import Settings
from popcorn.study.engines.local import LocalEngine
from popcorn.study.engines.types import Engine
from popcorn.study.runner import Planned, plan, run
from popcorn.study.study_file import StudyFile
from popcorn.study.types import Drafted, Unit
from popcorn.study.unit_work import Place, UnitWork
from throughput import SECONDS, serving

RENDER = 0.1
AT_ONCE = (1, 8, 64)


class Sleeping(UnitWork):
    """Renders by sleeping."""

    def render(self, unit: Unit, drafted: Drafted) -> tuple[Any, dict[str, Any]]:
        """No clip, after a while."""
        time.sleep(RENDER)
        return None, {"clip": "", "render_seconds": RENDER}


class Nothing(UnitWork):
    """Drafts and scores at no cost."""

    async def draft(self, unit: Unit) -> Drafted:
        """The same for every unit."""
        return Drafted("a title", "a shot " * 50)

    def score(self, unit: Unit, drafted: Drafted, clip: Any) -> dict[str, Any]:
        """The same for every unit."""
        return {"log2_comments": 1.0, "expected_rank": 50.0, "evidence": True}


def engine_of(work: type[UnitWork]) -> Any:
    def engine(place: Place) -> Engine:
        made = LocalEngine(place)
        made._work = work(place)
        return made

    return engine


@contextmanager
def planned(name: str, prompts: int, home: Path | None = None, **lists: Any) -> Iterator[Planned]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with (folder / "p.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["prompt"], *([f"{name} {at} at midnight"] for at in range(prompts))])
        values = {"name": name, "prompts": "p.csv", "modes": ["basic"], "predictors": ["neighbours"], "render": False}
        settings = Settings(home=home or folder / "home", encoder="hashing", cache=False, clips_gb=0)
        yield plan(StudyFile.model_validate(values | lists), folder, settings)


def throughput(units: int, *, on_ray: bool) -> None:
    for at_once in (8,) if on_ray else AT_ONCE:
        many = units if at_once > 1 else max(4, units // 8)
        lists = {"models": ["vllm:m"], "at_once": at_once, "renders_at_once": at_once}
        lists |= {} if on_ray else {"render": True, "renderers": ["animatic"]}
        with serving(SECONDS), tempfile.TemporaryDirectory() as home:
            with planned("warm", 32 if on_ray else 2, Path(home), **lists) as study:
                engine = _on_ray(study.place) if on_ray else engine_of(Sleeping)
                asyncio.run(run(study, engine))
            with planned("tacos", many, Path(home), **lists) as study:
                engine = _on_ray(study.place) if on_ray else engine
                started, cpu = time.perf_counter(), time.process_time()
                outcome = asyncio.run(run(study, engine))
                seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        assert outcome.failures == 0
        together = at_once * (os.cpu_count() or 1) if on_ray else at_once
        ideal = math.ceil(many / together) * (SECONDS if on_ray else SECONDS + RENDER)
        print(
            f"{'ray' if on_ray else 'local'}, {together} at once: {many / seconds:.2f} units/s, ideal "
            f"{many / ideal:.2f}, ratio {ideal / seconds:.2f}; {1000 * cpu / many:.0f} ms CPU a unit in this process"
        )


def _on_ray(place: Place) -> Any:
    """An engine that has joined its cluster."""
    from popcorn.study.engines.ray_cluster import RayEngine

    far = RayEngine(place, "")
    far._join()
    return lambda _: far


def overhead(units: int) -> None:
    with planned("warm", 4, models=["offline"]) as study:
        asyncio.run(run(study, LocalEngine))
        with_study, without = [], []
        for at in range(3):
            lists = {"models": ["offline"], "at_once": 8}
            with planned(f"in{at}", units, **lists) as inside:
                started = time.process_time()
                asyncio.run(run(inside, LocalEngine))
                with_study.append(time.process_time() - started)
            with planned(f"by{at}", units, **lists) as alone:
                work = UnitWork(alone.place)
                started = time.process_time()
                asyncio.run(_asked(work, list(alone.units())))
                without.append(time.process_time() - started)
    inside_ms, alone_ms = (1000 * min(times) / units for times in (with_study, without))
    print(f"CPU a unit: {inside_ms:.1f} ms in a study, {alone_ms:.1f} ms alone: {inside_ms - alone_ms:.1f} ms")


async def _asked(work: UnitWork, units: list[Unit]) -> None:
    """Drafts and scores of the units, without a study around them."""
    for unit in units:
        work.score(unit, await work.ask(unit), None)


def memory(counts: list[int]) -> None:
    for units in counts:
        subprocess.run([sys.executable, __file__, "memory-of", str(units)], check=True)


def memory_of(units: int) -> None:
    with planned("m", units, models=["offline"], at_once=64) as study:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        started = time.process_time()
        asyncio.run(run(study, engine_of(Nothing)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cpu = 1000 * (time.process_time() - started) / units
    print(f"{units:,} units: peak {peak:.0f} MiB, {peak - before:.0f} above the start; {cpu:.1f} ms CPU a unit")


def main() -> None:
    kind, *rest = sys.argv[1:] or ["overhead"]
    numbers = [int(one) for one in rest if one.isdigit()]
    if kind == "throughput":
        throughput(*(numbers or [128]), on_ray="ray" in rest)
    elif kind == "overhead":
        overhead(*(numbers or [100]))
    elif kind == "memory-of":
        memory_of(*numbers)
    else:
        memory(numbers or [1_000, 10_000])


if __name__ == "__main__":
    main()
