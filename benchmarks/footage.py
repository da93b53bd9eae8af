"""What reading footage costs: by step, beside PySceneDetect's own command, and in memory over the footage's length.

    python benchmarks/footage.py steps FILE...        seconds of processor a second of footage, a step a row
    python benchmarks/footage.py cuts FILE...         time and cuts beside `scenedetect detect-adaptive`
    python benchmarks/footage.py gradual FILE...      dissolves and fades between the files: found, and false cuts
    python benchmarks/footage.py memory [SECONDS...]  peak memory of a survey (default 10 60 600 3600)

The footage of `memory` is one clip that is rendered here and repeated without encoding it again.
"""

from __future__ import annotations

import bisect
import itertools
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
from popcorn.tools.footage.appearance import appearance
from popcorn.tools.footage.camera import CameraPath
from popcorn.tools.footage.cuts import CutFinder
from popcorn.tools.footage.sight import Sight
from popcorn.tools.footage.survey import survey
from popcorn.tools.footage.whisper import WhisperTranscriber
from popcorn.tools.media.detectors import FrameMeter, enlarged, facts, glances
from popcorn.tools.media.encode import ClipWriter, Encoding

_FPS = 2
"""Of the clip that is rendered: an hour is read in minutes. More frames a second take time, and 12 bytes each."""
_CLIP = 10.0
_CLOSE = 640
_RATE, _JOINS, _NEAR = 25.0, 12, 0.3


def steps(paths: list[Path]) -> None:
    """Processor seconds a second of footage; what looks at single frames sees two a second, OCR one."""
    sight, transcriber = Sight(), WhisperTranscriber()
    _warm(sight)
    print(f"{'file':34}{'decode':>8}{'detect':>8}{'cuts':>8}{'camera':>8}{'light':>8}{'sharp':>8}"
          f"{'focus':>8}{'faces':>8}{'text':>8}{'speech':>8}{'survey':>8}{'again':>8}")  # fmt: skip
    for path in paths:
        print(_row(path, sight, transcriber), flush=True)


def _row(path: Path, sight: Sight, transcriber: WhisperTranscriber) -> str:
    seen = list(glances(path))
    seconds = seen[-1].at + seen[-1].seconds
    finder, camera, meter, texts = CutFinder(facts(path).fps), CameraPath(), FrameMeter(), sight.texts()
    moments = seen[:: max(1, round(len(seen) / seconds / 2))]
    close = [enlarged(glance.frame, _CLOSE) for glance in moments]
    with tempfile.TemporaryDirectory() as cache:
        row = [
            _cpu(lambda: _decode(path)),
            _cpu(lambda: [None for _ in glances(path)]),
            _cpu(lambda: [finder.add(glance.at, glance.picture) for glance in seen]),
            _cpu(lambda: [camera.add(glance.at, glance.picture) for glance in seen]),
            _cpu(lambda: [appearance(glance.picture) for glance in moments]),
            _cpu(lambda: [meter.measure(glance.frame) for glance in moments]),
            _cpu(lambda: [sight.focus(glance.picture, None) for glance in moments]),
            _cpu(lambda: [sight.faces.find(picture) for picture in close]),
            _cpu(lambda: [texts.read(picture) for picture in close[::2]]),
            _cpu(lambda: transcriber.transcribe(path)),
            _cpu(lambda: survey(path, cache=Path(cache), transcriber=transcriber, sight=sight)),
            _cpu(lambda: survey(path, cache=Path(cache), transcriber=transcriber, sight=sight)),
        ]
    row[1] -= row[0]
    return f"{path.name[:32]:34}" + "".join(f"{value / seconds:8.3f}" for value in row)


