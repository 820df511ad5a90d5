"""The heads of the record in the log stream: outside the database, so that a tail cut off there shows by comparing.

A line for each of a thousand imported objects would bury everything else. The first head is logged
at once; of those that follow within a second only the last is, when the second is over, when the
process ends, or when :meth:`HeadLog.flush` is called.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger("dashboard.audit.head")

SECONDS = 1.0


class Scheduler(Protocol):
    """Has something done after some seconds."""

    def __call__(self, seconds: float, act: Callable[[], None], /) -> object: ...


def start_timer(seconds: float, act: Callable[[], None]) -> None:
    """In a thread that does not keep the process alive; what it leaves undone is done at the process's end."""
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


class HeadLog:
    """Logs the newest head at most once a second, and the last one always."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic, later: Scheduler = start_timer) -> None:
        self._now, self._later = now, later
        # It is held while the line is written, so that an older head never comes after a newer one.
        self._lock = threading.RLock()
        self._waiting: tuple[int, str] | None = None
        self._is_timed = False
        self._last_seq = 0
        self._last_time: float | None = None

    def note(self, seq: int, seal: str) -> None:
        """A row was appended and committed."""
        with self._lock:
            if self._waiting is None or seq > self._waiting[0]:
                self._waiting = (seq, seal)
            left = 0.0 if self._last_time is None else self._last_time + SECONDS - self._now()
            if left <= 0:
                self.flush()
            elif not self._is_timed:
                self._is_timed = True
                self._later(left, self._end_wait)

    def flush(self) -> None:
        """Log what waits, now: before this process makes room for another program."""
        with self._lock:
            if self._waiting is not None and self._waiting[0] != self._last_seq:
                self._last_seq, seal = self._waiting
                self._last_time = self._now()
                log.info("audit head %d:%s", self._last_seq, seal)
            self._waiting = None

    def forget(self) -> None:
        """In a forked process: what waits is its parent's to log, and the parent's timer does not run here."""
        self._lock = threading.RLock()
        self._waiting, self._is_timed = None, False

    def _end_wait(self) -> None:
        with self._lock:
            self._is_timed = False
            self.flush()


head_log = HeadLog()
atexit.register(head_log.flush)
os.register_at_fork(after_in_child=head_log.forget)
