"""The features that MMRA's authors used: ViT, AnglE-BERT, BLIP captions and UAE, by name from the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ...embedding.encoder import open_encoder
from ...media.sampling import sample
from .model_files import ModelFiles, check_kind, find_model, load_part
from .networks import CaptionNetwork, FrameNetwork, TextNetwork
from .types import FRAMES, FrameReading, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...embedding.types import Encoder

MODELS = {
    "frames": "google/vit-base-patch16-224-in21k",
    "text": "SeanLee97/angle-bert-base-uncased-nli-en-v1",
    "captions": "Salesforce/blip-image-captioning-base",
    "retrieval": "WhereIsAI/UAE-Large-V1",
}
KINDS = {"frames": "vit", "text": "bert", "captions": "blip"}
"""`model_type` of each role's configuration; what retrieves may be any encoder of sentences."""
PROMPT = "Represent this sentence for searching relevant passages: "
"""What UAE's authors put before a text that something is searched by (`Prompts.C` of AnglE), and MMRA's before every
text of its retrieval, those that are searched among too."""
LONG = 80 * PROMPT
"""More than any of the models reads at once, to try them on."""
SIDE = 768
"""Pixels of a frame's shorter side at most: twice what the larger network sees, and 4K clips do not fill the memory."""


@dataclass(frozen=True, slots=True)
class _Parts:
    files: dict[str, ModelFiles]
    frames: FrameNetwork
    text: TextNetwork
    captions: CaptionNetwork
    encoder: Encoder


class PaperProfile:
    """Frames (10, 768), texts (768,), a caption a frame, and retrieval vectors (1024,) of texts and captions."""

    name = "paper"

    def __init__(self, **models: str) -> None:
        """`models` names others than MODELS, by role: hub names, `name@revision`, or folders.

        Nothing is looked for before the first use.
        """
        self._names = MODELS | models
        self._lock = Lock()
        self._files: dict[str, ModelFiles] = {}
        self._found: _Parts | None = None

    @property
    def shape(self) -> Shape:
        """As the models' configurations say; that which retrieves is loaded for it."""
        parts = self._parts()
        length = load_part(parts.files["retrieval"], lambda _: parts.encoder.dimension)
        return Shape(FRAMES, *self.frame_and_text, length)

    @property
    def frame_and_text(self) -> tuple[int, int]:
        """As the models' configurations say."""
        parts = self._parts()
        return parts.frames.dimension, parts.text.dimension

    def load(self) -> None:
        """The four models, each tried on a picture or a text: texts are not read before all clips are done."""
        parts, grey = self._parts(), np.full((64, 64, 3), 128, np.uint8)
        parts.frames.encode([grey])
        parts.captions.describe([grey])
        parts.text.encode([LONG])
        load_part(parts.files["retrieval"], lambda _: parts.encoder.encode([LONG]))

    def describe(self) -> dict[str, str]:
        """The models with their revisions, and what else the features hang on."""
        made = {role: str(files) for role, files in self._model_files().items()}
        return made | {
            "sampling": f"{FRAMES} frames from the first to the last by their numbers",
            "prompt": PROMPT.strip(),
        }

    @property
    def weights(self) -> int:
        """Of the four models, about 3.1 GB."""
        return sum(files.weights for files in self._model_files().values())

    def frames(self, clip: Path) -> FrameReading:
        """CLS vectors (10, 768) and captions of ten frames of `clip`, from its first to its last."""
        parts = self._parts()
        taken = sample(clip, FRAMES, side=SIDE, to_the_ends=True)
        pictures = [one.picture for one in taken.samples]
        return FrameReading(parts.frames.encode(pictures), parts.captions.describe(pictures), taken.notes)

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (n, 768), not of unit length."""
        return self._parts().text.encode(texts)

    def retrieval(self, texts: Sequence[str], captions: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Unit rows (n, 1024) of each text followed by its captions, behind PROMPT."""
        joined = [PROMPT + " ".join([text, *said]) for text, said in zip(texts, captions, strict=True)]
        return self._parts().encoder.encode(joined)

    def _model_files(self) -> dict[str, ModelFiles]:
        """Where the four models are, by role; nothing is loaded."""
        with self._lock:
            if not self._files:
                files = {role: find_model(name) for role, name in self._names.items()}
                for role, kind in KINDS.items():
                    check_kind(files[role], role, kind)
                self._files = files
            return self._files

    def _parts(self) -> _Parts:
        files = self._model_files()
        with self._lock:
            if self._found is None:
                self._found = _Parts(
                    files,
                    FrameNetwork(files["frames"]),
                    TextNetwork(files["text"]),
                    CaptionNetwork(files["captions"]),
                    load_part(files["retrieval"], open_encoder),
                )
            return self._found
