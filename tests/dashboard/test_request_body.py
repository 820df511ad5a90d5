from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from io import BytesIO
from typing import Any

import pytest

from dashboard import bounds, request_body
from dashboard.request_body import IncompleteBodyError, SlowBodyWatch, whole_bodies


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
    with pytest.raises(IncompleteBodyError):
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

    with ours.makefile("rb") as stream, pytest.raises(IncompleteBodyError):
        call(stream, length=str(10**6), **{"gunicorn.socket": ours})


@pytest.mark.parametrize(
    ("size", "is_cut_off"), [(bounds.LONG_BODY_WINDOW_BYTES, False), (bounds.LONG_BODY_WINDOW_BYTES - 1, True)]
)
def test_so_much_must_arrive_in_every_window(
    line: tuple[socket.socket, socket.socket], size: int, is_cut_off: bool
) -> None:
    ours, theirs = line
    ours.settimeout(0)
    watch = SlowBodyWatch(ours)
    assert watch._timer.interval == bounds.LONG_BODY_WINDOW_SECONDS
    for _ in range(2):
        watch.received(size)
        watch._timer.cancel()
        # As the timer does it when the window is over.
        watch._look()
    watch.stop()
    # The other end notices it, too.
    with suppress(BrokenPipeError):
        theirs.send(b"more")
    assert ours.recv(10) == (b"" if is_cut_off else b"more")


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
    watch = SlowBodyWatch(line[0])
    watch.received(bounds.LONG_BODY_WINDOW_BYTES + int(seconds * speed))
    assert watch.is_unfair(watch._began + seconds) is is_unfair
    watch.stop()


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


def test_the_slowest_of_those_who_had_their_turn_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "FAIR_SECONDS", 0)
    with ExitStack() as ends:
        lines = [[ends.enter_context(end) for end in socket.socketpair()] for _ in range(3)]
        watches = [SlowBodyWatch(ours) for ours, _ in lines]
        for watch in watches:
            ends.callback(watch.stop)
        for watch, size in zip(watches, (100_000_000, 70_000, 80_000), strict=True):
            watch.received(size)
            watch._began -= 10

        assert request_body.make_room()
        assert lines[1][0].recv(10) == b""
        assert request_body.make_room()
        assert lines[2][0].recv(10) == b""
        # Who is quick keeps its turn, however many wait.
        assert not request_body.make_room()
        lines[0][1].send(b"more")
        assert lines[0][0].recv(10) == b"more"


def test_who_has_just_begun_keeps_its_turn(line: tuple[socket.socket, socket.socket]) -> None:
    watch = SlowBodyWatch(line[0])
    try:
        assert not request_body.make_room()
    finally:
        watch.stop()
