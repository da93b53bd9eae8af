"""The built-in sample: invented references, so that the first run needs nothing from anywhere.

Their vectors ship too, so that the first run does not wait for embedding. After a change to `sample.jsonl`, write
them again with `python -m popcorn.tools.references.sample FOLDER_OF_THIS_FILE`; a test compares them with the encoder.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from .types import Reference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "sample"
ENCODER = "all-MiniLM-L6-v2"
"""The encoder that the shipped vectors come from."""
_VECTORS = "sample_vectors.npy"


def read_sample() -> list[Reference]:
    """The sample's references; their figures are invented, and each is marked so."""
    lines = (files(__package__) / "sample.jsonl").read_text(encoding="utf-8").splitlines()
    return [Reference(**json.loads(line), source=NAME, illustrative=True) for line in lines if line.strip()]


def read_vectors() -> NDArray[np.float32]:
    """What ENCODER gives for the texts of `read_sample`, as unit rows (N, D) float32; kept in half precision."""
    import numpy as np

    with (files(__package__) / _VECTORS).open("rb") as file:
        vectors = np.load(file, allow_pickle=False).astype(np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def write_vectors(folder: Path) -> None:
    """Embed the sample and write its vectors into `folder`."""
    import numpy as np

    from ..embedding.encoder import open_encoder

    vectors = open_encoder(ENCODER).encode([reference.text for reference in read_sample()])
    np.save(folder / _VECTORS, vectors.astype(np.float16))


if __name__ == "__main__":
    write_vectors(Path(sys.argv[1]))
