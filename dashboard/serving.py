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
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

from dashboard.bounds import HEAD_BYTES, HEAD_SECONDS, LONG_BODY_WAIT_SECONDS, SHORT_BODY_BYTES, UNTAKEN_SECONDS
from dashboard.request_body import make_room
from dashboard.server import streams
from dashboard.server.heads import HeadRefused, RequestHead, read_head
from dashboard.server.permits import working

SECONDS = HEAD_SECONDS
MOST_HEAD = HEAD_BYTES
SHORT_BODY = SHORT_BODY_BYTES
# After the answer: so that a sender who is still sending hears it before the connection is gone.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024
BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Line(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One connection, with what has arrived on it and when that must be enough."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.arrived = bytearray()
        self.until = 0.0
        self.head: RequestHead | None = None
        self.is_long = False
        self.has_continued = False
        self.counted_as = ""
        self.is_following = False

    @property
    def address(self) -> str:
        """Who sends: the other end, or as the nearest trusted proxy names it."""
        peer = str(self.client[0]) if self.client else ""
        return sender(self.head.forwarded_for, peer) if self.head else peer


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Whatever is not about waiting is gunicorn's own. Only the main thread uses what is added here."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Connections on which something is awaited, and what to do when it comes.
        self._awaited: dict[Line, Callable[[Line], None]] = {}
        # Long bodies are read by the threads, from senders of any speed: they may have half of them.
        self._long_places = max(1, working.count // 2)
        self._long_waiting: deque[Line] = deque()
        # No address has all of them, so that one sender alone cannot keep everybody from sending a file.
        self._long_by_address: Counter[str] = Counter()
        self._long_most = max(1, self._long_places - 1)
        # Who sends the next request before it has heard the answer to the last one is no browser: all of them together
        # have one thread, so that a thousand requests sent at once delay nobody else.
        self._following: deque[Line] = deque()
        self._may_follow = True

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Threads for the requests that are worked on, and one for each stream; they begin when they are needed."""
        return ThreadPoolExecutor(max_workers=self.cfg.threads + settings.MAX_OPEN_STREAMS)

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
        line.head, line.is_long, line.has_continued = None, False, False
        self._await(line, self._take_in, seconds=SECONDS)
        try:
            is_enough = self._has_enough(line)
        except HeadRefused as refused:
            self._refuse(line, refused.status)
            return
        if not is_enough:
            self._take_in(line)
        elif line.parser is None:
            self._hand_over(line)
        else:
            self._no_longer_await(line)
            self._following.append(line)
            self._hand_over_following()

    def handle_request(self, req: Any, line: Line) -> Any:
        if line.is_long:
            # What is left of the body after the answer would have to be waited for.
            req.force_close()
        with working.held():
            return super().handle_request(req, line)

    def handle_exit(self, *args: Any) -> None:
        """A stop waits for uploads and downloads, but not for streams, which would last for minutes."""
        streams.stop()
        super().handle_exit(*args)

    def finish_request(self, line: Line, done: Future[Any]) -> None:
        """After a request: wait for the next one, or let the connection go."""
        self._may_follow |= line.is_following
        line.is_following = False
        if line.is_long:
            self._long_places += 1
            self._long_by_address[line.counted_as] -= 1
            if not self._long_by_address[line.counted_as]:
                del self._long_by_address[line.counted_as]
        if done.cancelled() or done.exception() or done.result():
            super().finish_request(line, done)
        else:
            self._let_go(line)
        self._hand_over_next()
        self._hand_over_following()

    def _hand_over_following(self) -> None:
        """Give the one thread for them to the next request that was sent too early."""
        if self._may_follow and self._following:
            line = self._following.popleft()
            self._may_follow, line.is_following = False, True
            self._hand_over(line)

    def _hand_over_next(self) -> None:
        """Give a free place to who has waited longest and may have it."""
        following = next((line for line in self._long_waiting if self._may_read(line)), None)
        if following is not None:
            self._long_waiting.remove(following)
            self._hand_over(following)

    def _may_read(self, line: Line) -> bool:
        """Whether there is a place for it. Who has no address, on a socket of the system's own, is not limited."""
        address = line.address
        return self._long_places > 0 and (not address or self._long_by_address[address] < self._long_most)

    def murder_pending(self) -> None:
        """Close what has been waited for too long; gunicorn calls it about once a second."""
        super().murder_pending()
        now = time.monotonic()
        for line in [line for line in self._awaited if line.until < now or not (self.alive or line.arrived)]:
            self._end(line)
        while self._following and not self.alive:
            self._let_go(self._following.popleft())
        while self._long_waiting and self._long_waiting[0].until < now:
            self._refuse(self._long_waiting.popleft(), HTTPStatus.SERVICE_UNAVAILABLE)
        if self._long_waiting:
            make_room()

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
            return
        try:
            if self._has_enough(line):
                self._hand_over(line)
        except HeadRefused as refused:
            self._refuse(line, refused.status)

    def _has_enough(self, line: Line) -> bool:
        """Whether a thread could work on the request: its head is here, and the whole of a short body.

        Raises :class:`HeadRefused` for a head that has no clear meaning: no thread may ever wait for
        a body that was understood differently here.
        """
        head = head_of(line.arrived)
        if head is None:
            check_unfinished(line.arrived)
            return False
        if line.head is None:
            line.head = read_head(head)
        line.is_long = line.head.length > SHORT_BODY or line.head.is_chunked
        arrived = len(line.arrived) - len(head)
        # Of chunks, nobody knows how many bytes are still to come.
        if arrived >= min(line.head.length, SHORT_BODY) and (not line.head.is_chunked or arrived):
            return True
        if line.head.expects_continue and not line.has_continued:
            line.has_continued = True
            with suppress(OSError):
                line.sock.send(CONTINUE)
        return False

    def _refuse(self, line: Line, status: HTTPStatus) -> None:
        """Answer without a thread, and let the connection go: nobody knows where a next request would begin."""
        with suppress(OSError):
            line.sock.send(refusal(status))
        if line in self._awaited:
            self._no_longer_await(line)
        self._let_go(line)

    def _hand_over(self, line: Line) -> None:
        if line in self._awaited:
            self._no_longer_await(line)
        if line.is_long:
            if not self._may_read(line):
                line.until = time.monotonic() + LONG_BODY_WAIT_SECONDS
                self._long_waiting.append(line)
                return
            self._long_places -= 1
            line.counted_as = line.address
            self._long_by_address[line.counted_as] += 1
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


def sender(forwarded_for: str, peer: str) -> str:
    """The address that the outermost of the ``TRUSTED_PROXIES`` was called from, or the other end's own."""
    entries = forwarded_for.split(",")
    trusted = settings.TRUSTED_PROXIES
    return entries[-trusted].strip() if trusted and len(entries) >= trusted else peer


def head_of(arrived: bytearray) -> bytes | None:
    """The request line and the headers with the empty line after them; None as long as they are not all there."""
    # One empty line may precede them (RFC 9112, section 2.2).
    end = arrived.find(b"\r\n\r\n", 2 if arrived.startswith(b"\r\n") else 0)
    return None if end < 0 else bytes(arrived[: end + 4])


def check_unfinished(arrived: bytearray) -> None:
    """Raise :class:`HeadRefused` as soon as what has arrived cannot become a head any more."""
    if len(arrived) > MOST_HEAD:
        raise HeadRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    if BARE_LINE_FEED.search(arrived):
        raise HeadRefused(HTTPStatus.BAD_REQUEST)


def refusal(status: HTTPStatus) -> bytes:
    """An answer without a body after which the connection is closed."""
    again = "Retry-After: 5\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
    return f"HTTP/1.1 {status} {status.phrase}\r\n{again}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()
