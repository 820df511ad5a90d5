"""What `make dev` serves: sample data, debug pages, static files by their own names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
page = Client().get("/login/", SERVER_NAME="localhost").content.decode()
assert 'href="/static/css/site.css"' in page, page[:2000]
call_command("load_samples")
call_command("load_samples")
from assistants_server.models import Assistant
print(settings.DEBUG, Assistant.objects.count())
"""


def test_a_fresh_clone_has_something_to_look_at(tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "dashboard.development",
        "DATA_DIR": str(tmp_path / "data"),
        "ADMIN_PASSWORD": "a-password-to-develop",
    }
    for name in ("DATABASE_URL", "CACHE_URL"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True, cwd=ROOT, env=environment
    )

    assert done.returncode == 0, done.stderr[-3000:]
    first, samples, last = done.stdout.splitlines()
    assert first == "First administrator: admin, password: the one in ADMIN_PASSWORD"
    assert samples.startswith("Workspace main holds ")
    is_debug, count = last.split()
    assert is_debug == "True"
    assert samples == f"Workspace main holds {count} sample assistants."
    assert int(count) >= 3
