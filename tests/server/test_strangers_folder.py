"""A folder that somebody else wrote, entered with keys in the environment: no door sends one to a server of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from popcorn.agent.doors.langgraph_server import Names, create_graph
from popcorn.agent.doors.served_errors import ServedError

SECRET = "hunter2-of-the-person"
FILM = 'llm = "offline"\nrenderer = "api:m"\n'
QUICK = ("--aspect", "1:1", "--attempts", "1", "--threshold", "0", "--json")


@dataclass
class Liar:
    """A server that answers anything to anyone, and keeps all that it is sent."""

    port: int = 0
    heard: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/x/v1"


@pytest.fixture
def liar() -> Iterator[Liar]:
    state = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.heard.append(f"{self.command} {self.path}\n{self.headers}\n{body.decode('utf-8', 'replace')}")
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_DELETE = do_HEAD = do_CONNECT = do_POST  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        state.port = http.server_port
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        http.shutdown()


HOSTILE = {
    "own provider": '[providers.zz]\nbase_url = "URL"\nkey_variable = "AWS_SECRET_ACCESS_KEY"\nmodel = "m"\n',
    "own provider, chosen": 'llm = "zz:m"\n[providers.zz]\nbase_url = "URL"\nkey_variable = "OPENAI_API_KEY"\n',
    "built-in provider": '[providers.openai]\nbase_url = "URL"\nkey_variable = "OPENAI_API_KEY"\nmodel = "m"\n',
    "other spelling": 'LLM = "zz:m"\n[PROVIDERS.zz]\nbase_url = "URL"\nkey_variable = "OPENAI_API_KEY"\n',
    "renderer": f'{FILM}[renderers.api]\nbase_url = "URL"\nkey_variable = "OPENAI_API_KEY"\n',
    "renderer of one model": f'{FILM}[renderers."api:m"]\nbase_url = "URL"\n',
    "database": 'llm = "offline"\ndatabase_url = "postgresql://u:p@127.0.0.1:PORT/x"\n',
}
"""Settings files of somebody who wants the person's keys."""


def enter(program: Any, liar: Liar, kind: str, more: str = "") -> Any:
    """The program in such a folder; what OpenAI's key would really go to is a server that refuses."""
    program.folder.mkdir(parents=True, exist_ok=True)
    text = HOSTILE[kind].replace("URL", liar.url).replace("PORT", str(liar.port))
    (program.folder / "popcorn.toml").write_text(more + text)
    return program.set(
        AWS_SECRET_ACCESS_KEY=SECRET, OPENAI_API_KEY=SECRET, OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        POPCORN_LLM_RETRIES="0", POPCORN_PREDICTOR="neighbours", no_proxy="127.0.0.1",
    )  # fmt: skip


@pytest.fixture(params=["own provider", "renderer"])
def entered(own: Any, liar: Liar, request: pytest.FixtureRequest) -> Any:
    """The program in such a folder."""
    return enter(own, liar, request.param)


@pytest.mark.parametrize("kind", HOSTILE)
def test_ask_sends_a_strangers_server_nothing_and_says_why(own: Any, liar: Liar, kind: str) -> None:
    outcome = enter(own, liar, kind)("ask", "cats", *QUICK)
    assert liar.heard == []
    assert outcome.stderr.count("is not trusted, so it cannot set ") == 1
    assert "`popcorn config trust`" in outcome.stderr
    assert SECRET not in outcome.stdout + outcome.stderr


def test_what_was_set_up_is_used_all_the_same(own: Any, liar: Liar, server: Any) -> None:
    program = enter(own, liar, "own provider", 'aspect = "1:1"\nllm = "mine:big"\n').set(MY_KEY="mine-alone")
    own.settings_file.write_text(f'[providers.mine]\nbase_url = "{server.url}"\nkey_variable = "MY_KEY"\n')
    assert program("ask", "cats", *QUICK).data["models"]["chat"] == "mine:big"
    assert set(server.keys) == {"Bearer mine-alone"}
    assert liar.heard == []


def test_a_strangers_folder_buys_no_more_clips_than_any_other(own: Any, videos: Any) -> None:
    videos.size = (180, 320)
    own.settings_file.write_text(f'llm = "offline"\n[renderers.api]\nbase_url = "{videos.url}"\nprice = 0.5\n')
    more = 'renderer = "api:m"\nrender = "each"\nattempts = 4\ncandidates = 8\nshots = 3\nthreshold = 100\n'
    (own.folder / "popcorn.toml").write_text(more)
    outcome = own.set(POPCORN_PREDICTOR="neighbours", no_proxy="127.0.0.1")("ask", "cats", "--json")
    assert outcome.status == 0, str(outcome)
    assert (videos.made, len(outcome.data["attempts"])) == (1, 1)
    assert "is not trusted, so it cannot set render, attempts, candidates and 1 more" in outcome.stderr
    shown = own("config", "show", "--origin", "--json").data["ignored"]
    assert [one["why"] for one in shown if one["setting"] == "shots"] == [
        "buys more than your own settings do: 1 holds"
    ]


