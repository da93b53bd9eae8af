from __future__ import annotations

import numpy as np
from popcorn.tools.statistics.reliability import Bin, reliability


def test_bins_hold_what_was_said_and_what_came() -> None:
    said, came = np.array([0.5, 0.52, 0.75, 1.0]), np.array([True, False, True, True])
    assert reliability(said, came, (0.5, 0.6, 0.7, 1.0)) == [Bin(0.5, 0.6, 2, 0.51, 0.5), Bin(0.7, 1.0, 2, 0.875, 1.0)]


def test_what_was_said_at_an_edge_is_in_the_bin_above_it() -> None:
    (found,) = reliability(np.array([0.6]), np.array([True]), (0.5, 0.6, 0.7))
    assert (found.low, found.high) == (0.6, 0.7)
