"""The key pages under Team, and the command that makes keys."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from pytest_django import Settings

from assistants_server.http.authentication import new_key
from assistants_server.models import APIKey
from dashboard.audit.models import Record
from dashboard.environment import WorkspaceSettings
from tests.assistants_server.conftest import API
from tests.conftest import Person


def test_an_administrator_makes_a_key_that_is_shown_once(dora: Person) -> None:
    assert "No keys yet" in dora.get("/team/keys/").content.decode()
    made = dora.post("/team/keys/new/", {"name": "Shop", "workspace": "main", "rights": "read_only"})
    shown = re.search(r'value="(sk-[^"]+)"', made.content.decode())
    assert shown
    assert API(shown[1]).get("/v1/assistants").status_code == 200
    page = dora.get("/team/keys/").content.decode()
    assert "Shop" in page
    assert "only read" in page
    assert shown[1] not in page
    event = Record.objects.get(action="api_key.create")
    assert event.target_id == shown[1][:12]
    assert "Dora" in event.head
    assert shown[1] not in repr(event.__dict__)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 101}, {"workspace": "other"}, {"rights": "all"}])
def test_what_cannot_be_a_key_is_told_on_the_form(dora: Person, wrong: dict[str, str]) -> None:
    answer = dora.post("/team/keys/new/", {"name": "Shop", "workspace": "main", "rights": "full"} | wrong)
    assert answer.status_code == 422
    assert not APIKey.objects.exists()


def test_a_key_is_revoked_after_being_asked(dora: Person) -> None:
    key, text = new_key(name="Shop", workspace="main")
    address = f"/team/keys/{key.pk}/revoke/"
    assert "Revoke the key <bdi>Shop</bdi>?" in dora.get(address).content.decode()
    assert API(text).get("/v1/assistants").status_code == 200
    assert dora.post(address, follow=True).status_code == 200
    assert API(text).get("/v1/assistants").status_code == 401
    assert dora.post(address).status_code == 404
    assert Record.objects.filter(action="api_key.revoke", target_id=key.prefix).count() == 1


def test_it_calls_a_workspace_as_people_do(dora: Person, settings: Settings) -> None:
    settings.WORKSPACES = {"main": replace(settings.WORKSPACES["main"], label="Northwind")}
    made = dora.post("/team/keys/new/", {"name": "Shop", "workspace": "main", "rights": "full"}).content.decode()
    assert "It opens the workspace <bdi>Northwind</bdi>" in made
    assert '<td data-label="Workspace"><bdi>Northwind</bdi></td>' in dora.get("/team/keys/").content.decode()


def test_without_embedded_workspaces_there_is_nothing_to_open(dora: Person, settings: Settings) -> None:
    away = WorkspaceSettings(name="main", label="Main", base_url="https://assistants.example.com/v1")
    settings.WORKSPACES = {"main": away}
    assert "All of yours are on remote servers" in dora.get("/team/keys/").content.decode()


def test_the_command_prints_the_key_as_its_last_line(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", "Nightly export", "--read-only", "--workspace", "main")
    text = capsys.readouterr().out.splitlines()[-1]
    assert API(text).get("/v1/assistants").status_code == 200
    assert API(text).send("/assistants", {"model": "gpt-4"}).status_code == 401
    assert "with manage.py create_api_key" in Record.objects.get(action="api_key.create").head


def test_the_command_says_why_it_cannot(db: None, settings: Settings) -> None:
    away = WorkspaceSettings(name="away", label="Away", base_url="https://assistants.example.com/v1")
    settings.WORKSPACES = site.WORKSPACES | {"away": away}
    for arguments, told in (
        (["x", "--workspace", "away"], "remote server"),
        (["x", "--workspace", "nope"], "There is no workspace"),
        ([" "], "needs a name"),
        (["x" * 101], "at most 100"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command("create_api_key", *arguments)


def test_a_key_is_listed_and_revoked_by_command(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    key, text = new_key(name="Shop", workspace="main", read_only=True)
    API(text).get("/v1/models")
    call_command("list_api_keys")
    prefix, workspace, rights, used, name = capsys.readouterr().out.rstrip("\n").split("\t")
    assert (prefix, workspace, rights, name) == (key.prefix, "main", "read-only", "Shop")
    assert used != "never"
    call_command("revoke_api_key", "Shop")
    assert API(text).get("/v1/models").status_code == 401
    call_command("list_api_keys")
    assert "\trevoked\t" in capsys.readouterr().out
    assert Record.objects.filter(action="api_key.revoke", target_id=key.prefix).exists()


def test_revoking_by_command_needs_one_clear_name(db: None) -> None:
    with pytest.raises(CommandError, match="There is no key"):
        call_command("revoke_api_key", "Shop")
    first, _ = new_key(name="Shop", workspace="main")
    second, text = new_key(name="Shop", workspace="main")
    with pytest.raises(CommandError, match="2 keys are called"):
        call_command("revoke_api_key", "Shop")
    call_command("revoke_api_key", first.prefix)
    assert API(text).get("/v1/models").status_code == 200
    call_command("revoke_api_key", second.prefix)
