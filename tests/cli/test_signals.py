"""Signals at every moment of a command: while it is loaded, in its work, and while it leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from popcorn.errors import StoppedError
from popcorn.signals import STOPPED

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
BEGUN = "import sys, signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"


def named(sign: signal.Signals) -> str:
    return sign.name


def ran(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a program of these lines says."""
    command = [sys.executable, "-c", BEGUN + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def test_one_status_stands_for_what_was_stopped() -> None:
    assert StoppedError.exit_status == STOPPED


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
@pytest.mark.parametrize("command", [("doctor",), ("doctor", "--json"), ("no", "such", "command")], ids=" ".join)
def test_a_signal_before_a_command_is_loaded_ends_it_with_a_sentence(
    command: tuple[str, ...], sign: signal.Signals
) -> None:
    outcome = ran(
        "sys.argv = ['popcorn', *sys.argv[2:]], int(sys.argv[1])\n"
        "sys.argv, sign = sys.argv\n"
        "from popcorn.signals import hold\n"
        "hold(); signal.raise_signal(sign)\n"
        "from popcorn.__main__ import main\n"
        "main()",
        str(int(sign)),
        *command,
    )
    assert outcome.returncode == 130, outcome.stderr
    if "--json" in command:
        assert json.loads(outcome.stdout)["error"]["code"] == "interrupted"
        assert outcome.stderr == ""
    else:
        assert outcome.stderr.splitlines()[0].split() == ["error", "stopped"]
        assert outcome.stdout == ""


@pytest.mark.parametrize("sign", SIGNALS, ids=named)
def test_a_signal_once_the_answer_is_given_changes_neither_status_nor_words(sign: signal.Signals) -> None:
    outcome = ran(
        "from popcorn.signals import heed, leave\n"
        f"heed(); leave(0); signal.raise_signal({int(sign)})\n"
        "import threading, time, os\n"
        f"threading.Timer(0.1, os.kill, (os.getpid(), {int(sign)})).start()\n"
        "sys.exit(0)"
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=named)
def test_one_more_signal_ends_what_does_not_leave(sign: signal.Signals) -> None:
    outcome = ran(
        "from popcorn.signals import heed, leave\n"
        "import time\n"
        "heed(); leave(130)\n"
        f"time.sleep(0.6); signal.raise_signal({int(sign)})\n"
        "time.sleep(600)"
    )
    assert (outcome.returncode, outcome.stderr) == (130, "")


LOOP = """
import asyncio, os, threading, time
from popcorn.signals import heed, on_signals
heed()
async def work():
    stopped = asyncio.Event()
    with on_signals(stopped.set):
        for times in range({times}):
            os.kill(os.getpid(), {sign})
        await stopped.wait()
    print("left", flush=True)
    threading.Timer({later}, os.kill, (os.getpid(), {sign})).start()
    await asyncio.to_thread(time.sleep, {waits})
    print("waited", flush=True)
asyncio.run(work())
"""


def test_what_comes_with_the_first_signal_is_no_impatience() -> None:
    outcome = ran(LOOP.format(times=2, sign=int(signal.SIGTERM), later=0.01, waits=0.2))
    assert (outcome.returncode, outcome.stdout.split(), outcome.stderr) == (0, ["left", "waited"], "")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=named)
def test_a_second_signal_ends_a_command_that_waits_for_a_thread(sign: signal.Signals) -> None:
    outcome = ran(LOOP.format(times=1, sign=int(sign), later=0.7, waits=60))
    assert (outcome.returncode, outcome.stdout.split(), outcome.stderr) == (130, ["left"], "")


def test_an_interrupt_that_python_drops_comes_again() -> None:
    outcome = ran(
        "from popcorn.signals import heed\n"
        "import time\n"
        "heed()\n"
        "class Dropping:\n"
        "    def __del__(self):\n"
        "        raise KeyboardInterrupt\n"
        "try:\n"
        "    Dropping(); time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    print('heard')"
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "heard\n", "")
