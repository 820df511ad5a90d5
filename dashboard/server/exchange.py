"""One request and its answer: what arrived becomes a WSGI call, and what it returns goes out as it comes.

h11 keeps the rules of HTTP/1.1. When a request is given to a thread here, its head was read and found
good (:mod:`dashboard.server.heads`), and all of a short body is there; only a long body is waited for.
"""

from __future__ import annotations

import io
import logging
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.util import FileWrapper

import h11
from django.conf import settings

from dashboard.bounds import HEAD_BYTES
from dashboard.server.bodies import LongBody, whole_body

log = logging.getLogger(__name__)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# A name and a port, or the path of a socket of the system's own.
Address = tuple[Any, ...] | str

FILE_PIECE = 64 * 1024


class ClientDisconnectedError(OSError):
    """Nobody takes the answer any more."""


@dataclass(frozen=True)
class Arrived:
    """A request that can be worked on: all of its head, and what has come of its body or behind it.

    ``is_last``: the connection ends with the answer. ``is_long``: its body may still be on the way.
    """

    content: bytes
    client: Address
    server: Address
    is_long: bool
    is_last: bool


def exchange(connection: socket.socket, arrived: Arrived, application: Application) -> bytes | None:
    """Answer a request; returns what arrived behind it, or None if the connection is to end."""
    protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
    with suppress(ClientDisconnectedError):
        try:
            # One empty line may precede a request (RFC 9112, section 2.2), and h11 takes none.
            protocol.receive_data(arrived.content.removeprefix(b"\r\n"))
            request = protocol.next_event()
            if not isinstance(request, h11.Request):
                return None
            body = body_of(connection, protocol, is_long=arrived.is_long)
            environ = environ_of(request, arrived) | {"wsgi.input": body}
        except (h11.RemoteProtocolError, ValueError):
            send(connection, refusal(HTTPStatus.BAD_REQUEST))
            return None
        with body:
            Answer(connection, protocol, request, is_last=arrived.is_last).run(application, environ)
    is_over = protocol.our_state is h11.DONE and protocol.their_state is h11.DONE
    return protocol.trailing_data[0] if is_over else None


class Answer:
    """The answer to one request; its head goes out together with the first piece of its body."""

    def __init__(
        self, connection: socket.socket, protocol: h11.Connection, request: h11.Request, *, is_last: bool
    ) -> None:
        self._connection = connection
        self._protocol = protocol
        self._is_last = is_last
        self._head: h11.Response | None = None
        self._has_body = request.method != b"HEAD"
        self._is_begun = False

    def run(self, application: Application, environ: dict[str, Any]) -> None:
        """Call the application and send all it returns. Raises :class:`ClientDisconnectedError`."""
        try:
            result = application(environ, self.start)
            try:
                for piece in pieces_of(result):
                    self.write(piece)
                    if not self._has_body:
                        # Nothing of it is sent, so the rest need not be read.
                        break
                self._finish()
            finally:
                if hasattr(result, "close"):
                    result.close()
        except ClientDisconnectedError:
            self._protocol.send_failed()
            raise
        except Exception:
            log.exception("The answer to %s %s broke off", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            if not self._is_begun:
                send(self._connection, refusal(HTTPStatus.INTERNAL_SERVER_ERROR))
            # Else only the end of the connection can say that this was not all.
            self._protocol.send_failed()

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        """``start_response`` of WSGI."""
        if self._head is not None:
            if exc_info is None:
                raise RuntimeError("The answer was begun already.")
            if self._is_begun:
                raise exc_info[1].with_traceback(exc_info[2])
        code, _, reason = status.partition(" ")
        sent = [("Date", formatdate(usegmt=True)), *headers]
        if int(code) == HTTPStatus.NO_CONTENT:
            sent = [(name, value) for name, value in sent if name.lower() != "content-length"]
        if self._is_last:
            sent.append(("Connection", "close"))
        self._has_body &= int(code) not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        self._head = h11.Response(
            status_code=int(code),
            reason=reason.encode("latin-1"),
            # Django writes a cookie with a space before it.
            headers=[(name.encode("latin-1"), value.strip(" \t").encode("latin-1")) for name, value in sent],
        )
        return self.write

    def write(self, piece: bytes) -> None:
        """Send a piece of the body at once."""
        if piece:
            self._send(self._beginning() + (self._frame(h11.Data(data=piece)) if self._has_body else b""))

    def _finish(self) -> None:
        self._send(self._beginning() + self._frame(h11.EndOfMessage()))

    def _beginning(self) -> bytes:
        """The head, once."""
        if self._head is None:
            raise RuntimeError("The application did not begin its answer.")
        if self._is_begun:
            return b""
        head = self._frame(self._head)
        self._is_begun = True
        return head

    def _frame(self, event: h11.Event) -> bytes:
        return self._protocol.send(event) or b""

    def _send(self, content: bytes) -> None:
        if content:
            send(self._connection, content)


def send(connection: socket.socket, content: bytes) -> None:
    """Wait until the system has taken it all; raises :class:`ClientDisconnectedError`."""
    try:
        connection.sendall(content)
    except OSError as error:
        raise ClientDisconnectedError(*error.args) from error


def refusal(status: HTTPStatus) -> bytes:
    """An answer without a body after which the connection is closed."""
    again = "Retry-After: 5\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
    return f"HTTP/1.1 {status} {status.phrase}\r\n{again}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()


def pieces_of(result: Iterable[bytes]) -> Iterator[bytes]:
    """What the application returned; a file in larger pieces than it asks for."""
    if isinstance(result, FileWrapper):
        return iter(lambda: result.filelike.read(FILE_PIECE), b"")
    return iter(result)


def body_of(connection: socket.socket, protocol: h11.Connection, *, is_long: bool) -> IO[bytes]:
    """``wsgi.input``, to be closed when nobody reads it any more."""
    return io.BufferedReader(LongBody(connection, protocol)) if is_long else io.BytesIO(whole_body(protocol))


def environ_of(request: h11.Request, arrived: Arrived) -> dict[str, Any]:
    """The variables of WSGI, but for ``wsgi.input``. Raises ``ValueError`` for an address that is none."""
    path, query = path_and_query(request.target.decode("ascii"))
    name, port = address_of(arrived.server)
    environ = {
        "REQUEST_METHOD": request.method.decode("ascii"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{request.http_version.decode('ascii')}",
        "REMOTE_ADDR": address_of(arrived.client)[0],
        "wsgi.version": (1, 0),
        # Whether it came to a proxy by https is said in a header, which is believed for TRUSTED_PROXIES only.
        "wsgi.url_scheme": "http",
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": settings.WEB_WORKERS > 1,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for field, value in request.headers:
        # X_Forwarded_For would pass for X-Forwarded-For.
        if b"_" in field:
            continue
        variable = field.decode("ascii").upper().replace("-", "_")
        key = variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"
        said = value.decode("latin-1")
        # Cookies have a separator of their own (RFC 6265), and come split from proxies that speak HTTP/2.
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{said}" if key in environ else said
    return environ


def path_and_query(target: str) -> tuple[str, str]:
    """Of what a request line asks for: a path in nearly all requests, or a whole address.

    Raises ``ValueError`` for anything else: this is no way to other hosts.
    """
    if target.startswith("/") or target == "*":
        path, _, query = target.partition("#")[0].partition("?")
        return path, query
    parts = urlsplit(target)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(target)
    return parts.path, parts.query


def address_of(address: Address) -> tuple[str, str]:
    """A name and a port; a socket of the system's own has no port."""
    return (address, "") if isinstance(address, str) else (str(address[0]), str(address[1]))
