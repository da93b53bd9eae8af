"""The names of text encoders, and how one is opened without loading more than it needs."""

from __future__ import annotations

from .types import Encoder

DEFAULT = "all-MiniLM-L6-v2"
HASHING = "hashing"


def open_encoder(name: str = DEFAULT) -> Encoder:
    """The encoder called `name`; what is heavy about it loads on first use, or in the background with `preload`.

    `all-MiniLM-L6-v2` comes with Popcorn's requirements and needs no network. `hashing` counts words, without a model.
    Any other name is a folder with a sentence-transformers model, or a model of the Hugging Face hub. Raises
    MissingError here for a folder that is not there, and on first use for a model that cannot be had.
    """
    if name == HASHING:
        from .hashing_encoder import HashingEncoder

        return HashingEncoder()
    if name.removeprefix("sentence-transformers/") == DEFAULT:
        from .bundled_encoder import published_encoder

        return published_encoder()
    from .sentence_encoder import SentenceEncoder

    return SentenceEncoder(name)
