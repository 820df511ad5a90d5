"""The only way in which a run's state changes: with its events, in one transaction, by who holds the run.

Whoever works on a run has claimed an attempt of it. Each write names that attempt, so a worker that
was given up for lost, and comes back, is refused by the database and writes nothing any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from assistants_client import strict_json
from assistants_server.models import Run, RunEvents
from assistants_server.runs import feed
from dashboard.lib.durability import unsynced

LEASE_SECONDS = 30
# Pieces of text are in memory at once; this is how long they may be there alone.
FLUSH_SECONDS = 0.1
Named = tuple[str, Any]
S = Run.Status
# From where to where a run may go.
TRANSITIONS: dict[str, set[str]] = {
    S.QUEUED: {S.IN_PROGRESS, S.CANCELLING, S.CANCELLED, S.EXPIRED, S.FAILED},
    S.IN_PROGRESS: {
        S.REQUIRES_ACTION,
        S.CANCELLING,
        S.COMPLETED,
        S.FAILED,
        S.INCOMPLETE,
        S.EXPIRED,
    },
    S.REQUIRES_ACTION: {S.QUEUED, S.CANCELLING, S.EXPIRED},
    S.CANCELLING: {S.CANCELLED, S.COMPLETED, S.FAILED, S.INCOMPLETE, S.EXPIRED},
}


class LostError(Exception):
    """The run is no longer ours to write: another attempt has begun, or the run is gone."""


class CancelledError(Exception):
    """Somebody wants the run to stop."""


class ExpiredError(Exception):
    """The run has had its time."""


def milliseconds() -> int:
    return int(time.time() * 1000)


def _transaction(*, is_lasting: bool) -> AbstractContextManager[None]:
    """A transaction that outlives the death of any process, and of the machine too if it ``is_lasting``.

    What lasts waits for the disk. A word on its way to a reader need not: a machine that loses its power takes
    the reader's connection along.
    """
    return transaction.atomic() if is_lasting else unsynced()


def claim(run_pk: int, *, overdue: bool = False) -> Run | None:
    """Take the run for a new attempt; None when it needs nobody or somebody has it.

    ``overdue``: take it from whoever has it, because its time is up.
    """
    now = milliseconds()
    is_free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = Q(status__in=(S.QUEUED, S.IN_PROGRESS, S.CANCELLING)) & is_free
    if overdue:
        waiting = Q(status__in=Run.ACTIVE, expires_at__lte=now // 1000)
    with _transaction(is_lasting=False):
        row = Run.objects.select_for_update(of=("self",)).select_related("thread").filter(waiting, pk=run_pk).first()
        if row is None:
            return None
        row.interruptions += row.lease_until is not None
        row.attempt += 1
        row.lease_until = now + LEASE_SECONDS * 1000
        row.save(update_fields=["interruptions", "attempt", "lease_until"])
    return row


@dataclass
class Writer:
    """Writes one attempt of a run; ``run`` is the row as this attempt knows it."""

    run: Run
    is_claimed: bool = True
    """Whether the attempt has been taken in the database; else the first write takes it, or finds out that it may not.

    It is for a run that was queued by this process just now, and saves its reader the wait for one transaction.
    """

    def __post_init__(self) -> None:
        if not self.is_claimed:
            self.run.attempt += 1
        self._lock = threading.RLock()
        self._next = self.run.next_event
        self._pending: list[feed.Event] = []
        self._flushed = time.monotonic()

    def emit(self, name: str, data: Any) -> None:
        """Tell of something that changes no state, such as a piece of text."""
        with self._lock:
            event = (self._next, name, strict_json.dumps(data))
            self._next += 1
            self._pending.append(event)
            feed.publish(self.run.pk, [event])
            if time.monotonic() - self._flushed >= FLUSH_SECONDS:
                self.write()

    def flush_old(self) -> None:
        """Write what has been in memory alone for too long."""
        with self._lock:
            if self._pending and time.monotonic() - self._flushed >= FLUSH_SECONDS:
                # Whoever works on the run finds out by itself that it may not any more.
                with suppress(LostError, CancelledError):
                    self.write()

    def write(
        self, act: Callable[[], Sequence[Named]] | None = None, *, count: int | None = None, **values: Any
    ) -> None:
        """Set ``values`` of the run, do what ``act`` does and keep the events that it gives, all or nothing.

        ``count``: how many it will give, where that is known; it saves a statement.

        Raises :class:`LostError` when this attempt may not write any more, and
        :class:`CancelledError` when the run was asked to stop and the change would ignore that.
        """
        count = 0 if act is None else count
        with self._lock:
            with _transaction(is_lasting=values.get("status") not in (None, S.IN_PROGRESS)):
                self._take_row(values if count is None else values | {"next_event": self._next + count})
                for name, value in values.items():
                    setattr(self.run, name, value)
                # Before the rest, because a message that is cut off is made up of its pieces.
                _store(self.run, self._pending)
                named = act() if act is not None else ()
                added = [(self._next + at, name, strict_json.dumps(data)) for at, (name, data) in enumerate(named)]
                _store(self.run, added)
                if len(added) != count:
                    Run.objects.filter(pk=self.run.pk).update(next_event=self._next + len(added))
            self.is_claimed = True
            self._next += len(added)
            self._pending = []
            self._flushed = time.monotonic()
            transaction.on_commit(lambda: feed.publish(self.run.pk, added))

    def _take_row(self, values: dict[str, Any]) -> None:
        """Set the values; the row stays locked until the end of the transaction."""
        rows = Run.objects.filter(pk=self.run.pk, attempt=self.run.attempt)
        if not self.is_claimed:
            rows = Run.objects.filter(pk=self.run.pk, attempt=self.run.attempt - 1, lease_until=None)
            lease = milliseconds() + LEASE_SECONDS * 1000
            values = {"attempt": self.run.attempt, "lease_until": lease} | values
        to = values.get("status")
        if to is None:
            taken = rows.filter(status__in=Run.ACTIVE).update(**(values or {"attempt": F("attempt")}))
        else:
            taken = rows.filter(status__in=[old for old, new in TRANSITIONS.items() if to in new]).update(**values)
        if taken:
            return
        status = rows.values_list("status", flat=True).first()
        if status == S.CANCELLING:
            raise CancelledError
        raise LostError


def _store(run: Run, events: Sequence[feed.Event]) -> None:
    if events:
        kept = [[name, data] for _, name, data in events]
        RunEvents.objects.create(run=run, first=events[0][0], last=events[-1][0], events=kept)


def begin(run: Run, named: Sequence[Named]) -> list[feed.Event]:
    """Keep the first events of a new run, whose row counts them already, and give them."""
    events = [(at, name, strict_json.dumps(data)) for at, (name, data) in enumerate(named)]
    _store(run, events)
    return events


def append(run: Run, named: Sequence[Named]) -> list[feed.Event]:
    """Keep events of a run that nobody works on, and give them; call it in a transaction that holds the run's row."""
    events = [(run.next_event + at, name, strict_json.dumps(data)) for at, (name, data) in enumerate(named)]
    _store(run, events)
    run.next_event += len(events)
    run.save(update_fields=["next_event"])
    return events
