"""Seconds of work a finished second of ad takes, by step, at 15, 30 and 60 s in 1080x1920; and the peak of memory.

`python benchmarks/ad.py [FOOTAGE]`. FOOTAGE is a folder of clips; without one, clips of
1280x720 are drawn. Wall-clock and processor seconds, each length in a process of its own: on a busy machine only the
processor seconds say something.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from popcorn.errors import PopcornError
from popcorn.tools.editing.assembly import assemble
from popcorn.tools.editing.delivery import Evidence, checks, failed
from popcorn.tools.editing.edit_lists import write_edit_lists
from popcorn.tools.editing.mix import mixed
from popcorn.tools.editing.timeline import timeline_of
from popcorn.tools.editing.timeline_parts import SourceClip, Timeline
from popcorn.tools.editing.types import Line, Role, SpokenLine, SpokenWord
from popcorn.tools.media.area import Area
from popcorn.tools.media.audio import write_wav
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.probe import probe

LENGTHS = (15, 30, 60)
LINE = 2.7
"""Seconds of speech in a line: with its picture, three seconds."""
RATE = 24_000
PARTS = ("Pour it slowly,", "and watch it bloom.")
USABLE = 3.2


def footage(folder: Path | None, drawn: Path) -> list[SourceClip]:
    """Clips of at least so many seconds: those of the folder that can be read, or six that are drawn."""
    paths = sorted(folder.iterdir()) if folder else [_drawn(drawn / f"clip{number}.mp4", number) for number in range(6)]
    clips = []
    for path in paths:
        try:
            facts = probe(path)
        except PopcornError:
            continue
        if facts.seconds >= USABLE:
            focus = Area(0.4, 0.3, 0.3, 0.4)
            clips.append(SourceClip(len(clips) + 1, path, 0.0, facts.seconds - 0.1, facts.width, facts.height, focus))
    return clips


def _drawn(path: Path, seed: int) -> Path:
    y, x = np.mgrid[:720, :1280].astype(np.float32)
    grain = np.random.default_rng(seed).normal(0, 6, (720, 1280))
    with ClipWriter(path, Encoding(1280, 720, 30)) as writer:
        for number in range(120):
            wave = 120 + 80 * np.sin((x + y / (seed + 1) + 6 * number) / 40) + np.roll(grain, number, axis=1)
            writer.write(np.clip(np.dstack([wave, 0.8 * wave, 255 - wave]), 0, 255).astype(np.uint8))
    return path


def spoken(folder: Path, number: int) -> SpokenLine:
    """A line of noise that rises and falls as syllables do, with a pause between its subtitles."""
    at = np.arange(round(LINE * RATE)) / RATE
    times = ((0.05, 1.2), (1.3, LINE - 0.05))
    loud = sum(((at >= start) & (at < end)) * (0.6 + 0.4 * np.sin(25 * (at - start))) for start, end in times)
    noise = np.random.default_rng(number).normal(0, 0.15, len(at)) * loud
    words = tuple(SpokenWord(text, *when) for text, when in zip(PARTS, times, strict=True))
    return SpokenLine(write_wav(folder / f"{number}.wav", noise.astype(np.float32), RATE), LINE, words, times)


def timeline(folder: Path, clips: list[SourceClip], seconds: int) -> Timeline:
    count = round(seconds / 3)
    lines = [Line(clips[number % len(clips)].number, " ".join(PARTS), Role.DEMO, PARTS) for number in range(count)]
    music = write_wav(folder / "music.wav", np.tile(_chord(), 8), RATE)
    speech = [spoken(folder, number) for number in range(count)]
    return timeline_of("Benchmark", lines, speech, {clip.number: clip for clip in clips}, music=music)


def _chord() -> np.ndarray:
    at = np.arange(2 * RATE) / RATE
    return np.asarray(sum(0.1 * np.sin(2 * np.pi * tone * at) for tone in (220, 277, 330)), np.float32)


@contextmanager
def timed(steps: dict[str, tuple[float, float]], name: str) -> Iterator[None]:
    """Wall-clock and processor seconds of the block."""
    wall, spent = time.perf_counter(), time.process_time()
    yield
    steps[name] = (time.perf_counter() - wall, time.process_time() - spent)


def whole(seconds: int, source: Path | None) -> dict[str, object]:
    """One ad in this process."""
    steps: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = footage(source, folder)
        ad = timeline(folder, clips, seconds)
        with timed(steps, "mixing the sound"):
            mixed(ad)
        with timed(steps, "the whole assembly"):
            out = assemble(ad, folder / "ad.mp4", work=folder / "work", provenance={"generator": "benchmark"})
        with timed(steps, "joining alone"):
            assemble(ad, folder / "again.mp4", work=folder / "work", provenance={"generator": "once more"})
        with timed(steps, "edit lists"):
            write_edit_lists(ad, folder / "ad.otio", folder / "ad.xml")
        with timed(steps, "delivery checks, without a reader"):
            wrong = failed(checks(out, ad, Evidence({clip.number: clip for clip in clips})))
        megabytes = out.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    names = [check.name for check in wrong]
    return {"seconds": ad.seconds, "steps": steps, "peak": peak, "failed": names, "megabytes": megabytes}


def main() -> None:
    source = next((Path(word) for word in sys.argv[1:] if not word.startswith("--")), None)
    if "--one" in sys.argv:
        print(json.dumps(whole(int(sys.argv[-1]), source if source and source.is_dir() else None)))
        return
    print("| ad | step | wall-clock s a finished s | processor s a finished s |\n|---|---|---:|---:|")
    for seconds in LENGTHS:
        command = [sys.executable, __file__, *([str(source)] if source else []), "--one", str(seconds)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for step, (wall, spent) in found["steps"].items():
            print(f"| {seconds} s | {step} | {wall / found['seconds']:.2f} | {spent / found['seconds']:.2f} |")
        facts = f"{found['megabytes']:.1f} MB; peak memory {found['peak']:.0f} MB; checks that fail: {found['failed']}"
        print(f"| {seconds} s | {facts} | | |", flush=True)


if __name__ == "__main__":
    main()
