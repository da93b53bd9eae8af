"""A stand-in for the Hugging Face hub on this machine: data sets, over the requests that the hub's client makes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def hub(files: Mapping[str, Mapping[str, bytes]]) -> Iterator[str]:
    """The address of a hub that has `files`: of each data set (OWNER/NAME) names and contents."""

    class Hub(BaseHTTPRequestHandler):
        """Facts of a data set, and its files at the one commit that there is."""

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def _answer(self, *, body: bool) -> None:
            parts = self.path.partition("?")[0].strip("/").split("/")
            api = parts[:2] == ["api", "datasets"]
            name = "/".join(parts[2:4] if api else parts[1:3])
            if name not in files:
                self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"}, body=body)
            elif api and "tree" in parts:
                sizes = {one: len(content) for one, content in files[name].items()}
                tree = [{"type": "file", "path": one, "size": size, "oid": COMMIT} for one, size in sizes.items()]
                self._send(200, json.dumps(tree).encode(), {"Content-Type": "application/json"}, body=body)
            elif api:
                siblings = [{"rfilename": one} for one in files[name]]
                facts = {"id": name, "sha": COMMIT, "siblings": siblings}
                self._send(200, json.dumps(facts).encode(), {"Content-Type": "application/json"}, body=body)
            else:
                content = files[name].get("/".join(parts[5:]), b"")
                about = {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(content).hexdigest()}"'}
                self._send(200, content, about, body=body)

        def _send(self, status: int, content: bytes, headers: Mapping[str, str], *, body: bool) -> None:
            self.send_response(status)
            for header, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(header, value)
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
