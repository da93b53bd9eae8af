"""The bundled encoder beside sentence-transformers with the same weights: the first vector, many texts, and how alike.

Each runs in a process of its own. CPU seconds are what to compare: wall time on shared cores says little. The texts are
made up, 5 to 60 words in the lengths that titles with descriptions have. `OMP_NUM_THREADS=1` gives one core's figures.

    python benchmarks/embedding.py [TEXTS]
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from popcorn.tools.embedding.bundled_encoder import bundled_folder
from popcorn.tools.embedding.encoder import DEFAULT, open_encoder

WORDS = "street tacos night grandma dumplings quiet market rain slow camera steam griddle uncle recipe why how best"


def texts_of(count: int) -> list[str]:
    """Made-up titles with descriptions."""
    dice = random.Random(0)  # noqa: S311 - texts, no secrets
    return [" ".join(dice.choices(WORDS.split(), k=round(dice.lognormvariate(3, 0.5)))) for _ in range(count)]


def cpu() -> float:
    """CPU seconds of this process, the start of Python among them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(name: str, count: int, out: Path) -> None:
    """Print what one encoder takes, as JSON, and save its vectors."""
    encoder = open_encoder(name)
    encoder.encode(["a bowl of noodles"])
    first, started = cpu(), time.perf_counter()
    np.save(out, encoder.encode(texts_of(count)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([first, cpu() - first, time.perf_counter() - started, peak]))


def main(count: int = 1000) -> None:
    print(f"{'':24}{'first, CPU s':>14}{f'{count} texts, CPU s':>24}{'wall s':>10}{'peak MiB':>10}")
    vectors = []
    with tempfile.TemporaryDirectory() as place:
        for label, name in (("bundled", DEFAULT), ("sentence-transformers", str(bundled_folder()))):
            out = Path(place) / f"{label}.npy"
            command = [sys.executable, __file__, "--one", name, str(count), str(out)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            first, many, wall, peak = json.loads(done.stdout)
            print(f"{label:24}{first:14.2f}{many:24.2f}{wall:10.2f}{peak:10.0f}")
            vectors.append(np.load(out))
    ours, theirs = vectors
    print(f"largest difference {np.abs(ours - theirs).max():.1e}, least cosine {(ours * theirs).sum(axis=1).min():.7f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measured(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        main(*(int(word) for word in sys.argv[1:2]))