def cuts(paths: list[Path]) -> None:
    """Wall and processor seconds of finding cuts alone, and the cuts, beside PySceneDetect's command."""
    print(f"{'file':34}{'seconds':>8}{'ours cpu':>10}{'wall':>8}{'theirs cpu':>12}{'wall':>8}  cuts")
    for path in paths:
        begun, ours = time.perf_counter(), time.process_time()
        finder = CutFinder(facts(path).fps)
        end = 0.0
        for glance in glances(path):
            finder.add(glance.at, glance.picture)
            end = glance.at
        spent, wall = time.process_time() - ours, time.perf_counter() - begun
        theirs, their_cpu, their_wall = _command(path)
        same = len(theirs) == len(finder.cuts) and all(
            abs(one - two) < 2 / facts(path).fps for one, two in zip(theirs, finder.cuts, strict=True)
        )
        said = f"the same {len(theirs)}" if same else f"ours {finder.cuts}, theirs {theirs}"
        print(
            f"{path.name[:32]:34}{end:8.1f}{spent:10.2f}{wall:8.2f}{their_cpu:12.2f}{their_wall:8.2f}  {said}",
            flush=True,
        )


def gradual(paths: list[Path]) -> None:
    """Pairs of the files joined in every way: how many joins are found, and cuts where there is none.

    Each file is to be one shot of 3 s or more.
    """
    shots, chance = [_shot(path) for path in paths], random.Random(0)  # noqa: S311  the same pairs each time
    print(f"{'join':10}{'seconds':>8}{'found':>8}{'false':>7}{'of minutes':>12}")
    for kind, seconds in [("cut", 0.0), *itertools.product(("dissolve", "black", "white"), (0.5, 1.0, 1.5, 2.0))]:
        found = false = frames = 0
        for _ in range(_JOINS):
            film, (start, end) = _joined(*chance.sample(shots, 2), kind, seconds)
            finder = CutFinder(_RATE)
            for number, picture in enumerate(film):
                finder.add(number / _RATE, picture)
            hits = [at for at in finder.cuts if start - _NEAR <= at <= end + _NEAR]
            found, false, frames = found + bool(hits), false + len(finder.cuts) - bool(hits), frames + len(film)
        print(f"{kind:10}{seconds:8g}{found:5}/{_JOINS}{false:7}{frames / _RATE / 60:12.1f}", flush=True)


def _shot(path: Path) -> np.ndarray:
    """At most 10 s of a file as (frames, 180, 320, 3), 25 a second."""
    seen = list(itertools.takewhile(lambda glance: glance.at < _CLIP, glances(path)))
    times = [glance.at for glance in seen]
    chosen = [seen[max(0, bisect.bisect(times, at / _RATE) - 1)] for at in range(int(times[-1] * _RATE))]
    return np.stack([cv2.resize(glance.picture, (320, 180)) for glance in chosen])


def _joined(one: np.ndarray, two: np.ndarray, kind: str, seconds: float) -> tuple[np.ndarray, tuple[float, float]]:
    """Two shots as one film, and when one becomes the other."""
    if kind == "dissolve":
        count = round(seconds * _RATE)
        share = ((np.arange(count) + 1) / (count + 1))[:, None, None, None]
        both = (one[-count:] * (1 - share) + two[:count] * share).astype(np.uint8)
        begins = len(one) - count
        return np.concatenate([one[:begins], both, two[count:]]), (begins / _RATE, len(one) / _RATE)
    half = round(seconds * _RATE / 2)
    share, colour = np.linspace(1, 0, half)[:, None, None, None], 255.0 * (kind == "white")
    out = (one[len(one) - half :] * share + colour * (1 - share)).astype(np.uint8)
    back = (two[:half] * share[::-1] + colour * (1 - share[::-1])).astype(np.uint8)
    film = np.concatenate([one[: len(one) - half], out, back, two[half:]])
    return film, ((len(one) - half) / _RATE, (len(one) + half) / _RATE)


