"""A /v1/videos server on loopback that can misbehave: real HTTP, jobs that are kept, files that were really encoded.

Its answers have the fields of vLLM-Omni's VideoResponse; with `strict` it refuses what OpenAI's own API refuses, and
with `form_needs_picture` it takes JSON only, as some versions of SGLang do.
"""

from __future__ import annotations

import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from popcorn.tools.media.encode import ClipWriter, Encoding

OPENAI = {"prompt", "model", "size", "seconds", "input_reference"}


@cache
def encoded(width: int, height: int, frames: int, fps: int = 24) -> bytes:
    """A small clip of noise that moves, in bytes."""
    noise = np.random.default_rng(1).integers(0, 256, (height // 4, width // 4, 3), np.uint8)
    picture = noise.repeat(4, axis=0).repeat(4, axis=1)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "made.mp4"
        with ClipWriter(out, Encoding(width, height, fps, preset="ultrafast")) as writer:
            for number in range(frames):
                writer.write(np.roll(picture, 4 * number, axis=1))
        return out.read_bytes()


@dataclass
class Fault:
    """One answer that is not what was hoped for."""

    status: int = 0
    """0 for an answer that never comes."""
    body: bytes = b'{"detail": "no luck"}'
    headers: dict[str, str] = field(default_factory=dict)
    stall: float = 30.0


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    fields: dict[str, str]


@dataclass
class VideoServer:
    """What it was asked and what it does.

    `faults` go first, by method and path: `POST`, `GET`, `DELETE`, `content`, `list`; those of `begun` are answers to a
    POST whose job was begun all the same, as behind a gateway.
    """

    port: int = 0
    looks: int = 1
    """How often a job is looked at before it is done; huge for one that never is."""
    frames: int | None = None
    """What it makes instead of what it was asked for; 0 for an MP4 without a frame."""
    fps: int | None = None
    size: tuple[int, int] | None = None
    file: bytes | None = None
    """Sent instead of a clip."""
    cut_file: bool = False
    """Send half of the file as if it were all."""
    breaks: int = 0
    """How many downloads break off half way."""
    ranges: bool = True
    ends: str = "completed"
    error: dict[str, Any] | None = None
    failures: int = 10**6
    """How many jobs end as `ends` says; the rest are completed."""
    stated_seconds: str | None = None
    strict: bool = False
    form_needs_picture: bool = False
    redirect: str = ""
    """Where the file is instead."""
    download_url: str = ""
    """Named in JSON in place of the file."""
    job_url: str = ""
    """Named in a finished job."""
    lists: bool = True
    """Whether it lists its jobs."""
    echoes: bool = False
    """Whether a job repeats the Idempotency-Key that it came with."""
    delay: float = 0
    """Seconds after which a POST is answered; its job is begun at once."""
    forgets_words: bool = False
    """Whether what it lists has no prompt."""
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    made: int = 0
    """Jobs that were begun, and are to be paid."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def posted(self) -> list[dict[str, str]]:
        return [one.fields for one in self.seen if one.method == "POST"]

    def count(self, method: str, ending: str = "") -> int:
        return sum(one.method == method and one.path.endswith(ending) for one in self.seen)

    @property
    def keys(self) -> list[str]:
        """The Idempotency-Key of every POST."""
        return [one.headers.get("Idempotency-Key", "") for one in self.seen if one.method == "POST"]

    def forget(self) -> None:
        """As after a restart of the server."""
        self.jobs.clear()

    def begin(self, fields: dict[str, str], key: str = "") -> dict[str, Any]:
        with self.lock:
            number = len(self.posted)
            number += next(more for more in count() if f"video_gen_{number + more}" not in self.jobs)
            self.made += 1
            job = {
                "id": f"video_gen_{number}", "object": "video", "model": fields.get("model", ""), "status": "queued",
                "prompt": fields["prompt"], "size": fields["size"], "progress": 0, "created_at": int(time.time()),
                "seconds": self.stated_seconds or fields.get("seconds", "4"), "expires_at": int(time.time()) + 60,
                "error": None,
            }  # fmt: skip
            if self.echoes:
                job["metadata"] = {"idempotency_key": key}
            self.jobs[job["id"]] = job | {"fields": fields, "looks": 0, "number": number}
            return job

    def look(self, job: dict[str, Any]) -> dict[str, Any]:
        job["looks"] += 1
        if job["looks"] > self.looks:
            fails = job["number"] <= self.failures and self.ends != "completed"
            job["status"], job["progress"] = (self.ends, 40) if fails else ("completed", 100)
            job["error"] = self.error if fails else None
            if self.job_url and not fails:
                job["url"] = self.job_url
        else:
            job["status"], job["progress"] = "in_progress", min(90, 10 * job["looks"])
        return self.shown(job)

    def shown(self, job: dict[str, Any]) -> dict[str, Any]:
        hidden = {"fields", "looks", "number"} | ({"prompt"} if self.forgets_words else set())
        return {name: value for name, value in job.items() if name not in hidden}

    def content(self, job: dict[str, Any]) -> bytes:
        if self.file is not None:
            return self.file
        width, height = self.size or tuple(map(int, job["size"].split("x")))
        frames = self.frames if self.frames is not None else int(job["fields"].get("num_frames", "96"))
        whole = encoded(width, height, frames, self.fps or int(job["fields"].get("fps", "24")))
        return whole[: len(whole) // 2] if self.cut_file else whole


class Handler(BaseHTTPRequestHandler):
    state: VideoServer
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(OSError):  # who asked has left
            super().handle()

    def do_POST(self) -> None:
        fields = self.read_fields()
        self.note(fields)
        if self.fault("POST"):
            return
        if self.state.form_needs_picture and "multipart" in self.headers["Content-Type"]:
            self.reply({"detail": "input_reference file is required"}, 400)
        elif self.state.strict and (more := sorted(set(fields) - OPENAI)):
            said = {"message": f"Unknown parameter: '{more[0]}'.", "type": "invalid_request_error", "param": more[0]}
            self.reply({"error": said}, 400)
        elif self.state.strict and fields["seconds"] not in {"4", "8", "12"}:
            self.reply({"error": {"message": f"Invalid value: '{fields['seconds']}'.", "param": "seconds"}}, 400)
        else:
            job = self.state.begin(fields, self.headers.get("Idempotency-Key", ""))
            if self.fault("begun"):
                return
            time.sleep(self.state.delay)
            self.reply(job)

    def do_GET(self) -> None:
        self.note({})
        if self.path.partition("?")[0].endswith("/videos"):
            self.list()
            return
        name = self.path.removesuffix("/content").rpartition("/")[2]
        if "/files/" in self.path:
            self.send_file(self.state.content(self.state.jobs[name.removesuffix(".mp4")]))
            return
        content = self.path.endswith("/content")
        if self.fault("content" if content else "GET"):
            return
        job = self.state.jobs.get(name)
        if job is None:
            self.reply({"detail": "Video not found"}, 404)
        elif not content:
            self.reply(self.state.look(job))
        elif self.state.redirect:
            self.send_response(302)
            self.send_header("Location", self.state.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.state.download_url:
            self.reply({"download_url": self.state.download_url})
        else:
            self.send_file(self.state.content(job))

    def list(self) -> None:
        if self.fault("list"):
            return
        if not self.state.lists:
            self.reply({"detail": "Method Not Allowed"}, 405)
            return
        with self.state.lock:
            jobs = [self.state.shown(job) for job in reversed(self.state.jobs.values())]
        self.reply({"object": "list", "data": jobs, "has_more": False})

    def do_DELETE(self) -> None:
        self.note({})
        if self.fault("DELETE"):
            return
        name = self.path.rpartition("/")[2]
        self.state.deleted.append(name)
        if self.state.jobs.pop(name, None) is None:
            self.reply({"detail": "Video not found"}, 404)
        else:
            self.reply({"id": name, "deleted": True, "object": "video.deleted"})

    def read_fields(self) -> dict[str, str]:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        if "json" in kind:
            return {name: str(value) for name, value in json.loads(body).items()}
        parsed = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        return {
            str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True).decode()  # type: ignore[union-attr]
            for part in parsed.walk()
            if not part.is_multipart()
        }

    def note(self, fields: dict[str, str]) -> None:
        self.state.seen.append(Seen(self.command, self.path, dict(self.headers.items()), fields))

    def fault(self, kind: str) -> bool:
        with self.state.lock:
            waiting = self.state.faults.get(kind, [])
            fault = waiting.pop(0) if waiting else None
        if fault is None:
            return False
        if fault.status:
            self.send_response(fault.status)
            for name, value in {"Content-Length": str(len(fault.body)), **fault.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(fault.body)
        else:
            time.sleep(fault.stall)
            self.close_connection = True
        return True

    def reply(self, said: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_file(self, body: bytes) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = int(asked.group(1)) if asked and self.state.ranges else 0
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(len(body) - first))
        self.end_headers()
        with self.state.lock:
            breaks = self.state.breaks > 0
            self.state.breaks -= breaks
        self.wfile.write(body[first : len(body) // 2] if breaks else body[first:])
        self.close_connection = breaks

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running(state: VideoServer | None = None) -> Iterator[VideoServer]:
    """A server in a thread of its own."""
    state = state or VideoServer()
    handler = type("OneServersHandler", (Handler,), {"state": state})
    with ThreadingHTTPServer(("127.0.0.1", state.port), handler) as http:
        http.daemon_threads = True
        http.block_on_close = False
        state.port = http.server_port
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        http.shutdown()
