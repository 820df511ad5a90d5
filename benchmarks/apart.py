"""Runs an area that needs Django in a process and a data folder of its own, since Django is set up once a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Samples = dict[str, list[float]]


def samples_of(module: str, *, rounds: int, settings: str = "dashboard.settings", **variables: str) -> Samples:
    """What ``measure(rounds)`` of ``module`` returns, run with these settings and environment variables."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": settings, **variables}
        command = [sys.executable, "-m", module, str(rounds)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    samples: Samples = json.loads(done.stdout.splitlines()[-1])
    return samples


def answer(measure: Callable[[int], Samples]) -> None:
    """Run ``measure`` as the process that :func:`samples_of` starts, and hand its samples back."""
    print(json.dumps(measure(int(sys.argv[1]))))
