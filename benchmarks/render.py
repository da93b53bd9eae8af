"""The animatic beside real time: where its time goes, and whether memory grows with length.

`python benchmarks/render.py`. Times are wall-clock seconds on an otherwise idle machine;
memory is the peak resident set of a process of its own for each length.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.video.animatic import AnimaticRenderer
from popcorn.tools.video.animatic.renderer import FOR_DRAWINGS
from popcorn.tools.video.animatic.scene import Scene
from popcorn.tools.video.animatic.stage import Stage
from popcorn.tools.video.checks import checked
from popcorn.tools.video.types import RenderRequest

REQUEST = RenderRequest(
    "Sealed pot biryani: the 3-second reveal",
    "Close-up of biryani in a sealed clay pot, the lid lifts, steam in golden window light; slow push-in; 3 seconds.",
)
LENGTHS = (3.0, 9.0, 30.0)


def shares() -> dict[str, float]:
    """Seconds of each stage for a clip of 3 seconds, one after the other, so that the shares can be told apart."""
    found: dict[str, float] = {}
    started = time.perf_counter()
    scene = Scene(REQUEST, Stage(1080, 1920))
    found["set and draw layers"] = time.perf_counter() - started
    started = time.perf_counter()
    drawn = [scene.frame(number / 90).planes() for number in range(90)]
    found["compose 90 frames"] = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clip.mp4"
        started = time.perf_counter()
        with ClipWriter(out, Encoding(1080, 1920, quality=22.0, preset="ultrafast", x264=FOR_DRAWINGS)) as writer:
            for frame in drawn:
                writer.write(frame)
        found["encode 90 frames"] = time.perf_counter() - started
        started = time.perf_counter()
        checked(out, "animatic", 1080, 1920, 30, 3.0, demo=True)
        found["check the clip"] = time.perf_counter() - started
    return found


def whole(seconds: float) -> dict[str, float]:
    """One render in this process: wall and processor seconds, and the peak resident set in MB."""
    request = RenderRequest(REQUEST.title, REQUEST.video_prompt, seconds=seconds)
    with tempfile.TemporaryDirectory() as folder:
        started, spent = time.perf_counter(), time.process_time()
        AnimaticRenderer().render(request, Path(folder) / "clip.mp4")
        wall, spent = time.perf_counter() - started, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "wall": wall, "processor": spent, "peak": peak}


def main() -> None:
    print(f"{'stage':<20}{'seconds':>9}")
    for stage, seconds in shares().items():
        print(f"{stage:<20}{seconds:>9.2f}")
    print(f"\n{'clip':>6}{'wall s':>9}{'CPU s':>9}{'x real time':>13}{'peak MB':>10}")
    for length in LENGTHS:
        command = [sys.executable, __file__, str(length)]
        one = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        times = f"{one['wall']:>9.2f}{one['processor']:>9.2f}{length / one['wall']:>13.2f}"
        print(f"{length:>5.0f}s{times}{one['peak']:>10.0f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(whole(float(sys.argv[1]))))
    else:
        main()
