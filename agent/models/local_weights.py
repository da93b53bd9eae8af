"""Language models of transformers from this machine's disk, as small as the hardware allows; nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import torch

from ...errors import MissingError
from ...imports import importing_transformers


@dataclass(frozen=True, slots=True)
class Weights:
    """A model and its tokenizer as they were read; any number of LocalModels may share them."""

    model: Any
    tokenizer: Any
    alone: Lock = field(default_factory=Lock)
    """Held by whoever writes."""

    @classmethod
    def read(cls, name: str) -> Weights:
        """Those of the folder `name`, or of that name in the Hugging Face cache; nothing is fetched.

        Raises MissingError when there are none, or there is no chat template.
        """
        return cls(*load_model(name))


def load_model(name: str) -> tuple[Any, Any]:
    """The model in the folder `name`, or of that name in the Hugging Face cache, and its tokenizer.

    Raises MissingError when it is not there or has no chat template.
    """
    with importing_transformers():
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

    logging.disable_progress_bar()
    folder = str(Path(name).expanduser())
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, **device_options()
        )
    except (OSError, ValueError) as exc:
        raise MissingError(
            f"there is no usable model {name!r} on this machine: {str(exc).splitlines()[0]}",
            hint="Name a folder with config.json, a tokenizer and safetensors, or fetch it: hf download NAME",
        ) from exc
    if not tokenizer.chat_template:
        raise MissingError(f"the model {name!r} has no chat template", hint="Choose one that is trained to chat.")
    return model.eval(), tokenizer  # type: ignore[no-untyped-call]


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
