"""References: catalogues of past micro-videos, their importers, tag choice, retrieval and contrast."""
