"""The installed program, run as its users run it: a process of its own, a home of its own, nothing of ours patched."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nobody import forget_the_person

forget_the_person()

import hypothesis  # noqa: E402, F401 - the end of its plugin warns where it is first imported after PyTorch
import pytest  # noqa: E402
from ports import free_port  # noqa: E402
from warm_start import WarmPopen  # noqa: E402

BIRYANI = "Make a video about the preparation of authentic Indian biryani"
REFINED = (
    "--seed", "7", "--threshold", "100", "--attempts", "2", "--aspect", "1:1", "-n", "1", "--platform", "youtube",
)  # fmt: skip
PASSED_ON = ("PATH", "LANG", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR", "OMP_NUM_THREADS")
NOWHERE = "http://127.0.0.1:9"
"""A proxy that refuses: whoever tries to fetch something at run time fails instead of passing unseen."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Reports whose captured text can travel between processes: tests log half characters on purpose."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report


def pytest_xdist_auto_num_workers() -> int:
    """Workers of `-n auto`: one more than cores, since tests wait for programs and servers that they start."""
    return (os.cpu_count() or 1) + 1


@dataclass(frozen=True)
class Outcome:
    """What a finished process left: its exit status and both streams."""

    arguments: tuple[str, ...]
    status: int
    stdout: str
    stderr: str

    def __str__(self) -> str:
        """Everything a failed assertion needs."""
        return f"popcorn {self.arguments} -> {self.status}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"

    @property
    def envelope(self) -> dict[str, Any]:
        """The one JSON object on stdout; fails when stdout holds anything else."""
        envelope = json.loads(self.stdout)
        assert isinstance(envelope, dict)
        return envelope

    @property
    def data(self) -> dict[str, Any]:
        """`data` of a successful envelope."""
        assert self.status == 0, str(self)
        envelope = self.envelope
        assert envelope["ok"] is True, str(self)
        return dict(envelope["data"])

    @property
    def error(self) -> dict[str, Any]:
        """`error` of a failed envelope."""
        envelope = self.envelope
        assert envelope["ok"] is False, str(self)
        return dict(envelope["error"])

    @property
    def events(self) -> list[dict[str, Any]]:
        """The objects of `--jsonl`, a line each."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def result(self) -> dict[str, Any]:
        """The data that the last event of a finished `--jsonl` run carries: the same as the envelope's."""
        assert self.status == 0, str(self)
        last = self.events[-1]
        assert last["event"] == "run_finished", str(self)
        return {name: value for name, value in last.items() if name not in {"event", "ts"}}


@dataclass(frozen=True)
class Program:
    """`python -m popcorn` with a given home and working directory, apart from the caller's own settings."""

    home: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    largest_file: int = resource.RLIM_INFINITY
    """The size in bytes beyond which a write fails, as on a full disk."""
    warm: bool = True
    """Whether it may be forked off a process that has the heavy libraries already."""

    @property
    def settings_file(self) -> Path:
        """The settings file of the person who runs it, in a folder that is there."""
        file = self.folder / "config" / "popcorn" / "popcorn.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of the process."""
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return (
            passed_on
            | {
                "HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder / "config"),
                "POPCORN_HOME": str(self.home),
                "HF_HUB_OFFLINE": "1",
                "http_proxy": NOWHERE,
                "https_proxy": NOWHERE,
                "PYTHONUTF8": "1",
            }
            | self.variables
        )

    def set(self, **variables: str) -> Program:
        """The same with more environment variables."""
        return replace(self, variables=self.variables | variables)

    def cold(self) -> Program:
        """The same, started anew each time: for what is about starting, and for order that must not decide anything."""
        return replace(self, warm=False)

    def __call__(self, *arguments: str | Path, stdin: str = "", timeout: float = 600) -> Outcome:
        """Run to the end."""
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(stdin, timeout=timeout)
        return Outcome(tuple(map(str, arguments)), process.returncode, stdout, stderr)

    @contextmanager
    def start(self, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Start, heeding Ctrl-C as in a terminal; whatever still runs at the end of the block is killed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "popcorn", *map(str, arguments)]
        limited = self.largest_file != resource.RLIM_INFINITY
        kind = WarmPopen if self.warm and not limited else subprocess.Popen
        with kind(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=self._in_the_child,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _in_the_child(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest_file, resource.RLIM_INFINITY))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A home in which the sample catalogue was built with the model-free encoder; shared, so not to be damaged."""
    place = tmp_path_factory.mktemp("built")
    rendering_anew = {"POPCORN_CLIPS_GB": "0"}  # tests that share the home shall not find each other's clips
    program = Program(place / "home", place / "folder", {"POPCORN_ENCODER": "hashing"} | rendering_anew)
    outcome = program("references", "stats", "--json")
    assert outcome.status == 0, str(outcome)
    return program


@pytest.fixture
def popcorn(built: Program, tmp_path: Path) -> Program:
    """The program in the shared home, in an empty working directory, with the model-free encoder."""
    return replace(built, folder=tmp_path / "folder")


@pytest.fixture
def own(built: Program, tmp_path: Path) -> Program:
    """The program in a home with the same catalogue that a test may damage; nobody's runs are in it."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(built.home / "catalogues", home / "catalogues")
    return replace(built, home=home, folder=tmp_path / "folder")


