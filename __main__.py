"""`python -m popcorn`: the same program as the `popcorn` command."""

from .cli import main

if __name__ == "__main__":
    main()
