"""A server that only a company's proxy reaches."""

from __future__ import annotations

import base64

import pytest

from assistants_ui.workspaces.connections import connect, connected
from dashboard import environment
from tests.assistants_client.faults import fault_server, gives
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = {"object": "list", "data": [{"id": "asst_1", "object": "assistant", "name": "Behind"}], "has_more": False}


def test_a_workspace_is_reached_through_its_proxy(monkeypatch: pytest.MonkeyPatch, bob: Person) -> None:
    with fault_server(gives(LIST)) as proxy:
        monkeypatch.setenv("WORKSPACE_MAIN_BASE_URL", "http://assistants.invalid/v1")
        monkeypatch.setenv("WORKSPACE_MAIN_PROXY", proxy.base_url.replace("//", "//me:word@").removesuffix("/v1"))
        with connect(environment.workspaces()["main"]) as client, connected("main", client):
            page = read(bob.get("/w/main/assistants/"))

        assert "Behind" in page.text
        assert proxy.requests[0].target.startswith("http://assistants.invalid/v1/assistants?")
        credentials = base64.b64encode(b"me:word").decode()
        assert proxy.requests[0].headers["proxy-authorization"] == f"Basic {credentials}"


def test_a_proxy_sees_no_more_than_the_name_of_a_server_behind_tls(
    monkeypatch: pytest.MonkeyPatch, bob: Person
) -> None:
    with fault_server(gives({}, status=407)) as proxy:
        monkeypatch.setenv("WORKSPACE_MAIN_BASE_URL", "https://assistants.invalid/v1")
        monkeypatch.setenv("WORKSPACE_MAIN_API_KEY", "sk-very-secret")
        monkeypatch.setenv("WORKSPACE_MAIN_PROXY", proxy.base_url.removesuffix("/v1"))
        with connect(environment.workspaces()["main"]) as client, connected("main", client):
            answer = bob.get("/w/main/assistants/")

        assert answer.status_code == 503
        assert "The proxy did not let us through to the server." in answer.content.decode()
        assert {(request.method, request.target) for request in proxy.requests} == {
            ("CONNECT", "assistants.invalid:443")
        }
        assert "sk-very-secret" not in str([request.headers for request in proxy.requests])
