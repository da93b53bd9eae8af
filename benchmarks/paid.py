"""What is paid for twice: clips bought of a server that counts, while the buyer is killed, stopped and lied to.

A round is one clip of its own: a command in a process of its own meets kill -9, Ctrl-C, SIGTERM or SIGHUP at a random
moment, or gateway errors, silence and broken downloads at random exchanges, or both, or strange answers: pages in HTML,
200 without a job, a wait until a date, and a clock that is set back before the next command. Then a person gives the
same command again (`ask`: resumes the run; `study`: three clips, two units at once), never with --buy-again, until the
clips are there or the program asks. The server is that of tests/server, with half a dollar a clip; in every second
round it lists its jobs. The table counts

    rounds, jobs begun, clips got, cases in which the person was asked, other ends, and
    paid twice without consent: rounds in which more jobs were begun than clips were wanted, which must be 0

    python benchmarks/paid.py [--rounds 100] [--seed 1] [--command render|ask|study] [--trouble "kill -9"]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from email.utils import formatdate
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import popcorn.cli
import popcorn.tools.video.purchases
import popcorn.tools.video.served.order
import popcorn.tools.video.served.renderer

TRIES = 6
"""How often a person gives the same command again."""
LATEST = {"render": 3.0, "ask": 8.0, "study": 12.0}
"""Seconds within which a signal comes; a command takes about as long undisturbed."""
SIGNALS = {"kill -9": signal.SIGKILL, "Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP}
STATUSES = (500, 502, 503, 504)
KINDS = (*SIGNALS, "gateway", "both", "strange")
PAGE = {"body": b"<html><body><h1>504 Gateway Time-out</h1></body></html>", "headers": {"Content-Type": "text/html"}}
PLACES = ("POST", "begun", "GET", "content", "list")
"""Exchanges, as the server's faults name them."""
ENDS = ("clip", "asked", "other")
TEXTS = ("street tacos", "a pot of steam", "rain on a roof")
"""What a study has clips of."""
WANTED = {"render": 1, "ask": 1, "study": len(TEXTS)}
"""Clips of a round."""
forking = multiprocessing.get_context("fork")


