"""Reading weights that the published MMRA code was trained to."""

from __future__ import annotations

from pathlib import Path

from ....errors import DataError, MissingError
from .config import MMRAConfig
from .model import MMRA

_CONVERT = (
    "The published train.py pickles the whole network, which only its own code can read, and which is never read "
    'here. In the published checkout, with its environment: python -c "import torch, safetensors.torch as s; '
    "s.save_file({k: v.clone().contiguous() for k, v in torch.load('model.pth', map_location='cpu', "
    "weights_only=False).state_dict().items()}, 'model.safetensors')\". Its HEAD uses `self.relu` and does "
    "not make it, so that train.py stops at the first batch: for that, add `self.relu = torch.nn.ReLU()` to the "
    "network's __init__ there; this line does without."
)
_PARALLEL = "module."
"""What DataParallel puts before every name."""
_SIZED_BY = "label_embedding_linear.weight"
_PICKLED = (b"PK", b"\x80")
"""How files of `torch.save` begin: a ZIP archive with a pickle in it, or, before PyTorch 1.6, the pickle itself."""


def read_published(file: Path) -> MMRA:
    """The network of a safetensors file with the published parameter names; its size D is read off the weights.

    Raises MissingError when there is no such file, and DataError for one that is no safetensors file or does not fit.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not file.is_file():
        raise MissingError(f"there is no file at {str(file)!r}", hint="Name the weights as a safetensors file.")
    try:
        weights = load_file(file)
    except (SafetensorError, OSError, ValueError) as exc:
        hint = _CONVERT if _is_pickled(file) else "It is damaged, or was not copied whole: copy or convert it again."
        raise DataError(f"{str(file)!r} is no safetensors file: {exc}", hint=hint) from exc
    weights = {name.removeprefix(_PARALLEL): value for name, value in weights.items()}
    if _SIZED_BY not in weights:
        raise DataError(
            f"{str(file)!r} does not hold the weights of the published MMRA: {_SIZED_BY!r} is missing",
            hint=_CONVERT,
        )
    sized_by = weights[_SIZED_BY].shape
    if not sized_by or not sized_by[0]:
        raise DataError(f"{str(file)!r} does not hold the weights of the published MMRA: {_SIZED_BY!r} is no matrix")
    network = MMRA(MMRAConfig("reference", dimension=int(sized_by[0])))
    network.load_reference_state_dict(weights)
    return network.eval()


def _is_pickled(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(2).startswith(_PICKLED)
    except OSError:
        return False
