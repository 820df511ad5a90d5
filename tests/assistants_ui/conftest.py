"""The far end of the pages: the embedded server behind a tap that counts, or an answer of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.conf import settings

from assistants_client import Assistant, Client
from assistants_client.transport import WSGITransport
from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected, embedded_app


class Tap(httpx.BaseTransport):
    """Passes requests on to the embedded server and remembers them; ``answer`` may stand in for it."""

    def __init__(self) -> None:
        self.server = WSGITransport(embedded_app, environ={settings.EMBEDDED_WORKSPACE_VARIABLE: "main"})
        self.requests: list[httpx.Request] = []
        self.answer: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer(request) or self.server.handle_request(request)

    @property
    def sent(self) -> list[str]:
        """Every request so far as ``METHOD /path``."""
        return [f"{request.method} {request.url.path}" for request in self.requests]

    @property
    def written(self) -> list[dict[str, Any]]:
        """The JSON bodies of every change so far."""
        return [json.loads(request.content) for request in self.requests if request.method == "POST"]

    def clear(self) -> None:
        self.requests.clear()


@pytest.fixture
def tap(db: None) -> Iterator[Tap]:
    far_end = Tap()
    with connected("main", Client(base_url=EMBEDDED_BASE_URL, api_key="", transport=far_end)):
        yield far_end


@pytest.fixture
def server(tap: Tap) -> Iterator[Client]:
    """Another program that uses the same server, past the dashboard."""
    with Client(base_url=EMBEDDED_BASE_URL, api_key="", transport=tap.server) as client:
        yield client


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(model="gpt-4.1-mini", name="Support desk")


def typed(**fields: Any) -> dict[str, Any]:
    """What a browser sends of the form when a person fills in these fields and nothing else."""
    return {
        "name": "Support desk",
        "model": "gpt-4.1-mini",
        "description": "",
        "instructions": "",
        "temperature": "",
        "top_p": "",
        "metadata_key": ["", ""],
        "metadata_value": ["", ""],
        **fields,
    }
