"""The embedded server with a model that follows a script; whoever waits for a run lets it be worked on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from assistants_client import Assistant, Client
from assistants_server.models import Run, Thread
from assistants_server.runs import connect
from assistants_ui.models import BorrowedThread
from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.scripted import ScriptedModel, work
from tests.assistants_ui.conftest import Tap

FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> ScriptedModel:
    scripted = ScriptedModel()
    settings.DATA_DIR = tmp_path / "data"
    served = ModelServer(base_url="http://model.example/v1", models={"*": "tiny:1b"})
    settings.WORKSPACES = settings.WORKSPACES | {"main": WorkspaceSettings(name="main", label="Main", model=served)}
    monkeypatch.setattr(connect, "open_model", lambda workspace: scripted)
    monkeypatch.setattr("assistants_server.models_api.offered.ask", lambda server: [])
    return scripted


@pytest.fixture
def tap(db: None, model: ScriptedModel) -> Iterator[Tap]:
    far_end = Tap()

    def sleep(seconds: float) -> None:
        work()

    with connected("main", Client(base_url=EMBEDDED_BASE_URL, api_key="", transport=far_end, sleep=sleep)):
        yield far_end


@pytest.fixture
def desk(server: Client) -> Assistant:
    return server.assistants.create(model="gpt-4o", name="Desk", instructions="Answer politely.")


def try_page(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/try/"


def form_of(assistant: Assistant, **fields: Any) -> dict[str, Any]:
    """What a browser sends of the editor's form with these fields typed over."""
    shown = {"name": assistant.name, "model": assistant.model, "instructions": assistant.instructions or ""}
    return {**shown, "description": "", "temperature": "", "top_p": "", **fields}


def nothing_is_left() -> bool:
    """Whether no thread, no run and no note of one is there any more."""
    return not (Thread.objects.exists() or Run.objects.exists() or BorrowedThread.objects.exists())
