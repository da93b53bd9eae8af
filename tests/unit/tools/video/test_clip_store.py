"""The same render is never paid for twice: not by one process, not by two, and never with a clip that was changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import StoppedError, StoreError
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.video.checks import checked
from popcorn.tools.video.clip_store import ClipStore
from popcorn.tools.video.stored_renderer import StoredRenderer
from popcorn.tools.video.types import Clip, Estimate, FrameProgress, Recipe, Renderer, RenderRequest

REQUEST = RenderRequest("T", "a pot opens", seconds=0.4, seed=3)
ROOM = 10_000_000
RECIPE = Recipe("m", "r", "a pot opens", "", 64, 96, 12, 30, 0.4, 3, notes=("it is a test",))


class DearRenderer:
    """Moves a square, and counts how often it was asked to."""

    name = "dear"

    def __init__(self) -> None:
        self.renders = 0

    def identity(self, request: RenderRequest) -> dict[str, str | int | float]:
        return {"renderer": self.name, "prompt": request.video_prompt, "seed": request.seed}

    def estimate(self, request: RenderRequest) -> Estimate:
        return Estimate(seconds=900, cost_usd=0.4)

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        self.renders += 1
        raw = out.with_name(f".{out.name}.unchecked.mp4")
        with ClipWriter(raw, Encoding(64, 96)) as writer:
            for number in range(12):
                frame = np.full((96, 64, 3), 60, np.uint8)
                frame[5 * number : 5 * number + 30, request.seed : 50] = 200
                writer.write(frame)
        return checked(raw, self.name, 64, 96, 30, 0.4, recipe=RECIPE, out=out)

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        return out


@pytest.fixture
def store(tmp_path: Path) -> ClipStore:
    return ClipStore(tmp_path / "clips", ROOM)


def stored(store: ClipStore) -> tuple[StoredRenderer, DearRenderer]:
    dear = DearRenderer()
    return StoredRenderer(dear, store), dear


def test_the_second_render_comes_from_the_store_whole(store: ClipStore, tmp_path: Path) -> None:
    renderer, dear = stored(store)
    typed: Renderer = renderer
    first = typed.render(REQUEST, tmp_path / "a.mp4")
    seen: list[tuple[int, int]] = []
    second = typed.render(REQUEST, tmp_path / "new" / "b.mp4", lambda *now: seen.append(now))
    assert replace(first, path=tmp_path / "new" / "b.mp4") == second
    assert second.path.read_bytes() == first.path.read_bytes()
    assert (dear.renders, renderer.reused, seen) == (1, 1, [(12, 12)])


def test_what_is_stored_costs_nothing_and_the_rest_what_the_renderer_says(store: ClipStore, tmp_path: Path) -> None:
    renderer, dear = stored(store)
    assert renderer.estimate(REQUEST) == dear.estimate(REQUEST)
    renderer.render(REQUEST, tmp_path / "a.mp4")
    assert renderer.estimate(REQUEST) == Estimate(seconds=0.0)
    assert not renderer.estimate(REQUEST).is_dear


def test_another_seed_is_another_render(store: ClipStore, tmp_path: Path) -> None:
    renderer, dear = stored(store)
    renderer.render(REQUEST, tmp_path / "a.mp4")
    renderer.render(replace(REQUEST, seed=4), tmp_path / "b.mp4")
    assert (dear.renders, len(store.entries())) == (2, 2)


@pytest.mark.parametrize("damage", ["clip changed", "clip gone", "facts cut short", "facts of another format"])
def test_a_damaged_entry_is_rendered_again_and_mended(store: ClipStore, tmp_path: Path, damage: str) -> None:
    renderer, dear = stored(store)
    first = renderer.render(REQUEST, tmp_path / "a.mp4")
    (place,) = [entry.clip.path.parent for entry in store.entries()]
    if damage == "clip changed":
        with (tmp_path / "a.mp4").open("ab") as file:
            file.write(b"through the link")
    elif damage == "clip gone":
        (place / "clip.mp4").unlink()
    elif damage == "facts cut short":
        (place / "facts.json").write_text('{"schema_version": 1')
    else:
        (place / "facts.json").write_text('{"schema_version": 99}')
    second = renderer.render(REQUEST, tmp_path / "b.mp4")
    assert (second.sha256, dear.renders) == (first.sha256, 2)
    assert renderer.render(REQUEST, tmp_path / "c.mp4").sha256 == first.sha256
    assert dear.renders == 2


def test_entries_tell_what_they_were_rendered_from_and_how_long_it_took(store: ClipStore, tmp_path: Path) -> None:
    renderer, dear = stored(store)
    clip = renderer.render(REQUEST, tmp_path / "a.mp4")
    (entry,) = store.entries()
    assert entry.identity == dear.identity(REQUEST)
    assert replace(entry.clip, path=clip.path) == clip
    assert entry.clip.recipe == RECIPE
    assert 0 < entry.seconds_to_render < 60
    assert entry.bytes == sum(file.stat().st_size for file in entry.clip.path.parent.iterdir())


def test_a_full_store_throws_away_what_was_unused_for_longest(store: ClipStore, tmp_path: Path) -> None:
    renderer, _ = stored(store)
    for seed in (1, 2, 3):
        renderer.render(replace(REQUEST, seed=seed), tmp_path / f"{seed}.mp4")
    for entry in store.entries():
        age = {1: 10, 2: 500, 3: 100}[int(entry.identity["seed"])]
        os.utime(entry.clip.path.with_name("facts.json"), (time.time() - age,) * 2)
    kept = [entry.bytes for entry in store.entries()][:2]
    gone = store.prune(sum(kept))
    assert [entry.identity["seed"] for entry in gone] == [2]
    assert [entry.identity["seed"] for entry in store.entries()] == [1, 3]
    assert (tmp_path / "2.mp4").is_file()
    assert len(store.prune(0)) == 2


def test_asking_again_makes_an_entry_young(store: ClipStore, tmp_path: Path) -> None:
    renderer, _ = stored(store)
    renderer.render(REQUEST, tmp_path / "a.mp4")
    os.utime(store.entries()[0].clip.path.with_name("facts.json"), (1, 1))
    renderer.render(REQUEST, tmp_path / "b.mp4")
    assert store.entries()[0].used.year > 2000


def test_a_store_without_room_still_gives_the_clip(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    renderer, _ = stored(ClipStore(tmp_path / "file" / "clips", ROOM))
    assert renderer.render(REQUEST, tmp_path / "a.mp4").path.is_file()
    renderer, _ = stored(ClipStore(tmp_path / "clips", 10))
    assert renderer.render(REQUEST, tmp_path / "b.mp4").path.is_file()


def test_a_place_that_cannot_be_written_is_a_store_error_and_keeps_the_clip(store: ClipStore, tmp_path: Path) -> None:
    renderer, _ = stored(store)
    renderer.render(REQUEST, tmp_path / "a.mp4")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"b\.mp4' cannot be written"):
        renderer.render(REQUEST, tmp_path / "file" / "b.mp4")
    assert len(store.entries()) == 1


def test_what_a_killed_process_left_is_swept_out_after_a_day(store: ClipStore, tmp_path: Path) -> None:
    old, young = (store.folder / f".{digest * 64}.12345678" for digest in "ab")
    for half in (old, young):
        half.mkdir(parents=True)
    os.utime(old, (1, 1))
    store.prune()
    assert (old.exists(), young.exists()) == (False, True)


def test_whoever_waits_for_another_render_can_be_stopped(store: ClipStore, tmp_path: Path) -> None:
    renderer, dear = stored(store)

    def stop(done: int, total: int) -> None:
        raise StoppedError("stopped by hand")

    with (
        store.rendering(dear.identity(REQUEST), lambda: None),
        pytest.raises(StoppedError, match="by hand"),
    ):
        renderer.render(REQUEST, tmp_path / "a.mp4", stop)
    assert dear.renders == 0


def test_two_at_once_render_once(store: ClipStore, tmp_path: Path) -> None:
    renderer, dear = stored(store)
    both = [threading.Thread(target=renderer.render, args=(REQUEST, tmp_path / f"{name}.mp4")) for name in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert dear.renders == 1
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


PROCESS = """
import json, sys
from pathlib import Path
from popcorn.tools.video.registry import load
from popcorn.tools.video.clip_store import ClipStore
from popcorn.tools.video.stored_renderer import StoredRenderer
from popcorn.tools.video.types import Aspect, RenderRequest
renderer = StoredRenderer(load("animatic"), ClipStore(Path(sys.argv[1]), 10_000_000))
clip = renderer.render(RenderRequest("T", "a cat", aspect=Aspect.SQUARE, seconds=0.3), Path(sys.argv[2]))
print(json.dumps([clip.sha256, renderer.reused]))
"""


def test_two_processes_share_a_store(store: ClipStore, tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", PROCESS, str(store.folder), str(tmp_path / f"{name}.mp4")] for name in "ab"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    answers = [json.loads(one.communicate(timeout=600)[0]) for one in both]
    assert answers[0][0] == answers[1][0]
    assert sorted(reused for _, reused in answers) == [0, 1]
    assert len(store.entries()) == 1
