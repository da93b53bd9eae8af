"""Where letters may stand: what apps leave free of their buttons and texts, as parts of the picture.

Vertical video, the strictest of what the platforms publish: Meta's ads guide asks to leave 14 % at the top, 35 % at the
bottom and 6 % at each side of Reels and Stories free; TikTok's templates for in-feed ads keep a column of buttons of
about 150 of 1080 pixels at the right. So one file serves all of them. In other shapes, where apps put nothing over the
picture, the graphics safe area of EBU R 95: 5 % at each side.
"""

from __future__ import annotations

from ..media.area import Area

_TOP, _BOTTOM, _LEFT, _RIGHT = 0.14, 0.35, 0.06, 0.14
_RIM = 0.05
_TALL = 0.7
"""Width by height below which a picture fills a phone that is held upright."""


def safe_area(width: int, height: int) -> Area:
    """The area for letters in a picture of `width` x `height` pixels."""
    if width / height < _TALL:
        return Area(_LEFT, _TOP, 1 - _LEFT - _RIGHT, 1 - _TOP - _BOTTOM)
    return Area(_RIM, _RIM, 1 - 2 * _RIM, 1 - 2 * _RIM)
