"""A home with a catalogue of clips and the paper's networks at tiny size, and commands in processes of their own."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
from tiny_features import save_models

TRAIN = (
    "predictor", "train", "--data", "clips", "--name", "published", "--variant", "reference", "--profile", "paper",
    "--videos", "videos", "--epochs", "2",
)  # fmt: skip
SCORE = ("predictor", "score", "--predictor", "published", "--title", "a dog runs", "--video")


class PaperPlace:
    """A folder with a home in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"

    def runs(self, *arguments: str, status: int = 0) -> dict[str, Any]:
        """What the command answers with --json in a fresh process: its data, or its error."""
        environment = {**os.environ, "POPCORN_HOME": str(self.home), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "popcorn", *arguments, "--json"],
            capture_output=True, text=True, env=environment, cwd=self.folder, timeout=900, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer["data"] if status == 0 else answer["error"]

    def models(self) -> list[str]:
        """The options that name four tiny networks, which are made here."""
        return [f"--model={role}={name}" for role, name in save_models(self.folder / "models", text_size=32).items()]

    def imports(self, clips: Iterable[tuple[str, str, list[np.ndarray]]]) -> None:
        """Write clips (title, tag, pictures), and import them as the catalogue `clips`, with counts by chance."""
        chance, rows = np.random.default_rng(3), []
        (self.folder / "videos").mkdir()
        for number, (title, tag, pictures) in enumerate(clips):
            write(self.folder / "videos" / f"{number:03d}.mp4", pictures)
            comments = int(2 ** chance.uniform(0, 9))
            rows.append({"id": f"{number:03d}", "title": title, "tag": tag, "comments": comments})
        with (self.folder / "clips.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(rows)
        self.runs("references", "import", "clips.csv", "--name", "clips")


def write(path: Path, pictures: list[np.ndarray]) -> None:
    """A second of video, with each picture (H, W, 3) for an equal part of it."""
    height, width = (side // 2 * 2 for side in pictures[0].shape[:2])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(12):
            picture = np.ascontiguousarray(pictures[number * len(pictures) // 12][:height, :width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
