"""What strangers send to the port itself, well or badly, and how the others fare meanwhile."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from benchmarks import fuzz
from dashboard import bounds, serving
from dashboard.server.heads import HeadRefused
from dashboard.serving import Line, Worker
from tests.dashboard.test_serve import free_port, served

THREADS = 8


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with served(tmp_path_factory.mktemp("served"), port=port):
        yield port


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, "Host: 127.0.0.1", *headers, "", ""]).encode() + body


FORM = "Content-Type: application/x-www-form-urlencoded"
HINDRANCES = {
    "who say nothing": b"",
    "who do not end their headers": request("GET /healthz HTTP/1.1")[:-2],
    "who send empty lines": b"\r\n" * 3,
    "who do not end a short form": request("POST /login/ HTTP/1.1", FORM, "Content-Length: 60000", body=b"username="),
    "who wait to be told to go on": request(
        "POST /login/ HTTP/1.1", FORM, "Expect: 100-continue", "Content-Length: 60000"
    ),
    "who do not end a long form": request("POST /login/ HTTP/1.1", FORM, "Content-Length: 900000", body=b"username="),
    "who do not end their chunks": request("POST /login/ HTTP/1.1", FORM, "Transfer-Encoding: chunked", body=b"9\r\n"),
    "who do not begin their chunks": request("POST /login/ HTTP/1.1", FORM, "Transfer-Encoding: chunked"),
    "who announce an absurd length": request("POST /healthz HTTP/1.1", f"Content-Length: {'9' * 29}", body=b"x"),
    "who announce a length of sixteen digits": request("POST /healthz HTTP/1.1", f"Content-Length: {10**15}"),
    "who do not hang up": request("GET /healthz HTTP/1.1", "Connection: close"),
    "who ask for what is refused": request("POST /v1/assistants HTTP/1.1", "Content-Length: 900000", body=b"{"),
}


@pytest.mark.parametrize("sent", HINDRANCES.values(), ids=HINDRANCES)
def test_nobody_waits_for_strangers(port: int, sent: bytes) -> None:
    with ExitStack() as strangers:
        for _ in range(50):
            stranger = strangers.enter_context(socket.create_connection(("127.0.0.1", port)))
            stranger.sendall(sent)

        # A thread that waited for one of them would wait for much longer.
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=4, trust_env=False)

    assert answer.status_code == 200


def exchange(port: int, *pieces: bytes) -> bytes:
    """All that comes back for what is sent piece by piece."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_request_may_come_in_pieces(port: int) -> None:
    whole = request("POST /v1/assistants HTTP/1.1", "Content-Length: 2", "Connection: close", body=b"{}")

    answer = exchange(port, *(whole[place : place + 1] for place in range(len(whole))))

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"You didn't provide an API key" in answer


def test_requests_may_follow_each_other_at_once(port: int) -> None:
    post = request("POST /v1/assistants HTTP/1.1", "Content-Length: 2", body=b"{}")
    last = request("GET /healthz HTTP/1.1", "Connection: close")

    answer = exchange(port, post + post + last)

    assert (answer.count(b"HTTP/1.1 401 "), answer.count(b"HTTP/1.1 200 ")) == (2, 1)


def test_who_asks_whether_to_send_the_body_is_told_to(port: int) -> None:
    head = request("POST /v1/assistants HTTP/1.1", "Expect: 100-continue", "Content-Length: 2", "Connection: close")

    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b"HTTP/1.1 401 " in answer


UNREADABLE = {
    f"Content-Length: {'9' * 29}": 413,
    f"Content-Length: {10**15}": 413,
    f"Content-Length: {'9' * 5000}": 413,
    "Content-Length: -1": 400,
    "Content-Length: +1": 400,
    "Content-Length: 1_0": 400,
    "Content-Length: 0x10": 400,
    "Content-Length: 1.0": 400,
    "Content-Length: 5 5": 400,
    "Content-Length: 5, 5": 400,
    "Content-Length: \u00b2": 400,
    "Content-Length:": 400,
    "Content-Length : 5": 400,
    " Content-Length: 5": 400,
    "Content-Length: 5\r\nContent-Length: 6": 400,
    "Content-Length: 5\r\nContent-Length: 5": 400,
    "Content-Length: 5\r\ncontent-length: 600000": 400,
    "Content-Length: 5\r\nTransfer-Encoding: chunked": 400,
    "Transfer-Encoding: chunked\r\nContent-Length: 5": 400,
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked": 400,
    "Transfer-Encoding: chunked, chunked": 400,
    "Transfer-Encoding: chunked, gzip": 400,
    "Transfer-Encoding: gzip": 400,
    "Transfer-Encoding:": 400,
    "Transfer-Encoding: gzip, chunked": 501,
    "Transfer-Encoding: xchunked": 400,
    "Transfer-Encoding: \x0bchunked": 400,
    "X-Folded: a\r\n b": 400,
    "X-Folded: a\r\n\tContent-Length: 5": 400,
    "X-Null: \x00": 400,
    "X-Return: a\rb": 400,
    "X-Feed: a\nContent-Length: 5": 400,
    "No colon": 400,
    ": no name": 400,
    "Host: another.example": 400,
    "Expect: 200-ok": 417,
    f"X-Long: {'x' * 9000}": 431,
    "\r\n".join(f"X-{number}: y" for number in range(101)): 431,
}


