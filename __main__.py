"""The `popcorn` command, and `python -m popcorn`: signals wait until the program is loaded, then it works."""

import sys


def main() -> None:
    """Run the command that sys.argv names, and exit with its status."""
    from .signals import hold

    hold()
    from .cli import main

    main()


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder one stands in: a file of it that is named like a library must not run
    main()
