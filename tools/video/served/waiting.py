"""Waiting for asynchronous work from a plain function, with a word to whoever watches, who may stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..types import FrameProgress
from .render_job import RenderJob

_Result = TypeVar("_Result")


async def watched(work: Coroutine[None, None, None], job: RenderJob, progress: FrameProgress, pulse: float) -> None:
    """`work`, with a word to `progress` at every pulse; when that raises, the work is stopped and cleans up first."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=pulse)
            if not task.done():
                progress(job.frames, job.asked.frames)
        task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


def to_the_end(work: Coroutine[None, None, _Result]) -> _Result:
    """Run a coroutine from a plain function, also where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1, thread_name_prefix="popcorn-served") as pool:
        return pool.submit(asyncio.run, work).result()