def memory(lengths: list[float]) -> None:
    """Peak memory of a survey, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        base = _rendered(Path(folder) / "base.mp4")
        print(f"{'seconds':>8}{'peak MB':>9}{'cpu s':>9}{'wall s':>9}{'clips':>7}{'kept kB':>9}")
        for length in lengths:
            path = _repeated(base, Path(folder) / f"{length:g}.mp4", length)
            ran = subprocess.run(
                [sys.executable, __file__, "survey", str(path), str(Path(folder) / f"cache-{length:g}")],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            print(f"{length:8g}{ran.stdout.rstrip()}", flush=True)


def _survey(path: Path, cache: Path) -> None:
    begun = time.perf_counter()
    found = survey(path, cache=cache, transcriber=None)
    used = resource.getrusage(resource.RUSAGE_SELF)
    kept = sum(file.stat().st_size for file in cache.iterdir()) / 1000
    print(
        f"{used.ru_maxrss / 1024:9.0f}{used.ru_utime + used.ru_stime:9.0f}{time.perf_counter() - begun:9.0f}"
        f"{len(found.clips):7}{kept:9.0f}"
    )


def _decode(path: Path) -> None:
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass


def _warm(sight: Sight) -> None:
    """Models load once for a whole survey: not part of a second of footage."""
    picture = np.zeros((_CLOSE, _CLOSE, 3), np.uint8)
    cv2.putText(picture, "warm", (100, 300), cv2.FONT_HERSHEY_DUPLEX, 4, (255, 255, 255), 8)
    sight.reader.read(picture)
    sight.faces.find(picture)


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _command(path: Path) -> tuple[list[float], float, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "scenedetect", "-i", str(path), "-o", folder, "-b", "pyav", "-q",
             "detect-adaptive", "list-scenes", "-q"],
            check=True, capture_output=True,
        )  # fmt: skip
        rows = [row.split(",") for file in Path(folder).glob("*.csv") for row in file.read_text().splitlines()]
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    starts = [float(row[3]) for row in rows if row and re.fullmatch(r"\d+", row[0])]
    return starts[1:], after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def _rendered(path: Path) -> Path:
    """Ten seconds of 320 x 180: a wall that a camera turns along, a ball, a caption now and then."""
    random = np.random.default_rng(3)
    wall = cv2.resize(
        random.integers(30, 220, (9, 30, 3), dtype=np.uint8), (1200, 180), interpolation=cv2.INTER_NEAREST
    )
    with ClipWriter(path, Encoding(320, 180, _FPS)) as writer:
        for number in range(round(_CLIP * _FPS)):
            frame = np.ascontiguousarray(wall[:, 16 * number : 16 * number + 320])
            cv2.circle(frame, (60 + 8 * number, 90), 20, (250, 40, 40), -1)
            cv2.putText(frame, f"LINE {number // 5}", (100, 165), cv2.FONT_HERSHEY_DUPLEX, 0.8, (255, 255, 255), 2)
            writer.write(frame)
    return path


def _repeated(base: Path, out: Path, seconds: float) -> Path:
    """A clip again and again, its packets as they are."""
    with av.open(str(base)) as source, av.open(str(out), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        length = round(_CLIP / float(stream.time_base or 1))
        stamps = [(packet.pts or 0, packet.dts or 0) for packet in packets]
        for turn in range(round(seconds / _CLIP)):
            for packet, (shown, decoded) in zip(packets, stamps, strict=True):
                packet.pts, packet.dts, packet.stream = shown + turn * length, decoded + turn * length, copy
                target.mux(packet)
    return out


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "steps":
        steps([Path(argument) for argument in arguments])
    elif what == "gradual":
        gradual([Path(argument) for argument in arguments])
    elif what == "cuts":
        cuts([Path(argument) for argument in arguments])
    elif what == "memory":
        memory([float(argument) for argument in arguments] or [10, 60, 600, 3600])
    elif what == "survey":
        _survey(Path(arguments[0]), Path(arguments[1]))
    else:
        sys.exit(__doc__)
