"""Who watches which run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from popcorn.settings import load_settings
from popcorn.web.service import PageService
from popcorn.web.watching import Watching
from popcorn.web.work_queue import Ticket


def test_a_tab_that_still_has_no_run_does_not_end_the_watching_of_the_one_it_began(tmp_path: Path) -> None:
    service = PageService(load_settings(home=tmp_path, llm="offline"))
    visitor = service.visitor(None)
    run_id = visitor.store.start("tacos", {}).run_id

    async def looked() -> tuple[bool, list[bool]]:
        let_go = asyncio.Event()
        loop = asyncio.get_running_loop()

        async def work(_: Ticket) -> None:
            while not let_go.is_set():
                await asyncio.sleep(0.01)

        service.queue.put(Ticket(visitor.owner, run_id, "tacos", "here"), work)
        watching = Watching(service)
        views = watching.views(visitor, run_id, "tab")
        first = await anext(views)
        assert [one async for one in watching.views(visitor, "", "tab")] == []
        loop.call_soon(let_go.set)
        return first.under_way, [one.under_way async for one in views]

    try:
        first, later = asyncio.run(asyncio.wait_for(looked(), 60))
    finally:
        service.close()
    assert first
    assert later[-1:] == [False]
