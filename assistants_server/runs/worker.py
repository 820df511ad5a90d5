"""The threads that answer runs, and the one that watches over them.

The rows of the runs are the queue: whoever can claim one works on it. ``wake`` only saves the wait
until the next look. Nothing is lost with a process: a run whose worker gives no sign of life for
half a minute is claimed by another, and one whose time is up is ended by whoever looks first.
"""

from __future__ import annotations

import atexit
import logging
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from assistants_server.files import janitor
from assistants_server.http import idempotency
from assistants_server.models import Run, RunEvents
from assistants_server.runs import connect, feed, writer
from assistants_server.runs.ending import end_overdue
from assistants_server.runs.executor import Control, execute
from assistants_server.runs.thread_pool import ThreadPool
from assistants_server.sandbox.pool import pool as interpreters
from assistants_server.uploads.operations import expire_overdue as expire_overdue_uploads
from dashboard.lib.once_per_process import once_per_process

logger = logging.getLogger(__name__)
S = Run.Status
HEARTBEAT_SECONDS = 1.0
SWEEP_SECONDS = 10.0
# While there is work: how long pieces of text may be in memory alone.
BUSY_SECONDS = 0.1
EVENTS_KEPT_SECONDS = 3600
# A word passes through several threads, each of which may wait for another to have had its turn at the interpreter.
TURN_SECONDS = 0.0005


def wake() -> None:
    """Tell the workers of this process, once the transaction is through, that a run needs them."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    ensure_started()
    _workers.wake()


def hand_over(row: Run, events: Sequence[feed.Event]) -> None:
    """Have a run that was queued just now begun at once, when this process has a worker free, with its ``events``.

    Whoever reads them finds them in memory. Where nobody is free the row waits in the queue like any other.
    """

    def begin() -> None:
        ensure_started()
        if not _workers.take(row, events):
            feed.publish(row.pk, events)
            _workers.wake()

    transaction.on_commit(begin, robust=True)


def end_overdue_of(workspace: str, thread_id: str) -> None:
    """Expire the run of a thread if its time is up: nobody is to wait for a worker that may not come."""
    overdue = Run.objects.filter(
        workspace=workspace,
        thread__wire_id=thread_id[:128].replace("\x00", ""),
        status__in=Run.ACTIVE,
        expires_at__lte=int(time.time()),
    )
    for run_pk in overdue.values_list("pk", flat=True):
        end_overdue(run_pk)


class RunWorkers:
    """Up to ``most`` runs at a time, each in a thread of its own, and one more thread that keeps watch."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._active: dict[int, Control] = {}
        self._threads = ThreadPool()
        self._lock = threading.Condition()
        self._is_woken = False
        self._is_ending = False
        self._was_woken = False
        self._beat = self._swept = self._prolonged = 0.0

    def wake(self) -> None:
        with self._lock:
            self._is_woken = True
            self._lock.notify_all()

    def keep_watch(self) -> None:
        """Look for work and after those at work, until :meth:`leave`."""
        while not self._is_ending:
            try:
                self.look()
            except Exception:  # one failed look must not end the watch
                # The database may be away for a while; whatever is due is due again.
                logger.exception("Looking for runs failed")
                connection.close()
                time.sleep(1)
            with self._lock:
                pause = BUSY_SECONDS if self._active else settings.RUN_LOOK_SECONDS
                self._lock.wait_for(lambda: self._is_woken or self._is_ending, pause)
                self._was_woken, self._is_woken = self._is_woken, False

    def look(self) -> None:
        now = time.monotonic()
        active = dict(self._active)
        if active and (self._was_woken or now - self._beat >= HEARTBEAT_SECONDS):
            self._beat = now
            self._heartbeat(active)
            self._begin()
        elif not active:
            self._begin()
        for control in active.values():
            control.held.flush_old()
        if now - self._swept >= SWEEP_SECONDS:
            self._swept = now
            sweep()

    def _heartbeat(self, active: dict[int, Control]) -> None:
        """Stop what was cancelled or taken over, and prolong the lease of the rest."""
        # Who claims its run only after the rows were read would look like one that has lost it.
        claimed = {pk: control for pk, control in active.items() if control.held.is_claimed}
        rows = {row.pk: row for row in Run.objects.filter(pk__in=claimed).only("pk", "attempt", "status")}
        for pk, control in claimed.items():
            row = rows.get(pk)
            if row is None or row.attempt != control.held.run.attempt:
                control.stop(writer.LostError())
            elif row.status == S.CANCELLING:
                control.stop(writer.CancelledError())
            elif time.time() >= control.held.run.expires_at:
                control.stop(writer.ExpiredError())
        if time.monotonic() - self._prolonged >= writer.LEASE_SECONDS / 3:
            self._prolonged = time.monotonic()
            until = writer.milliseconds() + writer.LEASE_SECONDS * 1000
            for pk, control in active.items():
                mine = Run.objects.filter(pk=pk, attempt=control.held.run.attempt, lease_until__isnull=False)
                mine.update(lease_until=until)

    def _begin(self) -> None:
        free = self.most - len(self._active)
        for pk in list(claimable().exclude(pk__in=list(self._active))[:free]) if free > 0 else []:
            row = writer.claim(pk)
            if row is not None:
                with self._lock:
                    control = self._active[pk] = Control(writer.Writer(row))
                self._start(control)

    def take(self, row: Run, events: Sequence[feed.Event]) -> bool:
        """Begin with a run that was queued just now, unless everybody is busy; who reads it hears ``events`` first."""
        with self._lock:
            if self._is_ending or len(self._active) >= self.most:
                return False
            control = self._active[row.pk] = Control(writer.Writer(row, is_claimed=False))
        self._start(control, events)
        return True

    def _start(self, control: Control, events: Sequence[feed.Event] = ()) -> None:
        listening = ExitStack()
        listening.enter_context(feed.listen(control.held.run.pk))
        feed.publish(control.held.run.pk, events)
        self._threads.run(lambda: self._work(control, listening))

    def _work(self, control: Control, listening: ExitStack) -> None:
        row = control.held.run
        try:
            with listening:
                execute(row, control)
        except Exception:  # nobody stands above this thread to hear of it
            # Its end could not be written either. The lease runs out, and another attempt ends it.
            logger.exception("Run %s could not be ended", row.wire_id)
        finally:
            with self._lock:
                # Whoever submitted the outputs that it waited for may have had it begun again by now.
                if self._active.get(row.pk) is control:
                    del self._active[row.pk]
            self.wake()

    def stop(self) -> None:
        """End :meth:`keep_watch`; also from a signal handler, so it takes no lock."""
        self._is_ending = True

    def join(self) -> None:
        """Return when nothing is under way any more."""
        with self._lock:
            self._lock.wait_for(lambda: not self._active)
        self._threads.end()

    def leave(self) -> None:
        """Begin nothing more, and let others have at once what is under way."""
        with self._lock:
            self._is_ending = True
            active = dict(self._active)
            self._lock.notify_all()
        for pk, control in active.items():
            Run.objects.filter(pk=pk, attempt=control.held.run.attempt).update(lease_until=0)
        connection.close()


