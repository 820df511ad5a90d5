"""Threads that are kept for a while after their work, with their connections to the database."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections

KEPT_SECONDS = 60.0
Act = Callable[[], None]


class ThreadPool:
    """Gives each piece of work a thread of its own at once: one that waits for work, or else a new one.

    They end with the process, whatever they are doing. No work may raise.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[threading.Thread] = set()
        self._waiting = 0
        self._is_ending = False
        self._handed: queue.SimpleQueue[Act | None] = queue.SimpleQueue()

    def run(self, act: Act) -> None:
        with self._lock:
            if self._waiting:
                self._waiting -= 1
                self._handed.put(act)
                return
            thread = threading.Thread(target=self._work, args=(act,), name="run", daemon=True)
            self._all.add(thread)
            thread.start()

    def end(self) -> None:
        """Return when the work is done and no thread is left."""
        with self._lock:
            self._is_ending = True
            threads = list(self._all)
            for _ in range(self._waiting):
                self._handed.put(None)
            self._waiting = 0
        for thread in threads:
            thread.join()

    def _work(self, act: Act | None) -> None:
        try:
            while act is not None:
                close_old_connections()
                act()
                act = self._next()
        finally:
            connections.close_all()
            with self._lock:
                self._all.discard(threading.current_thread())

    def _next(self) -> Act | None:
        """What is to be done next; None once nothing has come for a while, or nothing is to come."""
        with self._lock:
            if self._is_ending:
                return None
            self._waiting += 1
        try:
            return self._handed.get(timeout=KEPT_SECONDS)
        except queue.Empty:
            with self._lock:
                try:
                    # It came just now, for this thread or for another whose time is up as well.
                    return self._handed.get_nowait()
                except queue.Empty:
                    self._waiting -= 1
                    return None
