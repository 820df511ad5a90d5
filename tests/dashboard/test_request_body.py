from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest

from dashboard import request_body
from dashboard.request_body import BodyBrokeOff, whole_bodies


def read_all(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return [b"".join(iter(lambda: environ["wsgi.input"].read(4), b""))]


def call(body: Any, *, length: str, **more: Any) -> bytes:
    environ = {"wsgi.input": body, "CONTENT_LENGTH": length, **more}
    return b"".join(whole_bodies(read_all)(environ, lambda *args: None))


def test_it_hands_on_a_whole_body() -> None:
    assert call(BytesIO(b"ten bytes!"), length="10") == b"ten bytes!"


def test_it_reads_no_further_than_was_announced() -> None:
    assert call(BytesIO(b"ten bytes! and the next request"), length="10") == b"ten bytes!"


def test_a_body_that_ends_early_is_no_body() -> None:
    with pytest.raises(BodyBrokeOff):
        call(BytesIO(b"ten bytes!"), length="11")


@pytest.mark.parametrize("length", ["", "0", "-1", "ten"])
def test_it_leaves_alone_what_announces_no_body(length: str) -> None:
    assert call(BytesIO(b""), length=length) == b""


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_sender_that_drips_is_cut_off(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body, "SECONDS", 0.05)
    ours, theirs = line
    theirs.send(b"a little")

    with ours.makefile("rb") as stream, pytest.raises(BodyBrokeOff):
        call(stream, length=str(10**6), **{"gunicorn.socket": ours})


def test_a_sender_that_drips_chunks_is_cut_off(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body, "SECONDS", 0.05)
    ours, theirs = line
    theirs.send(b"a little")

    with ours.makefile("rb") as stream:
        said = {"gunicorn.socket": ours, "HTTP_TRANSFER_ENCODING": "chunked"}
        # The server tells an end between two chunks from the end of the body; here, nobody does.
        assert call(stream, length="", **said) == b"a little"