@pytest.fixture
def fresh(tmp_path: Path) -> Program:
    """The program on its first use: no home, no catalogue, the model-free encoder."""
    return Program(tmp_path / "home", tmp_path / "folder", {"POPCORN_ENCODER": "hashing"})


@pytest.fixture(scope="session")
def first_use(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program with every default, the real encoder among them, in a home of its own."""
    place = tmp_path_factory.mktemp("first_use")
    return Program(place / "home", place / "folder").cold()


@pytest.fixture(scope="session")
def asked(first_use: Program) -> Outcome:
    """`popcorn ask ... --json` on first use with every default: what a new user's script sees."""
    return first_use("ask", BIRYANI, "--json", "--seed", "7")


@pytest.fixture(scope="session")
def streamed(built: Program, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A whole `ask --jsonl` that must refine once, so that every node runs; square is quickest to render."""
    program = replace(built, folder=tmp_path_factory.mktemp("streamed"))
    return program("ask", BIRYANI, "--jsonl", *REFINED)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of the tests' own."""

    port: int
    password: str
    made: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """Where a database of it is."""
        return f"postgresql://popcorn:{self.password}@127.0.0.1:{self.port}/{database}"

    def new(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        self.made.append(f"test{len(self.made)}")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {self.made[-1]}")
        return self.url(self.made[-1])


def _programs_of_postgres() -> Path:
    """Where Debian or the PATH has them; skips without."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("no PostgreSQL is installed: apt-get install postgresql")
    return found[-1] if found else Path(str(on_path)).parent


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 600
    while time.monotonic() < end:
        assert process.poll() is None, "PostgreSQL did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL on loopback, with a password, in a temporary folder; as user postgres where we are root."""
    programs, user = _programs_of_postgres(), "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="popcorn-postgres-") as name:
        place, password, port = Path(name), secrets.token_hex(8), free_port()
        if user:
            shutil.chown(place, user)
        (place / "password").write_text(password)
        made = [programs / "initdb", "-D", place / "data", "-U", "popcorn", "-A", "scram-sha-256", "-E", "UTF8"]
        options = ["--no-sync", f"--pwfile={place / 'password'}", "--locale=C"]
        subprocess.run([*made, *options], check=True, capture_output=True, user=user)
        settings = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off"]
        command = [programs / "postgres", "-D", place / "data", *(word for one in settings for word in ("-c", one))]
        with (place / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, user=user) as process:
            try:
                assert _answers(port, process), (place / "log").read_text()
                yield Postgres(port, password)
            finally:
                process.send_signal(signal.SIGQUIT)
