"""The thread that finishes imports whose page nobody follows, or whose process has died."""

from __future__ import annotations

import logging
import os
import threading

from django.conf import settings
from django.db import connection

from assistants_server.importer import jobs
from assistants_server.models import ImportJob

log = logging.getLogger(__name__)

IDLE_SECONDS = 20.0
SLICE_SECONDS = 5.0

_rung = threading.Event()
_started_in = 0
_starting = threading.Lock()


def ring() -> None:
    """Tell the thread of this process that an import was begun; the others see it by themselves."""
    _rung.set()


def ensure_started(**signal: object) -> None:
    """Start the thread of this process, if it has none; a forked child has none."""
    global _started_in
    if not settings.IMPORTS_IN_BACKGROUND or _started_in == os.getpid():
        return
    with _starting:
        if _started_in != os.getpid():
            _started_in = os.getpid()
            threading.Thread(target=_keep_watch, name="imports", daemon=True).start()


def _keep_watch() -> None:
    while True:
        try:
            work()
        except Exception:  # one failed piece must not end the watch; the rows wait for the next
            log.exception("An import could not be gone on with")
        finally:
            connection.close()
        _rung.wait(IDLE_SECONDS)
        _rung.clear()


def work() -> None:
    """Carry every running import to its end, unless other processes are at all of them."""
    here = [name for name, workspace in settings.WORKSPACES.items() if workspace.is_embedded]
    running = ImportJob.objects.filter(state=ImportJob.State.RUNNING, workspace__in=here)
    while any(jobs.go_on(pk, seconds=SLICE_SECONDS) for pk in list(running.values_list("pk", flat=True))):
        pass