def lying_server() -> ModuleType:
    """The server of the tests, loaded by its path: tests are no package."""
    path = Path(__file__).parent.parent / "tests" / "server" / "video_server.py"
    spec = importlib.util.spec_from_file_location("video_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Trouble:
    """What happens in one round."""

    kind: str
    sign: signal.Signals = signal.SIGKILL
    after: float = 0.0
    """Seconds until the signal; 0 for none."""
    faults: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lists: bool = True
    delay: float = 0.0
    breaks: int = 0
    back: float = 0.0
    """Seconds by which our clock is set back before the next command."""


def troubles(dice: random.Random, latest: float, number: int, kinds: Sequence[str]) -> Trouble:
    """Trouble of one kind after the other, at random moments and exchanges."""
    kind = kinds[number % len(kinds)]
    trouble = Trouble(kind, lists=bool(number // len(kinds) % 2), delay=dice.choice((0.0, 0.2, 1.0)))
    if kind in SIGNALS or kind == "both":
        trouble.after = dice.uniform(0.02, latest)
        trouble.sign = SIGNALS.get(kind) or dice.choice([*SIGNALS.values()])
    if kind in {"gateway", "both"}:
        for place in dice.sample(PLACES, dice.randint(1, 3)):
            status, stall = dice.choice((*STATUSES, 0)), 1.0
            headers = {"Retry-After": "0.3"} if dice.random() < 0.2 and place != "begun" else {}  # that would be a lie
            trouble.faults[place] = [{"status": status, "stall": stall, "headers": headers}] * dice.randint(1, 3)
        trouble.breaks = dice.randint(0, 2)
    if kind == "strange":
        trouble.back = dice.choice((0.0, 600.0, 7200.0))
        trouble.faults = {place: [strange(dice, place)] for place in dice.sample(PLACES, dice.randint(1, 3))}
    return trouble


def strange(dice: random.Random, place: str) -> dict[str, Any]:
    """An answer that no API describes; one that refuses is not given for a job that was begun."""
    later = {"Retry-After": formatdate(time.time() + 2, usegmt=True)}
    answers: list[dict[str, Any]] = [
        *({"status": status, **PAGE} for status in (200, 500, 502, 504)),
        *({"status": 200, "body": body} for body in (b"{}", b'{"ok": true}', b'{"id": null}', b"null", b"[]", b"")),
        *({"status": status, "headers": later} for status in (429, 503) if place != "begun"),
        *({"status": status, **PAGE, "headers": PAGE["headers"] | later} for status in (429, 503) if place != "begun"),
    ]
    return dice.choice(answers)


def serve(ours: Connection) -> None:
    """The server, in a process of its own: told of every round's trouble, it tells how many jobs were begun in it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lying = lying_server()
    with lying.running() as state:
        state.size = (144, 256)
        ours.send(state.url)
        while (told := ours.recv()) is not None:
            before = state.made
            state.lists, state.delay, state.breaks = told.lists, told.delay, told.breaks
            state.faults = {name: [lying.Fault(**one) for one in some] for name, some in told.faults.items()}
            ours.send("ready")
            ours.recv()
            ours.send(state.made - before)


class Later(datetime):
    """The time of a clock that was right, and is set back now."""

    back: ClassVar[timedelta] = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """As datetime has it."""
        return datetime.now(tz) - cls.back


def set_back(seconds: float) -> None:
    """In this process, which ends with its command: whatever notes and compares the time of a purchase."""
    Later.back = timedelta(seconds=seconds)
    for module in (popcorn.tools.video.served.order, popcorn.tools.video.purchases):
        module.datetime = Later  # type: ignore[attr-defined]


def begin(words: list[str], folder: Path, back: float = 0.0) -> int:
    """The id of a process that runs `popcorn` with these words; what it says stands in its folder."""
    process = os.fork()
    if process:
        return process
    try:
        os.setsid()
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # else under nohup it would be ignored, as it should be
        if back:
            set_back(back)
        sys.argv = ["popcorn", *words]
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        popcorn.cli.main()
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(int(end.code or 0))
    finally:
        os._exit(99)


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def said(folder: Path) -> dict[str, Any]:
    """The envelope, empty where the command was killed before it."""
    try:
        return dict(json.loads((folder / "out").read_text()))
    except ValueError:
        return {}


def study_file(number: int, folder: Path) -> Path:
    """A study of this round, with names and words that no other has."""
    (folder / "prompts.csv").write_text("prompt\n" + "".join(f"{text} {number}\n" for text in TEXTS))
    values = {
        "name": f"round-{number}", "prompts": "prompts.csv", "models": ["offline"], "modes": ["basic"],
        "renderers": ["api:tiny"], "predictors": ["neighbours"], "candidates": [1], "at_once": 2, "renders_at_once": 2,
    }  # fmt: skip
    file = folder / "study.toml"
    file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    return file


def words_of(command: str, number: int, run_id: str, folder: Path) -> list[str]:
    if command == "study":
        return ["study", "run", str(study_file(number, folder)), "--retry-failed", "--json"]
    if command == "render":
        return [
            "render",
            f"Clip number {number}, steam over a pot",
            "--renderer",
            "api:tiny",
            "-o",
            "clip.mp4",
            "--json",
        ]
    if run_id:
        return ["ask", "--resume", run_id, "--json"]
    quick = ["--renderer", "api:tiny", "--threshold", "0", "--seed", str(number)]
    return ["ask", f"street tacos {number}", *quick, "--json"]


def runs(home: Path) -> set[str]:
    return {place.name for place in (home / "runs").glob("*")}


def has_asked(home: Path, number: int) -> bool:
    """Whether all that is left of a round's study waits for a person's word."""
    rows = home / "studies" / f"round-{number}" / "rows.jsonl"
    lines = rows.read_text().split("\n")[:-1] if rows.exists() else []
    last = {row["unit"]: row["error"] for row in map(json.loads, lines)}
    return len(last) == len(TEXTS) and {error for error in last.values() if error} == {"consent"}


def walk(command: str, number: int, trouble: Trouble, folder: Path, home: Path) -> tuple[str, bool]:
    """How the round ended for the person, and whether the trouble met a command that still ran."""
    known = runs(home)
    process = begin(words_of(command, number, "", folder), folder)
    if trouble.after:
        time.sleep(trouble.after)
        os.kill(process, trouble.sign)
    status = ended(process)
    met = not trouble.after or status in {130, -signal.SIGKILL, -signal.SIGINT, -signal.SIGTERM, -signal.SIGHUP}
    for _ in range(TRIES):
        answer = said(folder)
        if status == 0 and answer.get("ok") and not answer["data"].get("failures"):
            return "clip", met
        if answer.get("error", {}).get("code") == "consent" or has_asked(home, number):
            return "asked", met
        run_id = next(iter(runs(home) - known), "") if command == "ask" else ""
        status = ended(begin(words_of(command, number, run_id, folder), folder, trouble.back))
    print((folder / "out").read_text(), (folder / "err").read_text()[-800:], file=sys.stderr)
    return "other", met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", choices=tuple(LATEST), default="render")
    parser.add_argument("--trouble", choices=KINDS, help="only this kind; all in turn without it")
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)  # noqa: S311 - rounds that can be repeated, no secret
    theirs, ours = forking.Pipe()
    server = forking.Process(target=serve, args=(theirs,))
    server.start()
    url = ours.recv()
    ends: dict[str, Counter[str]] = {}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        renderers = json.dumps({"api": {"base_url": url, "price": 0.5}})
        os.environ |= {
            "POPCORN_HOME": str(home), "POPCORN_LLM": "offline", "POPCORN_ENCODER": "hashing", "no_proxy": "127.0.0.1",
            "POPCORN_PREDICTOR": "neighbours", "POPCORN_RENDERERS": renderers,
        }  # fmt: skip
        kinds = [chosen.trouble] if chosen.trouble else KINDS
        for number in range(chosen.rounds):
            trouble = troubles(dice, LATEST[chosen.command], number, kinds)
            folder = Path(place) / str(number)
            folder.mkdir()
            ours.send(trouble)
            ours.recv()
            end, met = walk(chosen.command, number, trouble, folder, home)
            ours.send("count")
            jobs = ours.recv()
            count = ends.setdefault(trouble.kind, Counter())
            count.update(
                {"rounds": 1, end: 1, "met": int(met), "jobs": jobs, "twice": int(jobs > WANTED[chosen.command])}
            )
            print(f"{number} {trouble} {end} jobs={jobs}", file=sys.stderr, flush=True)
    ours.send(None)
    server.join()
    show(ends, f"{chosen.rounds} rounds of {chosen.command}, seed {chosen.seed}, {time.monotonic() - began:.0f} s")


def show(ends: dict[str, Counter[str]], title: str) -> None:
    names = ("rounds", "met", "jobs", "clip", "asked", "other", "twice")
    heads = ("rounds", "in time", "jobs begun", "clips got", "person asked", "other", "paid twice without consent")
    print(title)
    print(f"\n| trouble | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    whole: Counter[str] = Counter()
    for kind, count in ends.items():
        whole.update(count)
        print(f"| {kind} | {' | '.join(str(count[name]) for name in names)} |")
    print(f"| **all** | {' | '.join(f'**{whole[name]}**' for name in names)} |")


if __name__ == "__main__":
    main()
