"""The worker that ``manage.py serve`` runs: gunicorn's threads, none of which ever waits for a stranger's bytes.

gunicorn gives a connection to a thread as soon as it is there, and the thread then waits for the
request. Eight connections that say next to nothing would hold all eight threads, and so the site.
Here the one thread that watches all connections also takes in what arrives on them, and a thread
is given only to a request that can be answered.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

# How long the head of a request may take, together with what it waits for of its body.
SECONDS = 20.0
# The limits on one line (8,190) and on the number of headers (100) leave room for much more than anybody sends.
MOST_HEAD = 64 * 1024
# A body up to this length is waited for as a whole. The text of nearly every form is shorter.
SHORT_BODY = 64 * 1024
# After the answer: so that a sender who is still sending hears it before the connection is gone.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024
# An answer that nobody takes is given up after this time.
UNTAKEN_SECONDS = 30

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Line(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One connection, with what has arrived on it and when that must be enough."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.arrived = bytearray()
        self.until = 0.0
        self.is_long = False
        self.was_told_to_go_on = False


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Whatever is not about waiting is gunicorn's own. Only the main thread uses what is added here."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Connections on which something is awaited, and what to do when it comes.
        self._awaited: dict[Line, Callable[[Line], None]] = {}
        # Long bodies are read by the threads, from senders of any speed: they may have half of them.
        self._long_places = max(1, self.cfg.threads // 2)
        self._long_waiting: deque[Line] = deque()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; gunicorn's own would give it to a thread."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        with suppress(OSError, AttributeError):
            # Not known to every system.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_SECONDS * 1000)
        self.nr_conns += 1
        self.enqueue_req(Line(self.cfg, client, address, listener.getsockname()))

    def enqueue_req(self, line: Line) -> None:
        """Wait for the next request on this connection; gunicorn calls it where it would wait in a thread."""
        line.sock.setblocking(False)
        # What was read beyond the end of the last request.
        line.arrived = bytearray(line.parser.unreader.take_buffered() if line.parser else b"")
        line.is_long = line.was_told_to_go_on = False
        self._await(line, self._take_in, seconds=SECONDS)
        if self._has_enough(line):
            self._hand_over(line)
        else:
            self._take_in(line)

    def handle_request(self, req: Any, line: Line) -> Any:
        if line.is_long:
            # What is left of the body after the answer would have to be waited for.
            req.force_close()
        return super().handle_request(req, line)

    def finish_request(self, line: Line, done: Future[Any]) -> None:
        """After a request: wait for the next one, or let the connection go."""
        if line.is_long:
            self._long_places += 1
        if done.cancelled() or done.exception() or done.result():
            super().finish_request(line, done)
        else:
            self._let_go(line)
        if self._long_waiting and self._long_places:
            self._hand_over(self._long_waiting.popleft())

    def murder_pending(self) -> None:
        """Close what has been waited for too long; gunicorn calls it about once a second."""
        super().murder_pending()
        now = time.monotonic()
        for line in [line for line in self._awaited if line.until < now or not (self.alive or line.arrived)]:
            self._end(line)

    def _await(self, line: Line, act: Callable[[Line], None], *, seconds: float) -> None:
        line.until = time.monotonic() + seconds
        self._awaited[line] = act
        self.poller.register(line.sock, selectors.EVENT_READ, lambda _: act(line))

    def _no_longer_await(self, line: Line) -> None:
        del self._awaited[line]
        self.poller.unregister(line.sock)

    def _end(self, line: Line) -> None:
        self._no_longer_await(line)
        self.nr_conns -= 1
        line.close()

    def _take_in(self, line: Line) -> None:
        piece = received(line.sock)
        if piece is None:
            return
        line.arrived += piece
        if not piece:
            self._end(line)
        elif self._has_enough(line):
            self._hand_over(line)
        elif len(line.arrived) > MOST_HEAD and head_of(line.arrived) is None:
            with suppress(OSError):
                line.sock.send(HEAD_TOO_LARGE)
            self._no_longer_await(line)
            self._let_go(line)

    def _has_enough(self, line: Line) -> bool:
        """Whether a thread could work on the request: its head is here, and the whole of a short body."""
        head = head_of(line.arrived)
        if head is None:
            return False
        length = CONTENT_LENGTH.search(head)
        announced = int(length[1]) if length else 0
        line.is_long = announced > SHORT_BODY or CHUNKED.search(head) is not None
        if line.is_long or len(line.arrived) - len(head) >= announced:
            return True
        if EXPECT.search(head) and not line.was_told_to_go_on:
            line.was_told_to_go_on = True
            with suppress(OSError):
                line.sock.send(CONTINUE)
        return False

    def _hand_over(self, line: Line) -> None:
        if line in self._awaited:
            self._no_longer_await(line)
        if line.is_long:
            if not self._long_places:
                self._long_waiting.append(line)
                return
            self._long_places -= 1
        if line.parser is None:
            line.parser = get_parser(self.cfg, line.sock, line.client)
        line.parser.unreader.unread(bytes(line.arrived))
        line.arrived = bytearray()
        line.data_ready = True
        super().enqueue_req(line)

    def _let_go(self, line: Line) -> None:
        """Say that nothing more will come, and close once the other side has heard it."""
        line.arrived = bytearray()
        try:
            line.sock.setblocking(False)
            line.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            line.close()
            return
        self._await(line, self._drain, seconds=LINGER_SECONDS)

    def _drain(self, line: Line) -> None:
        piece = received(line.sock)
        if piece is None:
            return
        line.arrived += piece
        if not piece or len(line.arrived) > LINGER_BYTES:
            self._end(line)


def received(connection: socket.socket) -> bytes | None:
    """What has arrived: nothing (``None``) so far, or the end (empty)."""
    try:
        return connection.recv(64 * 1024)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def head_of(arrived: bytearray) -> bytes | None:
    """The request line and the headers with the empty line after them; None as long as they are not all there."""
    # One empty line may precede them (RFC 9112, section 2.2).
    end = arrived.find(b"\r\n\r\n", 2 if arrived.startswith(b"\r\n") else 0)
    return None if end < 0 else bytes(arrived[: end + 4])
