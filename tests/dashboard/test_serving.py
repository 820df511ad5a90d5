"""What strangers send to the port itself, well or badly, and how the others fare meanwhile."""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from benchmarks import fuzz
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
    """The answer names the version that the server speaks (RFC 9110, section 6.2), and ends with the connection."""
    answer = exchange(port, b"GET /healthz HTTP/1.0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'\r\n\r\n{"status": "ok"}')


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


def test_an_upload_that_breaks_off_is_one_line_in_the_log_and_no_fault(tmp_path: Path) -> None:
    port = free_port()
    sent = request("POST /login/ HTTP/1.1", FORM, "Content-Length: 200000", body=b"x" * 70_000)
    with served(tmp_path, port=port, LOG_LEVEL="INFO"):
        logged = len((tmp_path / "output").read_text().splitlines())
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(sent)
            time.sleep(0.5)
        time.sleep(0.5)
        lines = (tmp_path / "output").read_text().splitlines()[logged:]

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert len(lines) == 2
    for line in lines:
        assert re.search(r" WARNING django.request The request .*: /login/ \[request ", line)


def test_whatever_was_found_to_be_odd_takes_nothing_from_the_others(port: int) -> None:
    """The corpus of `python -m benchmarks.fuzz`: each entry at once, on a connection of its own."""
    entries = fuzz.corpus()

    answers = fuzz.exchanged(("127.0.0.1", port), entries)

    assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
    assert len(entries) > 60
    assert {answer[:9] for answer in answers} <= {b"", b"HTTP/1.1 ", b"HTTP/1.0 "}
    assert not any(b"HTTP/1.1 500" in answer for answer in answers)
