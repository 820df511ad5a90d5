"""The worker that ``manage.py serve`` runs: threads, none of which ever waits for a stranger's bytes.

A server that gives a connection to a thread as soon as it is there lets the thread wait for the
request: eight connections that say next to nothing hold eight threads, and so the site. Here the one
thread that watches all connections also takes in what arrives on them, and a thread is given only to
a request that can be answered. gunicorn starts, watches and stops the processes.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker as GunicornWorker

from dashboard.bounds import HEAD_SECONDS, SHORT_BODY_BYTES, TURN_WAIT_SECONDS, UNTAKEN_SECONDS
from dashboard.server import streams
from dashboard.server.bodies import make_room
from dashboard.server.exchange import Address, Arrived, exchange, refusal
from dashboard.server.heads import HeadRefused, RequestHead, check_unfinished, head_of, read_head
from dashboard.server.permits import working

SECONDS = HEAD_SECONDS
SHORT_BODY = SHORT_BODY_BYTES
# After the answer: so that a sender who is still sending hears it before the connection is gone.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# How often connections that took too long are looked for, and the process that watches this one is told that it lives.
LOOK_SECONDS = 1.0


class ClientConnection:
    """One connection, with what has arrived on it and when that must be enough."""

    def __init__(self, sock: socket.socket, client: Address, server: Address) -> None:
        self.sock = sock
        self.client = client
        self.server = server
        self.until = 0.0
        self.counted_as = ""
        self.expect(b"")

    def expect(self, arrived: bytes) -> None:
        """Begin with the next request, of which this is here already."""
        self.arrived = bytearray(arrived)
        self.head: RequestHead | None = None
        self.is_long = False
        # Whether it was here before the answer to the one before it.
        self.is_following = False
        self.has_continued = False

    @property
    def address(self) -> str:
        """Who sends: the other end, or as the nearest trusted proxy names it."""
        peer = str(self.client[0]) if self.client else ""
        return sender(self.head.forwarded_for, peer) if self.head else peer


class Worker(GunicornWorker):  # type: ignore[misc]  # gunicorn has no types
    """One process of the site. All but :meth:`answer` is for its main thread."""

    alive: bool

    def prepare(self) -> None:
        """Make what the process has for itself, before it runs."""
        self.poller: selectors.BaseSelector = selectors.DefaultSelector()
        # Threads for the requests that are worked on, and one for each stream; they begin when they are needed.
        self.threads: Any = ThreadPoolExecutor(max_workers=working.count + settings.MAX_OPEN_STREAMS)
        self.count = 0
        self._is_listening = False
        # Whether the system has files for more connections, as far as is known.
        self._has_files = True
        self._look_at = 0.0
        # What other threads leave for this one to do, and how it is woken up for that.
        self._callbacks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._woken, self._bell = socket.socketpair()
        self._woken.setblocking(False)
        self._bell.setblocking(False)
        self.poller.register(self._woken, selectors.EVENT_READ, self._run_callbacks)
        # Connections on which something is awaited, and what to do when it comes.
        self._awaited: dict[ClientConnection, Callable[[ClientConnection], None]] = {}
        # Long bodies are read by the threads, from senders of any speed: they may have half of them.
        self._long_places = max(1, working.count // 2)
        # No address has all of them, so that one sender alone cannot keep everybody from sending a file.
        self._long_by_address: Counter[str] = Counter()
        self._long_most = max(1, self._long_places - 1)
        # Who sends the next request before it has heard the answer to the last one is no browser: all of them together
        # have one thread, so that a thousand requests sent at once delay nobody else.
        self._may_follow = True
        # Whose request is here, and for whom there is no room yet; who waits longest is first.
        self._waiting: deque[ClientConnection] = deque()

    def init_process(self) -> None:
        self.prepare()
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop, and then until what is under way has ended."""
        while self.alive and self.ppid == os.getppid():
            self._listen(self._has_files and self.count < self.cfg.worker_connections)
            self._look()
        self.alive = False
        self._listen(False)
        for listener in self.sockets:
            listener.close()
        until = time.monotonic() + self.cfg.graceful_timeout
        while self.count and time.monotonic() < until:
            self._look()
        self.stop()

    def stop(self) -> None:
        """Give back what the process had for itself."""
        self.threads.shutdown(wait=False)
        self.poller.close()
        self._woken.close()
        self._bell.close()

    def handle_exit(self, *args: Any) -> None:
        """A stop waits for uploads and downloads, but not for streams, which would last for minutes."""
        streams.stop()
        super().handle_exit(*args)
        self._wake()

    def handle_quit(self, *args: Any) -> None:
        """A quick stop waits for nothing."""
        streams.stop()
        super().handle_quit(*args)

    def _look(self) -> None:
        """Wait for what happens next, and see to it."""
        for key, _ in self.poller.select(LOOK_SECONDS):
            key.data()
        now = time.monotonic()
        if now >= self._look_at or not self.alive:
            self._look_at = now + LOOK_SECONDS
            self._has_files = True
            self.notify()
            self.close_overdue()

    def _listen(self, is_listening: bool) -> None:
        if is_listening is self._is_listening:
            return
        self._is_listening = is_listening
        for listener in self.sockets:
            if is_listening:
                listener.setblocking(False)
                self.poller.register(listener, selectors.EVENT_READ, partial(self.accept, listener))
            else:
                self.poller.unregister(listener)

    def _call_soon(self, callback: Callable[[], None]) -> None:
        """Let the main thread do this."""
        self._callbacks.put(callback)
        self._wake()

    def _wake(self) -> None:
        # Where no more bytes fit, it has not looked yet; at the very end, it looks no more.
        with suppress(OSError):
            self._bell.send(b"\0")

    def _run_callbacks(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        with suppress(Empty):
            while True:
                self._callbacks.get_nowait()()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection."""
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            # Who calls stays in line, and would wake this thread again and again.
            self.log.warning("No connection can be taken for a moment: %s", error.strerror)
            self._has_files = False
            return
        with suppress(OSError, AttributeError):
            # Not known to every system.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_SECONDS * 1000)
        self.count += 1
        self.expect(ClientConnection(sock, client, listener.getsockname()))

    def expect(self, line: ClientConnection, arrived: bytes = b"") -> None:
        """Wait for the next request on this connection; ``arrived`` came behind the one before."""
        line.sock.setblocking(False)
        line.expect(arrived)
        self._await(line, self._take_in, seconds=SECONDS)
        try:
            is_enough = self._has_enough(line)
        except HeadRefused as refused:
            self._refuse(line, refused.status)
            return
        if is_enough:
            line.is_following = True
            self._hand_over(line)
        else:
            self._take_in(line)

    def answer(self, line: ClientConnection) -> bytes | None:
        """Answer the request that has arrived, in a thread of its own; what came behind it, or None at the end."""
        content, line.arrived = bytes(line.arrived), bytearray()
        line.sock.setblocking(True)
        # What is left of a long body after the answer would have to be waited for.
        is_last = line.is_long or not self.alive
        arrived = Arrived(content, line.client, line.server, is_long=line.is_long, is_last=is_last)
        with working.held():
            return exchange(line.sock, arrived, self.wsgi)

    def finish_request(self, line: ClientConnection, done: Future[bytes | None]) -> None:
        """After a request: wait for the next one, or let the connection go."""
        self._give_back_room(line)
        if done.exception() is not None:
            self.log.error("A request could not be answered.", exc_info=done.exception())
            self._let_go(line)
        elif (behind := done.result()) is not None:
            self.expect(line, behind)
        else:
            self._let_go(line)
        self._begin_waiting()

    def _hand_over(self, line: ClientConnection) -> None:
        """Let a thread work on the request that has arrived, now or when there is room for it."""
        if line in self._awaited:
            self._no_longer_await(line)
        if self._has_room(line):
            self._begin(line)
        else:
            # Who leaves meanwhile is found out at its turn: who has left looks like who has said it all and listens.
            line.until = time.monotonic() + TURN_WAIT_SECONDS
            self._waiting.append(line)

    def _begin_waiting(self) -> None:
        """Give the room there is to those who have waited longest and may have it."""
        while (line := next((line for line in self._waiting if self._has_room(line)), None)) is not None:
            self._waiting.remove(line)
            self._begin(line)

    def _has_room(self, line: ClientConnection) -> bool:
        """Whether it may begin. Who has no address, on a socket of the system's own, has any number of long bodies."""
        if not line.is_long:
            return self._may_follow or not line.is_following
        address = line.address
        return self._long_places > 0 and (not address or self._long_by_address[address] < self._long_most)

    def _begin(self, line: ClientConnection) -> None:
        """Take room for the request and give it to a thread; :meth:`finish_request` gives the room back."""
        if line.is_long:
            self._long_places -= 1
            line.counted_as = line.address
            self._long_by_address[line.counted_as] += 1
        elif line.is_following:
            self._may_follow = False
        self.threads.submit(self.answer, line).add_done_callback(
            lambda done: self._call_soon(partial(self.finish_request, line, done))
        )

    def _give_back_room(self, line: ClientConnection) -> None:
        """What :meth:`_begin` took."""
        if line.is_long:
            self._long_places += 1
            self._long_by_address[line.counted_as] -= 1
            if not self._long_by_address[line.counted_as]:
                del self._long_by_address[line.counted_as]
        elif line.is_following:
            self._may_follow = True

    def close_overdue(self) -> None:
        """Close what has been waited for too long."""
        now = time.monotonic()
        for line in [line for line in self._awaited if line.until < now or not (self.alive or line.arrived)]:
            self._end(line)
        for line in [line for line in self._waiting if line.until < now or not (self.alive or line.is_long)]:
            self._waiting.remove(line)
            self._refuse(line, HTTPStatus.SERVICE_UNAVAILABLE)
        if any(line.is_long for line in self._waiting):
            make_room()

    def _await(self, line: ClientConnection, act: Callable[[ClientConnection], None], *, seconds: float) -> None:
        line.until = time.monotonic() + seconds
        self._awaited[line] = act
        self.poller.register(line.sock, selectors.EVENT_READ, partial(act, line))

    def _no_longer_await(self, line: ClientConnection) -> None:
        del self._awaited[line]
        self.poller.unregister(line.sock)

    def _end(self, line: ClientConnection) -> None:
        self._no_longer_await(line)
        self.count -= 1
        line.sock.close()

    def _take_in(self, line: ClientConnection) -> None:
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

    def _has_enough(self, line: ClientConnection) -> bool:
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

    def _refuse(self, line: ClientConnection, status: HTTPStatus) -> None:
        """Answer without a thread, and let the connection go: nobody knows where a next request would begin."""
        with suppress(OSError):
            line.sock.send(refusal(status))
        if line in self._awaited:
            self._no_longer_await(line)
        self._let_go(line)

    def _let_go(self, line: ClientConnection) -> None:
        """Say that nothing more will come, and close once the other side has heard it."""
        line.arrived = bytearray()
        try:
            line.sock.setblocking(False)
            line.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.count -= 1
            line.sock.close()
            return
        self._await(line, self._drain, seconds=LINGER_SECONDS)

    def _drain(self, line: ClientConnection) -> None:
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
