"""The official SDK, worker threads, and a model server on a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from openai import OpenAI
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from assistants_server.http.authentication import new_key
from assistants_server.runs import worker
from assistants_server.runs.model.server import model_of_server
from assistants_server.vector_stores import indexing
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.model_server import ScriptedServer, serving


@pytest.fixture
def model() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def api() -> str:
    """The API of the model server; tests that look at both are run with each."""
    return "chat"


@pytest.fixture
def client(
    live_server: LiveServer, model: ScriptedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, api: str
) -> Iterator[OpenAI]:
    served = ModelServer(base_url=model.base_url, api_key="model-key", api=api, models={"*": "local"})
    settings.WORKSPACES = settings.WORKSPACES | {"main": WorkspaceSettings(name="main", label="Main", model=served)}
    settings.RUN_LOOK_SECONDS = 0.05
    workers = worker.RunWorkers(8)
    monkeypatch.setattr(worker, "_workers", workers)

    def watch() -> None:
        try:
            workers.keep_watch()
        finally:
            connection.close()

    watching = threading.Thread(target=watch)
    watching.start()
    with OpenAI(base_url=f"{live_server.url}/v1", api_key=new_key(name="sdk", workspace="main")[1]) as client:
        yield client
    workers.stop()
    workers.wake()
    watching.join()
    workers.join()
    indexing.wait()
    model_of_server(model.base_url, "model-key", api).client.close()
    model_of_server.cache_clear()
