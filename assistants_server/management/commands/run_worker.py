"""Answer runs in a process of its own."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from assistants_server.runs.worker import RunWorkers


class Command(BaseCommand):
    help = "Answer the runs of the embedded server until stopped; for a site whose RUN_WORKERS is 0, or one more."

    def add_arguments(self, parser: CommandParser) -> None:
        most = settings.RUN_WORKERS or 4
        parser.add_argument("--workers", type=int, default=most, help=f"runs at a time ({most})")

    def handle(self, *args: Any, workers: int, **options: Any) -> None:
        running = RunWorkers(max(1, workers))

        def stop(*signal_and_frame: object) -> None:
            running.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        self.stdout.write(f"Answering up to {running.most} runs at a time.")
        running.keep_watch()
        running.leave()
