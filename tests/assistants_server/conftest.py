"""A key and a client of the embedded server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from assistants_server.callers import new_key
from dashboard.environment import WorkspaceSettings


class API(Client):
    """Calls /v1 with a key, as a program would."""

    def __init__(self, key: str = "", *, version: str = "v2") -> None:
        headers = {"OpenAI-Beta": f"assistants={version}"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        super().__init__(headers=headers)

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON."""
        return self.post(f"/v1{path}", json.dumps(body), content_type="application/json", headers=headers)

    def fetch(self, path: str) -> Any:
        return self.get(f"/v1{path}").json()


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
