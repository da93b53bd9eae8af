"""What the animatic shows for requests: contact sheets to be graded by eye, and which word each drawing was made for.

`python benchmarks/animatic_pictures.py FILE FOLDER`. FILE has a request a line, or is CSV
with a column `prompt`, or JSONL with `title`s. FOLDER gets `sheet-1.png`, ... of 24 requests, each as a frame of every
beat, as `popcorn render REQUEST` draws them, and `drawings.csv`: number, request, idea, drawing, and the word that it
was made for. With `--sample N --seed S` only N requests are shown, drawn at random; `--columns C` sets how many stand
side by side, and `--plain` leaves the numbers out. README's picture is

    python benchmarks/animatic_pictures.py tools/references/sample.jsonl FOLDER --sample 8 --seed 14 --columns 2 --plain
"""

from __future__ import annotations

import argparse
import csv
import json
from itertools import pairwise
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw
from popcorn.graphs.create.request.command import take_apart
from popcorn.tools.video.animatic.scene import STARTS, Scene
from popcorn.tools.video.animatic.stage import Stage
from popcorn.tools.video.types import Aspect, RenderRequest

SHEET = 24
WIDTH, GAP = 160, 12
"""Pixels of a frame and between requests."""


def requests_of(file: Path) -> list[str]:
    """The requests in a file."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".csv":
        return [row["prompt"] for row in csv.DictReader(text.splitlines())]
    lines = [line for line in text.splitlines() if line.strip()]
    return [json.loads(line)["title"] for line in lines] if file.suffix == ".jsonl" else lines


def beats(scene: Scene) -> list[Image.Image]:
    """A frame of each beat, when all of its words stand."""
    moments = (start + 0.8 * (end - start) for start, end in pairwise(STARTS))
    size = WIDTH, round(WIDTH * scene.stage.height / scene.stage.width)
    pictures = (Image.fromarray(scene.frame(moment).rgb()) for moment in moments)
    return [picture.resize(size, Image.Resampling.LANCZOS) for picture in pictures]


def sheet(scenes: dict[int, Scene], columns: int, *, numbered: bool) -> Image.Image:
    """Requests beside and below each other, each as its beats in a row."""
    rows = [beats(scene) for scene in scenes.values()]
    wide, tall = sum(one.width for one in rows[0]) + GAP, rows[0][0].height + GAP
    picture = Image.new("RGB", (columns * wide - GAP, -(-len(rows) // columns) * tall - GAP), (255, 255, 255))
    for place, (number, row) in enumerate(zip(scenes, rows, strict=True)):
        left, top = place % columns * wide, place // columns * tall
        for index, one in enumerate(row):
            picture.paste(one, (left + index * one.width, top))
        if numbered:
            ImageDraw.Draw(picture).text((left + 3, top + 2), str(number), fill=(128, 128, 128))
    return picture


def main() -> None:
    """Draw the sheets and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--plain", action="store_true")
    said = parser.parse_args()
    asked = requests_of(said.file)
    if said.sample:
        asked = Random(said.seed).sample(asked, said.sample)  # noqa: S311, drawn by seed, not a secret
    said.folder.mkdir(parents=True, exist_ok=True)
    with (said.folder / "drawings.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("number", "request", "idea", "drawing", "word"))
        drawn = 0
        for first in range(0, len(asked), SHEET):
            numbers = range(first, min(len(asked), first + SHEET))
            wanted = {
                number + 1: RenderRequest("", asked[number], request=take_apart(asked[number]).idea)
                for number in numbers
            }
            scenes = {number: Scene(one, Stage(*Aspect.PORTRAIT.size)) for number, one in wanted.items()}
            for number, scene in scenes.items():
                request, subject = wanted[number].video_prompt, scene.subject
                table.writerow((number, request, subject.idea, subject.drawing, subject.word))
                drawn += bool(subject.drawing)
            sheet(scenes, said.columns, numbered=not said.plain).save(said.folder / f"sheet-{first // SHEET + 1}.png")
    print(f"{len(asked)} requests, {drawn} with a drawing; sheets and drawings.csv in {said.folder}")


if __name__ == "__main__":
    main()
