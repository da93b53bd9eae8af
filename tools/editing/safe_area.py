"""Where letters may stand: what apps leave free of their buttons and texts, as parts of the picture.

Vertical video, the strictest of what is known of the platforms (`tools/media/platforms.toml` has the figures with their
sources), so that one file serves all of them. In other shapes, where apps put nothing over the picture, the graphics
safe area of EBU R 95: 5 % at each side.
"""

from __future__ import annotations

from ..media.area import Area
from ..media.platforms import strictest

_RIM = 0.05
_TALL = 0.7
"""Width by height below which a picture fills a phone that is held upright."""


def safe_area(width: int, height: int) -> Area:
    """The area for letters in a picture of `width` x `height` pixels."""
    if width / height < _TALL:
        free = strictest()
        return Area(free.left, free.top, 1 - free.left - free.right, 1 - free.top - free.bottom)
    return Area(_RIM, _RIM, 1 - 2 * _RIM, 1 - 2 * _RIM)
