"""The threads that ask the questions of runs, and that delete what dead processes left on servers.

The rows are the queue, and a lease on each says who is at work: with a process nothing is lost but a minute.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from assistants_ui.conversations import borrowed
from assistants_ui.evaluations import answering
from assistants_ui.models import BorrowedThread, QuestionAnswer
from assistants_ui.service import Service
from assistants_ui.workspaces.connections import workspace_client
from dashboard.audit.api import Actor
from dashboard.lib.once_per_process import once_per_process

log = logging.getLogger(__name__)

IDLE_SECONDS = 10.0
BUSY_SECONDS = 0.5
SWEEP_SECONDS = 60.0
State = QuestionAnswer.State


def open_answers() -> QuerySet[QuestionAnswer]:
    """Those that wait to be asked, and those whose asker gives no sign of life."""
    lost = Q(state=State.ASKING, lease_until__lt=timezone.now())
    known = Q(run__workspace__in=list(settings.WORKSPACES))
    return QuestionAnswer.objects.filter(known & (Q(state=State.WAITING) | lost)).order_by("run_id", "position", "pk")


def work() -> int:
    """Ask, one after the other in this thread, all that waits; gives how many were asked."""
    count = 0
    while (pk := open_answers().values_list("pk", flat=True).first()) is not None:
        count += _answer(pk)
    return count


def _answer(pk: int) -> int:
    row = answering.claim(pk)
    if row is None:
        return 0
    answering.answer(service_of(row.run.workspace, by=row.run.by), row)
    return 1


def service_of(workspace: str, *, by: str = "") -> Service:
    return Service(
        client=workspace_client(workspace),
        workspace=workspace,
        api_version=settings.WORKSPACES[workspace].api_version,
        actor=Actor(kind="system", id="test_questions", name=by or "test questions"),
        request_id=uuid.uuid4().hex,
    )


def sweep() -> None:
    """Delete the threads of dead processes, in every workspace that has some."""
    left = BorrowedThread.objects.filter(lease_until__lt=timezone.now(), workspace__in=list(settings.WORKSPACES))
    for workspace in left.values_list("workspace", flat=True).distinct():
        borrowed.sweep(service_of(workspace))


class QuestionWorkers:
    """Up to ``most`` questions at a time, each in a thread of its own, and one more thread that looks for work."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._active: set[int] = set()
        self._lock = threading.Condition()
        self._is_woken = False
        self._swept = 0.0

    def wake(self) -> None:
        with self._lock:
            self._is_woken = True
            self._lock.notify_all()

    def keep_watch(self) -> None:
        while True:
            try:
                self._look()
            except Exception:  # one failed look must not end the watch; whatever is due is due again
                log.exception("Looking for test questions failed")
                connection.close()
            with self._lock:
                pause = BUSY_SECONDS if self._active else IDLE_SECONDS
                self._lock.wait_for(lambda: self._is_woken, pause)
                self._is_woken = False

    def _look(self) -> None:
        free = self.most - len(self._active)
        for pk in list(open_answers().values_list("pk", flat=True)[:free]) if free > 0 else []:
            with self._lock:
                if pk in self._active:
                    continue
                self._active.add(pk)
            threading.Thread(target=self._work, args=(pk,), name=f"question-{pk}", daemon=True).start()
        if time.monotonic() - self._swept > SWEEP_SECONDS:
            self._swept = time.monotonic()
            sweep()

    def _work(self, pk: int) -> None:
        try:
            _answer(pk)
        except Exception:  # nobody stands above this thread to hear of it; the row is claimed again after its lease
            log.exception("A test question could not be asked")
        finally:
            connection.close()
            with self._lock:
                self._active.discard(pk)
            self.wake()


_workers: QuestionWorkers | None = None


def wake() -> None:
    """Tell the threads of this process that there is work; others see it by themselves."""
    ensure_started()
    if _workers is not None:
        _workers.wake()


def ensure_started(**signal: object) -> None:
    """Start the threads of this process, if it is to have any and has none."""
    if settings.QUESTIONS_AT_ONCE:
        _start()


@once_per_process
def _start() -> None:
    global _workers
    _workers = QuestionWorkers(settings.QUESTIONS_AT_ONCE)
    threading.Thread(target=_workers.keep_watch, name="questions", daemon=True).start()
