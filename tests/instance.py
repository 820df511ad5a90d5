"""A dashboard as it runs in real life: served by a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path

import httpx
import pytest
from django.conf import settings


class Instance:
    """A dashboard in a process and a folder of its own, reached only by its address; ``environment`` sets more."""

    def __init__(self, folder: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.url = f"{self.address}/v1"
        ours = {"SITE_URL", "DATABASE_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"}
        clean = {name: value for name, value in os.environ.items() if name not in ours}
        self.environment = clean | {"DATA_DIR": str(folder), "PORT": str(port), "PYTHONWARNINGS": "default"}
        self.environment |= environment
        self.log = (folder / "log").open("wb")
        self.start()

    def start(self) -> None:
        """Serve, once more after :meth:`kill`."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self._wait_until_it_answers()

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    @cached_property
    def key(self) -> str:
        """A key for its own Assistants server."""
        return self.manage("create_api_key", "tests").splitlines()[-1]

    def kill(self) -> None:
        """What a power cut does: no process of it can say or write anything more."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=1).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail("The instance does not answer.")
