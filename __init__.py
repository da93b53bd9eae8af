"""Popcorn turns an idea into a short video people will talk about.

The package's root is the repository's root. Importing it loads nothing else: the public
entry points arrive on first use (PEP 562).
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
