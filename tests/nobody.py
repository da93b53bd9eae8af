"""Whose tests these are: nobody's. What a person's environment holds decides nothing."""

from __future__ import annotations

import atexit
import contextlib
import locale
import os
import shutil
import signal
import sys
import tempfile
import time

KEPT = {
    "PATH",
    "USER",
    "LOGNAME",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "TMPDIR",
    "CUDA_VISIBLE_DEVICES",
    "POPCORN_TEST_DATA",
}
"""All that tests take from whoever starts them, beside what pytest and coverage tell their workers."""
_PLACE = "PYTEST_HOME_OF_NOBODY"


def _unheard(_number: int, _frame: object) -> None:
    """Nothing happens here; a program that is started has the system's own answer again."""


def forget_the_person() -> None:
    """Make the environment the same everywhere: no settings, keys, proxies, languages or warnings of a person's own.

    Before anything else is imported: libraries look into it then. The home is an empty folder, whose name the workers
    are told.
    """
    for name in [name for name in os.environ if name not in KEPT and not name.startswith(("PYTEST_", "COV_"))]:
        del os.environ[name]
    if _PLACE not in os.environ:
        os.environ[_PLACE] = tempfile.mkdtemp(prefix="popcorn-nobody-")
        atexit.register(shutil.rmtree, os.environ[_PLACE], ignore_errors=True)
    os.environ |= {
        "HOME": os.environ[_PLACE],
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "HF_HUB_OFFLINE": "1",
        # threads would only wait for one another where workers share the cores, and for whatever else runs there
        "OMP_NUM_THREADS": "1",
    }
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:  # as under nohup: programs that are started would ignore it too
            signal.signal(number, _unheard)
    time.tzset()
    sys.warnoptions.clear()  # processes that are spawned would get them too
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
