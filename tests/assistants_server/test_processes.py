"""What several processes may do to one object at one moment, on the configured database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from assistants_server.assistants import operations as assistants
from assistants_server.http.authentication import new_key
from assistants_server.models import Assistant


def all_at_once(*commands: list[str]) -> list[Any]:
    """Start a writer for each command, let them go together, and give what each one said."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else moved(os.environ["DATABASE_URL"], name)
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.assistants_server.writer", *command],
            env=environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n", writer.communicate()[1]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = []
    for writer in writers:
        out, told = writer.communicate(timeout=120)
        assert writer.returncode == 0, told
        said.append(json.loads(out.splitlines()[-1]))
    return said


def moved(url: str, name: str) -> str:
    """The same database server, but the database of the tests."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost_between_processes_that_send_if_match() -> None:
    _, key = new_key(name="tests", workspace="main")
    # On a busy machine one may be done before the other begins: then nothing is proved, and they try again.
    for _ in range(5):
        row = assistants.create("main", {"model": "gpt-4.1", "metadata": {"count": "0"}})
        refused = all_at_once(*[["count", key, row.wire_id, "25"]] * 2)
        row.refresh_from_db()
        assert row.body["metadata"] == {"count": "50"}
        if sum(refused):
            return
    pytest.fail("The two never met.")


@pytest.mark.django_db(transaction=True)
def test_eight_creates_with_one_idempotency_key_make_one_object() -> None:
    _, key = new_key(name="tests", workspace="main")
    first, second = all_at_once(*[["create", key, "the only one", "4"]] * 2)
    assert [row.wire_id for row in Assistant.objects.all()] * 8 == first + second
