"""The official clients, driven by the code of a hand-over over a transport that records, send the stored body.

The targets whose clients are installed beside the tests; `scripts/run-handover-clients` drives them all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.assistants_ui.handover.generated import assistants, write


@pytest.mark.parametrize(("target", "count"), [("responses", 12), ("agents-sdk", 8)])
def test_the_client_sends_the_stored_body(target: str, count: int, tmp_path: Path) -> None:
    """In a process of its own, because the Agents SDK keeps its client and its event loop for the whole of one."""
    for number, assistant in enumerate(assistants(count)):
        write(target, assistant, tmp_path / f"{number:03}")

    driver = settings.BASE_DIR / "scripts" / "handover_clients" / "drive.py"
    done = subprocess.run([sys.executable, str(driver), target, str(tmp_path)], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) == count
    assert json.loads(done.stdout.splitlines()[-1]) == {}
