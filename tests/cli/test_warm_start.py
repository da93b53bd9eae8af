"""The tests' own starter: a command that it forks off is like one that was started anew."""

from __future__ import annotations

import os
import re
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pexpect
import pytest
from terminals import WarmSpawn

MADE = ("ask", "A potter at work", "--json", "--mode", "basic", "--aspect", "1:1", "--attempts", "1")


def heads(process: Any) -> dict[str, str]:
    """What the kernel says of a process: its name, parent and signals among it."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
    told = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return {name: told[name] for name in ("PPid", "NSsid", "NSpgid", "SigIgn")}


def test_a_warm_and_a_cold_command_say_and_decide_the_same(own: Any) -> None:
    for arguments in (("config", "show"), ("ask", "--nonesuch"), ("ask", "-", "--catalogue", "nowhere"), ("--help",)):
        warm, cold = own(*arguments, stdin="Käse 🧀\n"), own.cold()(*arguments, stdin="Käse 🧀\n")
        warm, cold = (replace(one, stderr=re.sub(r"--resume \S+", "--resume ID", one.stderr)) for one in (warm, cold))
        assert warm == cold
    warm, cold = own(*MADE).data, own.cold()(*MADE).data
    assert [warm[name] for name in ("title", "score")] == [cold[name] for name in ("title", "score")]
    assert warm["video"]["sha256"] == cold["video"]["sha256"]


def test_both_are_children_of_ours_with_one_parent_and_the_same_signals(popcorn: Any) -> None:
    streaming = [*MADE[:2], "--jsonl", *MADE[3:]]
    with popcorn.start(*streaming) as warm, popcorn.cold().start(*streaming) as cold:
        for process in (warm, cold):
            assert "run_started" in process.stdout.readline()
        assert heads(warm) == heads(cold)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGUSR1])
def test_a_signal_ends_it_with_the_status_of_that_signal(popcorn: Any, sign: signal.Signals) -> None:
    with popcorn.start(*MADE) as process:
        process.send_signal(sign)
        assert process.wait(600) == -sign
        assert process.poll() == -sign


@pytest.mark.parametrize(
    "arguments", [("config", "show"), ("--help",), ("ask", "--nonesuch"), ("no-such",)], ids=" ".join
)
def test_in_a_terminal_both_say_the_same(own: Any, arguments: tuple[str, ...]) -> None:
    own.folder.mkdir(parents=True)
    said = []
    for kind in (WarmSpawn, pexpect.spawn):
        child = kind(
            sys.executable, ["-m", "popcorn", *arguments], env=own.environment | {"TERM": "xterm-256color"},
            cwd=str(own.folder), dimensions=(40, 61), encoding="utf-8", timeout=300,
        )  # fmt: skip
        child.expect(pexpect.EOF)
        shown = child.before
        child.wait()
        child.close()
        said.append((child.exitstatus, shown))
    assert said[0] == said[1]


def test_in_a_terminal_both_lead_a_session_of_their_own(own: Any) -> None:
    def started(kind: type[pexpect.spawn]) -> list[bool]:
        chosen = {"TERM": "dumb", "POPCORN_LLM": "offline"}
        child = kind(
            sys.executable, ["-m", "popcorn", "chat"], env=own.environment | chosen, cwd=str(own.folder),
            encoding="utf-8", timeout=300,
        )  # fmt: skip
        try:
            child.expect("> ")
            ids = {os.getsid(child.pid), os.getpgid(child.pid), os.tcgetpgrp(child.child_fd)}
            return [ids == {child.pid}, heads(child)["PPid"] == str(os.getpid())]
        finally:
            child.close(force=True)

    own.folder.mkdir(parents=True)
    assert [started(kind) for kind in (WarmSpawn, pexpect.spawn)] == [[True, True]] * 2


def test_it_is_really_forked_where_that_can_be(popcorn: Any) -> None:
    with popcorn.start(*MADE) as warm, popcorn.cold().start(*MADE) as cold:
        started = [Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8") for process in (warm, cold)]
    assert "-m\0popcorn" in started[1]
    if started[0] == started[1]:
        pytest.skip("no starter here: more threads than one (OMP_NUM_THREADS is not 1), a GPU, or no Linux")
    assert "warm_start.py" in started[0]


def test_what_the_libraries_might_read_when_imported_makes_it_start_cold(popcorn: Any) -> None:
    said = popcorn.set(PYTHONVERBOSE="1")("--version").stderr
    assert "import 'typer'" in said, "imported anew"
    assert "import 'typer'" not in popcorn("--version").stderr
