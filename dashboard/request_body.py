"""The body of a request as it comes from the network: whole, and at a bearable speed, or not at all.

WSGI servers hand on a body that broke off as if it had ended, and wait for ever for one that drips.
Django's parser would take the first for a complete form with a shortened file.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from dashboard.bounds import FAIR_BYTES_PER_SECOND, FAIR_SECONDS, LONG_BODY_WINDOW_BYTES, LONG_BODY_WINDOW_SECONDS

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

SECONDS = LONG_BODY_WINDOW_SECONDS


class IncompleteBodyError(OSError):
    """The sender left, or was cut off, before the end of what it announced."""


class WholeBody:
    """``wsgi.input`` that raises :class:`IncompleteBodyError` where the body ends before its announced length."""

    def __init__(self, stream: Any, *, length: int, connection: socket.socket | None) -> None:
        self._stream = stream
        self._left = length
        self._watch = SlowBodyWatch(connection) if connection is not None and length > LONG_BODY_WINDOW_BYTES else None

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
            self._watch.received(len(piece))
        if not piece and self._left:
            raise IncompleteBodyError("The request ended before all of it had arrived.")
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
        self._watch.received(len(piece))
        return piece


class SlowBodyWatch:
    """Ends the reading side of a connection that brings next to nothing; what waits to read it then sees the end."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = 0
        self._total = 0
        self._began = time.monotonic()
        self._is_over = False
        _watching[self] = None
        self._wait()

    def received(self, size: int) -> None:
        self._received += size
        self._total += size

    def stop(self) -> None:
        self._is_over = True
        self._timer.cancel()
        _watching.pop(self, None)

    def is_unfair(self, now: float) -> bool:
        """Whether it had its turn for long enough to have brought more. What came before the turn does not count."""
        seconds = now - self._began
        return seconds >= FAIR_SECONDS and self.speed(now) < FAIR_BYTES_PER_SECOND

    def speed(self, now: float) -> float:
        """Bytes in a second since the turn began, without the first ones, which were there already."""
        return max(0, self._total - LONG_BODY_WINDOW_BYTES) / max(now - self._began, 0.001)

    def cut_off(self) -> None:
        """Let whoever reads from it see the end."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RD)

    def _wait(self) -> None:
        self._timer = threading.Timer(SECONDS, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        if self._is_over:
            return
        if self._received < LONG_BODY_WINDOW_BYTES:
            self.cut_off()
            return
        self._received = 0
        self._wait()


# The senders of long bodies that have a turn now.
_watching: dict[SlowBodyWatch, None] = {}


def make_room() -> bool:
    """Take its turn from the slowest sender that is too slow while others wait; False if none is."""
    now = time.monotonic()
    slow = [watch for watch in list(_watching) if watch.is_unfair(now)]
    if not slow:
        return False
    slowest = min(slow, key=lambda watch: watch.speed(now))
    _watching.pop(slowest, None)
    slowest.cut_off()
    return True


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
