"""Prompt templates and the fence that keeps data from being read as instructions."""

from .fence import fence, unfence
from .templates import Template, load

__all__ = ["Template", "fence", "load", "unfence"]
