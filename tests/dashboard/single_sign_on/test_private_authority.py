"""A private authority in front of the identity provider and of a workspace: one file makes both trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from assistants_client import APIConnectionError, Client, sockets
from dashboard.accounts.single_sign_on.flow import recorded_at
from dashboard.accounts.single_sign_on.provider import discovered
from dashboard.audit.models import Record
from tests.assistants_client.faults import FaultServer, fault_server, gives
from tests.conftest import Person
from tests.private_authority import PrivateAuthority

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[PrivateAuthority]:
    """An authority that nobody trusts yet."""
    for cache in (discovered.cache_clear, recorded_at.clear, sockets.ssl_context.cache_clear):
        cache()
    yield PrivateAuthority(tmp_path)
    for cache in (discovered.cache_clear, recorded_at.clear, sockets.ssl_context.cache_clear):
        cache()


@pytest.fixture
def server(authority: PrivateAuthority, settings: Settings) -> Iterator[FaultServer]:
    """The identity provider, and the server of a workspace too: what it says is a document for both."""
    document = {"id": "asst_1"}
    with fault_server(gives(document), tls=authority.server_context()) as server:
        settings.OIDC_ISSUER = document["issuer"] = server.base_url
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "dashboard", "a secret between two servers"
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            document[name] = f"{server.base_url}/{name}"
        server.script[:] = [gives(document)]
        yield server


def test_one_file_lets_both_be_trusted(
    authority: PrivateAuthority, server: FaultServer, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    assert stranger.get("/sso/")["Location"].startswith(f"{server.base_url}/authorization_endpoint?")
    with Client(base_url=server.base_url) as client:
        assert client.assistants.retrieve("asst_1").id == "asst_1"


def test_the_true_reason_is_told_to_administrators_and_to_nobody_else(
    server: FaultServer, stranger: Browser, dora: Person, caplog: pytest.LogCaptureFixture
) -> None:
    reason = "its certificate cannot be confirmed: unable to get local issuer certificate"

    answers = [stranger.get("/sso/") for _ in range(3)]

    assert {answer.status_code for answer in answers} == {502}
    assert reason not in answers[0].content.decode()
    assert f"Single sign-on cannot begin: provider_not_trusted ({reason})" in caplog.messages
    # Three people tried, and one row says why none of them could.
    [row] = Record.objects.filter(action="security.sign_on_unusable")
    assert json.loads(row.head)["detail"] == {"reason": "provider_not_trusted", "explanation": reason}
    page = dora.get(f"/audit/{row.seq}/").content.decode()
    assert "tried to reach the identity provider" in page
    assert reason in page
    with Client(base_url=server.base_url) as client, pytest.raises(APIConnectionError, match="unable to get local"):
        client.assistants.retrieve("asst_1")
    assert server.requests == []


def test_a_provider_that_refuses_connections_is_told_as_that(
    authority: PrivateAuthority, settings: Settings, stranger: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OIDC_ISSUER = "https://127.0.0.1:1"

    assert stranger.get("/sso/").status_code == 502
    assert "Single sign-on cannot begin: provider_unreachable (Connection refused)" in caplog.messages
