"""A reply that goes in circles: who writes the same words over and over comes to no end, and is not waited for."""

from __future__ import annotations

LONGEST_ROUND = 160
"""Characters of the longest piece whose repetition is looked for."""
TAIL = 640
"""Characters at the end of a reply that are nothing but such a piece: no answer has them."""
_STEP = 80
"""Characters between two looks."""


def ends_in_circles(text: str) -> bool:
    """Whether the end of a text is one piece over and over."""
    tail = text[-TAIL:]
    return len(tail) == TAIL and any(tail[size:] == tail[:-size] for size in range(1, LONGEST_ROUND + 1))


class Repetition:
    """Looks at a reply as it is written, now and then."""

    def __init__(self) -> None:
        """Nothing was written yet."""
        self._looked_at = 0

    def goes_in_circles(self, reply: str) -> bool:
        """Whether the answer in the `reply` so far does; what a model thinks before it may."""
        if len(reply) < self._looked_at + _STEP:
            return False
        self._looked_at = len(reply)
        return ends_in_circles(reply) and "{" in reply[reply.rfind("</think") + 1 :] and not _thinks(reply)


def _thinks(reply: str) -> bool:
    return reply.rfind("<think") > reply.rfind("</think")