def test_once_the_folder_is_trusted_its_server_is_asked_and_no_longer_once_it_changes(own: Any, liar: Liar) -> None:
    program = enter(own, liar, "own provider").set(AWS_SECRET_ACCESS_KEY="given", OPENAI_API_KEY="")
    file = own.folder / "popcorn.toml"
    assert program("config", "trust").status == 0
    program("ask", "cats", *QUICK)
    assert "Bearer given" in liar.heard[0]
    liar.heard.clear()
    file.write_text(file.read_text() + "# more\n")
    outcome = program("ask", "cats", *QUICK)
    assert outcome.data["models"]["chat"].startswith("offline")
    assert "has changed since it was trusted" in outcome.stderr
    assert liar.heard == []


@pytest.mark.parametrize("command", [("doctor", "--json"), ("render", "cats", "--title", "Cats", "--json")])
def test_other_commands_send_nothing_either(entered: Any, liar: Liar, command: tuple[str, ...]) -> None:
    outcome = entered(*command)
    assert liar.heard == []
    assert "is not trusted" in outcome.stderr
    assert SECRET not in outcome.stdout + outcome.stderr


def test_chat_sends_nothing_either(entered: Any, liar: Liar) -> None:
    outcome = entered("chat", stdin="draft something about cats\n/quit\n")
    assert liar.heard == []
    assert "is not trusted" in outcome.stderr


async def test_mcp_sends_nothing_either(entered: Any, liar: Liar) -> None:
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "popcorn", "mcp", "--yes"], env=entered.environment, cwd=entered.folder
    )
    async with Client(parameters) as client:
        for renderer in ("", "api:m"):
            asked = {"title": "Cats", "video_prompt": "A cat walks", "renderer": renderer}
            await client.call_tool("render_video", asked)
        await client.call_tool("draft_video", {"request": "cats", "drafts": 1})
    assert liar.heard == []


def test_the_python_api_sends_nothing_either_and_says_so(entered: Any, liar: Liar) -> None:
    program = """
import contextlib, popcorn
with contextlib.suppress(popcorn.PopcornError):
    popcorn.create_video("cats", aspect="1:1", attempts=1)
"""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program], env=entered.environment, cwd=entered.folder, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert liar.heard == []
    assert ran.stderr.count("is not trusted, so it cannot set ") == 1


def test_a_graph_of_a_server_sends_nothing_either(
    entered: Any, liar: Liar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in entered.environment.items():
        if name.startswith(("POPCORN_", "AWS_", "OPENAI_", "XDG_", "no_proxy")):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(entered.folder)
    graph: Any = create_graph()
    with pytest.raises(ServedError):  # the one provider that is left refuses, or no server is set up
        asyncio.run(graph.ainvoke({"request": "cats"}, context=Names(aspect="1:1", attempts=1, threshold=0)))
    assert liar.heard == []
    assert [record.getMessage() for record in caplog.records if "is not trusted" in record.getMessage()]


def test_an_env_file_of_the_folder_is_not_read(own: Any, liar: Liar) -> None:
    own.folder.mkdir(parents=True, exist_ok=True)
    entries = {"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": liar.url, "POPCORN_THRESHOLD": "1"}
    for name in (".env", "popcorn.env", ".env.local"):
        (own.folder / name).write_text("".join(f"{key}={value}\n" for key, value in entries.items()))
    data = own("config", "show", "--json").data
    assert data["settings"]["threshold"] == 50
    assert own("ask", "cats", *QUICK).data["models"]["chat"].startswith("offline")
    assert liar.heard == []


@pytest.mark.parametrize("name", ["typer", "platformdirs"])
def test_a_file_of_the_folder_that_is_named_like_a_library_does_not_run(own: Any, name: str) -> None:
    own.folder.mkdir(parents=True, exist_ok=True)
    (own.folder / f"{name}.py").write_text("from pathlib import Path\nPath('ran').touch()\n")
    assert own.cold()("config", "show").status == 0
    assert not (own.folder / "ran").exists()


@pytest.mark.parametrize("names", [Names(renderer="ltx=/etc"), Names(llm="hf:/etc")])
def test_who_asks_a_server_of_graphs_names_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: Names
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POPCORN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    graph: Any = create_graph()
    with pytest.raises(RuntimeError, match=r"can name a folder, and only a name can be chosen here\. Name one"):
        asyncio.run(graph.ainvoke({"request": "cats"}, context=names))


async def test_an_assistant_names_no_folder_and_learns_nothing_about_one(own: Any) -> None:
    own.folder.mkdir(parents=True, exist_ok=True)
    variables = own.environment | {"POPCORN_LLM": "offline"}
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "popcorn", "mcp", "--yes"], env=variables, cwd=own.folder
    )
    async with Client(parameters) as client:
        for renderer in ("ltx=/etc", "ltx=/nowhere"):
            clip = {"title": "Cats", "video_prompt": "A cat", "renderer": renderer}
            refused = [await client.call_tool("render_video", clip)]
            refused.append(await client.call_tool("make_video", {"request": "cats", "renderer": renderer}))
            for result in refused:
                assert result.is_error
                (content,) = result.content
                told = f"{renderer!r} can name a folder, and only a name can be chosen here"
                assert told in getattr(content, "text", "")


def test_a_person_names_a_folder_on_the_command_line(own: Any) -> None:
    outcome = own("render", "A cat", "--title", "Cats", "--renderer", "ltx=/nowhere", "--json")
    assert outcome.status != 0
    assert "can name a folder" not in outcome.error["message"]
