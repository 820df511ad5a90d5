"""A model server on a real socket that answers what a test has written down for it, over either API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Handler"], None]
CHAT_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
USAGE = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}


class Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    has_begun = False
    is_cut = False

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.has_begun = self.is_cut = False
        self.items: list[dict[str, Any]] = []
        self.body = body
        with self.server.lock:
            self.server.paths.append(self.path)
            if self.path.removeprefix("/v1/") not in self.server.apis:
                script = refuses(404, {"message": "Not found"})
            else:
                self.server.bodies.append(body)
                self.server.keys.append(self.headers.get("Authorization", ""))
                script = self.server.scripts.pop(0) if self.server.scripts else self.server.otherwise
        script(self)
        if self.has_begun and not self.is_cut:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.begin(200, "application/json")
        self.raw(json.dumps({"object": "list", "data": self.server.models}))
        self.wfile.write(b"0\r\n\r\n")

    @property
    def is_chat(self) -> bool:
        return self.path.endswith("/chat/completions")

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.has_begun = True

    def raw(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, data: dict[str, Any]) -> None:
        named = "" if self.is_chat else f"event: {data['type']}\n"
        self.raw(f"{named}data: {json.dumps(data)}\n\n")

    def chunk(self, delta: dict[str, Any], reason: str | None = None) -> None:
        self.event({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})

    def text(self, piece: str) -> None:
        if self.is_chat:
            return self.chunk({"content": piece})
        if not self.items or self.items[-1]["type"] != "message":
            self.items.append(
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": ""}]}
            )
        self.items[-1]["content"][0]["text"] += piece
        index = len(self.items) - 1
        return self.event(
            {"type": "response.output_text.delta", "output_index": index, "content_index": 0, "delta": piece}
        )

    def call(self, name: str, arguments: str, call_id: str) -> None:
        """A function call whose arguments come letter by letter."""
        if self.is_chat:
            function = {"name": name, "arguments": ""}
            self.chunk({"tool_calls": [{"index": 0, "id": call_id, "type": "function", "function": function}]})
            for letter in arguments:
                self.chunk({"tool_calls": [{"index": 0, "function": {"arguments": letter}}]})
            return
        index = len(self.items)
        item = {"type": "function_call", "call_id": call_id, "name": name, "arguments": ""}
        self.event({"type": "response.output_item.added", "output_index": index, "item": item})
        for letter in arguments:
            self.event({"type": "response.function_call_arguments.delta", "output_index": index, "delta": letter})
        self.items.append(item | {"arguments": arguments})
        self.event({"type": "response.output_item.done", "output_index": index, "item": self.items[-1]})

    def end(self, reason: str = "stop") -> None:
        if self.is_chat:
            self.chunk({}, reason)
            self.event({"choices": [], "usage": CHAT_USAGE})
            return self.raw("data: [DONE]\n\n")
        why = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(reason)
        status = "incomplete" if why else "completed"
        response = {"object": "response", "status": status, "output": self.items, "usage": USAGE}
        if why:
            response["incomplete_details"] = {"reason": why}
        return self.event({"type": f"response.{status}", "response": response})

    def log_message(self, *args: Any) -> None:
        pass


class ScriptedServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.apis: tuple[str, ...] = ("chat/completions", "responses")
        self.models: list[dict[str, Any]] = []
        self.scripts: list[Script] = []
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str] = []
        self.otherwise: Script = says("I have no script.")
        self.released = threading.Event()
        self.connections = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def get_request(self) -> Any:
        request = super().get_request()
        self.connections += 1
        return request

    def handle_error(self, *args: Any) -> None:
        """A client that hangs up is no fault of this server's."""


def says(*pieces: str, reason: str = "stop") -> Script:
    def script(handler: Handler) -> None:
        handler.begin()
        if handler.is_chat:
            handler.chunk({"role": "assistant", "content": None})
        for piece in pieces:
            handler.text(piece)
        handler.end(reason)

    return script


def calls(name: str, arguments: str, *, call_id: str = "call_1") -> Script:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.call(name, arguments, call_id)
        handler.end("tool_calls")

    return script


def answers(body: dict[str, Any]) -> Script:
    """The answer of a server that does not stream."""

    def script(handler: Handler) -> None:
        handler.begin(200, "application/json")
        handler.raw(json.dumps(body))

    return script


def sends(*events: dict[str, Any]) -> Script:
    """These events, and then the connection breaks off."""

    def script(handler: Handler) -> None:
        handler.begin()
        for event in events:
            handler.event(event)
        handler.is_cut = True

    return script


def refuses(status: int, error: dict[str, Any], **headers: str) -> Script:
    def script(handler: Handler) -> None:
        handler.begin(status, "application/json", **headers)
        handler.raw(json.dumps({"error": error}))

    return script


def hangs(handler: Handler) -> None:
    """No answer at all until the test is over."""
    handler.server.released.wait(20)


def drips(handler: Handler) -> None:
    """One word, and then nothing but signs of life until the test is over."""
    handler.begin()
    handler.text("One")
    while not handler.server.released.wait(0.02):
        handler.raw(": still here\n\n")


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
