"""The body of a request as it comes from the network: whole, and at a bearable speed, or not at all.

WSGI servers hand on a body that broke off as if it had ended, and wait for ever for one that drips.
Django's parser would take the first for a complete form with a shortened file.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# A sender must bring this much in every so many seconds; a telephone on a bad line brings ten times as much.
LEAST_BYTES = 64 * 1024
SECONDS = 30.0


class BodyBrokeOff(OSError):  # noqa: N818  (it names what happened; Django knows what to do with an OSError)
    """The sender left, or was cut off, before the end of what it announced."""


class WholeBody:
    """``wsgi.input`` that raises :class:`BodyBrokeOff` where the body ends before its announced length."""

    def __init__(self, stream: Any, *, length: int, connection: socket.socket | None) -> None:
        self._stream = stream
        self._left = length
        self._watch = SlowBodyWatch(connection) if connection is not None and length > LEAST_BYTES else None

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._stream.read(self._left if size < 0 else min(size, self._left)))

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._stream.readline(self._left if size < 0 else min(size, self._left)))

    def close(self) -> None:
        if self._watch is not None:
            self._watch.stop()

    def _counted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._watch is not None:
            self._watch.heard(len(piece))
        if not piece and self._left:
            raise BodyBrokeOff("The request ended before all of it had arrived.")
        if not self._left:
            self.close()
        return piece


class WatchedChunks:
    """``wsgi.input`` of a body in chunks, whose end the server knows; a sender that drips is cut off."""

    def __init__(self, stream: Any, connection: socket.socket) -> None:
        self._stream = stream
        self._watch = SlowBodyWatch(connection)

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._stream.readline(size))

    def close(self) -> None:
        self._watch.stop()

    def _counted(self, piece: bytes) -> bytes:
        self._watch.heard(len(piece))
        return piece


class SlowBodyWatch:
    """Ends the reading side of a connection that brings next to nothing; what waits to read it then sees the end."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._heard = LEAST_BYTES
        self._is_over = False
        self._wait()

    def heard(self, size: int) -> None:
        self._heard += size

    def stop(self) -> None:
        self._is_over = True
        self._timer.cancel()

    def _wait(self) -> None:
        self._timer = threading.Timer(SECONDS, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        if self._is_over:
            return
        if self._heard < LEAST_BYTES:
            self._connection.shutdown(socket.SHUT_RD)
            return
        self._heard = 0
        self._wait()


def whole_bodies(application: Application) -> Application:
    """The same application, given only whole bodies. ``gunicorn.socket`` is where gunicorn puts the connection."""

    def guarded(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        connection = environ.get("gunicorn.socket")
        body: WholeBody | WatchedChunks
        if length.isdecimal() and int(length):
            body = WholeBody(environ["wsgi.input"], length=int(length), connection=connection)
        elif environ.get("HTTP_TRANSFER_ENCODING") and connection is not None:
            body = WatchedChunks(environ["wsgi.input"], connection)
        else:
            return application(environ, start_response)
        environ["wsgi.input"] = body
        try:
            return application(environ, start_response)
        finally:
            body.close()

    return guarded
