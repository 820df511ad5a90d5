"""The thread that finishes imports whose page nobody follows, or whose process has died."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import connection

from assistants_server.importer import jobs
from assistants_server.models import ImportJob
from dashboard.lib.once_per_process import once_per_process

log = logging.getLogger(__name__)

IDLE_SECONDS = 20.0
SLICE_SECONDS = 5.0

_woken = threading.Event()


def wake() -> None:
    """Tell the thread of this process that an import was begun; the others see it by themselves."""
    _woken.set()


def ensure_started(**signal: object) -> None:
    """Start the thread of this process, if it is to have one and has none."""
    if settings.IMPORTS_IN_BACKGROUND:
        _start()


@once_per_process
def _start() -> None:
    threading.Thread(target=_keep_watch, name="imports", daemon=True).start()


def _keep_watch() -> None:
    while True:
        try:
            work()
        except Exception:  # one failed piece must not end the watch; the rows wait for the next
            log.exception("An import could not be gone on with")
        finally:
            connection.close()
        _woken.wait(IDLE_SECONDS)
        _woken.clear()


def work() -> None:
    """Carry every running import to its end, unless other processes are at all of them."""
    here = [name for name, workspace in settings.WORKSPACES.items() if workspace.is_embedded]
    running = ImportJob.objects.filter(state=ImportJob.State.RUNNING, workspace__in=here)
    while any(jobs.go_on(pk, seconds=SLICE_SECONDS) for pk in list(running.values_list("pk", flat=True))):
        pass
