"""The pretrained networks of the paper's features, each loaded on first use, on the GPU when there is one.

Beside them stands CLIP, which compares frames with a text.

Source: Zhong et al., "Predicting Micro-video Popularity via Multi-modal Retrieval Augmentation" (SIGIR 2024), section
4.1.3, and the code its authors published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from ....errors import MissingError
from ....imports import importing_transformers
from ...embedding.vocabulary import check_words
from .model_files import ModelFiles, load_part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

BATCH = 32
"""Texts a forward pass."""
LONGEST_TEXT = 512
"""Tokens; what is beyond is cut off."""
LONGEST_CAPTION = 20
"""Tokens, as the model's own default."""

Loaded = TypeVar("Loaded")


class _Network(Generic[Loaded]):
    """A network and what prepares its input, loaded once. One thread at a time uses it."""

    def __init__(self, files: ModelFiles, load: Callable[[ModelFiles], Loaded]) -> None:
        self.files = files
        self.lock = Lock()
        self._load = load
        self._loaded: Loaded | None = None

    def get(self) -> Loaded:
        """To be called while holding the lock."""
        if self._loaded is None:
            with importing_transformers():
                _hush()
                self._loaded = self._load(self.files)
        return self._loaded

    def config(self, *names: str) -> int:
        """A number of the model's config.json, which is read without its weights."""
        with importing_transformers():
            from transformers import PretrainedConfig

        found: Any = load_part(self.files, lambda folder: PretrainedConfig.get_config_dict(folder)[0])
        try:
            for name in names:
                found = found[name]
            return int(found)
        except (KeyError, TypeError, ValueError) as exc:
            raise MissingError(f"the model {self.files.name!r} does not say its {'.'.join(names)}") from exc


