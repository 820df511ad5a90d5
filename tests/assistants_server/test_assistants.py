"""/v1/assistants: create, retrieve, update, list, delete."""

from __future__ import annotations

import json
from typing import Any

from assistants_server.models import Assistant
from tests.assistants_server.conftest import API

MINIMAL: dict[str, Any] = {
    "object": "assistant",
    "name": None,
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


def test_it_fills_in_the_defaults(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1-mini"}).json()
    assert made == MINIMAL | {"id": made["id"], "created_at": made["created_at"]}
    assert made["id"].startswith("asst_")
    assert api.fetch(f"/assistants/{made['id']}") == made


def test_it_keeps_what_an_update_does_not_name(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "Desk", "metadata": {"a": "1"}}).json()
    changed = api.send(f"/assistants/{made['id']}", {"name": None, "temperature": 0.2}).json()
    assert changed == made | {"name": None, "temperature": 0.2}
    assert api.fetch(f"/assistants/{made['id']}") == changed


def test_what_was_stored_before_a_field_existed_can_be_changed(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "Desk"}).json()
    older = {key: value for key, value in made.items() if key not in ("reasoning_effort", "temperature")}
    Assistant.objects.update(document=json.dumps(older))
    changed = api.send(f"/assistants/{made['id']}", {"name": "Returns desk"})
    assert changed.status_code == 200
    assert changed.json() == made | {"name": "Returns desk"}


def test_it_deletes_once(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"}).json()
    gone = api.delete(f"/v1/assistants/{made['id']}")
    assert gone.json() == {"id": made["id"], "object": "assistant.deleted", "deleted": True}
    again = api.delete(f"/v1/assistants/{made['id']}")
    assert again.status_code == 404
    assert again.json()["error"] == {
        "message": f"No assistant found with id '{made['id']}'.",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_it_does_not_look_into_another_workspace(api: API, other: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"}).json()
    assert other.get(f"/v1/assistants/{made['id']}").status_code == 404
    assert other.fetch("/assistants")["data"] == []
    assert other.get(f"/v1/assistants?after={made['id']}").status_code == 404
