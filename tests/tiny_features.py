"""The paper's four networks of features at tiny size, with random weights, as folders on the disk."""

from __future__ import annotations

from pathlib import Path

import torch
from popcorn.tools.embedding.bundled_encoder import bundled_folder
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipImageProcessorPil,
    ViTConfig,
    ViTImageProcessorPil,
    ViTModel,
)

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz", "street", "food", "at", "night"]
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 37}


def save_models(folder: Path, text_size: int = 24) -> dict[str, str]:
    """Folders of random networks by role, each of its own size; the bundled sentence encoder stands for UAE.

    With a `text_size` of 32 frames and texts are of one size, as the published network wants them.
    """
    torch.manual_seed(0)
    save_vit(folder / "frames")
    save_bert(folder / "text", text_size)
    save_blip(folder / "captions")
    return {role: str(folder / role) for role in ("frames", "text", "captions")} | {"retrieval": str(bundled_folder())}


def save_vit(folder: Path) -> None:
    ViTModel(ViTConfig(image_size=32, patch_size=8, **SMALL), add_pooling_layer=False).save_pretrained(folder)
    ViTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)


def save_bert(folder: Path, size: int) -> None:
    config = BertConfig(vocab_size=len(WORDS), max_position_embeddings=64, **SMALL | {"hidden_size": size})
    BertModel(config).save_pretrained(folder)
    save_tokenizer(folder)


def save_blip(folder: Path) -> None:
    special = {"bos_token_id": 2, "eos_token_id": 3, "sep_token_id": 3, "pad_token_id": 0}
    text = SMALL | special | {"vocab_size": len(WORDS), "max_position_embeddings": 64, "encoder_hidden_size": 32}
    config = BlipConfig(text_config=text, vision_config=SMALL | {"image_size": 32, "patch_size": 8}, projection_dim=16)
    BlipForConditionalGeneration(config).save_pretrained(folder)
    BlipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    save_tokenizer(folder)


def save_tokenizer(folder: Path) -> None:
    BertTokenizer(vocab={word: place for place, word in enumerate(WORDS)}).save_pretrained(folder)
