"""What the run store loses: many runs at once on one store, and runs that are killed anywhere and resumed.

The runs are real ones (offline drafter, the sample by word hashes, the neighbours predictor) with a renderer that
writes a small file and keeps a list of what it was asked for, so that a repeated render is seen. Deaths are SIGKILL: at
the start of every node, after every node, and at random moments in between. The printed object counts

    runs        done: as many as were asked for, each with its own request, files and every node's events
    kills       deaths; lost: runs that could not go on; changed: runs that ended unlike an undisturbed one;
                repeated: renders that were saved and done again; unsaved: renders that had ended when the process died,
                were not saved yet and had to be done again; damaged: what the database's own check found

    imports     rounds of four imports under one name at once; kept: rounds in which exactly one was; refused: imports
                that were told so; lost: rounds whose catalogue is not that of the one that was told ok

and nothing but `done`, `kills`, `unsaved`, `rounds`, `kept` and `refused` may be above 0.

    python benchmarks/reliability.py [--runs 100] [--processes 4] [--kills 50] [--imports 20] [--database URL]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from popcorn.agent.runs.checkpoints import open_checkpoints, saved_values
from popcorn.agent.runs.run_store import Run, RunStore, Status
from popcorn.agent.runs.session import Session
from popcorn.agent.wiring.create_context import open_context
from popcorn.errors import PopcornError
from popcorn.graphs.create.build import build_create_graph
from popcorn.graphs.create.state import CHECKPOINT_TYPES
from popcorn.settings import Settings, load_settings
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.video.registry import RENDERERS
from popcorn.tools.video.types import Clip, Estimate, FrameProgress, RenderRequest
from simultaneous_imports import imports

REQUEST = "street tacos at dawn"
NODES = ("retrieve_references", "reason", "draft", "choose", "score", "refine", "render", "finish")
LIST = "renders.txt"
forking = multiprocessing.get_context("fork")  # a child has everything imported already


class Slate:
    """Writes a small file for a clip, in a few steps, and lists what began and what ended."""

    name = "slate"

    def identity(self, request: RenderRequest) -> Mapping[str, str | int | float]:
        """Everything that decides the file."""
        return {"renderer": self.name, "request": repr(request)}

    def estimate(self, request: RenderRequest) -> Estimate:
        """Next to nothing."""
        return Estimate(seconds=0.1)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        """The smallest clip, with the request's text in a box that players skip."""
        note(out, "began")
        for frame in range(5):
            time.sleep(0.01)
            if progress:
                progress(frame + 1, 5)
        told = repr(request).encode()
        content = smallest() + (len(told) + 8).to_bytes(4) + b"free" + told
        part = out.with_suffix(".part")
        part.write_bytes(content)
        part.replace(out)
        note(out, "ended")
        return Clip(
            path=out,
            renderer=self.name,
            seconds=3.0,
            width=1080,
            height=1080,
            fps=30.0,
            frames=90,
            codec="h264",
            sha256=hashlib.sha256(content).hexdigest(),
            demo=True,
        )

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        """The cover prompt."""
        out.write_text(request.cover_prompt)
        return out


@cache
def smallest() -> bytes:
    """A clip of a few grey frames."""
    with tempfile.TemporaryDirectory() as place:
        with ClipWriter(Path(place) / "clip.mp4", Encoding(64, 64, threads=1)) as writer:
            for _ in range(9):
                writer.write(np.full((64, 64, 3), 128, np.uint8))
        return (Path(place) / "clip.mp4").read_bytes()


def note(out: Path, what: str) -> None:
    with (out.parent.parent / LIST).open("a") as file:
        file.write(f"{what} {out.stem}\n")


def noted(store: RunStore, run_id: str) -> Counter[str]:
    """How often each render of a run began and ended."""
    path = store.folder(run_id) / LIST
    return Counter(path.read_text().splitlines()) if path.exists() else Counter()


def slate(name: str, settings: object) -> Slate:
    return Slate()


def chosen(home: Path, url: str) -> Settings:
    """Every node runs, and nothing is slow."""
    return load_settings(
        home=home, database_url=url, encoder="hashing", predictor="neighbours", llm="offline", renderer="slate",
        threshold=100.0, attempts=2, seed=7,
    )  # fmt: skip


# -- many at once


async def make_together(settings: Settings, requests: list[str]) -> None:
    async def one(request: str) -> None:
        async for _ in Session(settings).create(request):
            pass

    await asyncio.gather(*(one(request) for request in requests))


def make_in_process(settings: Settings, requests: list[str]) -> None:
    asyncio.run(make_together(settings, requests))


def whole(store: RunStore, run: Run, nodes: list[str]) -> bool:
    """Whether a run is done and everything of it is its own."""
    path = store.folder(run.run_id) / "result.json"
    if run.status is not Status.DONE or not path.exists():
        return False
    result = json.loads(path.read_text(encoding="utf-8"))
    clip = Path(result["video"]["path"])
    owned = (result["run_id"], result["request"]) == (run.run_id, run.request) and clip.parent == path.parent
    unharmed = hashlib.sha256(clip.read_bytes()).hexdigest() == result["video"]["sha256"]
    return owned and unharmed and visited(store, run.run_id) == nodes


def visited(store: RunStore, run_id: str) -> list[str]:
    return [event["node"] for event in store.events(run_id) if event["event"] == "node_finished"]


