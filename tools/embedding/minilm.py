"""The network of all-MiniLM-L6-v2 in NumPy: a query needs its vector long before PyTorch would have been imported.

A forward pass of BERT (Devlin et al., NAACL 2019), the mean over the tokens, and unit length (Reimers and Gurevych,
EMNLP 2019). Texts of one call have one length in tokens, so that nothing is padded and nothing is masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSION = 384
LONGEST = 256
"""Tokens of a text that are read, its two marks among them; the model was trained on no longer ones."""
LAYERS = 7
"""What goes into the first of the six layers, and what each gives."""
_LAYERS, _HEADS, _INNER, _VOCABULARY, _POSITIONS, _KINDS = 6, 12, 1536, 30522, 512, 2
_HEAD = DIMENSION // _HEADS
_EPSILON = np.float32(1e-12)

_ERF_SCALE = np.float32(0.3275911)
_ERF = tuple(np.float32(c) for c in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))
_HALF, _ROOT_HALF = np.float32(0.5), np.float32(0.5**0.5)
_IN_CACHE = 16384
"""Values that an activation works on at once."""


@dataclass(frozen=True, slots=True)
class _Linear:
    """x W + b."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        y: NDArray[np.float32] = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class _Norm:
    """Layer normalisation of rows, in place."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        x -= x.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(DIMENSION)
        x /= np.sqrt(variance + _EPSILON)
        x *= self.weight
        x += self.bias
        return x


@dataclass(frozen=True, slots=True)
class _Layer:
    """One block of the transformer: attention and a network on each token, each added to what came in."""

    queries_keys_values: _Linear
    gathered: _Linear
    attended: _Norm
    widened: _Linear
    narrowed: _Linear
    thought: _Norm

    def __call__(self, x: NDArray[np.float32], texts: int) -> NDArray[np.float32]:
        """`x` (texts times tokens, 384)."""
        apart = self.queries_keys_values(x).reshape(texts, -1, 3, _HEADS, _HEAD).transpose(2, 0, 3, 1, 4)
        queries, keys, values = apart
        weights = _softmax(queries @ keys.swapaxes(2, 3) / np.float32(_HEAD**0.5))
        seen = (weights @ values).swapaxes(1, 2).reshape(-1, DIMENSION)
        x = self.attended(self.gathered(seen) + x)
        return self.thought(self.narrowed(gelu(self.widened(x))) + x)


class MiniLM:
    """The network with its weights. Nothing changes in it, so several threads may call it at once."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """`weights` by the names of transformers' BertModel. Raises ValueError where one is absent or misshapen."""

        def matrix(name: str, *shape: int) -> NDArray[np.float32]:
            if name not in weights:
                raise ValueError(f"there is no {name!r} among the weights")
            if weights[name].shape != shape or weights[name].dtype != np.float32:
                raise ValueError(f"{name!r} is {weights[name].dtype} {weights[name].shape}, not float32 {shape}")
            return weights[name]

        def linear(*names: str, inner: int = DIMENSION, outer: int = DIMENSION) -> _Linear:
            rows = np.concatenate([matrix(f"{name}.weight", outer, inner) for name in names])
            return _Linear(rows.T, np.concatenate([matrix(f"{name}.bias", outer) for name in names]))

        def norm(name: str) -> _Norm:
            return _Norm(matrix(f"{name}.weight", DIMENSION), matrix(f"{name}.bias", DIMENSION))

        def layer(place: str) -> _Layer:
            itself = f"{place}.attention.self"
            return _Layer(
                queries_keys_values=linear(f"{itself}.query", f"{itself}.key", f"{itself}.value"),
                gathered=linear(f"{place}.attention.output.dense"),
                attended=norm(f"{place}.attention.output.LayerNorm"),
                widened=linear(f"{place}.intermediate.dense", outer=_INNER),
                narrowed=linear(f"{place}.output.dense", inner=_INNER),
                thought=norm(f"{place}.output.LayerNorm"),
            )

        positions = matrix("embeddings.position_embeddings.weight", _POSITIONS, DIMENSION)
        kinds = matrix("embeddings.token_type_embeddings.weight", _KINDS, DIMENSION)
        self._words = matrix("embeddings.word_embeddings.weight", _VOCABULARY, DIMENSION)
        self._places = positions[:LONGEST] + kinds[0]
        self._embedded = norm("embeddings.LayerNorm")
        self._layers = [layer(f"encoder.layer.{number}") for number in range(_LAYERS)]

    def __call__(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Token numbers (texts, length) of texts with 1 to 256 tokens each as unit rows (texts, 384) float32."""
        means = self.means(tokens)
        with np.errstate(all="ignore"):
            means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means

    def means(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same rows as long as they come out, which is what a model that was tuned further reads."""
        return self.layers(tokens)[:, -1].copy()

    def layers(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """(texts, 7, 384): the mean over the tokens of what goes into the first layer, and of what each gives."""
        texts, length = tokens.shape
        found = np.empty((texts, LAYERS, DIMENSION), np.float32)
        x = self._words[tokens] + self._places[:length]
        # Damaged weights show in what comes out, which is looked at; a warning on the way would only be noise.
        with np.errstate(all="ignore"):
            x = self._embedded(x.reshape(-1, DIMENSION))
            found[:, 0] = x.reshape(texts, length, DIMENSION).mean(axis=1)
            for number, layer in enumerate(self._layers, start=1):
                x = layer(x, texts)
                found[:, number] = x.reshape(texts, length, DIMENSION).mean(axis=1)
        return found


def _softmax(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Over the last axis, in place."""
    x -= x.max(axis=-1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=-1, keepdims=True)
    return x


def gelu(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """x times the normal distribution function of x, in place, a piece of the cache's size after another.

    The error function is that of Abramowitz and Stegun, 7.1.26, right to 1.5e-7: 1 - erf(z) = (a1 t + ... + a5 t^5)
    exp(-z^2) with t = 1 / (1 + p z). SciPy's takes as long as both matrix products around it.
    """
    flat = x.reshape(-1)
    for start in range(0, flat.size, _IN_CACHE):
        piece = flat[start : start + _IN_CACHE]
        size = np.abs(piece)
        z = size * _ROOT_HALF
        t = 1 / (1 + _ERF_SCALE * z)
        tail = t * _ERF[0]
        for coefficient in _ERF[1:]:
            tail += coefficient
            tail *= t
        z *= z
        tail *= np.exp(np.negative(z, out=z), out=z)
        tail *= size
        tail *= _HALF
        np.maximum(piece, 0, out=piece)
        piece -= tail
    return x
