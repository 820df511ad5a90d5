"""Hand events of runs over within this process, before anybody has to look into the database for them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# What a reader has missed beyond this it finds in the database.
MOST_KEPT = 4096
Event = tuple[int, str, str]
_feeds: dict[int, Feed] = {}
_lock = threading.Lock()


class Feed:
    """The latest events of one run, kept while somebody listens."""

    def __init__(self) -> None:
        self.listeners = 0
        self._changed = threading.Condition()
        self._events: deque[Event] = deque(maxlen=MOST_KEPT)

    def publish(self, events: Sequence[Event]) -> None:
        with self._changed:
            self._events.extend(events)
            self._changed.notify_all()

    def take(self, wanted: int) -> list[Event]:
        """The events from number ``wanted`` on; none when that one is not here."""
        with self._changed:
            if not self._events or self._events[0][0] > wanted:
                return []
            return [event for event in self._events if event[0] >= wanted]

    def wait(self, wanted: int, seconds: float) -> None:
        """Return when event number ``wanted`` is here, or when the time is up."""
        with self._changed:
            self._changed.wait_for(
                lambda: bool(self._events) and self._events[0][0] <= wanted <= self._events[-1][0], seconds
            )


def publish(run_pk: int, events: Sequence[Event]) -> None:
    """Wake whoever listens to the run in this process."""
    with _lock:
        feed = _feeds.get(run_pk)
    if feed is not None and events:
        feed.publish(events)


@contextmanager
def listen(run_pk: int) -> Iterator[Feed]:
    with _lock:
        feed = _feeds.setdefault(run_pk, Feed())
        feed.listeners += 1
    try:
        yield feed
    finally:
        with _lock:
            feed.listeners -= 1
            if not feed.listeners:
                _feeds.pop(run_pk, None)
