"""Conditional writes, retries, and what is recorded."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from assistants_server.models import Assistant, File, GivenAnswer
from dashboard.audit import api as audit
from dashboard.audit.models import Record
from dashboard.lib.signals import workspace_changed
from tests.assistants_server.conftest import API

ONE = {"Idempotency-Key": "one"}


def test_if_match_refuses_what_was_changed_meanwhile(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "A"})
    address = f"/assistants/{made.json()['id']}"
    assert made["ETag"] == api.get(f"/v1{address}")["ETag"]
    changed = api.send(address, {"name": "B"}, **{"If-Match": made["ETag"]})
    assert changed["ETag"] != made["ETag"]
    late = api.send(address, {"name": "C"}, **{"If-Match": made["ETag"]})
    assert (late.status_code, late.json()["error"]["code"], late["ETag"]) == (
        412,
        "precondition_failed",
        changed["ETag"],
    )
    assert api.delete(f"/v1{address}", headers={"If-Match": made["ETag"]}).status_code == 412
    assert api.fetch(address)["name"] == "B"
    either = f"{made['ETag']}, W/{changed['ETag']}"
    assert api.send(address, {"name": "D"}, **{"If-Match": either}).status_code == 200
    assert api.send(address, {"name": "E"}, **{"If-Match": "*"}).status_code == 200


def test_the_etag_stays_when_nothing_changes_and_differs_between_versions(api: API, api_v1: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "A"})
    address = f"/assistants/{made.json()['id']}"
    assert api.send(address, {"name": "A"})["ETag"] == made["ETag"]
    old = api_v1.get(f"/v1{address}")["ETag"]
    assert old != made["ETag"]
    assert api_v1.send(address, {"name": "B"}, **{"If-Match": old}).status_code == 200
    assert api_v1.send(address, {"name": "C"}, **{"If-Match": old}).status_code == 412


def test_a_link_made_by_v1_changes_the_etag_of_its_assistant(api: API, api_v1: API) -> None:
    made = api_v1.send("/assistants", {"model": "gpt-4"})
    file = api.post("/v1/files", {"file": SimpleUploadedFile("a.txt", b"a"), "purpose": "assistants"}).json()
    address = f"/assistants/{made.json()['id']}"
    api_v1.send(f"{address}/files", {"file_id": file["id"]})
    assert api_v1.get(f"/v1{address}")["ETag"] != made["ETag"]


def test_files_and_stores_can_be_changed_conditionally_too(api: API) -> None:
    file = api.post("/v1/files", {"file": SimpleUploadedFile("a.txt", b"a"), "purpose": "vision"})
    assert file["ETag"] == api.get(f"/v1/files/{file.json()['id']}")["ETag"]
    assert api.delete(f"/v1/files/{file.json()['id']}", headers={"If-Match": '"x"'}).status_code == 412
    store = api.send("/vector_stores", {"name": "A"})
    address = f"/vector_stores/{store.json()['id']}"
    assert api.send(address, {"name": "B"}, **{"If-Match": store["ETag"]}).status_code == 200
    assert api.send(address, {"name": "C"}, **{"If-Match": store["ETag"]}).status_code == 412


def test_a_repeated_create_gets_the_first_answer_again(api: API) -> None:
    first = api.send("/assistants", {"model": "gpt-4.1"}, **ONE)
    again = api.send("/assistants/", {"model": "gpt-4.1"}, **ONE)
    assert (again.content, again["ETag"], again["Idempotent-Replayed"]) == (first.content, first["ETag"], "true")
    assert again["x-request-id"] != first["x-request-id"]
    assert Assistant.objects.count() == 1
    assert Record.objects.filter(action="assistant.create").count() == 1


def test_a_key_used_for_something_else_is_a_conflict(api: API) -> None:
    api.send("/assistants", {"model": "gpt-4.1"}, **ONE)
    other = api.send("/assistants", {"model": "gpt-4o"}, **ONE)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_key_reused")
    assert other["x-should-retry"] == "false"
    assert api.send("/vector_stores", {}, **ONE).status_code == 409


def test_a_key_belongs_to_its_holder_and_ends_after_a_day(api: API, other: API) -> None:
    first = api.send("/assistants", {"model": "gpt-4.1"}, **ONE).json()
    assert other.send("/assistants", {"model": "gpt-4o"}, **ONE).status_code == 200
    GivenAnswer.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    assert api.send("/assistants", {"model": "gpt-4.1"}, **ONE).json()["id"] != first["id"]
    assert GivenAnswer.objects.count() == 1


def test_a_refusal_does_not_use_the_key_up(api: API) -> None:
    assert api.send("/assistants", {"model": 5}, **ONE).status_code == 400
    assert api.send("/assistants", {"model": "gpt-4.1"}, **ONE).status_code == 200
    assert api.send("/assistants", {"model": "x"}, **{"Idempotency-Key": "k" * 256}).status_code == 400


def test_a_repeated_delete_and_upload_are_answered_alike(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"}).json()
    gone = [api.delete(f"/v1/assistants/{made['id']}", headers=ONE) for _ in range(2)]
    assert [answer.status_code for answer in gone] == [200, 200]
    for content, status in ((b"a", 200), (b"a", 200), (b"b", 409)):
        sent = {"file": SimpleUploadedFile("a.txt", content), "purpose": "vision"}
        assert api.post("/v1/files", sent, headers={"Idempotency-Key": "two"}).status_code == status
    assert File.objects.count() == 1


def test_a_change_by_a_key_is_recorded_with_the_key_as_actor(api: API, key: str) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "A"}).json()
    answer = api.send(f"/assistants/{made['id']}", {"name": "B"})
    event = Record.objects.get(action="assistant.update")
    assert (event.workspace, event.target_id, event.outcome) == ("main", made["id"], "succeeded")
    assert event.request_id == answer["x-request-id"]
    assert key[:12] in event.actor
    told = event.head + event.body
    assert '"tests"' in told
    assert key not in told
    api.delete(f"/v1/assistants/{made['id']}")
    assert Record.objects.filter(action="assistant.delete", target_id=made["id"]).exists()


def test_what_a_change_brings_about_is_recorded_too(api: API, api_v1: API) -> None:
    file = api.post("/v1/files", {"file": SimpleUploadedFile("a.txt", b"a"), "purpose": "assistants"}).json()["id"]
    made = api_v1.send("/assistants", {"model": "gpt-4", "tools": [{"type": "code_interpreter"}]}).json()["id"]
    api_v1.send(f"/assistants/{made}/files", {"file_id": file})
    assert Record.objects.get(action="assistant_file.create").target_id == file
    assert file in Record.objects.get(action="assistant.update", target_id=made).body
    stores = {"file_search": {"vector_stores": [{"file_ids": [file]}]}}
    new = api.send("/assistants", {"model": "gpt-4", "tool_resources": stores}).json()["tool_resources"]
    assert Record.objects.get(action="vector_store.create").target_id == new["file_search"]["vector_store_ids"][0]
    api.send("/assistants", {"model": "gpt-4", "tool_resources": new})
    assert Record.objects.filter(action="vector_store.create").count() == 1


def test_what_was_refused_is_neither_done_nor_recorded(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"}).json()
    recorded = Record.objects.count()
    api.send(f"/assistants/{made['id']}", {"temperature": 3})
    api.send(f"/assistants/{made['id']}", {"name": "x"}, **{"If-Match": '"old"'})
    api.delete("/v1/assistants/asst_none")
    assert Record.objects.count() == recorded


def test_a_change_that_cannot_be_recorded_is_not_made(api: API, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise audit.AuditUnavailable

    monkeypatch.setattr("dashboard.audit.api.record", full)
    answer = api.send("/assistants", {"model": "gpt-4.1"})
    assert answer.status_code == 503
    assert not Assistant.objects.exists()
    already = bytes_stored()
    sent = {"file": SimpleUploadedFile("a.txt", b"a"), "purpose": "vision"}
    assert api.post("/v1/files", sent, headers=ONE).status_code == 503
    assert bytes_stored() == already
    assert not GivenAnswer.objects.exists()


def bytes_stored() -> set[Path]:
    return {path for path in (Path(site.DATA_DIR) / "files").rglob("*") if path.is_file()}


def test_the_site_is_told_of_every_change_and_who_is_inside_records_for_itself(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told: list[str] = []

    def listen(sender: object, workspace: str, **more: Any) -> None:
        told.append(workspace)

    workspace_changed.connect(listen)
    inside = Client(**{site.EMBEDDED_WORKSPACE_VARIABLE: "main"})  # type: ignore[arg-type]  # what Client calls defaults
    with django_capture_on_commit_callbacks(execute=True):
        inside.post("/v1/assistants", json.dumps({"model": "gpt-4.1"}), content_type="application/json")
    workspace_changed.disconnect(listen)
    assert told == ["main"]
    assert not Record.objects.filter(action="assistant.create").exists()


def test_a_change_stands_when_the_site_cannot_be_told(
    api: API, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def fail(sender: object, **more: Any) -> None:
        raise ConnectionError

    workspace_changed.connect(fail)
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.send("/assistants", {"model": "gpt-4.1"})
    workspace_changed.disconnect(fail)
    assert answer.status_code == 200
    assert Assistant.objects.count() == 1
