"""The body of a request as it comes from the network: whole, and at a bearable speed, or not at all.

A body that broke off must not pass for a whole one: Django's parser would take it for a complete form
with a shortened file.
"""

from __future__ import annotations

import io
import socket
import time
from contextlib import suppress
from typing import Any

import h11
from django.core.exceptions import BadRequest

from dashboard.bounds import FAIR_BYTES_PER_SECOND, FAIR_SECONDS, LONG_BODY_WINDOW_BYTES, LONG_BODY_WINDOW_SECONDS

SECONDS = LONG_BODY_WINDOW_SECONDS
PIECE = 64 * 1024
# Behind a body they are meant for another reader, who understands the request otherwise.
MISPLACED = {b"content-length", b"transfer-encoding", b"host"}


class IncompleteBodyError(BadRequest):
    """The sender left, sent what is no body, or was cut off before the end of what it announced.

    No ``OSError``, which would pass for a fault of the site, such as a full disk: Django answers with a 400.
    """


def whole_body(protocol: h11.Connection) -> bytes:
    """A body all of which has arrived. Raises h11's ``RemoteProtocolError`` if it is none."""
    pieces = []
    while isinstance(event := protocol.next_event(), h11.Data):
        pieces.append(bytes(event.data))
    if not isinstance(event, h11.EndOfMessage):
        raise h11.RemoteProtocolError("The body has not arrived.")
    return b"".join(pieces)


class LongBody(io.RawIOBase):
    """A body that is read while it arrives, in a thread that waits for its sender.

    Raises :class:`IncompleteBodyError` where it ends too early, and for a sender that brings next to nothing. Whoever
    opens one must close it.
    """

    def __init__(self, connection: socket.socket, protocol: h11.Connection) -> None:
        super().__init__()
        self._connection = connection
        self._protocol = protocol
        self._piece = memoryview(b"")
        self._is_over = False
        # Of the window that is under way: how long it was waited for the sender, and what was brought.
        self._waited = 0.0
        self._brought = 0
        self._total = 0
        self._began = time.monotonic()
        _watching[self] = None

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        if not self._piece:
            self._piece = memoryview(self._next())
        size = min(len(target), len(self._piece))
        target[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size

    def close(self) -> None:
        """Nobody reads it any more: its turn is over."""
        _watching.pop(self, None)
        super().close()

    def is_unfair(self, now: float) -> bool:
        """Whether it had its turn for long enough to have brought more. What came before the turn does not count."""
        return now - self._began >= FAIR_SECONDS and self.speed(now) < FAIR_BYTES_PER_SECOND

    def speed(self, now: float) -> float:
        """Bytes in a second since the turn began."""
        return self._total / max(now - self._began, 0.001)

    def cut_off(self) -> None:
        """Let whoever reads from it see the end."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RD)

    def _next(self) -> bytes:
        """The next piece; empty at the end."""
        if self._is_over:
            return b""
        try:
            while (event := self._protocol.next_event()) is h11.NEED_DATA:
                self._protocol.receive_data(self._receive())
        except h11.RemoteProtocolError as error:
            raise IncompleteBodyError(f"The request ended before all of it had arrived: {error}") from error
        if isinstance(event, h11.Data):
            return bytes(event.data)
        if isinstance(event, h11.EndOfMessage) and MISPLACED & {name for name, _ in event.headers}:
            raise IncompleteBodyError("What follows the body says another length or host.")
        self._is_over = True
        _watching.pop(self, None)
        return b""

    def _receive(self) -> bytes:
        """What arrives next; empty when the sender has left."""
        while True:
            began = time.monotonic()
            self._connection.settimeout(max(SECONDS - self._waited, 0.001))
            try:
                piece = self._connection.recv(PIECE)
            except TimeoutError:
                self._count(0, seconds=time.monotonic() - began)
            except OSError as error:
                raise IncompleteBodyError(f"The request broke off: {error.strerror}") from error
            else:
                self._count(len(piece), seconds=time.monotonic() - began)
                return piece
            finally:
                self._connection.settimeout(None)

    def _count(self, size: int, *, seconds: float) -> None:
        """Raise :class:`IncompleteBodyError` after a window in which too little was brought."""
        self._waited += seconds
        self._brought += size
        self._total += size
        if self._waited >= SECONDS:
            if self._brought < LONG_BODY_WINDOW_BYTES:
                raise IncompleteBodyError("The request arrived too slowly.")
            self._waited, self._brought = 0.0, 0


# The senders of long bodies that have a turn now.
_watching: dict[LongBody, None] = {}


def make_room() -> bool:
    """Take its turn from the slowest sender that is too slow while others wait; False if none is."""
    now = time.monotonic()
    slow = [body for body in list(_watching) if body.is_unfair(now)]
    if not slow:
        return False
    slowest = min(slow, key=lambda body: body.speed(now))
    _watching.pop(slowest, None)
    slowest.cut_off()
    return True
