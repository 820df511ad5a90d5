"""A key and a client of the embedded server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from assistants_server.http.authentication import new_key
from assistants_server.models import VectorStore
from assistants_server.runs import connect
from assistants_server.vector_stores import indexing
from dashboard.environment import WorkspaceSettings
from dashboard.environment.models import ModelServer
from tests.assistants_server.scripted import ScriptedModel


class API(Client):
    """Calls /v1 with a key, as a program would."""

    def __init__(self, key: str = "", *, version: str = "v2") -> None:
        headers = {"OpenAI-Beta": f"assistants={version}"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        super().__init__(headers=headers)

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON, or nothing."""
        text = "" if body is None else json.dumps(body)
        return self.post(f"/v1{path}", text, content_type="application/json", headers=headers)

    def fetch(self, path: str) -> Any:
        return self.get(f"/v1{path}").json()


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Tests look at what is on the disk, and others run at the same time."""
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def key(db: None) -> str:
    return new_key(name="tests", workspace="main")[1]


@pytest.fixture
def api(key: str) -> API:
    return API(key)


@pytest.fixture
def api_v1(key: str) -> API:
    return API(key, version="v1")


@pytest.fixture
def other(db: None, settings: Settings) -> API:
    """A client of another workspace."""
    settings.WORKSPACES = settings.WORKSPACES | {"second": WorkspaceSettings(name="second", label="Second")}
    return API(new_key(name="other tests", workspace="second")[1])


def upload(api: API, *, name: str = "policy.txt", content: bytes = b"Thirty days.", purpose: str = "assistants") -> str:
    """Upload a file; gives its id."""
    answer = api.post("/v1/files", {"file": SimpleUploadedFile(name, content), "purpose": purpose})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["id"])


def read_files(store_id: str) -> None:
    """Do at once what a worker would do once the transaction, which no test here ends, is through."""
    indexing.read_waiting(VectorStore.objects.get(wire_id=store_id).pk)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> ScriptedModel:
    scripted = ScriptedModel()
    served = WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url="http://model.example/v1"))
    settings.WORKSPACES = settings.WORKSPACES | {"main": served}
    monkeypatch.setattr(connect, "open_model", lambda workspace: scripted)
    return scripted
