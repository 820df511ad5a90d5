"""Answers that stay open, and that they leave everybody else room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.server import streams
from dashboard.server.permits import Permits

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def nothing_else_is_open() -> Iterator[None]:
    """Streams are counted for the whole process."""
    assert not streams._open
    yield
    streams._stopping.clear()
    assert not streams._open


def test_it_sends_lines_as_they_come_and_says_that_nobody_may_keep_them() -> None:
    answer = streams.event_stream(iter(["data: 1\n\n", None, "data: 2\n\n"]), owner="key 1")

    assert answer.getvalue() == b"data: 1\n\ndata: 2\n\n"
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    assert (answer["Cache-Control"], answer["X-Accel-Buffering"]) == ("no-cache", "no")
    answer.close()


def test_a_comment_keeps_a_silent_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PING_SECONDS", 0.0)
    answer = streams.event_stream(iter([None, "data: 1\n\n"]), owner="key 1")

    assert answer.getvalue() == b": ping\n\ndata: 1\n\n"
    answer.close()


def test_no_owner_may_take_the_last_tenth(settings: Any) -> None:
    settings.MAX_OPEN_STREAMS = 10
    answers = [streams.event_stream(iter([]), owner="key 1") for _ in range(9)]
    assert not streams.has_room("key 1")
    assert streams.has_room("key 2")

    answers.append(streams.event_stream(iter([]), owner="key 2"))
    assert not streams.has_room("key 2")
    assert not streams.has_room("key 3")

    for answer in answers:
        answer.close()
        answer.close()
    assert streams.has_room("key 1")


def test_who_leaves_ends_what_is_read_for_him() -> None:
    ended = threading.Event()

    def lines() -> Iterator[str | None]:
        try:
            while True:
                yield "data: more\n\n"
        finally:
            ended.set()

    answer = streams.event_stream(lines(), owner="key 1")
    assert next(iter(answer)) == b"data: more\n\n"

    answer.close()

    assert ended.is_set()


def test_streams_end_when_the_site_stops() -> None:
    def endless() -> Iterator[str | None]:
        while True:
            yield None

    answer = streams.event_stream(endless(), owner="key 1")
    streams.stop()

    assert answer.getvalue() == b""
    answer.close()


def test_a_permit_that_was_given_back_is_free_at_once_and_only_once() -> None:
    permits = Permits(1)
    reached = []

    def work() -> None:
        with permits.held():
            reached.append(True)

    with permits.held():
        permits.give_back()
        permits.give_back()
        other = threading.Thread(target=work)
        other.start()
        other.join(timeout=5)
        assert reached
    with permits.held():
        pass
