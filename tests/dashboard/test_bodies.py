"""Bodies that are read while they arrive: whole, at a bearable speed, or not at all."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext

import h11
import pytest

from dashboard import bounds
from dashboard.server import bodies
from dashboard.server.bodies import IncompleteBodyError, LongBody, make_room, whole_body

LENGTH = "Content-Length: 10"
CHUNKED = "Transfer-Encoding: chunked"


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def head_read(said: str, arrived: bytes = b"") -> h11.Connection:
    """A request whose head was read, and of whose body this is there."""
    protocol = h11.Connection(h11.SERVER)
    protocol.receive_data(f"POST / HTTP/1.1\r\nHost: a\r\n{said}\r\n\r\n".encode() + arrived)
    assert isinstance(protocol.next_event(), h11.Request)
    return protocol


def read(said: str, arrived: bytes, *later: bytes) -> bytes:
    """The body that an application reads when the rest comes later and the sender then leaves."""
    ours, theirs = socket.socketpair()
    with ours, LongBody(ours, head_read(said, arrived)) as body:
        with theirs:
            for piece in later:
                theirs.sendall(piece)
        reader = io.BufferedReader(body)
        content = reader.read()
        # Nobody is waited for at the end, however often it is read.
        assert reader.read() == b""
        return content


@pytest.mark.parametrize(
    ("said", "arrived", "later"),
    [
        (LENGTH, b"ten bytes!", []),
        (LENGTH, b"ten", [b" byt", b"es!"]),
        (LENGTH, b"", [b"ten bytes! and the next request"]),
        (CHUNKED, b"", [b"4\r\nten ", b"\r\n6;a=b\r\nbytes!\r\n0\r\n\r\n"]),
        (CHUNKED, b"A\r\nten bytes!\r\n0\r\nTrailer: a\r\n\r\n", []),
    ],
)
def test_a_whole_body_is_handed_on_and_no_more(said: str, arrived: bytes, later: list[bytes]) -> None:
    assert read(said, arrived, *later) == b"ten bytes!"


@pytest.mark.parametrize(
    ("said", "arrived"),
    [
        (LENGTH, b"nine byte"),
        (LENGTH, b""),
        (CHUNKED, b"A\r\nten byt"),
        (CHUNKED, b"A\r\nten bytes!\r\n"),
        (CHUNKED, b"A\r\nten bytes!!\r\n0\r\n\r\n"),
        (CHUNKED, b"A\r\nten bytes!\r\n0\r\nContent-Length: 3\r\n\r\n"),
        (CHUNKED, b"-1\r\n"),
        (CHUNKED, b"0x1\r\na\r\n0\r\n\r\n"),
        (CHUNKED, b"1\na\n0\n\n"),
    ],
)
def test_what_ends_early_or_is_malformed_is_no_body(said: str, arrived: bytes) -> None:
    with pytest.raises(IncompleteBodyError):
        read(said, arrived)
    assert not bodies._watching


def test_a_short_body_is_there_as_a_whole() -> None:
    assert whole_body(head_read(LENGTH, b"ten bytes! and the next request")) == b"ten bytes!"
    with pytest.raises(h11.RemoteProtocolError):
        whole_body(head_read(LENGTH, b"ten"))


@pytest.mark.parametrize("said", ["Content-Length: 1000000", CHUNKED])
def test_a_sender_that_drips_is_cut_off(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    ours, theirs = line
    theirs.sendall(b"1\r\n")
    with LongBody(ours, head_read(said)) as body, pytest.raises(IncompleteBodyError, match="too slowly"):
        io.BufferedReader(body).read()


@pytest.mark.parametrize(
    ("size", "is_cut_off"), [(bounds.LONG_BODY_WINDOW_BYTES, False), (bounds.LONG_BODY_WINDOW_BYTES - 1, True)]
)
def test_so_much_must_arrive_in_every_window(
    line: tuple[socket.socket, socket.socket], size: int, is_cut_off: bool
) -> None:
    with LongBody(line[0], head_read(CHUNKED)) as body:
        for _ in range(1 if is_cut_off else 3):
            body._count(size, seconds=bounds.LONG_BODY_WINDOW_SECONDS - 0.1)
            with pytest.raises(IncompleteBodyError) if is_cut_off else nullcontext():
                body._count(0, seconds=0.1)


def test_only_what_is_waited_for_its_sender_counts(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that is slow itself would otherwise cut off who brings everything at once."""
    now = [1000.0]
    monkeypatch.setattr("dashboard.server.bodies.time.monotonic", lambda: now[0])
    ours, theirs = line
    body = LongBody(ours, head_read("Content-Length: 3"))
    for _ in range(3):
        theirs.sendall(b"a")
        assert body.read(1) == b"a"
        now[0] += bounds.LONG_BODY_WINDOW_SECONDS
    assert body.read(1) == b""
    body.close()


@pytest.mark.parametrize(
    ("seconds", "speed", "is_unfair"),
    [
        (bounds.FAIR_SECONDS, bounds.FAIR_BYTES_PER_SECOND - 1, True),
        (bounds.FAIR_SECONDS - 0.1, 0, False),
        (bounds.FAIR_SECONDS, bounds.FAIR_BYTES_PER_SECOND + 1, False),
        (6 * bounds.FAIR_SECONDS, bounds.FAIR_BYTES_PER_SECOND - 1, True),
        (6 * bounds.FAIR_SECONDS, bounds.FAIR_BYTES_PER_SECOND + 1, False),
    ],
)
def test_a_turn_is_kept_so_long_at_such_a_speed(
    line: tuple[socket.socket, socket.socket], seconds: float, speed: int, is_unfair: bool
) -> None:
    body = LongBody(line[0], head_read(CHUNKED))
    body._count(int(seconds * speed), seconds=0)
    assert body.is_unfair(body._began + seconds) is is_unfair
    body.close()


def test_the_slowest_of_those_who_had_their_turn_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "FAIR_SECONDS", 0)
    with ExitStack() as ends:
        lines = [[ends.enter_context(end) for end in socket.socketpair()] for _ in range(3)]
        senders = [LongBody(ours, head_read(CHUNKED)) for ours, _ in lines]
        for sender, size in zip(senders, (100_000_000, 7_000, 8_000), strict=True):
            ends.callback(sender.close)
            sender._count(size, seconds=0)
            sender._began -= 10

        assert make_room()
        assert lines[1][0].recv(10) == b""
        assert make_room()
        assert lines[2][0].recv(10) == b""
        # Who is quick keeps its turn, however many wait.
        assert not make_room()
        lines[0][1].send(b"more")
        assert lines[0][0].recv(10) == b"more"


def test_who_has_just_begun_keeps_its_turn(line: tuple[socket.socket, socket.socket]) -> None:
    body = LongBody(line[0], head_read(CHUNKED))
    try:
        assert not make_room()
    finally:
        body.close()
