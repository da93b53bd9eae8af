"""The animatic: a CPU renderer that draws a draft as three moving beats; a demo stand-in for a video model."""

from .renderer import AnimaticRenderer

__all__ = ["AnimaticRenderer"]
