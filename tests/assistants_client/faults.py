"""A server on loopback that misbehaves as scripted, and counts what it was asked.

Each request is answered by the next line of the script; the last line goes on for ever. A line is a
function of the connection; the ones below cover what real servers and what stands between do.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Talk:
    """One request on its connection. `over` is set when the test ends, so that no line outlives it."""

    connection: socket.socket
    request: Request
    over: threading.Event


Line = Callable[[Talk], bool]
"""Answers one request; returns whether the connection stays open."""


@dataclass
class FaultServer:
    """What was seen: the requests, complete, and how many connections they came on."""

    base_url: str
    script: list[Line]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_line(self, request: Request) -> Line:
        with self._lock:
            self.requests.append(request)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def wait_for(self, requests: int) -> None:
        """Until that many requests have come."""
        while len(self.requests) < requests and not self.over.wait(0.005):
            pass

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]


@contextmanager
def fault_server(*script: Line, tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "http" if tls is None else "https"
    server = FaultServer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/v1", list(script))
    open_sockets: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            open_sockets.append(connection)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve(connection: socket.socket) -> None:
        try:
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            while (request := _read_request(connection)) and server.next_line(request)(
                Talk(connection, request, server.over)
            ):
                pass
        except OSError:
            pass
        finally:
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
        for connection in open_sockets:
            connection.close()


def _read_request(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        data += chunk
        if data[0] == 0x16:  # a TLS handshake, which this server cannot answer
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        chunk = connection.recv(65536)
        if not chunk:
            return None
        body += chunk
    return Request(method, target, headers, body)


def packet(status: int, body: bytes, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def gives(raw: Any, *, status: int = 200, **headers: str) -> Line:
    """A sound answer."""
    return gives_bytes(json.dumps(raw).encode(), status=status, **{"Content_Type": "application/json"} | headers)


def gives_bytes(body: bytes, *, status: int = 200, **headers: str) -> Line:
    def line(talk: Talk) -> bool:
        talk.connection.sendall(packet(status, body, **headers))
        return True

    return line


def resets(talk: Talk) -> bool:
    """The request was read, perhaps carried out; then the connection is reset without a word."""
    talk.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def closes(talk: Talk) -> bool:
    """The same, but with a polite end of the connection."""
    return False


def truncates(talk: Talk) -> bool:
    talk.connection.sendall(packet(200, b'{"object": "list", "data": []}')[:-7])
    return False


def breaks_off_with(status: int) -> Line:
    def line(talk: Talk) -> bool:
        head = f"HTTP/1.1 {status} Status\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        talk.connection.sendall(head + b'20\r\n{"object": "list"')
        return False

    return line


breaks_off_in_a_chunk = breaks_off_with(200)


def closes_without_length(talk: Talk) -> bool:
    """A body that only the end of the connection ends, cut short: it looks complete."""
    talk.connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"object": "list", "da')
    return False


def drips(*, headers: bool = False, status: int = 200) -> Line:
    """One byte now and then, for ever: of the body, or already of the headers."""

    def line(talk: Talk) -> bool:
        start = f"HTTP/1.1 {status} Status\r\n".encode()
        start += b"X-Long: " if headers else b'Content-Length: 99999\r\n\r\n{"a":"'
        talk.connection.sendall(start)
        while not talk.over.wait(0.02):
            talk.connection.sendall(b"x")
        return False

    return line


def is_silent(talk: Talk) -> bool:
    talk.over.wait(30)
    return False


def gzip_bomb(unpacked_bytes: int) -> Line:
    body = gzip.compress(b'{"a":"' + b"x" * unpacked_bytes + b'"}')
    return gives_bytes(body, Content_Type="application/json", Content_Encoding="gzip")
