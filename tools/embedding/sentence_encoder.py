"""Text encoders of sentence-transformers: every one but the bundled."""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import DataError, MissingError
from ...home import expanded
from ...imports import importing_transformers
from ...trust.hub_snapshot import snapshot
from .bundled_encoder import NAME as BUNDLED
from .types import Progress
from .vocabulary import check_words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

BATCH = 32
"""Texts a forward pass: on two cores as quick as 16, quicker than 8 or 64."""
BLOCK = 512
"""Texts between two calls of `progress`."""

_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors"]
_UNWANTED = ["onnx/*", "openvino/*"]

_log = logging.getLogger(__name__)


class SentenceEncoder:
    """A sentence-transformers model. Safe to use from several threads; loads when first used."""

    def __init__(self, name: str) -> None:
        """`name` is a folder, or a model of the Hugging Face hub.

        Raises MissingError when it is a folder that is not there.
        """
        self._folder = _folder(name)
        self.name = str(self._folder or name)
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None

    @property
    def dimension(self) -> int:
        """The length of a vector. Loads the model."""
        return int(self._model().get_embedding_dimension() or 0)

    def preload(self) -> None:
        """Start to load in the background and return at once.

        A failure shows at the first use, and a program that leaves before does not wait.
        """
        threading.Thread(target=self._load_quietly, name=f"load {self.name}", daemon=True).start()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """`texts` as an array (N, dimension) float32 of unit rows.

        Raises MissingError when the model cannot be had, and DataError when its files are damaged.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        model = self._model()
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        order = sorted(range(len(clean)), key=lambda row: -len(clean[row]))
        vectors: NDArray[np.float32] | None = None
        for start in range(0, len(order), BLOCK):
            block = order[start : start + BLOCK]
            found = model.encode(
                [clean[row] for row in block],
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            if vectors is None:
                vectors = np.empty((len(texts), found.shape[1]), dtype=np.float32)
            vectors[block] = found
            if progress:
                progress(start + len(block), len(texts))
        assert vectors is not None  # noqa: S101 - there is a first block
        if not np.isfinite(vectors).all():
            raise DataError(f"the encoder {self.name!r} gives values that are not finite: its weights are damaged")
        return vectors

    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self.name, self._folder)
            return self._loaded

    def _load_quietly(self) -> None:
        try:
            self._model()
        except Exception as exc:
            # Whatever it is, the first use meets it again and tells; imports also fail when the program is leaving.
            _log.info("loading %s in the background failed: %s", self.name, exc)


def _folder(name: str) -> Path | None:
    path = expanded(name)
    if not name.strip():
        raise MissingError("the encoder has no name", hint=f"The default is {BUNDLED}.")
    if path.is_dir():
        return path.resolve()
    if path.is_absolute() or name.startswith((".", "~")):
        raise MissingError(
            f"there is no encoder at {name!r}: no such folder", hint="Name a sentence-transformers folder."
        )
    return None


def _load(name: str, folder: Path | None) -> SentenceTransformer:
    path = folder or _snapshot(name)
    with importing_transformers():
        return _opened(name, path)


def _opened(name: str, path: Path) -> SentenceTransformer:
    open_model = _library()
    from transformers import PreTrainedTokenizerBase

    try:
        model = open_model(str(path), local_files_only=True, model_kwargs={"use_safetensors": True})
        lacking = _lacking(model, path)
    except Exception as exc:
        # safetensors, tokenizers, transformers and torch each raise kinds of their own about files they cannot read.
        raise _damaged(name, path, exc) from exc
    tokenizer = getattr(model, "tokenizer", None)
    if isinstance(tokenizer, PreTrainedTokenizerBase):
        check_words(tokenizer, name)
    if lacking:
        raise DataError(
            f"the encoder {name!r} has no weights for {lacking[0]!r} in {str(path)!r}",
            hint="Get the model's files again.",
        )
    return model


def _lacking(model: SentenceTransformer, path: Path) -> list[str]:
    """The weights that no file has, which transformers fills with random numbers without a word.

    A name that no file has may only be spelt in another way there, so transformers is asked before anything is said. A
    pooler is none of them: what makes one vector of a text stands behind the network.
    """
    from safetensors import safe_open
    from transformers import PreTrainedModel

    network = next((part for part in model.modules() if isinstance(part, PreTrainedModel)), None)
    if network is None:
        return []
    stored = set[str]()
    for file in path.rglob("*.safetensors"):
        with safe_open(file, framework="numpy") as opened:
            stored |= set(opened.keys())
    if not [name for name in network.state_dict() if not _among(name, stored)]:
        return []
    kind: Any = type(network)  # its types know nothing of the report that is asked for
    _, report = kind.from_pretrained(
        network.name_or_path, local_files_only=True, use_safetensors=True, output_loading_info=True
    )
    return sorted(name for name in report["missing_keys"] if "pooler." not in name)


def _among(name: str, stored: Set[str]) -> bool:
    """Whether a file has the weights, perhaps below the name of a larger model."""
    return "pooler." in name or name in stored or any(one.endswith(f".{name}") for one in stored)


def _snapshot(name: str) -> Path:
    """The model's files from the Hugging Face hub, or as they were fetched before."""
    return snapshot(
        name if "/" in name else f"sentence-transformers/{name}",
        f"the encoder {name!r}",
        hint=f"Check the name and the network, name a local folder, or use the default, {BUNDLED}.",
        allow_patterns=_WANTED,
        ignore_patterns=_UNWANTED,
    )


def _library() -> type[SentenceTransformer]:
    """The class of sentence_transformers, its libraries told to draw no progress bars of their own."""
    with _without_collecting():
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

    quiet: Callable[[], None] = transformers_logging.disable_progress_bar
    quiet()
    # It lists weights of a file that nothing asks for, such as poolers.
    severe: Callable[[], None] = transformers_logging.set_verbosity_error
    severe()
    return SentenceTransformer


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Imports make hundreds of thousands of objects that stay: looking through them for garbage costs a fifth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.enable()


def _damaged(name: str, path: Path, exc: Exception) -> DataError:
    return DataError(
        f"the encoder {name!r} cannot be loaded from {str(path)!r}: {_first_line(exc)}",
        hint="Get the model's files again.",
    )


def _first_line(exc: Exception) -> str:
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]
