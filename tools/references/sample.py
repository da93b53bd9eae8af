"""The built-in sample: invented references, so that the first run needs nothing from anywhere."""

from __future__ import annotations

import json
from importlib.resources import files

from .types import Reference

NAME = "sample"


def read_sample() -> list[Reference]:
    """The sample's references; their figures are invented, and each is marked so."""
    lines = (files(__package__) / "sample.jsonl").read_text(encoding="utf-8").splitlines()
    return [Reference(**json.loads(line), source=NAME, illustrative=True) for line in lines if line.strip()]
