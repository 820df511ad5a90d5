"""A worker process that dies without a word, at moments that matter."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from assistants_server.models import Message, Run, RunEvents, RunStep
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.conftest import API
from tests.assistants_server.model_server import Handler, says, serving
from tests.assistants_server.scripted import work
from tests.assistants_server.test_processes import moved


def worker_process(model_url: str) -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else moved(os.environ["DATABASE_URL"], name)
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR), "MODEL_BASE_URL": model_url}
    environment["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
    command = [sys.executable, "manage.py", "run_worker", "--workers", "1"]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)


def deltas() -> int:
    """How many batches of events with text are written."""
    return RunEvents.objects.filter(events__contains="thread.message.delta").count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_spoken", [False, True])
def test_a_killed_worker_leaves_one_truthful_end(api: API, settings: Settings, has_spoken: bool) -> None:
    reached = threading.Event()

    def hang(handler: Handler) -> None:
        if has_spoken:
            handler.begin()
            handler.text("Half an ")
            handler.server.released.wait(0.3)
            handler.text("answer")
        reached.set()
        handler.server.released.wait(30)

    with serving() as model:
        model.scripts += [hang, says("Whole.")]
        served = WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url=model.base_url))
        settings.WORKSPACES = settings.WORKSPACES | {"main": served}
        assistant = api.send("/assistants", {"model": "gpt-4o", "instructions": "Answer."}).json()["id"]
        run = api.send("/threads/runs", {"assistant_id": assistant}).json()
        process = worker_process(model.base_url)
        try:
            assert reached.wait(30)
            # What was said is in the worker's memory first, and only what is written counts as shown.
            late = time.monotonic() + 30
            while has_spoken and time.monotonic() < late and not deltas():
                time.sleep(0.02)
        finally:
            process.kill()
            process.communicate()
        # Nobody waits for the half minute after which a worker counts as lost.
        assert Run.objects.filter(lease_until__isnull=False).update(lease_until=1) == 1
        work()

    row = Run.objects.get(wire_id=run["id"])
    assert (row.status, len(model.bodies)) == (("failed", 1) if has_spoken else ("completed", 2))
    if has_spoken:
        why = "The server was restarted while it was answering."
        assert row.last_error == {"code": "server_error", "message": why}
    assert not RunStep.objects.filter(status="in_progress").exists()
    [answer] = Message.objects.filter(role="assistant")
    text = answer.content[0]["text"]["value"]
    assert (answer.status, text[:5]) == (("incomplete", "Half ") if has_spoken else ("completed", "Whole"))
    message = {"role": "user", "content": "Free again."}
    assert api.send(f"/threads/{run['thread_id']}/messages", message).status_code == 200


def test_a_worker_that_starts_before_the_site_waits_for_its_tables(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}", "DATA_DIR": str(tmp_path)}
    environment |= {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "PYTHONUNBUFFERED": "1"}
    manage = [sys.executable, "manage.py"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    worker = subprocess.Popen([*manage, "run_worker"], env=environment, cwd=settings.BASE_DIR, **pipes)
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline().startswith("The database is not prepared for this version yet.")
        subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, cwd=settings.BASE_DIR, check=True)
        assert worker.stdout.readline().startswith("Answering up to ")
    finally:
        worker.terminate()
    assert worker.communicate(timeout=30)[0] == ""
    assert worker.returncode == 0
