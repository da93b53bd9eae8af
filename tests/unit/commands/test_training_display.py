"""How long a training takes yet, from the pace so far."""

from __future__ import annotations

from popcorn.commands.training_display import Pace


def test_what_was_done_before_tells_nothing_of_the_pace() -> None:
    pace = Pace()
    assert pace.left(900, 1000, 0.0) == ""
    assert pace.left(910, 1000, 20.0) == ", about 3 min left"
    assert pace.left(1000, 1000, 200.0) == ""
