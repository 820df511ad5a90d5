"""What several processes do to the log at one moment, and what one leaves that is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from assistants_server.models import Assistant
from dashboard.audit.api import OperationOutcome, open_operations
from dashboard.audit.models import Record
from dashboard.audit.verify.verification import verify
from tests.dashboard.audit.worker import POINTS

pytestmark = pytest.mark.django_db(transaction=True)


def started(*command: str) -> subprocess.Popen[str]:
    """A worker on the database of this test, ready to go."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.dashboard.audit.worker", *command],
        env=os.environ | {"DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR)},
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n", worker.communicate()[1]
    return worker


def said(worker: subprocess.Popen[str]) -> Any:
    out, told = worker.communicate(input="go\n", timeout=120)
    assert worker.returncode == 0, told
    return json.loads(out.splitlines()[-1])


def test_eight_processes_append_at_once_without_a_gap_or_an_error() -> None:
    workers = [started("append", f"worker {number}", "25") for number in range(8)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        told = worker.communicate(timeout=120)[1]
        assert worker.returncode == 0, told
    walk = verify()
    assert walk.is_whole
    assert walk.rows == 8 * 25 * 2
    assert len(set(Record.objects.values_list("actor", flat=True))) == 8


def test_a_process_killed_at_any_point_leaves_nothing_untold() -> None:
    assistant = Assistant.objects.create(workspace="main", wire_id="asst_old", created_at=1, revision="r", document=OLD)
    ended = said(started("die", assistant.wire_id))
    assert ended == [[act, point, -9] for act in ("create", "update") for point in POINTS]

    done = {row.body["name"] for row in Assistant.objects.exclude(wire_id="asst_old")}
    done |= {f"update-{point}" for point in Assistant.objects.get(wire_id="asst_old").body["metadata"]}
    intended = set(Record.objects.filter(kind="intent").values_list("request_id", flat=True))
    assert done == {f"{act}-{point}" for act in ("create", "update") for point in POINTS[4:]}
    assert done <= intended
    assert intended == {f"{act}-{point}" for act in ("create", "update") for point in POINTS[2:]}

    outcomes = list(Record.objects.filter(kind="outcome").values_list("request_id", flat=True))
    unknown = {str(request) for request in _open_requests()}
    assert sorted(outcomes) == sorted(f"{act}-{point}" for act in ("create", "update") for point in POINTS[7:])
    assert unknown == intended - set(outcomes)

    for act in open_operations(older_than=timedelta(0)):
        request = str(Record.objects.get(seq=act.seq).request_id)
        assert act.reconcile(outcome=OperationOutcome.SUCCEEDED if request in done else OperationOutcome.NOT_SENT)
        assert not act.reconcile(outcome=OperationOutcome.REFUSED)
    assert open_operations(older_than=timedelta(0)) == []
    assert Record.objects.filter(kind="outcome").count() == len(intended)
    assert verify().is_whole


OLD = json.dumps(
    {
        "id": "asst_old",
        "object": "assistant",
        "created_at": 1,
        "name": "Old",
        "description": None,
        "model": "gpt-4.1-mini",
        "instructions": None,
        "tools": [],
        "top_p": 1.0,
        "temperature": 1.0,
        "reasoning_effort": None,
        "tool_resources": {},
        "metadata": {},
        "response_format": "auto",
    }
)


def _open_requests() -> list[str]:
    numbers = [act.seq for act in open_operations(older_than=timedelta(0))]
    return list(Record.objects.filter(seq__in=numbers).values_list("request_id", flat=True))
