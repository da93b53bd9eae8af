"""What is written down of a model behind a server: what it said when it failed too, and never the key."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

KEY = "sk-only-for-this-test"
QUICK = (
    "--llm",
    "deepseek:deepseek-v4-flash",
    "--mode",
    "basic",
    "--aspect",
    "1:1",
    "--threshold",
    "0",
    "--json",
    "-q",
)


@pytest.fixture
def program(own: Any, server: Any) -> Any:
    """The program in a home of its own, with a key for the server and no patience."""
    return own.set(
        DEEPSEEK_BASE_URL=server.url,
        DEEPSEEK_API_KEY=KEY,
        no_proxy="127.0.0.1",
        POPCORN_LLM_RETRIES="0",
        POPCORN_LLM_TIMEOUT="5",
    )


def kept(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_a_call_shows_reasoning_tokens_cost_and_whether_the_cache_answered(program: Any, server: Any) -> None:
    server.always.message["reasoning_content"] = "people like salsa"
    first = program("ask", "street tacos", *QUICK).data["run_id"]
    program("ask", "street tacos", *QUICK)
    told = program("trace", "show", first, "--json").data
    calls = [call for visit in told["visits"] for call in visit["calls"] if call["model"]]
    assert calls
    for call in calls:
        assert (call["model"], call["phase"]) == ("deepseek-v4-flash", "done")
        assert call["reasoning"] == "people like salsa"
        assert (call["input_tokens"], call["output_tokens"], call["cached"]) == (700, 300, False)
        assert call["cost_usd"] == pytest.approx((700 * 0.14 + 300 * 0.28) / 1e6)
    again = program("trace", "show", "--json").data
    calls = [call for visit in again["visits"] for call in visit["calls"] if call["model"]]
    assert calls
    assert all(call["cached"] and call["cost_usd"] == 0 for call in calls)


def test_a_node_that_failed_shows_what_the_model_had_said(program: Any, server: Any, answer: Any) -> None:
    server.always = answer(text=f"I cannot draft, but my key is {KEY} and Authorization: Bearer abcdefgh12345678")
    failed = program("ask", "street tacos", *QUICK)
    assert (failed.status, failed.error["stage"]) == (1, "draft")
    data = program("trace", "show", "--json").data
    (visit,) = data["visits"]
    assert (data["phase"], visit["phase"], data["error"]["code"]) == ("failed", "failed", "model_reply")
    assert len(visit["calls"]) >= 2
    assert all(call["reply"].startswith("I cannot draft, but my key is [hidden]") for call in visit["calls"])
    assert "abcdefgh12345678" not in json.dumps(data)
    shown = program("trace", "show", "--messages").stdout
    assert "I cannot draft" in shown
    assert program("trace", "export", "-o", "failed.html").status == 0
    assert "It failed in draft" in (program.folder / "failed.html").read_text()


def test_a_call_that_the_server_refused_is_shown_with_its_error(program: Any, server: Any, answer: Any) -> None:
    server.always = answer(status=401, body=json.dumps({"error": {"message": f"bad key {KEY}"}}).encode())
    assert program("ask", "street tacos", *QUICK).status == 10
    (visit,) = program("trace", "show", "--json").data["visits"]
    assert visit["calls"][0]["phase"] == "failed"
    assert visit["calls"][0]["error"]
    events = program.home / "popcorn.sqlite"
    assert KEY.encode() not in events.read_bytes()
    assert kept(program.home) == []


class Tracker(BaseHTTPRequestHandler):
    """Takes whatever is sent to it, and remembers where to."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.asked.append(self.path)
        self.send_response(202)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_GET(self) -> None:
        self.do_POST()

    def do_PATCH(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


def test_langsmiths_variables_still_send_what_they_are_set_to_send(own: Any) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Tracker) as http:
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        tracing = own.set(
            LANGSMITH_TRACING="true",
            LANGSMITH_API_KEY="only-for-this-test",
            LANGSMITH_ENDPOINT=f"http://127.0.0.1:{http.server_port}",
            no_proxy="127.0.0.1",
        )
        quick = ("--llm", "offline", "--mode", "basic", "--aspect", "1:1", "--threshold", "0")
        outcome = tracing("ask", "street tacos", *quick, "--json", "-q")
        http.shutdown()
    assert outcome.status == 0, str(outcome)
    assert any("runs" in path for path in Tracker.asked)
    assert own("trace", "show", "--json").data["visits"][0]["calls"]
