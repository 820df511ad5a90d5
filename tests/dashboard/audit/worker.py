"""One process that appends to the log, or dies in the middle of it; started by test_processes.

    python -m tests.dashboard.audit.worker append NAME TIMES
    python -m tests.dashboard.audit.worker die ASSISTANT_ID

It says "ready", waits for a line, works, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    import httpx

    from assistants_ui.service import Service

POINTS = ("before", "intent", "sending", "acting", "acted", "answered", "outcome", "after", "end")


def append(name: str, times: str) -> float:
    """Write as many operations as fast as it goes; the longest wait for one row, in seconds."""
    from dashboard.audit import api as audit

    actor, target = audit.Actor(kind="command", id=name, name=name), audit.Target(type="assistant", id="asst_1")
    longest = 0.0
    for _ in range(int(times)):
        start = time.perf_counter()
        with audit.operation(action="assistant.update", actor=actor, target=target):
            longest = max(longest, time.perf_counter() - start)
            start = time.perf_counter()
        longest = max(longest, time.perf_counter() - start)
    return longest


def die(assistant_id: str) -> list[list[Any]]:
    """At every point of a create and of an update, let a child be killed there; what the children ended with."""
    ended = []
    for act in ("create", "update"):
        for point in POINTS:
            child = os.fork()
            if child == 0:
                run_until(act, point, assistant_id)
                os._exit(99)
            ended.append([act, point, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])])
    return ended


def run_until(act: str, point: str, assistant_id: str) -> None:
    """Make one change, and be killed at ``point``."""
    service = service_dying_at(point, request_id=f"{act}-{point}")
    with dying_in_database(point):
        if point == "before":
            kill()
        if act == "create":
            service.assistants.create({"model": "gpt-4.1-mini", "name": f"create-{point}"})
        else:
            before = service.gateway.client.assistants.retrieve(assistant_id)
            service.assistants.update(before, {"metadata": {**before.metadata, point: "set"}})
        if point == "after":
            kill()
    kill()


def service_dying_at(point: str, *, request_id: str) -> Service:
    """The dashboard's own service, whose far end is the embedded server behind a deadly transport."""
    import httpx

    from assistants_client import Client
    from assistants_client.transport import WSGITransport
    from assistants_ui.service import Service
    from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, embedded_app
    from dashboard.audit import api as audit

    class Deadly(httpx.BaseTransport):
        server = WSGITransport(embedded_app, environ={"dashboard.embedded_workspace": "main"})

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST" and point == "sending":
                kill()
            response = self.server.handle_request(request)
            if request.method == "POST" and point == "acted":
                kill()
            return response

    return Service(
        client=Client(base_url=EMBEDDED_BASE_URL, api_key="", transport=Deadly()),
        workspace="main",
        api_version="v2",
        actor=audit.Actor(kind="command", id="worker", name="A worker"),
        request_id=request_id,
    )


@contextmanager
def dying_in_database(point: str) -> Iterator[None]:
    """Be killed inside the transaction of the intent, of the server's own change, or of the outcome."""
    from django.db import connection

    heads = 0

    def execute(run: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal heads
        if (
            point == "acting"
            and statement.startswith(("INSERT", "UPDATE"))
            and "assistants_server_assistant" in statement
        ):
            kill()
        if point == "answered" and heads == 1 and "audit_head" in statement:
            kill()
        result = run(statement, parameters, many, context)
        if statement.startswith("UPDATE audit_head"):
            heads += 1
            if (point, heads) in (("intent", 1), ("outcome", 2)):
                kill()
        return result

    with connection.execute_wrapper(execute):
        yield


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    jobs: dict[str, Callable[..., object]] = {"append": append, "die": die}
    print(json.dumps(jobs[sys.argv[1]](*sys.argv[2:])), flush=True)  # noqa: T201
