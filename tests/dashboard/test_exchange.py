"""One request and its answer, on a connection of the test's own."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any
from wsgiref.validate import validator

import pytest

from dashboard.server.exchange import Application, Arrived, exchange, path_and_query

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def answered(application: Application, sent: bytes = GET, *, is_last: bool = False) -> tuple[bytes, bytes | None]:
    """All that is answered, and what is left for the next request."""
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            arrived = Arrived(sent, ("10.0.0.7", 4000), ("127.0.0.1", 8000), is_long=False, is_last=is_last)
            behind = exchange(ours, arrived, application)
        return b"".join(iter(lambda: theirs.recv(65536), b"")), behind


def says(*pieces: bytes, status: str = "200 OK", headers: Iterable[tuple[str, str]] = ()) -> Application:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, list(headers))
        return pieces

    return application


def environ_of(sent: bytes) -> dict[str, Any]:
    """What an application is told of this request."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        told.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [])
        return []

    answered(application, sent)
    return told


def test_it_speaks_wsgi_as_the_standard_library_reads_it() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(100)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [body]

    answer, behind = answered(
        validator(application), b"POST /a%20b?c=d HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbodyGET"
    )
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nbody")
    assert behind == b"GET"


def test_an_answer_without_a_length_goes_out_in_chunks_as_it_comes() -> None:
    answer, behind = answered(says(b"one", b"", b"three"))
    assert b"Transfer-Encoding: chunked\r\n" in answer
    assert answer.endswith(b"\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n")
    assert behind == b""


@pytest.mark.parametrize(
    ("sent", "status", "length"),
    [
        (b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK", b"Content-Length: 3"),
        (GET, "304 Not Modified", b""),
        (GET, "204 No Content", b""),
    ],
)
def test_where_no_body_belongs_none_is_sent(sent: bytes, status: str, length: bytes) -> None:
    headers = [("Content-Length", "3" if length else "0")]
    answer, behind = answered(says(b"abc", status=status, headers=headers), sent)
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1
    assert length in answer
    assert status.startswith("204") is (b"ontent-Length" not in answer)
    assert behind == b""


@pytest.mark.parametrize("said", ["Connection: close", ""])
def test_the_last_answer_says_so(said: str) -> None:
    sent = f"GET / HTTP/1.1\r\nHost: a\r\n{said}{said and chr(13) + chr(10)}\r\n".encode()
    answer, behind = answered(says(headers=[("Content-Length", "0")]), sent, is_last=not said)
    assert answer.count(b"Connection: close\r\n") == 1
    assert behind is None


class Broken:
    """What an application returns that breaks after so many pieces."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from repeat(b"piece", self.pieces)
        raise ValueError

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(("pieces", "begins"), [(0, b"HTTP/1.1 500 "), (1, b"HTTP/1.1 200 ")])
def test_a_fault_is_logged_and_never_looks_like_a_whole_answer(
    caplog: pytest.LogCaptureFixture, pieces: int, begins: bytes
) -> None:
    result = Broken(pieces)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return result

    with caplog.at_level(logging.ERROR):
        answer, behind = answered(application)
    assert answer.startswith(begins)
    assert not answer.endswith(b"0\r\n\r\n") or not pieces
    assert (behind, result.is_closed) == (None, True)
    assert "The answer to GET / broke off" in caplog.text


def test_the_body_of_an_answer_to_head_is_not_read_to_its_end() -> None:
    """Its first piece is: whatever has begun is tidied up when it is closed."""
    result = Broken(2)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "10000000000")])
        return result

    answer, behind = answered(application, GET.replace(b"GET", b"HEAD"))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"Content-Length: 10000000000\r\n\r\n")
    assert (behind, result.is_closed) == (b"", True)


def test_an_answer_that_is_shorter_than_its_length_ends_the_connection() -> None:
    answer, behind = answered(says(b"abc", headers=[("Content-Length", "10")]))
    assert answer.endswith(b"abc")
    assert behind is None


def test_an_answer_that_nobody_takes_any_more_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    result = Broken(10**9)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        theirs.close()
        return result

    ours, theirs = socket.socketpair()
    with ours, theirs:
        arrived = Arrived(GET, "", "", is_long=False, is_last=False)
        assert exchange(ours, arrived, application) is None
    assert result.is_closed
    assert not caplog.records


def test_an_application_may_replace_an_answer_that_has_not_begun() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        with pytest.raises(RuntimeError):
            start_response("200 OK", [])
        error = ValueError()
        write = start_response("418 ", [], (ValueError, error, None))
        write(b"a")
        with pytest.raises(ValueError):  # noqa: PT011  (the very one)
            start_response("500 Fault", [], (ValueError, error, None))
        return [b"b"]

    answer, _ = answered(application)
    assert answer.startswith(b"HTTP/1.1 418 \r\n")
    assert answer.endswith(b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n")


def test_a_file_is_sent_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 300)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "76800")])
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](path.open("rb"), 4096)
        return wrapped

    answer, behind = answered(application)
    assert answer.endswith(b"\r\n\r\n" + path.read_bytes())
    assert behind == b""


def test_an_application_is_told_what_was_sent() -> None:
    told = environ_of(
        b"\r\nPOST /a%20b/%C3%A9?c=%20d#e HTTP/1.1\r\nHost: a:80\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
        b"X_Twice: 3\r\nCookie: a=1; b=2\r\nCookie: c=3\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody"
    )
    expected = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/a b/\u00c3\u00a9",
        "QUERY_STRING": "c=%20d",
        "HTTP_HOST": "a:80",
        "HTTP_X_TWICE": "1,2",
        "HTTP_COOKIE": "a=1; b=2; c=3",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "4",
        "REMOTE_ADDR": "10.0.0.7",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "body": b"body",
    }
    assert {key: told[key] for key in expected} == expected
    assert "HTTP_CONTENT_TYPE" not in told


def test_a_forwarded_scheme_is_no_business_of_the_server() -> None:
    told = environ_of(b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n")
    assert (told["wsgi.url_scheme"], told["HTTP_X_FORWARDED_PROTO"]) == ("http", "https")


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/a?b", ("/a", "b")),
        ("//evil.example/a", ("//evil.example/a", "")),
        ("/a?b?c#d?e", ("/a", "b?c")),
        ("http://host.example/a?b#c", ("/a", "b")),
        ("*", ("*", "")),
    ],
)
def test_a_path_is_what_follows_the_host(target: str, found: tuple[str, str]) -> None:
    assert path_and_query(target) == found


@pytest.mark.parametrize("target", ["http://[a/", "a", "a:443", "http:/a", "ftp://a/b"])
def test_an_address_that_is_none_is_refused(target: str) -> None:
    answer, behind = answered(says(b"no"), f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert behind is None
