"""`manage.py check_workspace NAME`."""

from __future__ import annotations

from io import StringIO

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from assistants_client import Client
from assistants_server.models import Run
from assistants_ui.workspaces.connections import connected
from dashboard.environment import WorkspaceSettings
from dashboard.environment.models import ModelServer
from tests.assistants_server.model_server import refuses, serving

from .conftest import Tap


def test_it_reports_on_the_embedded_server(tap: Tap) -> None:
    out = StringIO()
    call_command("check_workspace", "main", stdout=out)
    first, *findings, last = out.getvalue().splitlines()
    assert first == "Workspace main, embedded, API version v2"
    assert findings[0].split() == ["assistants", "works"]
    assert all(finding.endswith("works") for finding in findings)
    assert {request.method for request in tap.requests} == {"GET"}
    assert last == "Runs: no MODEL_BASE_URL is set"


def with_model(settings: Settings, base_url: str, api: str = "auto") -> None:
    model = ModelServer(base_url=base_url, api_key="sk-model", api=api)
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main", model=model)}


def test_it_says_over_which_api_the_model_server_answers(tap: Tap, settings: Settings) -> None:
    out = StringIO()
    with serving() as server:
        server.apis = ("chat/completions",)
        server.otherwise = refuses(400, {"message": "messages: it is missing"})
        with_model(settings, server.base_url)
        call_command("check_workspace", "main", stdout=out)
    *_, place, responses, chat = out.getvalue().splitlines()
    assert place == f"Runs: {server.base_url}"
    assert responses.split()[:4] == ["responses", "is", "not", "offered:"]
    assert chat.split() == ["chat", "works"]
    # A request without a model and a message cannot be answered, so it costs nothing.
    assert (server.bodies, server.keys) == ([{}], ["Bearer sk-model"])
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("status", "told"), [(401, "is refused: 401, No such key"), (503, "does not work: 503, No such key")]
)
def test_it_fails_when_the_model_server_takes_no_requests(tap: Tap, settings: Settings, status: int, told: str) -> None:
    out = StringIO()
    with serving() as server:
        server.otherwise = refuses(status, {"message": "No such key"})
        with_model(settings, server.base_url, api="responses")
        with pytest.raises(CommandError, match="nothing answers when they are tried") as failed:
            call_command("check_workspace", "main", stdout=out)
    assert failed.value.returncode == 2
    assert told in out.getvalue()
    assert "chat" not in out.getvalue().rpartition("Runs:")[2]


def test_it_fails_when_the_model_server_is_away(tap: Tap, settings: Settings) -> None:
    with_model(settings, "http://127.0.0.1:9/v1")
    out = StringIO()
    with pytest.raises(CommandError, match="takes no requests"):
        call_command("check_workspace", "main", stdout=out)
    assert out.getvalue().count("cannot be reached") == 2


def test_it_fails_when_the_server_is_no_use() -> None:
    out = StringIO()
    transport = httpx.MockTransport(lambda request: httpx.Response(404))
    with (
        connected("main", Client(base_url="http://server.test/v1", transport=transport)),
        pytest.raises(CommandError, match="cannot work with this server"),
    ):
        call_command("check_workspace", "main", stdout=out)
    assert "is not offered" in out.getvalue()


@pytest.mark.parametrize(("base_url", "hinted"), [("http://server.test", True), ("http://server.test/v1", False)])
def test_it_says_when_the_address_lacks_its_version(settings: Settings, base_url: str, hinted: bool) -> None:
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main", base_url=base_url)}
    transport = httpx.MockTransport(lambda request: httpx.Response(404))
    with (
        connected("main", Client(base_url=base_url, transport=transport)),
        pytest.raises(CommandError) as refused,
    ):
        call_command("check_workspace", "main", stdout=StringIO())
    assert ("as in http://server.test/v1." in str(refused.value)) is hinted


def test_without_a_name_it_lists_the_workspaces() -> None:
    out = StringIO()
    call_command("check_workspace", stdout=out)
    assert out.getvalue() == "Workspace main, embedded, API version v2\n"


def test_it_names_the_workspaces_there_are() -> None:
    with pytest.raises(CommandError, match=r"There is no workspace nowhere\. There are: main"):
        call_command("check_workspace", "nowhere")
