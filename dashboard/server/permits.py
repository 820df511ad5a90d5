"""How many requests are worked on at once, however many threads there are.

The server has a thread for each of ``WEB_THREADS`` requests and one more for each event stream that may be
open. A request holds a permit while it is worked on; a stream gives it back before it begins to wait, so that
any number of streams leaves all permits to the pages.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections


class Permits:
    """``count`` permits; each thread holds one at most."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = threading.BoundedSemaphore(count)
        self._mine = threading.local()
        self._residents: set[int] = set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a permit from here on, until the end or until :meth:`give_back`."""
        self._free.acquire()
        self._mine.is_held = True
        if len(self._residents) < self.count:
            self._residents.add(threading.get_ident())
        try:
            yield
        finally:
            if threading.get_ident() not in self._residents:
                # Of hundreds of threads, few may keep a connection to the database for the next request.
                close_connections()
            self.give_back()

    def give_back(self) -> None:
        """Let somebody else work; does nothing in a thread that holds no permit."""
        if getattr(self._mine, "is_held", False):
            self._mine.is_held = False
            self._free.release()

    def rest(self) -> None:
        """Before a long wait: close this thread's connections, for somebody else may need them.

        A connection to a file is nobody else's, and dear to open: the few threads that keep one keep it here too.
        """
        if threading.get_ident() not in self._residents or any(each.vendor != "sqlite" for each in connections.all()):
            close_connections()


def close_connections() -> None:
    """Close this thread's connections to the database, but for one in the middle of a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


working = Permits(settings.WEB_THREADS)