class FrameNetwork:
    """A vision transformer's CLS vector of each picture."""

    def __init__(self, files: ModelFiles) -> None:
        """`files` hold a ViT and its image processor."""
        self._network = _Network(files, _load_vit)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._network.config("hidden_size")

    def encode(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Pictures (H, W, 3) uint8 sRGB of any sizes as (n, dimension) float32."""
        import torch

        with self._network.lock, torch.inference_mode():
            processor, model = self._network.get()
            pixels = processor(images=_images(pictures), return_tensors="pt").to(model.device)
            return _finite(model(**pixels).last_hidden_state[:, 0], self._network.files)


class TextNetwork:
    """A BERT's vector of each text: the mean of its CLS vector and the mean of its tokens' (AnglE's `cls_avg`)."""

    def __init__(self, files: ModelFiles) -> None:
        """`files` hold a BERT and its tokenizer."""
        self._network = _Network(files, _load_bert)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._network.config("hidden_size")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`texts` as (n, dimension) float32."""
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        order = sorted(range(len(clean)), key=lambda place: -len(clean[place]))
        vectors = np.empty((len(clean), self.dimension), np.float32)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._encode([clean[place] for place in batch])
        return vectors

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        import torch

        with self._network.lock, torch.inference_mode():
            tokenizer, model = self._network.get()
            longest = min(LONGEST_TEXT, int(model.config.max_position_embeddings))
            tokens = tokenizer(texts, padding=True, truncation=True, max_length=longest, return_tensors="pt")
            tokens = tokens.to(model.device)
            states = model(**tokens).last_hidden_state
            mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
            means = (states * mask).sum(dim=1) / mask.sum(dim=1)
            return _finite((states[:, 0] + means) / 2, self._network.files)


class CaptionNetwork:
    """BLIP's caption of each picture, the likeliest word at every step."""

    def __init__(self, files: ModelFiles) -> None:
        """`files` hold a BLIP for captions, its image processor and its tokenizer."""
        self._network = _Network(files, _load_blip)

    def describe(self, pictures: Sequence[Picture]) -> tuple[str, ...]:
        """A caption for each picture (H, W, 3) uint8 sRGB."""
        import torch

        with self._network.lock, torch.inference_mode():
            processor, tokenizer, model = self._network.get()
            pixels = processor(images=_images(pictures), return_tensors="pt")["pixel_values"].to(model.device)
            tokens = model.generate(pixel_values=pixels, do_sample=False, num_beams=1, max_length=LONGEST_CAPTION)
            return tuple(said.strip() for said in tokenizer.batch_decode(tokens, skip_special_tokens=True))


class PictureTextNetwork:
    """CLIP: how alike a picture and a text are."""

    def __init__(self, files: ModelFiles) -> None:
        """`files` hold a CLIP, its image processor and its tokenizer."""
        self._network = _Network(files, _load_clip)

    def similarities(self, pictures: Sequence[Picture], text: str) -> NDArray[np.float32]:
        """The cosine similarity of each picture (H, W, 3) uint8 sRGB and the text, (n,) float32; a long text is cut."""
        import torch

        with self._network.lock, torch.inference_mode():
            processor, tokenizer, model = self._network.get()
            clean = text.encode("utf-8", "replace").decode()
            longest = int(model.config.text_config.max_position_embeddings)
            words = tokenizer([clean], truncation=True, max_length=longest, return_tensors="pt").to(model.device)
            pixels = processor(images=_images(pictures), return_tensors="pt")["pixel_values"].to(model.device)
            found = model(input_ids=words["input_ids"], attention_mask=words["attention_mask"], pixel_values=pixels)
            return _finite(found.image_embeds @ found.text_embeds[0], self._network.files)


def _load_clip(files: ModelFiles) -> tuple[Any, Any, Any]:
    from transformers import CLIPModel

    return _processor(files), _tokenizer(files), _model(files, CLIPModel)


def _load_vit(files: ModelFiles) -> tuple[Any, Any]:
    from transformers import ViTModel

    return _processor(files), _model(files, ViTModel, add_pooling_layer=False)


def _load_bert(files: ModelFiles) -> tuple[Any, Any]:
    from transformers import BertModel

    return _tokenizer(files), _model(files, BertModel, add_pooling_layer=False)


def _load_blip(files: ModelFiles) -> tuple[Any, Any, Any]:
    from transformers import BlipForConditionalGeneration

    return _processor(files), _tokenizer(files), _model(files, BlipForConditionalGeneration)


def _model(files: ModelFiles, kind: Any, **options: object) -> Any:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, report = load_part(
        files,
        lambda folder: kind.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
            **options,
        ),
    )
    if report["missing_keys"]:
        # transformers would fill them with random numbers and go on.
        raise MissingError(
            f"the model {files.name!r} has no weights for {sorted(report['missing_keys'])[0]!r}: it is of another kind",
            hint=f"Name a model of the kind {kind.__name__}.",
        )
    return model.eval().to(device)


def _processor(files: ModelFiles) -> Any:
    """The kind that prepares pictures with Pillow and NumPy: torchvision is not needed."""
    from transformers import AutoImageProcessor

    options = {"backend": "pil", "local_files_only": True}
    return load_part(
        files,
        lambda folder: AutoImageProcessor.from_pretrained(folder, **options),  # type: ignore[no-untyped-call]
    )


def _tokenizer(files: ModelFiles) -> Any:
    from transformers import AutoTokenizer

    tokenizer = load_part(files, lambda folder: AutoTokenizer.from_pretrained(folder, local_files_only=True))
    check_words(tokenizer, files.name)
    return tokenizer


def _images(pictures: Sequence[Picture]) -> list[Any]:
    """As Pillow's: a 1 x 1 array would leave it open which axis is the channels."""
    from PIL import Image

    return [Image.fromarray(picture) for picture in pictures]


def _finite(vectors: Any, files: ModelFiles) -> NDArray[np.float32]:
    found: NDArray[np.float32] = vectors.float().cpu().numpy()
    if not np.isfinite(found).all():
        raise MissingError(
            f"the model {files.name!r} gives values that are not finite: its weights are damaged",
            hint="Get the model's files again.",
        )
    return found


def _hush() -> None:
    from transformers.utils import logging

    quiet: Callable[[], None] = logging.disable_progress_bar
    quiet()
    # It reports weights that stand in a file and are not asked for, such as poolers; what lacks is an error below.
    severe: Callable[[], None] = logging.set_verbosity_error
    severe()
