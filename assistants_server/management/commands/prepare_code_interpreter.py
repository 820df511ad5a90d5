"""``manage.py prepare_code_interpreter``: compile the sandbox once, so that no run waits for it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistants_server.sandbox import installed
from assistants_server.sandbox.process import CHILD

SECONDS = 1800
PROGRAM = '{"code": "print(6 * 7)"}\n'


class Command(BaseCommand):
    help = "Compile the sandbox of code_interpreter for this machine; takes minutes once, and 2.5 GB of memory."

    def handle(self, *args: Any, **options: Any) -> None:
        if not installed.is_installed():
            raise CommandError(f"The sandbox is not installed. Run: {installed.COMMAND}")
        if installed.is_ready():
            self.stdout.write("The sandbox of code_interpreter is ready.")
            return
        self.stdout.write("Compiling the sandbox of code_interpreter; this takes a few minutes, once …")
        self.stdout.flush()
        for folder in (installed.root(), installed.cache_folder()):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as tmp:
            command = [sys.executable, "-I", str(CHILD), data, tmp, str(installed.cache_folder())]
            try:
                done = subprocess.run(  # noqa: S603  # our own file
                    command, input=PROGRAM, capture_output=True, text=True, timeout=SECONDS, env={}, check=False
                )
            except subprocess.TimeoutExpired as error:
                raise CommandError("The sandbox could not be compiled in half an hour.") from error
        if '"stdout": "42\\n"' not in done.stdout:
            raise CommandError(f"The sandbox does not work here: {done.stderr[-2000:] or done.returncode}")
        installed.note_ready()
        self.stdout.write(
            f"Ready after {time.monotonic() - began:.0f} s. Runs are offered code_interpreter from now on."
        )
