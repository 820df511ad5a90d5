"""Hand events of runs over within this process, before anybody has to look into the database for them.

What other processes write is found by one thread, which looks for all the runs that somebody reads at once:
hundreds of streams that wait cost one query.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connection

from assistants_server.models import Run

logger = logging.getLogger(__name__)
# What a reader has missed beyond this it finds in the database.
MOST_KEPT = 4096
# Once so many seconds have passed since a run's end, nothing more can come.
LINGER_SECONDS = 60
Event = tuple[int, str, str]


class Feed:
    """The latest events of one run, kept while somebody listens."""

    def __init__(self) -> None:
        self.listeners = self.readers = 0
        self._changed = threading.Condition()
        self._events: deque[Event] = deque(maxlen=MOST_KEPT)
        self._looks = 0
        self._next_stored: int | None = 0

    def publish(self, events: Sequence[Event]) -> None:
        with self._changed:
            if self._events and events[0][0] != self._events[-1][0] + 1:
                # What lies between was written by another process, so it is in the database only.
                self._events.clear()
            self._events.extend(events)
            self._changed.notify_all()

    def note(self, next_stored: int | None) -> None:
        """What a look into the database gave: the number of the event after the last; None for a run that is over."""
        with self._changed:
            self._looks += 1
            self._next_stored = next_stored
            self._changed.notify_all()

    def take(self, wanted: int) -> list[Event]:
        """The events from number ``wanted`` on; none when that one is not here."""
        with self._changed:
            if not self._events or self._events[0][0] > wanted:
                return []
            return [event for event in self._events if event[0] >= wanted]

    def wait(self, wanted: int, seconds: float, *, look: int) -> None:
        """Return when event number ``wanted`` is here or :meth:`news` since that ``look``, or when the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self._has(wanted) or self._news(wanted, look) is not None, seconds)

    def news(self, wanted: int, *, look: int) -> int | None:
        """The number of a later look that found what this process did not say; None when there was none."""
        with self._changed:
            return self._news(wanted, look)

    def _has(self, wanted: int) -> bool:
        return bool(self._events) and self._events[0][0] <= wanted <= self._events[-1][0]

    def _news(self, wanted: int, look: int) -> int | None:
        is_news = self._looks != look and (self._next_stored is None or self._next_stored > wanted)
        return self._looks if is_news else None


_feeds: dict[int, Feed] = {}
_lock = threading.Lock()
_watcher: threading.Thread | None = None


def publish(run_pk: int, events: Sequence[Event]) -> None:
    """Wake whoever listens to the run in this process."""
    with _lock:
        feed = _feeds.get(run_pk)
    if feed is not None and events:
        feed.publish(events)


@contextmanager
def listen(run_pk: int, *, reads: bool = False) -> Iterator[Feed]:
    """Keep the events that are published from now on; ``reads``: look for those of other processes too."""
    global _watcher
    with _lock:
        feed = _feeds.setdefault(run_pk, Feed())
        feed.listeners += 1
        feed.readers += reads
        if reads and _watcher is None:
            _watcher = threading.Thread(target=_watch, name="run-events", daemon=True)
            _watcher.start()
    try:
        yield feed
    finally:
        with _lock:
            feed.listeners -= 1
            feed.readers -= reads
            if not feed.listeners:
                _feeds.pop(run_pk, None)


def _watch() -> None:
    """Look again and again, until nobody reads any more."""
    global _watcher
    while True:
        time.sleep(settings.RUN_LOOK_SECONDS)
        with _lock:
            read = {pk: feed for pk, feed in _feeds.items() if feed.readers}
            if not read:
                _watcher = None
                return
        try:
            _look(read)
        except Error:
            # The readers wait on: the database may be back soon, and what they wait for is in it.
            logger.warning("Looking for events of runs failed", exc_info=True)
        finally:
            connection.close()


def _look(read: dict[int, Feed]) -> None:
    rows = Run.objects.filter(pk__in=list(read)).exclude(ended_at__lt=time.time() - LINGER_SECONDS)
    stored = dict(rows.values_list("pk", "next_event"))
    for pk, feed in read.items():
        feed.note(stored.get(pk))
