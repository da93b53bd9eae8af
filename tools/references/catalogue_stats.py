"""Figures about a catalogue, as `popcorn references stats --json` has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .catalogue import Catalogue


def catalogue_stats(catalogue: Catalogue) -> dict[str, Any]:
    """Rows, tags with counts (most frequent first), the comments' distribution, splits, and where it came from."""
    manifest = catalogue.manifest
    return {
        "catalogue": catalogue.name,
        "rows": len(catalogue),
        "tags": _frequencies(catalogue.tags),
        "comments": _distribution(catalogue.comments),
        "splits": _frequencies(catalogue.splits),
        "encoder": manifest.encoder,
        "dimension": manifest.dimension,
        "source": manifest.source,
        "imported_from": manifest.imported_from,
        "illustrative": manifest.illustrative,
        "created": manifest.created,
        "popcorn_version": manifest.popcorn_version,
        "format": manifest.format,
        "digest": manifest.digest,
        "bytes": sum(facts.bytes for facts in manifest.files.values()),
        "folder": str(catalogue.folder),
    }


def _frequencies(values: NDArray[np.object_]) -> dict[str, int]:
    """How often each value occurs, most frequent first, equal ones by name."""
    counts = Counter(values.tolist())
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _distribution(comments: NDArray[np.float64]) -> dict[str, float | int | None]:
    """Quartiles and such of the counts that there are; all None without any."""
    counts = comments[~np.isnan(comments)]
    names = ("minimum", "lower_quartile", "median", "upper_quartile", "maximum")
    cuts = np.quantile(counts, [0, 0.25, 0.5, 0.75, 1]).tolist() if len(counts) else [None] * len(names)
    return {
        "counted": len(counts),
        "uncounted": len(comments) - len(counts),
        "zero": int((counts == 0).sum()),
        "mean": round(float(counts.mean()), 2) if len(counts) else None,
        **dict(zip(names, cuts, strict=True)),
    }
