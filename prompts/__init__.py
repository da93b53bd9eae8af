"""Prompt templates and the fence that keeps data from being read as instructions."""

from .fence import defused, fence, unfence
from .templates import Template, load

__all__ = ["Template", "defused", "fence", "load", "unfence"]
