"""Signals at every moment of a command: while it is loaded, in its work, and while it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

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
        "    Dropping(); time.sleep(600)\n"  # longer than a test may take: the wait itself has to end
        "except KeyboardInterrupt:\n"
        "    print('heard')"
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "heard\n", "")


def shown_to(program: Any, *words: str, **streams: Any) -> tuple[int, str]:
    """Status and stderr of a command with these streams."""
    program.folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "popcorn", *words]
    with subprocess.Popen(
        command, cwd=program.folder, env=program.environment, stderr=subprocess.PIPE, text=True, **streams
    ) as process:
        return process.wait(600), str(process.stderr and process.stderr.read())


@pytest.mark.parametrize(
    "words", [("config", "show"), ("config", "show", "--json"), ("config", "--help")], ids=" ".join
)
def test_an_answer_that_nobody_reads_ends_as_the_shell_expects(popcorn: Any, words: tuple[str, ...]) -> None:
    unread, end = os.pipe()
    os.close(unread)
    assert shown_to(popcorn, *words, stdout=end) == (141, "")
    os.close(end)


@pytest.mark.parametrize("words", [("config", "show"), ("config", "show", "--json")], ids=" ".join)
def test_an_answer_without_a_standard_output_is_said_to_be_lost(popcorn: Any, words: tuple[str, ...]) -> None:
    status, told = shown_to(popcorn, *words, preexec_fn=lambda: os.close(1))
    assert status == 1
    assert told.startswith("error the answer cannot be written to standard output: Bad file descriptor")
    assert "Traceback" not in told


def test_a_command_without_a_standard_error_answers_all_the_same(popcorn: Any) -> None:
    answered = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m popcorn config show --json 0<&- 2>&-', sys.executable],
        cwd=popcorn.folder.parent, env=popcorn.environment, stdout=subprocess.PIPE, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert (answered.returncode, json.loads(answered.stdout)["ok"]) == (0, True)
