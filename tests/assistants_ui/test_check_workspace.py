"""`manage.py check_workspace NAME`."""

from __future__ import annotations

from io import StringIO

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from assistants_client import Client
from assistants_ui.workspaces.connections import connected
from dashboard.environment import WorkspaceSettings

from .conftest import Tap


def test_it_reports_on_the_embedded_server(tap: Tap) -> None:
    out = StringIO()
    call_command("check_workspace", "main", stdout=out)
    first, *findings = out.getvalue().splitlines()
    assert first == "Workspace main, embedded, API version v2"
    assert findings[0].split() == ["assistants", "works"]
    assert all(finding.endswith("works") for finding in findings)
    assert {request.method for request in tap.requests} == {"GET"}


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
