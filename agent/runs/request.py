"""A request as somebody typed it, made safe to work with."""

from __future__ import annotations

from ...errors import RequestError
from ...prompts.text import visible
from ...redaction import scrubbed

LONGEST = 4_000
"""Characters of the longest request; a request is an idea, not a document."""


def clean_request(text: str) -> str:
    """The request on one line, without control characters and without keys: a key has no place in a prompt.

    Raises RequestError when nothing is left or it is too long.
    """
    request = scrubbed(" ".join(visible(text).split()))
    if not request:
        what = "it holds nothing but control characters" if text.strip() else "it is empty"
        raise RequestError(
            f"there is no request: {what}", hint='Say what the video is about: popcorn ask "street tacos".'
        )
    if len(request) > LONGEST:
        raise RequestError(
            f"the request has {len(request):,} characters; the most is {LONGEST:,}",
            hint="Say in a few sentences what the video is about.",
        )
    return request
