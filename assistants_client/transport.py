"""Calls a WSGI application in this process, as if it were a server."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

import httpx

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

SPOOL_BYTES = 1024 * 1024


class WSGITransport(httpx.BaseTransport):
    """A transport whose far end is `app`, called in the caller's own thread.

    Bodies stream in both directions. `environ` adds to what the application is given, or replaces it.
    What the application raises is raised here, and an application cannot be cut off at a deadline.
    """

    def __init__(self, app: WSGIApplication, environ: Mapping[str, object] | None = None) -> None:
        self._app = app
        self._environ = dict(environ or {})

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        started: list[tuple[int, list[tuple[str, str]]]] = []

        def start_response(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None = None,
            /,
        ) -> Callable[[bytes], object]:
            started.append((int(status.partition(" ")[0]), headers))
            return _no_write

        body = _request_body(request)
        with ExitStack() as held:
            held.callback(body.close)
            result = self._app(self._environ_of(request, body), start_response)
            held.callback(getattr(result, "close", _nothing))
            chunks = iter(result)
            # An application may start its response only when its first chunk is asked for.
            first = next((chunk for chunk in chunks if chunk or started), b"")
            if not started:
                raise httpx.RemoteProtocolError("The application sent no response.", request=request)
            status, headers = started[-1]
            return httpx.Response(
                status,
                headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
                stream=_ResponseBody(first, chunks, held.pop_all()),
            )

    def _environ_of(self, request: httpx.Request, body: IO[bytes]) -> WSGIEnvironment:
        raw_path, _, query = request.url.raw_path.partition(b"?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            # WSGI hands the decoded bytes on as if they were Latin-1.
            "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
            "QUERY_STRING": query.decode("ascii"),
            "SERVER_NAME": request.url.host,
            "SERVER_PORT": str(request.url.port or (443 if request.url.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": request.url.scheme,
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for raw_name, raw_value in request.headers.raw:
            name = raw_name.decode("ascii").upper().replace("-", "_")
            key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
            value = raw_value.decode("latin-1")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        if isinstance(body, _Spooled):
            environ["CONTENT_LENGTH"] = str(body.size)
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        return {**environ, **self._environ}


class _RequestBody(io.RawIOBase):
    """The chunks of a request body as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


class _Spooled(io.BufferedReader):
    """A body whose length was not known: kept in a temporary file, since WSGI needs the length beforehand."""

    size: int


def _request_body(request: httpx.Request) -> IO[bytes]:
    chunks = cast("Iterable[bytes]", request.stream)
    if "transfer-encoding" not in request.headers:
        return io.BufferedReader(_RequestBody(iter(chunks)), SPOOL_BYTES)
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the request, and goes with it
    for chunk in chunks:
        spool.write(chunk)
    size = spool.tell()
    spool.seek(0)
    body = _Spooled(cast("io.RawIOBase", spool))
    body.size = size
    return body


class _ResponseBody(httpx.SyncByteStream):
    def __init__(self, first: bytes, rest: Iterator[bytes], held: ExitStack) -> None:
        self._first = first
        self._rest = rest
        self._held = held

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._rest

    def close(self) -> None:
        self._held.close()


def _nothing() -> None:
    """Stands for the close() that a response may have."""


def _no_write(data: bytes) -> object:
    """PEP 3333 demands that start_response gives a function like this; only applications older than it call it."""
    # Refused aloud: what such an application wrote would otherwise be missing from its answer.
    raise NotImplementedError("The write() of WSGI is not offered; return the body instead.")