def claimable() -> QuerySet[Run, int]:
    """The runs that nobody works on though somebody should, oldest first."""
    is_free = Q(lease_until=None) | Q(lease_until__lt=writer.milliseconds())
    waiting = Run.objects.filter(is_free, status__in=(S.QUEUED, S.IN_PROGRESS, S.CANCELLING))
    return waiting.order_by("seq").values_list("pk", flat=True)


def sweep() -> None:
    """End what has had its time: runs, uploads and interpreters; and forget the events of runs that ended long ago."""
    now = int(time.time())
    for pk in Run.objects.filter(status__in=Run.ACTIVE, expires_at__lte=now).values_list("pk", flat=True):
        end_overdue(pk)
    RunEvents.objects.filter(run__ended_at__lt=now - EVENTS_KEPT_SECONDS).delete()
    expire_overdue_uploads()
    interpreters.sweep()
    if _cleaning.is_due():
        janitor.clean()
        idempotency.forget_old()


_workers = RunWorkers(0)
_cleaning = janitor.Clock()


def ensure_started(**signal: object) -> None:
    """Start the workers of this process, if it is to have any and has none."""
    if settings.RUN_WORKERS:
        _start()


@once_per_process
def _start() -> None:
    global _workers
    _workers = RunWorkers(settings.RUN_WORKERS)
    sys.setswitchinterval(TURN_SECONDS)
    threading.Thread(target=_watch, args=(_workers,), name="runs", daemon=True).start()
    atexit.register(_workers.leave)
    connect.start_builtin()


def _watch(workers: RunWorkers) -> None:
    try:
        workers.keep_watch()
    finally:
        connection.close()
