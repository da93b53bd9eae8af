"""Weights as the published code leaves them: pickled whole, which is refused, and what the named steps give."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from popcorn.errors import DataError
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.published import read_published
from safetensors.torch import load_file, save_file

CHECKOUT = """
import torch

class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.label_embedding_linear = torch.nn.Linear(1, 8)
        self.tied = torch.nn.Linear(1, 8)
        self.tied.weight = self.label_embedding_linear.weight

    def forward(self, labels):
        return self.relu(self.label_embedding_linear(labels))
"""
"""A module of another checkout that, like the published HEAD, uses an activation that it does not make."""


def python(code: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_network_that_was_pickled_whole_is_refused_and_the_line_that_is_named_converts_it(tmp_path: Path) -> None:
    (tmp_path / "network.py").write_text(CHECKOUT, encoding="utf-8")
    python("import torch, network; torch.save(network.Network(), 'model.pth')", tmp_path)
    with pytest.raises(DataError, match="is no safetensors file") as refused:
        read_published(tmp_path / "model.pth")
    line = re.search(r'python -c "([^"]+)"', refused.value.hint)
    assert line is not None
    python(line[1], tmp_path)
    assert {"label_embedding_linear.weight", "tied.weight"} < set(load_file(tmp_path / "model.safetensors"))


def test_a_file_that_was_not_copied_whole_is_not_taken_for_a_pickled_one(tmp_path: Path) -> None:
    save_file(MMRA(MMRAConfig("reference", dimension=8)).network.state_dict(), tmp_path / "w.safetensors")
    (tmp_path / "cut.safetensors").write_bytes((tmp_path / "w.safetensors").read_bytes()[:4000])
    with pytest.raises(DataError, match="is no safetensors file") as refused:
        read_published(tmp_path / "cut.safetensors")
    assert refused.value.hint == "It is damaged, or was not copied whole: copy or convert it again."


def test_weights_that_were_learned_on_several_gpus_are_taken_too(tmp_path: Path) -> None:
    network = MMRA(MMRAConfig("reference", dimension=8)).network
    save_file(
        {f"module.{name}": value.clone() for name, value in network.state_dict().items()}, tmp_path / "w.safetensors"
    )
    found = read_published(tmp_path / "w.safetensors")
    assert torch.equal(
        found.network.state_dict()["label_embedding_linear.weight"],
        network.state_dict()["label_embedding_linear.weight"],
    )


def test_weights_of_something_else_are_refused_with_the_same_way_out(tmp_path: Path) -> None:
    save_file({"encoder.weight": torch.zeros(2)}, tmp_path / "w.safetensors")
    with pytest.raises(DataError, match=r"'label_embedding_linear.weight' is missing") as refused:
        read_published(tmp_path / "w.safetensors")
    assert "weights_only=False" in refused.value.hint
    save_file({"label_embedding_linear.weight": torch.zeros(())}, tmp_path / "w.safetensors")
    with pytest.raises(DataError, match="is no matrix"):
        read_published(tmp_path / "w.safetensors")
