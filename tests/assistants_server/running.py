"""What the tests of runs share: asking something, and looking at what became of it."""

from __future__ import annotations

import json
from typing import Any

from assistants_server.models import Run
from tests.assistants_server.conftest import API

FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
SEARCH = {"type": "file_search"}


def assistant(api: API, **fields: Any) -> str:
    return str(api.send("/assistants", {"model": "gpt-4o"} | fields).json()["id"])


def ask(api: API, assistant_id: str, text: str = "Hello?", **fields: Any) -> dict[str, Any]:
    thread = {"messages": [{"role": "user", "content": text}]}
    answer = api.send("/threads/runs", {"assistant_id": assistant_id, "thread": thread} | fields)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def path(run: dict[str, Any]) -> str:
    return f"/threads/{run['thread_id']}/runs/{run['id']}"


def look(api: API, run: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = api.fetch(path(run))
    return body


def newest(api: API, run: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = api.fetch(f"/threads/{run['thread_id']}/messages")["data"][0]
    return body


def steps(api: API, run: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = api.fetch(f"{path(run)}/steps?order=asc{query}")["data"]
    return data


def log(run: dict[str, Any]) -> list[tuple[str, Any]]:
    """The events of a run, repeated deltas as one."""
    found: list[tuple[str, Any]] = []
    for row in Run.objects.get(wire_id=run["id"]).events.order_by("first"):
        for name, data in row.events:
            if not found or found[-1][0] != name or not name.endswith(".delta"):
                found.append((name.removeprefix("thread."), json.loads(data)))
    return found


def names(run: dict[str, Any]) -> list[str]:
    listed: list[str] = []
    for name, _ in log(run):
        if not listed or not name.endswith(".delta") or listed[-1] != name:
            listed.append(name)
    return listed


MESSAGE = [
    "run.step.created",
    "run.step.in_progress",
    "message.created",
    "message.in_progress",
    "message.delta",
    "message.completed",
    "run.step.completed",
]
