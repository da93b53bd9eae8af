"""`python -m popcorn`: the same program as the `popcorn` command."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder one stands in: a file of it that is named like a library must not run

    from .cli import main

    main()
