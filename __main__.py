"""The `popcorn` command, and `python -m popcorn`: signals wait until the program is loaded, then it works."""

import os
import sys

CLOSED = (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
"""Streams in the order of their numbers, and how nothing is opened in their place. An answer that is written where it
cannot be read has to fail; talk need not.
"""


def main() -> None:
    """Run the command that sys.argv names, and exit with its status."""
    from .signals import hold

    hold()
    fill_in()
    from .cli import main

    main()


def fill_in() -> None:
    """Open a stream that whoever started us has closed, as `>&-` does: the first file opened would take its number."""
    for name, mode, access in CLOSED:
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, access), mode, encoding="utf-8", closefd=False))  # noqa: SIM115


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder one stands in: a file of it that is named like a library must not run
    main()