def crowd(settings: Settings, runs: int, processes: int, nodes: list[str]) -> dict[str, int]:
    """So many runs at once, in so many processes."""
    requests = [f"{REQUEST}, take {number}" for number in range(runs)]
    workers = [
        forking.Process(target=make_in_process, args=(settings, requests[part::processes])) for part in range(processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    store = RunStore.of(settings)
    made = [run for run in store.runs() if run.request in set(requests)]
    done = {run.request for run in made if whole(store, run, nodes)}
    return {"asked": runs, "processes": processes, "done": len(done), "lost": runs - len(done)}


# -- killed anywhere


def walk(settings: Settings, run_id: str, point: tuple[str, str] | None, told: Connection | None) -> None:
    """Begin a run, or go on with one; die at `point` if one is given."""

    async def follow() -> None:
        session = Session(settings)
        async for event in session.resume(run_id) if run_id else session.create(REQUEST):
            if told and event["event"] == "run_started":
                told.send(event["run_id"])
            if (event["event"], event.get("node", "")) == point:
                os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(follow())


def kill_once(settings: Settings, point: tuple[str, str] | None, delay: float) -> str:
    """The run of a process that died at `point`, or after `delay` seconds; empty when it had not begun one."""
    heard, told = forking.Pipe(duplex=False)
    process = forking.Process(target=walk, args=(settings, "", point, told))
    process.start()
    told.close()
    process.join(delay if point is None else None)
    process.kill()
    process.join()
    try:
        return str(heard.recv()) if heard.poll() else ""
    except EOFError:
        return ""


async def saved_renders(store: RunStore, run_id: str) -> set[str]:
    """The attempts whose clips a checkpoint holds."""
    async with open_checkpoints(store.database, CHECKPOINT_TYPES) as saver:
        values = await saved_values(build_create_graph(saver), {"configurable": {"thread_id": run_id}})
    return {str(made.attempt) for made in values.get("renders", [])}


def again(settings: Settings, run_id: str, expected: dict[str, Any]) -> Counter[str]:
    """Resume a run in a new process, and count what is wrong with it."""
    store = RunStore.of(settings)
    saved, before = asyncio.run(saved_renders(store, run_id)), noted(store, run_id)
    process = forking.Process(target=walk, args=(settings, run_id, None, None))
    process.start()
    process.join()
    after = noted(store, run_id) - before
    redone = {line.split()[1] for line in after if line.startswith("began")}
    ended = {line.split()[1] for line in before if line.startswith("ended")}
    counts = Counter(repeated=len(redone & saved), unsaved=len((redone & ended) - saved))
    if process.exitcode or store.find(run_id).status is not Status.DONE:
        return counts + Counter(lost=1)
    result = json.loads((store.folder(run_id) / "result.json").read_text(encoding="utf-8"))
    return counts + Counter(changed=int(decided(result) != expected))


def decided(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a run decided, without where, when and how long."""
    names = ("request", "title", "video_prompt", "score", "attempts", "references", "notices")
    return {name: result[name] for name in names} | {"clip": result["video"]["sha256"]}


def deaths(settings: Settings, kills: int, expected: dict[str, Any], seconds: float) -> dict[str, int]:
    """So many runs killed and resumed: at every node, after every node, then at random moments."""
    chance = random.Random(7)  # noqa: S311 - the same moments each time
    points: list[tuple[str, str] | None] = [
        (kind, node) for node in NODES for kind in ("node_started", "node_finished")
    ]
    chance.shuffle(points)
    counts: Counter[str] = Counter(kills=0, unborn=0, lost=0, changed=0, repeated=0, unsaved=0)
    for point in [*points, *[None] * kills][:kills]:
        run_id = kill_once(settings, point, chance.uniform(0, seconds))
        counts += Counter(kills=1, unborn=int(not run_id))
        if run_id:
            counts.update(again(settings, run_id, expected))
    names = ("kills", "unborn", "lost", "changed", "repeated", "unsaved")
    return {name: counts[name] for name in names} | {"damaged": damaged(settings)}


def damaged(settings: Settings) -> int:
    """What SQLite's own check finds, or the runs that a server cannot give back."""
    store = RunStore.of(settings)
    if isinstance(store.database, Path):
        connection = sqlite3.connect(store.database)
        found = connection.execute("pragma integrity_check").fetchall()
        connection.close()
        return sum(row != ("ok",) for row in found)
    wrong = 0
    for run in store.runs():
        try:
            store.events(run.run_id)
            asyncio.run(saved_renders(store, run.run_id))
        except PopcornError:
            wrong += 1
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description="What the run store loses.")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--imports", type=int, default=20, help="rounds of four at once")
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    RENDERERS["slate"] = "__main__:slate"
    with tempfile.TemporaryDirectory() as home:
        settings = chosen(Path(home), asked.database)
        smallest()
        open_context(settings, Path(home) / "first")  # builds the sample, once
        make_in_process(settings, [REQUEST])
        started = time.monotonic()
        make_in_process(settings, [REQUEST])
        seconds = time.monotonic() - started
        store = RunStore.of(settings)
        first = store.runs()[0].run_id
        expected = decided(json.loads((store.folder(first) / "result.json").read_text(encoding="utf-8")))
        report = {"seconds_of_a_run": round(seconds, 2)} | {
            "runs": crowd(settings, asked.runs, asked.processes, visited(store, first)),
            "kills": deaths(settings, asked.kills, expected, seconds),
            "imports": imports(Path(home), asked.imports),
        }
        print(json.dumps(report | {"seconds": round(time.monotonic() - started, 1)}))


if __name__ == "__main__":
    main()
