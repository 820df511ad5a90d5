"""How one worker of the site counts those who call, lets them wait, and lets them go; nothing runs it but the test."""

from __future__ import annotations

import os
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from dashboard import bounds, serving
from dashboard.server import heads
from dashboard.server.heads import HeadRefused
from dashboard.server.permits import working
from dashboard.serving import ClientConnection, Worker
from tests.dashboard.test_serve import free_port, served
from tests.dashboard.test_serving import FORM, HINDRANCES, request


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that nothing runs but the test."""
    config = Config()
    worker: Any = Worker(1, 0, [], None, 30, config, Logger(config))
    worker.prepare()
    yield worker
    worker.stop()
    worker.tmp.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP", HINDRANCES["who do not end a short form"]])
def test_who_takes_too_long_is_cut_off(worker: Any, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(serving, "SECONDS", -1.0)
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.settimeout(5)
        theirs.sendall(sent)
        worker.count += 1
        worker.expect(ClientConnection(ours, "", ""))

        worker.close_overdue()

        assert theirs.recv(100) == b""
    assert worker.count == 0
    assert not worker._awaited


def test_a_head_may_take_so_long(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("dashboard.serving.time.monotonic", lambda: now[0])
    with ExitStack() as lines:
        theirs = hand_in(worker, lines, b"GET / HTTP")
        now[0] += bounds.HEAD_SECONDS - 0.1
        # Another byte wins no time.
        theirs.sendall(b"/")
        worker._take_in(next(iter(worker._awaited)))
        worker.close_overdue()
        assert len(worker._awaited) == 1
        now[0] += 0.2
        worker.close_overdue()
        assert not worker._awaited


GET = request("GET /login/ HTTP/1.1")
LONG = HINDRANCES["who do not end a long form"] + b"x" * serving.SHORT_BODY


def test_a_long_body_of_which_little_comes_takes_no_thread(worker: Any) -> None:
    worker.threads = Threads([])
    with ExitStack() as lines:
        hand_in(worker, lines, HINDRANCES["who do not end a long form"])

    assert not worker.threads.handed_over


def test_half_of_the_threads_read_long_bodies_and_the_next_wait_their_turn(worker: Any) -> None:
    worker.threads = Threads([])
    places = working.count // 2
    with ExitStack() as lines:
        for _ in range(places + 1):
            hand_in(worker, lines, LONG)
        assert len(worker.threads.handed_over) == places

        worker.finish_request(worker.threads.handed_over[0], ended())

        assert len(worker.threads.handed_over) == places + 1


def test_who_sends_requests_before_the_answers_are_heard_has_one_thread_with_the_others(worker: Any) -> None:
    worker.threads = Threads([])
    handed_over = worker.threads.handed_over
    with ExitStack() as lines:
        for _ in range(3):
            hand_in(worker, lines, request("GET /login/ HTTP/1.1") * 3)
        early = list(handed_over)
        assert len(early) == 3
        for line in early:
            worker.finish_request(line, ended(behind=request("GET /login/ HTTP/1.1") * 2))
        assert handed_over[3:] == early[:1]
        hand_in(worker, lines, request("GET /login/ HTTP/1.1"))
        assert len(handed_over) == 5

        worker.finish_request(early[0], ended(behind=b""))

        assert handed_over[5:] == early[1:2]
        worker.alive = False
        worker.close_overdue()
        assert early[2] in worker._awaited
        assert len(worker.threads.handed_over) == 6


def test_who_sends_early_waits_a_while_and_is_told_to_come_again(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("dashboard.serving.time.monotonic", lambda: now[0])
    worker.threads = Threads([])
    with ExitStack() as lines:
        first, second = (hand_in(worker, lines, GET) for _ in range(2))
        for line in list(worker.threads.handed_over):
            worker.finish_request(line, ended(behind=GET))
        now[0] += bounds.TURN_WAIT_SECONDS + 0.1
        worker.close_overdue()

        assert second.recv(1000).startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n")
        assert not has_arrived(first)
        second.close()
        now[0] += serving.LINGER_SECONDS + 0.1
        worker.close_overdue()
    assert worker.count == 1


def test_a_long_body_sent_early_takes_nothing_from_those_who_follow(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither while it waits for a place, nor when it is refused."""
    now = [1000.0]
    monkeypatch.setattr("dashboard.serving.time.monotonic", lambda: now[0])
    worker.threads = Threads([])
    handed_over = worker.threads.handed_over
    with ExitStack() as lines:
        for _ in range(working.count // 2):
            hand_in(worker, lines, LONG)
        long = hand_in(worker, lines, GET)
        worker.finish_request(handed_over[-1], ended(behind=HINDRANCES["who do not end their chunks"]))
        before = len(handed_over)
        for _ in range(2):
            hand_in(worker, lines, GET)
            worker.finish_request(handed_over[-1], ended(behind=GET))
            assert len(handed_over) == before + 2
            worker.finish_request(handed_over[-1], ended())
            before += 2
            now[0] += bounds.TURN_WAIT_SECONDS + 0.1
            worker.close_overdue()
            assert has_arrived(long)


def test_one_address_leaves_a_place_for_the_others(worker: Any) -> None:
    worker.threads = Threads([])
    places = working.count // 2
    handed_over = worker.threads.handed_over
    with ExitStack() as lines:
        for port in range(places + 2):
            hand_in(worker, lines, LONG, ("10.0.0.1", port))
        assert len(handed_over) == places - 1

        hand_in(worker, lines, LONG, ("10.0.0.2", 1))
        assert len(handed_over) == places
        assert handed_over[-1].client[0] == "10.0.0.2"

        # What the other one gives up is not for the crowd, and its own place goes on to its next.
        worker.finish_request(handed_over[-1], ended())
        assert len(handed_over) == places
        worker.finish_request(handed_over[0], ended())
        assert len(handed_over) == places + 1


def test_behind_a_proxy_the_address_is_the_one_it_was_called_from(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert serving.sender("10.0.0.7", "127.0.0.1") == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert serving.sender("spoofed, 10.0.0.7", "127.0.0.1") == "10.0.0.7"
    settings.TRUSTED_PROXIES = 2
    assert serving.sender("10.0.0.7", "127.0.0.1") == "127.0.0.1"


def test_who_waits_too_long_for_a_turn_is_told_to_come_again(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("dashboard.serving.time.monotonic", lambda: now[0])
    worker.threads = Threads([])
    with ExitStack() as lines:
        for _ in range(working.count // 2):
            hand_in(worker, lines, LONG)
        last = hand_in(worker, lines, LONG)
        now[0] += bounds.TURN_WAIT_SECONDS
        worker.close_overdue()
        assert not has_arrived(last)

        now[0] += 0.1
        worker.close_overdue()

        assert last.recv(1000).startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n")
    assert len(worker.threads.handed_over) == working.count // 2


def test_a_head_may_be_so_long() -> None:
    heads.check_unfinished(bytearray(b"x" * bounds.HEAD_BYTES))
    with pytest.raises(HeadRefused) as refused:
        heads.check_unfinished(bytearray(b"x" * (bounds.HEAD_BYTES + 1)))
    assert refused.value.status == 431


@pytest.mark.parametrize(("size", "is_long"), [(bounds.SHORT_BODY_BYTES, False), (bounds.SHORT_BODY_BYTES + 1, True)])
def test_a_short_body_is_waited_for_and_a_long_one_takes_a_place(worker: Any, size: int, is_long: bool) -> None:
    worker.threads = Threads([])
    head = request("POST /login/ HTTP/1.1", FORM, f"Content-Length: {size}")
    with ExitStack() as lines:
        hand_in(worker, lines, head + b"x" * (bounds.SHORT_BODY_BYTES - 1))
        assert not worker.threads.handed_over
        hand_in(worker, lines, head + b"x" * bounds.SHORT_BODY_BYTES)
        [line] = worker.threads.handed_over
        assert line.is_long is is_long
        worker.close_overdue()


def test_an_answer_that_nobody_takes_is_given_up(worker: Any) -> None:
    """By the system itself, which knows what the other end has taken."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        worker.accept(listener)
        [line] = worker._awaited
        taken = line.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        line.sock.close()
    assert taken == bounds.UNTAKEN_SECONDS * 1000


def test_a_worker_without_files_for_more_connections_goes_on(tmp_path: Path) -> None:
    port = free_port()
    others = children(os.getpid())
    with served(tmp_path, port=port), ExitStack() as lines:
        [site] = set(children(os.getpid())) - set(others)
        [worker] = children(site)
        one = lines.enter_context(socket.create_connection(("127.0.0.1", port)))
        one.settimeout(10)
        one.sendall(b"GET /healthz HT")
        files = len(list(Path(f"/proc/{worker}/fd").iterdir()))
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (files + 5, files + 5))
        with ExitStack() as crowd:
            for _ in range(20):
                crowd.enter_context(socket.create_connection(("127.0.0.1", port)))
            time.sleep(2 * serving.LOOK_SECONDS)
            seconds = processor_seconds(worker)
            time.sleep(serving.LOOK_SECONDS)
            assert processor_seconds(worker) - seconds < serving.LOOK_SECONDS / 2
            one.sendall(request("GET /healthz HTTP/1.1").removeprefix(b"GET /healthz HT"))
            assert one.recv(1000).startswith(b"HTTP/1.1 200 OK")

        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=10, trust_env=False)

        assert answer.status_code == 200
        assert children(site) == [worker]
    assert "No connection can be taken for a moment: Too many open files" in (tmp_path / "output").read_text()


def children(*parents: int) -> list[int]:
    """The processes that these have started."""
    lists = [list_ for each in parents for list_ in Path(f"/proc/{each}/task").glob("*/children")]
    return [int(child) for list_ in lists for child in list_.read_text().split()]


def processor_seconds(process: int) -> float:
    """What the process has had of the processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def hand_in(worker: Any, lines: ExitStack, sent: bytes, address: Any = "") -> socket.socket:
    """The far end of a connection on which all this has arrived."""
    ours, theirs = (lines.enter_context(end) for end in socket.socketpair())
    theirs.settimeout(5)
    theirs.sendall(sent)
    worker.count += 1
    line = ClientConnection(ours, address, "")
    worker.expect(line)
    while has_arrived(ours) and line in worker._awaited:
        worker._take_in(line)
    return theirs


def has_arrived(connection: socket.socket) -> bool:
    """Whether something has arrived there."""
    with selectors.DefaultSelector() as poller:
        poller.register(connection, selectors.EVENT_READ)
        return bool(poller.select(0))


class Threads:
    """A pool whose threads never begin."""

    def __init__(self, handed_over: list[ClientConnection]) -> None:
        self.handed_over = handed_over

    def shutdown(self, *, wait: bool) -> None:
        pass

    def submit(self, act: Any, line: ClientConnection) -> Future[bytes | None]:
        self.handed_over.append(line)
        return Future()


def ended(*, behind: bytes | None = None) -> Future[bytes | None]:
    """A request that was answered, and what came behind it; None when the connection ends with it."""
    done: Future[bytes | None] = Future()
    done.set_result(behind)
    return done
