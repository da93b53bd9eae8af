"""The parts of a vision-language model by their names: what is frozen, and what LoRA is put beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import RequestError

if TYPE_CHECKING:
    from torch import nn

ENCODERS = frozenset(
    {"vision_model", "vision_tower", "visual", "vision_encoder", "image_encoder", "vision_embed_tokens"}
)
"""What transformers' models call the part that sees, as the last word of its name."""
_BETWEEN = ("connector", "projector", "projection", "merger", "resampler")
"""Parts of names between encoder and language model."""


def freeze_encoder(model: nn.Module) -> int:
    """Let the vision encoder's weights stay as they are; how many there are. Raises RequestError where it has none."""
    frozen = 0
    for name, module in model.named_modules():
        if name.rpartition(".")[2] in ENCODERS:
            for weight in module.parameters():
                frozen += weight.numel() if weight.requires_grad else 0
                weight.requires_grad_(False)
    if not frozen:
        raise RequestError(
            f"no vision encoder was found in {type(model).__name__}",
            hint=f"It is looked for by the names {', '.join(sorted(ENCODERS))}.",
        )
    return frozen


def language_layers(model: nn.Module, whole: str = "--method full") -> list[str]:
    """The names of the language model's linear layers: all but those of the encoder, the connector and the output.

    Raises RequestError where there are none; `whole` is what the command calls a training of all weights.
    """
    from torch import nn

    output = getattr(model, "get_output_embeddings", lambda: None)()
    names = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
        and module is not output
        and not ENCODERS & {*name.split(".")}
        and not any(part in name for part in _BETWEEN)
    ]
    if not names:
        raise RequestError(
            f"no linear layer for LoRA was found in {type(model).__name__}", hint=f"Train it whole: {whole}."
        )
    return names


def counted(model: nn.Module) -> tuple[int, int]:
    """How many weights there are, and how many of them are learned."""
    weights = list(model.parameters())
    return sum(one.numel() for one in weights), sum(one.numel() for one in weights if one.requires_grad)
