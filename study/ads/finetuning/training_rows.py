"""Rows of a data set as TRL's trainer takes them, read when they are needed: memory holds places in files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray  # datasets reads the annotations of what it is given

from ....errors import DataError, RequestError

if TYPE_CHECKING:
    from datasets import Dataset
    from PIL.Image import Image

_ANEW = "Write the data set anew: popcorn ad dataset."


@dataclass(frozen=True, slots=True)
class RowFiles:
    """JSONL files of one data set with the place of every row."""

    root: Path
    names: tuple[str, ...]
    """From the root: `train/compound-z.jsonl`."""
    files: NDArray[np.int32]
    """(N,): the file that each row is in, by its place in `names`."""
    offsets: NDArray[np.int64]
    """(N,): where it begins there, in bytes."""
    sizes: NDArray[np.int64]
    """(N,): how many bytes it has."""

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.offsets)

    @property
    def longest(self) -> int:
        """The number of the longest row, which has about the most pictures too."""
        return int(self.sizes.argmax())

    def row(self, number: int) -> dict[str, Any]:
        """A row as it stands in its file. Raises DataError where it is none."""
        path = self.root / self.names[int(self.files[number])]
        with path.open("rb") as file:
            file.seek(int(self.offsets[number]))
            return checked(file.readline(), path)

    def dataset(self) -> Dataset:
        """The rows with what TRL's collator for pictures wants: `prompt`, `completion`, `images`."""
        from datasets import Dataset

        return Dataset.from_dict({"number": np.arange(len(self))}).with_transform(self._examples)

    def _examples(self, batch: Mapping[str, Sequence[int]]) -> dict[str, list[Any]]:
        rows = [self.row(number) for number in batch["number"]]
        return {
            "prompt": [row["messages"][:-1] for row in rows],
            "completion": [row["messages"][-1:] for row in rows],
            "images": [[self._picture(name) for name in row["images"]] for row in rows],
        }

    def _picture(self, name: str) -> Image:
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(self.root / name) as picture:
                return picture.convert("RGB")
        except (OSError, UnidentifiedImageError) as exc:
            raise DataError(f"the picture {name!r} of the data set cannot be read: {exc}", hint=_ANEW) from exc


def row_files(root: Path, split: str, names: Sequence[str]) -> RowFiles:
    """The rows of these files of one split, in their order; a file that is not there has none.

    Every row is read once and looked at, so that a damaged one is found before hours of training. Raises RequestError
    where the folder holds no data set, DataError for a row that is none.
    """
    if not (root / "card.json").is_file():
        raise RequestError(
            f"{str(root)!r} holds no data set of ads", hint="Make one: popcorn ad dataset FOLDER -o DIR."
        )
    there = tuple(f"{split}/{name}" for name in names if (root / split / name).is_file())
    files = [np.zeros(0, np.int32)]
    places: list[Any] = [np.zeros((0, 2), np.int64)]  # NumPy types pairs of numbers as void
    for number, name in enumerate(there):
        found = np.fromiter(_places(root / name, root), np.dtype((np.int64, 2)))
        files.append(np.full(len(found), number, np.int32))
        places.append(found)
    offsets, sizes = np.concatenate(places).T
    return RowFiles(root, there, np.concatenate(files), offsets, sizes)


def checked(line: bytes, path: Path) -> dict[str, Any]:
    """A line as a row. Raises DataError where it is none."""
    try:
        row = json.loads(line)
        parts = [part for message in row["messages"] for part in message["content"]]
        wanted = sum(part["type"] == "image" for part in parts)
        sound = row["messages"][-1]["role"] == "assistant" and wanted == len(row["images"])
    except (ValueError, KeyError, TypeError, IndexError) as exc:
        raise DataError(f"{str(path)!r} has a line that is no row of a data set: {exc!r}", hint=_ANEW) from exc
    if not sound:
        raise DataError(f"{str(path)!r} has a row without an answer, or with other pictures than it names", hint=_ANEW)
    return dict(row)


def _places(path: Path, root: Path) -> Iterator[tuple[int, int]]:
    """Where each row begins, and how long it is, in bytes. Raises DataError."""
    place, seen = 0, set[str]()
    with path.open("rb") as file:
        for line in file:
            row = checked(line, path)
            for name in row["images"]:
                if name not in seen and not _inside(root, name):
                    raise DataError(f"the picture {name!r} of {path.name!r} is not in the data set", hint=_ANEW)
                seen.add(name)
            yield place, len(line)
            place += len(line)


def _inside(root: Path, name: str) -> bool:
    """Whether a picture is there, in the data set's own folder."""
    place = (root / name).resolve()
    return place.is_relative_to(root.resolve()) and place.is_file()
