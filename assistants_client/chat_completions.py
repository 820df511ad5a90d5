"""Answers of a language model over the Chat Completions API, as they are written.

Any server that speaks it will do: a vendor's, LiteLLM, vLLM, Ollama, llama.cpp.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx

from .decoding import ERROR_BYTES, ReceivedResponse, status_error
from .errors import APIConnectionError, APIResponseValidationError, APITimeoutError, Outcome, Reason
from .sockets import ssl_context

CONNECT_SECONDS = 5.0
# A local server loads the model when it is first asked for it.
FIRST_BYTE_SECONDS = 120.0
MAX_LINE = 8 * 2**20


class ChatServer:
    """One server and its key. `timeout` is how long it may be silent."""

    def __init__(self, base_url: str, api_key: str = "", *, timeout: float = FIRST_BYTE_SECONDS) -> None:
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._key = api_key
        self._timeout = timeout

    def stream(self, body: dict[str, Any], *, seconds: float) -> ChatStream:
        """Ask for an answer that must be whole within `seconds`; nothing is sent until it is read."""
        return ChatStream(self._url, self._key, body, deadline=time.monotonic() + seconds, timeout=self._timeout)


class ChatStream:
    """The chunks of one answer. To be read once; `close` may be called from any thread and ends the reading."""

    def __init__(self, url: str, key: str, body: dict[str, Any], *, deadline: float, timeout: float) -> None:
        self._url, self._key, self._body = url, key, body
        self._deadline, self._timeout = deadline, timeout
        self._lock = threading.Lock()
        self._is_closed = False
        self._socket: socket.socket | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Every chunk as a mapping; a server that does not stream gives one, with `message` for `delta`.

        Raises APIConnectionError, APITimeoutError, APIStatusError or APIResponseValidationError.
        """
        try:
            with ExitStack() as opened:
                yield from self._chunks(self._open(opened))
        except httpx.TimeoutException as error:
            raise APITimeoutError("The model server took too long.", reason=Reason.TIMEOUT) from error
        except (httpx.TransportError, OSError) as error:
            raise APIConnectionError(
                "The connection to the model server failed.", reason=Reason.CONNECT, outcome=Outcome.UNKNOWN
            ) from error

    def close(self) -> None:
        """Stop reading, which stops the server from writing."""
        with self._lock:
            self._is_closed = True
            if self._socket is not None:
                with suppress(OSError):
                    # Closing alone would not wake a thread that reads from it.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _open(self, opened: ExitStack) -> httpx.Response:
        timeout = httpx.Timeout(self._timeout, connect=CONNECT_SECONDS)
        client = opened.enter_context(httpx.Client(verify=ssl_context(), trust_env=False, timeout=timeout))
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = client.build_request("POST", self._url, json=self._body, headers=headers)
        request.extensions["trace"] = self._traced
        response = client.send(request, stream=True)
        opened.callback(response.close)
        if response.status_code != 200:
            raise status_error(
                ReceivedResponse(response.status_code, response.headers, self._beginning(response)),
                secrets=(self._key,),
            )
        return response

    def _traced(self, event: str, details: dict[str, Any]) -> None:
        """Learn the socket as soon as there is one, so that even the wait for the first word can be ended."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = details["return_value"].get_extra_info("socket")
                if self._is_closed:
                    raise httpx.ReadError("closed")

    def _beginning(self, response: httpx.Response) -> bytes:
        found = b""
        for piece in response.iter_bytes():
            found += piece
            if len(found) >= ERROR_BYTES:
                break
        return found[:ERROR_BYTES]

    def _chunks(self, response: httpx.Response) -> Iterator[dict[str, Any]]:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            yield _mapping(b"".join(self._lines(response)))
            return
        if kind != "text/event-stream":
            raise APIResponseValidationError(
                "The model server answered with something other than events.", reason=Reason.CONTENT_TYPE
            )
        for line in self._lines(response):
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            yield _mapping(data)

    def _lines(self, response: httpx.Response) -> Iterator[bytes]:
        waiting = b""
        for piece in response.iter_bytes():
            if time.monotonic() >= self._deadline:
                raise APITimeoutError("The model server took too long.", reason=Reason.DEADLINE)
            *lines, waiting = (waiting + piece).split(b"\n")
            yield from (line.rstrip(b"\r") for line in lines)
            if len(waiting) > MAX_LINE:
                raise APIResponseValidationError("The model server's answer is too large.", reason=Reason.TOO_LARGE)
        if waiting:
            yield waiting


def _mapping(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise APIResponseValidationError("The model server's answer is not valid JSON.", reason=Reason.JSON) from error
    if not isinstance(value, dict):
        raise APIResponseValidationError("The model server's answer is not an object.", reason=Reason.SHAPE)
    return value
