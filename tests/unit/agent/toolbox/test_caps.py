"""What a session counts."""

from __future__ import annotations

import pytest
from popcorn.agent.toolbox.caps import Caps, Ledger
from popcorn.errors import RenderError
from popcorn.tools.video.types import Estimate


@pytest.mark.parametrize(("clips", "counted"), [(1, (0, 0.0)), (3, (3, 1.5))])
def test_only_a_render_of_one_clip_is_taken_back_where_nothing_was_begun(
    clips: int, counted: tuple[int, float]
) -> None:
    ledger, error = Ledger(Caps()), RenderError("no connection")
    error.nothing_begun = True
    with pytest.raises(RenderError), ledger.rendering(Estimate(cost_usd=0.5 * clips, clips=clips)):
        raise error
    assert (ledger.renders, ledger.cost) == counted
