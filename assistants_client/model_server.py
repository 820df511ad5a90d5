"""Answers of a language model as they are written, over Chat Completions or the Responses API.

Any server that speaks one of them will do: a vendor's, LiteLLM, vLLM, Ollama, llama.cpp.
"""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import httpx

from . import strict_json
from .decoding import ERROR_BYTES, ReceivedResponse, status_error
from .errors import APIConnectionError, APIResponseValidationError, APITimeoutError, Outcome, Reason
from .server import unreachable
from .sockets import ssl_context

# The paths of the two ways to ask a model, the better one first, by what MODEL_API calls them.
MODEL_PATHS = {"responses": "responses", "chat": "chat/completions"}
CONNECT_SECONDS = 5.0
# A local server loads the model when it is first asked for it.
FIRST_BYTE_SECONDS = 120.0
KEEPALIVE_SECONDS = 60.0
MOST_IDLE = 32
# How long the end of an answer's body may be behind its last word before the connection is given up.
DRAIN_SECONDS = 0.25
MAX_LINE = 8 * 2**20
# Events of the Responses API after which nothing follows; Chat Completions says [DONE].
LAST = ("response.completed", "response.incomplete", "response.failed")


class ModelClient:
    """One server and its key. Its connections are kept and used again, by one answer at a time.

    `timeout` is how long the server may be silent. May be used from any number of threads.
    """

    def __init__(self, base_url: str, api_key: str = "", *, timeout: float | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self.api_key = api_key
        self._timeout = httpx.Timeout(timeout or FIRST_BYTE_SECONDS, connect=CONNECT_SECONDS)
        self._lock = threading.Lock()
        self._idle: list[KeptConnection] = []
        # A client that is dropped without being closed leaves no connection open behind it.
        weakref.finalize(self, _close_all, self._idle)

    def stream(self, path: str, body: dict[str, Any], *, seconds: float) -> ModelStream:
        """Post to `path` for an answer that must be whole within `seconds`; nothing is sent until it is read."""
        return ModelStream(self, f"{self._base_url}/{path}", body, deadline=time.monotonic() + seconds)

    def take(self, *, fresh: bool = False) -> KeptConnection:
        """A connection for one answer; not one that was used before when it is to be `fresh`."""
        with self._lock:
            if self._idle and not fresh:
                return self._idle.pop()
        return KeptConnection(self._timeout)

    def give_back(self, connection: KeptConnection) -> None:
        with self._lock:
            if len(self._idle) < MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            _close_all(self._idle)


def _close_all(idle: list[KeptConnection]) -> None:
    while idle:
        idle.pop().close()


class KeptConnection:
    """A connection of which it is known, from the moment it is open, how to end the reading from it."""

    def __init__(self, timeout: httpx.Timeout) -> None:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE_SECONDS)
        self.client = httpx.Client(verify=ssl_context(), trust_env=False, timeout=timeout, limits=limits)
        self.socket: socket.socket | None = None

    def hang_up(self) -> None:
        """End whatever waits for this connection, in any thread."""
        if self.socket is not None:
            with suppress(OSError):
                # Closing alone would not wake a thread that reads from it. TLS has a shutdown of its own, which waits.
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def close(self) -> None:
        self.client.close()


