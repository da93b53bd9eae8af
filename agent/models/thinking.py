"""What a reasoning model thinks, told from what it answers: <think> tags in the text, also over a stream."""

from __future__ import annotations

OPENS, CLOSES = "<think>", "</think>"


class Splitter:
    """Takes a reply piece by piece and tells the answer from the thinking; a tag may be cut by a piece's end.

    A block that is never closed is thinking to its end. Some servers leave the opening tag away, since it is part of
    the prompt; `split` knows those, a stream cannot.
    """

    def __init__(self) -> None:
        """Nothing was read, and nobody thinks."""
        self._thinking = False
        self._held = ""

    def feed(self, piece: str) -> tuple[str, str]:
        """The answer and the thinking that are certain by now."""
        text, self._held = self._held + piece, ""
        parts = {False: "", True: ""}
        while text:
            tag = CLOSES if self._thinking else OPENS
            before, separator, text = text.partition(tag)
            if not separator:
                keep = _begun(before, tag)
                before, self._held = before[: len(before) - keep], before[len(before) - keep :]
            parts[self._thinking] += before
            if separator:
                self._thinking = not self._thinking
        return parts[False], parts[True]

    def end(self) -> tuple[str, str]:
        """What was held back because a tag might have begun."""
        held, self._held = self._held, ""
        return ("", held) if self._thinking else (held, "")


def split(text: str) -> tuple[str, str]:
    """The answer and the thinking of a whole reply."""
    if CLOSES in text and OPENS not in text.partition(CLOSES)[0]:
        text = OPENS + text
    if OPENS not in text:
        return text, ""
    splitter = Splitter()
    (answer, thought), (more, rest) = splitter.feed(text), splitter.end()
    return (answer + more).strip(), (thought + rest).strip()


def _begun(text: str, tag: str) -> int:
    """How many of the last characters could be the beginning of `tag`."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)