@pytest.mark.parametrize(("headers", "status"), UNREADABLE.items(), ids=[ascii(said[:60]) for said in UNREADABLE])
def test_a_head_that_cannot_be_read_exactly_is_refused(port: int, headers: str, status: int) -> None:
    sent = b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers.encode("latin-1") + b"\r\n\r\n"

    answer = exchange(port, sent + request("GET /healthz HTTP/1.1"))

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    # What follows it may be its body or another request: nobody can say.
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\n", 400),
        ("GET /healthz\r\n\r\n", 400),
        ("GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (f"GET /{'x' * 9000} HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("\x16\x03\x01\x02\r\n\r\n", 400),
    ],
    ids=ascii,
)
def test_what_does_not_begin_as_a_request_is_refused(port: int, head: str, status: int) -> None:
    assert exchange(port, head.encode("latin-1")).startswith(b"HTTP/1.1 %d " % status)


def test_http_1_0_needs_no_host(port: int) -> None:
    assert exchange(port, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200 ")


def test_a_length_may_begin_with_zeros(port: int) -> None:
    post = request("POST /v1/assistants HTTP/1.1", f"Content-Length: {2:020}", body=b"{}")

    answer = exchange(port, post + request("GET /healthz HTTP/1.1", "Connection: close"))

    assert (answer.count(b"HTTP/1.1 401 "), answer.count(b"HTTP/1.1 200 ")) == (1, 1)


def test_endless_headers_are_refused(port: int) -> None:
    endless = request("GET /healthz HTTP/1.1")[:-2] + b"X-More: " + b"x" * 80_000

    assert exchange(port, endless).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("header", ["SCRIPT_NAME: /x", "Script-Name: /x", "PATH_INFO: /healthz"])
def test_no_header_changes_the_path(port: int, header: str) -> None:
    answer = exchange(port, request("GET /x/healthz HTTP/1.1", header, "Connection: close"))

    assert answer.startswith(b"HTTP/1.1 404 ")


def test_a_long_body_is_answered_and_ends_its_connection(port: int) -> None:
    body = b"x" * 200_000
    head = request("POST /v1/assistants HTTP/1.1", f"Content-Length: {len(body)}")

    answer = exchange(port, head + body)

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer.lower()


def test_whatever_was_found_to_be_odd_takes_nothing_from_the_others(port: int) -> None:
    """The corpus of `python -m benchmarks.fuzz`: each entry at once, on a connection of its own."""
    entries = fuzz.corpus()

    answers = fuzz.exchanged(("127.0.0.1", port), entries)

    assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
    assert len(entries) > 60
    assert {answer[:9] for answer in answers} <= {b"", b"HTTP/1.1 ", b"HTTP/1.0 "}
    assert not any(b"HTTP/1.1 500" in answer for answer in answers)


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that nothing runs but the test."""
    config = Config()
    config.set("threads", THREADS)
    worker: Any = Worker(1, 0, [], None, 30, config, Logger(config))
    worker.alive = True
    with selectors.DefaultSelector() as worker.poller:
        yield worker
    worker.tmp.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP", HINDRANCES["who do not end a short form"]])
def test_who_takes_too_long_is_cut_off(worker: Any, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(serving, "SECONDS", -1.0)
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.settimeout(5)
        theirs.sendall(sent)
        worker.nr_conns += 1
        worker.enqueue_req(Line(worker.cfg, ours, "", ""))

        worker.murder_pending()

        assert theirs.recv(100) == b""
    assert worker.nr_conns == 0
    assert not worker.poller.get_map()


def test_a_head_may_take_so_long(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("dashboard.serving.time.monotonic", lambda: now[0])
    with ExitStack() as lines:
        theirs = hand_in(worker, lines, b"GET / HTTP")
        now[0] += bounds.HEAD_SECONDS - 0.1
        # Another byte wins no time.
        theirs.sendall(b"/")
        worker._take_in(next(iter(worker._awaited)))
        worker.murder_pending()
        assert len(worker._awaited) == 1
        now[0] += 0.2
        worker.murder_pending()
        assert not worker._awaited


LONG = HINDRANCES["who do not end a long form"] + b"x" * serving.SHORT_BODY


def test_a_long_body_of_which_little_comes_takes_no_thread(worker: Any) -> None:
    worker.tpool = Threads([])
    with ExitStack() as lines:
        hand_in(worker, lines, HINDRANCES["who do not end a long form"])

    assert not worker.tpool.handed_over


def test_half_of_the_threads_read_long_bodies_and_the_next_wait_their_turn(worker: Any) -> None:
    worker.tpool = Threads([])
    places = worker.cfg.threads // 2
    with ExitStack() as lines:
        for _ in range(places + 1):
            hand_in(worker, lines, LONG)
        assert len(worker.tpool.handed_over) == places

        worker.finish_request(worker.tpool.handed_over[0], ended())

        assert len(worker.tpool.handed_over) == places + 1


def test_who_sends_requests_before_the_answers_are_heard_has_one_thread_with_the_others(worker: Any) -> None:
    worker.tpool = Threads([])
    handed_over = worker.tpool.handed_over
    with ExitStack() as lines:
        for _ in range(3):
            hand_in(worker, lines, request("GET /login/ HTTP/1.1") * 3)
        early = list(handed_over)
        assert len(early) == 3
        for line in early:
            # As the thread leaves it: the answer is written, and what was read beyond it waits.
            line.parser.unreader.unread(request("GET /login/ HTTP/1.1") * 2)
            worker.finish_request(line, ended(goes_on=True))
        assert handed_over[3:] == early[:1]
        hand_in(worker, lines, request("GET /login/ HTTP/1.1"))
        assert len(handed_over) == 5

        worker.finish_request(early[0], ended(goes_on=True))

        assert handed_over[5:] == early[1:2]
        worker.alive = False
        worker.murder_pending()
        assert not worker._following


def test_one_address_leaves_a_place_for_the_others(worker: Any) -> None:
    worker.tpool = Threads([])
    places = worker.cfg.threads // 2
    handed_over = worker.tpool.handed_over
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
    worker.tpool = Threads([])
    with ExitStack() as lines:
        for _ in range(worker.cfg.threads // 2):
            hand_in(worker, lines, LONG)
        last = hand_in(worker, lines, LONG)
        now[0] += bounds.LONG_BODY_WAIT_SECONDS
        worker.murder_pending()
        assert not has_arrived(last)

        now[0] += 0.1
        worker.murder_pending()

        assert last.recv(1000).startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n")
    assert len(worker.tpool.handed_over) == worker.cfg.threads // 2


def test_a_head_may_be_so_long() -> None:
    serving.check_unfinished(bytearray(b"x" * bounds.HEAD_BYTES))
    with pytest.raises(HeadRefused) as refused:
        serving.check_unfinished(bytearray(b"x" * (bounds.HEAD_BYTES + 1)))
    assert refused.value.status == 431


@pytest.mark.parametrize(("size", "is_long"), [(bounds.SHORT_BODY_BYTES, False), (bounds.SHORT_BODY_BYTES + 1, True)])
def test_a_short_body_is_waited_for_and_a_long_one_takes_a_place(worker: Any, size: int, is_long: bool) -> None:
    worker.tpool = Threads([])
    head = request("POST /login/ HTTP/1.1", FORM, f"Content-Length: {size}")
    with ExitStack() as lines:
        hand_in(worker, lines, head + b"x" * (bounds.SHORT_BODY_BYTES - 1))
        assert not worker.tpool.handed_over
        hand_in(worker, lines, head + b"x" * bounds.SHORT_BODY_BYTES)
        [line] = worker.tpool.handed_over
        assert line.is_long is is_long
        worker.murder_pending()


def test_an_answer_that_nobody_takes_is_given_up(worker: Any) -> None:
    """By the system itself, which knows what the other end has taken."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        worker.accept(listener)
        [line] = worker._awaited
        taken = line.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        line.sock.close()
    assert taken == bounds.UNTAKEN_SECONDS * 1000


def hand_in(worker: Any, lines: ExitStack, sent: bytes, address: Any = "") -> socket.socket:
    """The far end of a connection on which all this has arrived."""
    ours, theirs = (lines.enter_context(end) for end in socket.socketpair())
    theirs.settimeout(5)
    theirs.sendall(sent)
    worker.nr_conns += 1
    line = Line(worker.cfg, ours, address, "")
    worker.enqueue_req(line)
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

    def __init__(self, handed_over: list[Line]) -> None:
        self.handed_over = handed_over

    def submit(self, act: Any, line: Line) -> Future[bool]:
        self.handed_over.append(line)
        return Future()


def ended(*, goes_on: bool = False) -> Future[bool]:
    """A request that was answered; whether the connection is used again."""
    done: Future[bool] = Future()
    done.set_result(goes_on)
    return done
