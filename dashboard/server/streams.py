"""Server-sent events: answers that stay open for minutes and leave the pages their threads.

A view that streams looks like this::

    if not streams.has_room(owner):
        ...  # answer 429 with ``Retry-After: streams.RETRY_SECONDS`` before anything is done
    return streams.event_stream(lines(), owner=owner)

``lines`` is an ordinary generator of text. It may wait (on a ``threading.Event`` or ``Condition``, with a
time-out of two seconds at most) and must then yield ``None`` now and then: that is when this module sends a
comment to keep the connection open, notices that the reader has left, and ends the stream when the site
stops. It must leave its database connection before it waits (:func:`rest`).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import StreamingHttpResponse

from dashboard.server.permits import working

__all__ = ["RETRY_SECONDS", "EventStreamResponse", "event_stream", "has_room", "rest", "stop"]

PING_SECONDS = 15.0
# A comment: neither ``id:`` nor ``retry:``, which would change how a browser connects again.
PING = ": ping\n\n"
RETRY_SECONDS = 5

rest = working.rest
_lock = threading.Lock()
_open: Counter[str] = Counter()
_stopping = threading.Event()


class EventStreamResponse(StreamingHttpResponse):
    """An open stream, counted until it is closed. It holds a thread but no permit, and no database connection."""

    def __init__(self, lines: Iterable[str | None], *, owner: str, farewell: str = "") -> None:
        _enter(owner)
        self._owner: str | None = owner
        self._farewell = farewell
        self._lines = lines
        super().__init__(self._events(), content_type="text/event-stream; charset=utf-8")
        self["Cache-Control"] = "no-cache"
        # nginx would collect the words until a page of them is full.
        self["X-Accel-Buffering"] = "no"

    def close(self) -> None:
        owner, self._owner = self._owner, None
        if owner is not None:
            _leave(owner)
        ending = getattr(self._lines, "close", None)
        if ending is not None:
            ending()
        super().close()

    def _events(self) -> Iterator[str]:
        rest()
        working.give_back()
        said = time.monotonic()
        for line in self._lines:
            now = time.monotonic()
            if line is not None:
                said = now
                yield line
            elif now - said >= PING_SECONDS:
                said = now
                yield PING
            if _stopping.is_set():
                yield self._farewell
                return


def event_stream(lines: Iterable[str | None], *, owner: str, farewell: str = "") -> EventStreamResponse:
    """The answer that sends these lines as they come, and ``farewell`` if the site stops before they end.

    ``owner`` is the key or the person who reads, in any spelling that is always the same. Ask :func:`has_room`
    before anything is done: here it would be too late to refuse.
    """
    return EventStreamResponse(lines, owner=owner, farewell=farewell)


def has_room(owner: str) -> bool:
    """Whether one more stream of this owner may be opened now."""
    with _lock:
        return _open.total() < settings.MAX_OPEN_STREAMS and _open[owner] < _most_of_one_owner()


def stop() -> None:
    """End every stream when it next has nothing to say: the site is being stopped."""
    _stopping.set()


def _most_of_one_owner() -> int:
    # Whoever takes all that one may have leaves some for everybody else.
    return max(1, settings.MAX_OPEN_STREAMS * 9 // 10)


def _enter(owner: str) -> None:
    with _lock:
        _open[owner] += 1


def _leave(owner: str) -> None:
    with _lock:
        _open[owner] -= 1
        if not _open[owner]:
            del _open[owner]
