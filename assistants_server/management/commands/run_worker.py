"""Answer runs in a process of its own."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from assistants_server.runs.worker import RunWorkers
from dashboard.management.preparation import is_prepared

UNPREPARED = (
    "The database is not prepared for this version yet. Waiting until the site or manage.py migrate has done it …"
)


class Command(BaseCommand):
    help = "Answer the runs of the embedded server until stopped; for a site whose RUN_WORKERS is 0, or one more."

    def add_arguments(self, parser: CommandParser) -> None:
        most = settings.RUN_WORKERS or 4
        parser.add_argument("--workers", type=int, default=most, help=f"runs at a time ({most})")

    def handle(self, *args: Any, workers: int, **options: Any) -> None:
        running = RunWorkers(max(1, workers))
        stopped = threading.Event()

        def stop(*signal_and_frame: object) -> None:
            stopped.set()
            running.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        self.wait_until_prepared(stopped)
        self.stdout.write(f"Answering up to {running.most} runs at a time.")
        running.keep_watch()
        running.leave()

    def wait_until_prepared(self, stopped: threading.Event) -> None:
        """On a first start, and after an upgrade, the site may still be making the tables."""
        has_said = False
        while not stopped.is_set() and not _is_prepared():
            if not has_said:
                self.stdout.write(UNPREPARED)
                self.stdout.flush()
                has_said = True
            stopped.wait(1.0)


def _is_prepared() -> bool:
    try:
        return is_prepared()
    except OperationalError:
        # Who looks for runs tells of a database that is away, and waits for it.
        return True
    finally:
        connection.close()
