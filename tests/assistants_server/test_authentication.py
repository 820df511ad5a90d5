"""Who may call /v1, and what every answer has."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from assistants_server.http.authentication import new_key
from assistants_server.models import APIKey
from dashboard.environment import WorkspaceSettings
from dashboard.environment.models import ModelServer
from tests.assistants_server.conftest import API
from tests.assistants_server.model_server import serving
from tests.conftest import Person


def test_only_a_hash_of_the_key_is_stored(key: str) -> None:
    row = APIKey.objects.get()
    assert key not in repr(row.__dict__)
    assert len(row.sha256) == 64
    assert key.startswith(row.prefix)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic {key}",
        "{key}",
        "Bearer {key}x",
        "Bearer sk-{key}",
        "Bearer é",
        "Bearer " + "x" * 9000,
    ],
)
def test_no_key_no_answer(key: str, header: str) -> None:
    answer = Client().get("/v1/assistants", headers={"Authorization": header.format(key=key)})
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert key not in answer.content.decode()
    assert answer["x-request-id"].startswith("req_")


def test_a_key_never_counts_in_a_query_a_cookie_or_a_session(key: str, dora: Person) -> None:
    assert dora.get(f"/v1/assistants?api_key={key}&key={key}").status_code == 401
    dora.cookies["Authorization"] = f"Bearer {key}"
    assert dora.get("/v1/assistants", headers={site.EMBEDDED_WORKSPACE_VARIABLE: "main"}).status_code == 401


def test_a_revoked_key_and_one_of_a_workspace_that_is_gone_are_refused(api: API, settings: Settings) -> None:
    assert api.get("/v1/assistants").status_code == 200
    away = WorkspaceSettings(name="main", label="Main", base_url="https://assistants.example.com/v1")
    settings.WORKSPACES = {"main": away}
    assert api.get("/v1/assistants").status_code == 401
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main")}
    assert api.get("/v1/assistants").status_code == 200
    APIKey.objects.update(revoked_at=timezone.now())
    assert api.get("/v1/assistants").json()["error"]["code"] == "invalid_api_key"


def test_a_read_only_key_reads_and_changes_nothing(db: None, api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"}).json()
    store = api.send("/vector_stores").json()
    reader = API(new_key(name="reader", workspace="main", read_only=True)[1])
    assert reader.fetch(f"/assistants/{made['id']}") == made
    assert reader.send(f"/vector_stores/{store['id']}/search", {"query": "x"}).status_code == 200
    for answer in (
        reader.send("/assistants", {"model": "gpt-4.1"}),
        reader.send(f"/assistants/{made['id']}", {}),
        reader.delete(f"/v1/assistants/{made['id']}"),
        reader.post("/v1/files", {}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "missing_scope")


def test_a_caller_inside_the_process_needs_no_key(db: None) -> None:
    inside = Client(**{site.EMBEDDED_WORKSPACE_VARIABLE: "main"})  # type: ignore[arg-type]  # what Client calls defaults
    made = inside.post("/v1/assistants", json.dumps({"model": "gpt-4.1"}), content_type="application/json").json()
    assert inside.get("/v1/assistants").json()["data"] == [made]


def test_the_use_of_a_key_is_noted_once_a_minute(api: API) -> None:
    api.get("/v1/assistants")
    first = APIKey.objects.get().last_used_at
    assert first is not None
    api.get("/v1/assistants")
    assert APIKey.objects.get().last_used_at == first
    APIKey.objects.update(last_used_at=first - timedelta(minutes=2))
    api.get("/v1/assistants")
    assert APIKey.objects.get().last_used_at != first - timedelta(minutes=2)


def test_too_many_calls_are_told_when_to_come_back(api: API, settings: Settings) -> None:
    settings.EMBEDDED_REQUESTS_PER_MINUTE = 1
    answers = [api.get("/v1/models") for _ in range(4)]
    last = answers[-1]
    assert last.status_code == 429
    assert last.json()["error"]["code"] == "rate_limit_exceeded"
    assert 1 <= int(last["Retry-After"]) <= 60


def test_no_limit_and_no_cache_shut_nobody_out(api: API, settings: Settings) -> None:
    settings.EMBEDDED_REQUESTS_PER_MINUTE = 0
    assert [api.get("/v1/models").status_code for _ in range(3)] == [200] * 3
    settings.EMBEDDED_REQUESTS_PER_MINUTE = 1
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert [api.get("/v1/models").status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("path", ["", "/", "/nope", "/assistants/a/b", "/files/x/content/y", "/v1/assistants"])
def test_unknown_addresses_are_told_in_json(api: API, path: str) -> None:
    answer = api.get(f"/v1{path}")
    assert answer.status_code == 404
    assert answer.json()["error"] == {
        "message": f"Invalid URL (GET /v1{path})",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_both_spellings_of_an_address_are_served_without_a_redirect(api: API) -> None:
    made = api.send("/assistants/", {"model": "gpt-4.1"}).json()
    assert api.get(f"/v1/assistants/{made['id']}/").json() == made
    assert api.get("/v1/models/gpt-4.1/").status_code == 200
    assert api.get("/v1/models/a/b:c").json()["error"]["message"] == "The model 'a/b:c' does not exist"


def test_other_methods_are_refused_in_json(api: API) -> None:
    answer = api.put("/v1/assistants", "{}", content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert answer.json()["error"]["message"] == "Not allowed to PUT on /v1/assistants"
    assert api.head("/v1/assistants").status_code == 200


def test_an_unforeseen_fault_is_told_in_json(api: API, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("assistants_server.assistants.operations.of", broken)
    api.raise_request_exception = False
    answer = api.get("/v1/assistants")
    assert answer.status_code == 500
    assert answer.json()["error"]["type"] == "server_error"
    assert answer["x-request-id"].startswith("req_")


def test_a_database_that_does_not_answer_is_told_in_json(api: API) -> None:
    def down(*_: object) -> None:
        raise OperationalError("the database is down")

    with connection.execute_wrapper(down):
        answer = api.get("/v1/assistants")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json()["error"]["type"] == "server_error"
    assert answer["x-request-id"].startswith("req_")


def test_the_models_can_be_named_by_the_deployer(api: API, settings: Settings) -> None:
    assert "gpt-6-luna" in {model["id"] for model in api.fetch("/models")["data"]}
    settings.EMBEDDED_MODELS = ["ours"]
    listed = {"id": "ours", "object": "model", "created": 0, "owned_by": "system"}
    assert api.fetch("/models") == {"object": "list", "data": [listed]}


def test_the_models_of_the_model_server_are_offered_with_their_end(api: API, settings: Settings) -> None:
    with serving() as server:
        shown = {"id": "qwen3:8b", "object": "model", "created": 7, "owned_by": "us", "shutdown_date": "2027-01-14"}
        server.models = [shown | {"secret": "not shown"}]
        served = ModelServer(base_url=server.base_url, api_key="key", models={"gpt-4o": "qwen3:8b", "*": "qwen3:8b"})
        settings.WORKSPACES = settings.WORKSPACES | {"main": WorkspaceSettings(name="main", label="M", model=served)}
        mapped = {"id": "gpt-4o", "object": "model", "created": 0, "owned_by": "system"}
        assert [api.fetch("/models")["data"] for _ in range(2)] == [[mapped, shown]] * 2
        assert server.paths == ["/v1/models"]
    assert api.fetch("/models/qwen3:8b") == shown


def test_while_the_model_server_is_away_there_are_names_to_choose_from(api: API, settings: Settings) -> None:
    served = ModelServer(base_url="http://127.0.0.1:9/v1")
    settings.WORKSPACES = settings.WORKSPACES | {"main": WorkspaceSettings(name="main", label="M", model=served)}
    assert "gpt-6-luna" in {model["id"] for model in api.fetch("/models")["data"]}


def test_a_site_with_https_refuses_keys_in_the_clear(api: API, settings: Settings) -> None:
    settings.IS_HTTPS = True
    refused = api.get("/v1/assistants")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "https_required")
    assert api.get("/v1/assistants", secure=True).status_code == 200
    inside = Client(**{site.EMBEDDED_WORKSPACE_VARIABLE: "main"})  # type: ignore[arg-type]  # what Client calls defaults
    assert inside.get("/v1/assistants").status_code == 200


def test_no_key_brings_an_assistant_back_under_its_old_id(api: API) -> None:
    old = api.send("/assistants", {"model": "gpt-4o"}).json()["id"]
    api.delete(f"/v1/assistants/{old}")

    made = api.send("/assistants", {"model": "gpt-4o"}, **{"Dashboard-Undelete": old}).json()

    assert made["id"] != old
    assert api.get(f"/v1/assistants/{old}").status_code == 404


@pytest.mark.parametrize("header", ["dashboard.embedded_workspace", "Dashboard.Embedded-Workspace"])
def test_no_header_passes_for_a_caller_inside_this_process(db: None, header: str) -> None:
    assert Client().get("/v1/assistants", headers={header: "main"}).status_code == 401
