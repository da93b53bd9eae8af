"""The version of Popcorn, where code reads it; pyproject.toml names the same."""

VERSION = "0.1.0"
