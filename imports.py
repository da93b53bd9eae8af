"""The one library that two threads must not import at once."""

from __future__ import annotations

import threading

_importing = threading.RLock()


def import_transformers() -> None:
    """Import transformers, or wait until the thread that does has ended; to be called before anything that imports it.

    At the end of its import transformers puts another module in its own place. A thread that came meanwhile holds the
    first one, which stays empty: "cannot import name 'ViTModel'".
    """
    with _importing:
        import transformers  # noqa: F401 - it is there now, whole