class ModelStream:
    """The events of one answer. To be read once; `close` may be called from any thread and ends the reading."""

    def __init__(self, server: ModelClient, url: str, body: dict[str, Any], *, deadline: float) -> None:
        self._server, self._url, self._body, self._deadline = server, url, body, deadline
        self._lock = threading.Lock()
        self._is_closed = False
        self._connection: KeptConnection | None = None
        self._is_reused = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The data of every event as a mapping; a server that does not stream gives one, the whole answer.

        Raises APIConnectionError, APITimeoutError, APIStatusError or APIResponseValidationError.
        """
        try:
            response = self._open()
            try:
                yield from self._events(response)
            finally:
                response.close()
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise APITimeoutError("The model server took too long.", reason=Reason.TIMEOUT) from error
        except httpx.ConnectError as error:
            raise unreachable(error) from error
        except httpx.ConnectTimeout as error:
            raise APIConnectionError(
                "The server could not be reached in time.", reason=Reason.CONNECT_TIMEOUT, outcome=Outcome.NOT_SENT
            ) from error
        except (httpx.TransportError, OSError) as error:
            raise APIConnectionError(
                "The connection to the model server failed.", reason=Reason.CONNECT, outcome=Outcome.UNKNOWN
            ) from error
        finally:
            self._leave()

    def close(self) -> None:
        """Stop reading, which stops the server from writing."""
        with self._lock:
            self._is_closed = True
            self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.hang_up()

    def _open(self) -> httpx.Response:
        try:
            return self._send(self._take())
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A server may close a connection that was kept just when it is used again.
            if self._is_closed or not self._is_reused:
                raise
            self._leave()
            return self._send(self._take(fresh=True))

    def _take(self, *, fresh: bool = False) -> KeptConnection:
        connection = self._server.take(fresh=fresh)
        self._is_reused = connection.socket is not None
        with self._lock:
            self._connection = connection
            if self._is_closed:
                raise httpx.ReadError("closed")
        return connection

    def _leave(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            if self._is_closed:
                connection.close()
            else:
                self._server.give_back(connection)

    def _send(self, connection: KeptConnection) -> httpx.Response:
        key = self._server.api_key
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        request = connection.client.build_request("POST", self._url, json=self._body, headers=headers)
        request.extensions["trace"] = self._traced
        response = connection.client.send(request, stream=True)
        if response.status_code != 200:
            with closing(response):
                answer = ReceivedResponse(response.status_code, response.headers, _beginning(response))
                raise status_error(answer, secrets=(key,) if key else ())
        return response

    def _traced(self, event: str, details: dict[str, Any]) -> None:
        """Learn the socket as soon as there is one, so that even the wait for the first word can be ended."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._is_reused = False
                if self._connection is not None:
                    self._connection.socket = details["return_value"].get_extra_info("socket")
                if self._is_closed:
                    raise httpx.ReadError("closed")

    def _events(self, response: httpx.Response) -> Iterator[dict[str, Any]]:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        pieces = response.iter_bytes()
        if kind == "application/json":
            yield _mapping(b"".join(self._lines(pieces)))
            return
        if kind != "text/event-stream":
            raise APIResponseValidationError(
                "The model server answered with something other than events.", reason=Reason.CONTENT_TYPE
            )
        for line in self._lines(pieces):
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                break
            value = _mapping(data)
            yield value
            if value.get("type") in LAST:
                break
        self._drain(pieces)

    def _drain(self, pieces: Iterator[bytes]) -> None:
        """Read what is left of the body, without which the connection cannot be used again."""
        watchdog = threading.Timer(DRAIN_SECONDS, self._hang_up)
        watchdog.daemon = True
        watchdog.start()
        with suppress(httpx.TransportError):
            for _ in pieces:
                pass
        watchdog.cancel()

    def _lines(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        # Joined once it is whole: with each piece it would be copied as often.
        waiting: list[bytes] = []
        length = 0
        for piece in pieces:
            if time.monotonic() >= self._deadline:
                raise APITimeoutError("The model server took too long.", reason=Reason.DEADLINE)
            first, *others = piece.split(b"\n")
            waiting.append(first)
            length += len(first)
            for begin in others:
                yield b"".join(waiting).rstrip(b"\r")
                waiting, length = [begin], len(begin)
            if length > MAX_LINE:
                raise APIResponseValidationError("The model server's answer is too large.", reason=Reason.TOO_LARGE)
        if length:
            yield b"".join(waiting)


def _beginning(response: httpx.Response) -> bytes:
    found = b""
    for piece in response.iter_bytes():
        found += piece
        if len(found) >= ERROR_BYTES:
            break
    return found[:ERROR_BYTES]


def _mapping(data: bytes) -> dict[str, Any]:
    try:
        value = strict_json.decode(data)
    except strict_json.UnreadableJSONError as error:
        raise APIResponseValidationError("The model server's answer is not valid JSON.", reason=Reason.JSON) from error
    if not isinstance(value, dict):
        raise APIResponseValidationError("The model server's answer is not an object.", reason=Reason.SHAPE)
    return value
