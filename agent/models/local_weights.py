"""Language models of transformers from this machine's disk, as small as the hardware allows; nothing is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import torch

from ...errors import MissingError
from ...home import expanded
from ...imports import importing_transformers
from ...tools.embedding.vocabulary import check_words

DECODING = "popcorn_decoding.json"
"""A file in a model's folder that says how it is to write: `{"decoding": "greedy"}` for one that was trained so."""
_HINT = "Name a folder with config.json, a tokenizer and safetensors, or fetch it: hf download NAME"


@dataclass(frozen=True, slots=True)
class Weights:
    """A model and its tokenizer as they were read; any number of LocalModels may share them."""

    model: Any
    tokenizer: Any
    alone: Lock = field(default_factory=Lock)
    """Held by whoever writes."""
    processor: Any = None
    """What turns pictures and text into tensors; None for a model that reads text alone."""
    greedy: bool = False
    """Whether it was trained to be decoded greedily, which it is where nobody chose a temperature."""

    @classmethod
    def read(cls, name: str) -> Weights:
        """Those of the folder `name`, or of that name in the Hugging Face cache; nothing is fetched.

        Raises MissingError when there are none, or there is no chat template.
        """
        with importing_transformers():
            from transformers.utils import logging

        logging.disable_progress_bar()
        folder = str(expanded(name))
        try:
            with importing_transformers():
                weights = _seeing(folder, device_options()) if reads_pictures(folder) else _reading(folder)
        except (OSError, ValueError) as exc:
            raise _unusable(name, exc) from exc
        check_words(weights.tokenizer, name)
        if not _template(weights):
            raise MissingError(f"the model {name!r} has no chat template", hint="Choose one that is trained to chat.")
        weights.model.eval()
        return replace(weights, greedy=_is_greedy(Path(folder)))


def load_seeing_model(name: str, **options: Any) -> tuple[Any, Any]:
    """A vision-language model to train, and its processor; `options` go to transformers.

    Raises MissingError when it is not there, reads no pictures, or has no chat template.
    """
    with importing_transformers():
        from transformers.utils import logging

    logging.disable_progress_bar()
    folder = str(expanded(name))
    try:
        if not reads_pictures(folder):
            raise MissingError(
                f"the model {name!r} reads no pictures",
                hint="Choose one that takes an image list, such as SmolVLM, Idefics3 or Qwen2.5-VL.",
            )
        with importing_transformers():
            loaded = _seeing(folder, options)
    except (OSError, ValueError, ImportError) as exc:
        raise _unusable(name, exc) from exc
    if not _template(loaded):
        raise MissingError(f"the model {name!r} has no chat template", hint="Choose one that is trained to chat.")
    return loaded.model, loaded.processor


def load_language_model(name: str, **options: Any) -> tuple[Any, Any]:
    """A language model to train, and its tokenizer; `options` go to transformers.

    Raises MissingError when it is not there, reads pictures, or has no chat template.
    """
    with importing_transformers():
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

    logging.disable_progress_bar()
    folder = str(expanded(name))
    try:
        if reads_pictures(folder):
            raise MissingError(f"the model {name!r} reads pictures", hint="Choose a language model, such as Qwen3.")
        with importing_transformers():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, use_safetensors=True, **options)
    except (OSError, ValueError, ImportError) as exc:
        raise _unusable(name, exc) from exc
    check_words(tokenizer, name)
    if not tokenizer.chat_template:
        raise MissingError(f"the model {name!r} has no chat template", hint="Choose one that is trained to chat.")
    return model, tokenizer


def reads_pictures(folder: str) -> bool:
    """Whether the model takes pictures beside text, as its configuration says. Raises OSError, ValueError."""
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
    )

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    kind = config.model_type
    seeing = kind in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES and getattr(config, "vision_config", None) is not None
    return seeing and not (kind in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES and _is_text_alone(config))


def device_options() -> dict[str, Any]:
    """Four bits on a GPU that bitsandbytes can use, half precision on one without, else as the weights are."""
    if not torch.cuda.is_available():
        return {"dtype": "auto"}
    if find_spec("bitsandbytes") is None or find_spec("accelerate") is None:
        return {"dtype": torch.bfloat16} | ({"device_map": "auto"} if find_spec("accelerate") else {})
    from transformers import BitsAndBytesConfig

    four = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
    )
    return {"quantization_config": four, "device_map": "auto"}


def _reading(folder: str) -> Weights:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, **device_options()
    )
    return Weights(model, tokenizer)


def _seeing(folder: str, options: dict[str, Any]) -> Weights:
    from transformers import AutoModelForImageTextToText, AutoProcessor

    processor = AutoProcessor.from_pretrained(folder, local_files_only=True)  # type: ignore[no-untyped-call]
    model = AutoModelForImageTextToText.from_pretrained(folder, local_files_only=True, use_safetensors=True, **options)
    return Weights(model, processor.tokenizer, processor=processor)


def _is_text_alone(config: Any) -> bool:
    """Whether the weights are the text part of a model that has both."""
    architectures = getattr(config, "architectures", None) or []
    return any("CausalLM" in name for name in architectures)


def _template(weights: Weights) -> Any:
    return getattr(weights.processor, "chat_template", None) or weights.tokenizer.chat_template


def _is_greedy(folder: Path) -> bool:
    try:
        kept = json.loads((folder / DECODING).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # most models say nothing
        return False
    return isinstance(kept, dict) and kept.get("decoding") == "greedy"


def _unusable(name: str, exc: Exception) -> MissingError:
    first = (str(exc).splitlines() or [type(exc).__name__])[0]
    if name.startswith(("/", ".", "~")) and not expanded(name).exists():  # no name of Hugging Face begins so
        first = "that folder is not there"
    return MissingError(f"there is no usable model {name!r} on this machine: {first}", hint=_HINT)
