"""`manage.py check_workspace NAME`."""

from __future__ import annotations

from io import StringIO

import httpx
import pytest
from django.core.management import CommandError, call_command

from assistants_ui.wire import Client
from assistants_ui.workspaces import connected

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


def test_it_names_the_workspaces_there_are() -> None:
    with pytest.raises(CommandError, match=r"There is no workspace nowhere\. There are: main"):
        call_command("check_workspace", "nowhere")
