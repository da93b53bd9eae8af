"""The tools of the graph, called so that whoever watches a run hears of it: its trace, and LangSmith where it is set.

`tool_names` has their names.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from langchain_core.runnables.config import ensure_config, get_async_callback_manager_for_config

T = TypeVar("T")
Told = Mapping[str, Any]


async def called(name: str, arguments: Told, work: Callable[[], T], told: Callable[[T], Told]) -> T:
    """What `work` gives, done in a thread as a call of the tool `name`.

    `told` says the outcome in JSON values, as a trace keeps it. Raises what `work` raises.
    """
    manager = get_async_callback_manager_for_config(ensure_config())
    run = await manager.on_tool_start({"name": name}, _json(arguments), inputs=dict(arguments))
    try:
        outcome = await asyncio.to_thread(work)
    except (Exception, asyncio.CancelledError) as exc:
        await run.on_tool_error(exc)
        raise
    await run.on_tool_end(_json(told(outcome)))
    return outcome


def _json(value: Told) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
