"""The one library that two threads must not import at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_importing = threading.RLock()


def import_transformers() -> None:
    """Import transformers, or wait until the thread that does has ended; to be called before anything that imports it.

    At the end of its import transformers puts another module in its own place. A thread that came meanwhile holds the
    first one, which stays empty: "cannot import name 'ViTModel'".
    """
    with importing_transformers():
        pass


@contextmanager
def importing_transformers() -> Iterator[None]:
    """Nobody else imports transformers, a part of it, or what builds on it, as long as this lasts.

    Its classes are imported when they are first named, and each brings modules that know one another: of two threads
    that begin at different ends one is given a module that is half there.
    """
    with _importing:
        import transformers  # noqa: F401 - it is there now, whole

        yield
