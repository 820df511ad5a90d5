"""A Chat Completions server on a real socket that answers what a test has written down for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.bodies.append(body)
            self.server.keys.append(self.headers.get("Authorization", ""))
            script = self.server.scripts.pop(0) if self.server.scripts else self.server.otherwise
        script(self)

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def chunk(self, delta: dict[str, Any], reason: str | None = None) -> None:
        self.raw("data: " + json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}) + "\n\n")

    def usage(self) -> None:
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        self.raw("data: " + json.dumps({"choices": [], "usage": usage}) + "\n\ndata: [DONE]\n\n")

    def raw(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        pass


class ScriptedServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.scripts: list[Script] = []
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.otherwise: Script = says("I have no script.")
        self.released = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *args: Any) -> None:
        """A client that hangs up is no fault of this server's."""


def says(*pieces: str, reason: str = "stop") -> Script:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.chunk({"role": "assistant", "content": None})
        for piece in pieces:
            handler.chunk({"content": piece})
        handler.chunk({}, reason)
        handler.usage()

    return script


def calls(name: str, arguments: str, *, call_id: str = "call_1") -> Script:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.chunk(
            {
                "tool_calls": [
                    {"index": 0, "id": call_id, "type": "function", "function": {"name": name, "arguments": ""}}
                ]
            }
        )
        for letter in arguments:
            handler.chunk({"tool_calls": [{"index": 0, "function": {"arguments": letter}}]})
        handler.chunk({}, "tool_calls")
        handler.usage()

    return script


def refuses(status: int, error: dict[str, Any], **headers: str) -> Script:
    def script(handler: Handler) -> None:
        handler.begin(status, "application/json", **headers)
        handler.raw(json.dumps({"error": error}))

    return script


@contextmanager
def serving() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
