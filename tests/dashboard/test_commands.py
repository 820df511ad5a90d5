from __future__ import annotations

import socket
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from dashboard.accounts.first_administrator import make_first_administrator
from dashboard.audit.models import Record
from dashboard.environment.setting_warnings import about_the_site
from dashboard.management.commands.serve import (
    is_open_to_others,
    refuse_taken_port,
    server_arguments,
)
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def test_the_first_administrator_holds_every_right(stranger: Client) -> None:
    made = make_first_administrator()

    assert made is not None
    assert made.username == "admin"
    user = User.objects.get()
    assert set(user.groups.values_list("name", flat=True)) == {"Administrators", "Editors", "Auditors"}
    assert stranger.post("/login/", {"username": "admin", "password": made.password}).status_code == 302


def test_the_record_begins_with_the_first_administrator() -> None:
    make_first_administrator()

    made = Record.objects.get()
    assert (made.action, made.actor) == ("member.create", "system:")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ADMIN_USERNAME", "two words", "Enter a valid username"),
        ("ADMIN_EMAIL", "nobody", "Enter a valid email address"),
        ("ADMIN_PASSWORD", "short", "at least 12 characters"),
        ("ADMIN_PASSWORD", "administrators-of-ours", "too similar to the username"),
    ],
)
def test_an_unfit_administrator_is_refused_by_the_variable(
    settings: Settings, variable: str, value: str, told: str
) -> None:
    settings.ADMIN_USERNAME = "administrators-of-our"
    setattr(settings, variable, value)

    with pytest.raises(ImproperlyConfigured, match=f"{variable} cannot be used: .*{told}"):
        make_first_administrator()
    assert not User.objects.exists()


def test_a_chosen_password_is_not_repeated(settings: Settings, stranger: Client) -> None:
    settings.ADMIN_USERNAME = "root"
    settings.ADMIN_PASSWORD = "chosen by the deployer"

    made = make_first_administrator()

    assert made is not None
    assert made.password is None
    assert stranger.post("/login/", {"username": "root", "password": "chosen by the deployer"}).status_code == 302


def test_nobody_is_made_where_someone_has_an_account(bob: Person) -> None:
    assert make_first_administrator() is None
    assert User.objects.count() == 1


def test_a_taken_port_is_told_before_anything_is_made() -> None:
    told = r"Cannot listen on 127\.0\.0\.1, port \d+: Address already in use"

    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(CommandError, match=told):
        refuse_taken_port(host="127.0.0.1", port=server.getsockname()[1])


@pytest.mark.parametrize(
    ("folder", "file", "is_open"), [(0o755, 0o644, True), (0o700, 0o644, False), (0o777, 0o600, False)]
)
def test_a_readable_database_is_noticed(tmp_path: Path, folder: int, file: int, is_open: bool) -> None:
    (tmp_path / "dashboard.sqlite3").touch()
    (tmp_path / "dashboard.sqlite3").chmod(file)
    tmp_path.chmod(folder)

    assert is_open_to_others(tmp_path) is is_open


@pytest.mark.parametrize(
    ("host", "site_url", "in_vain"),
    [
        ("0.0.0.0", "http://localhost:8000", True),
        ("::", "http://localhost:8000", True),
        ("0.0.0.0", "https://assistants.example.com", False),
        ("192.0.2.7", "http://192.0.2.7:8000", False),
        ("127.0.0.1", "http://127.0.0.1:8000", False),
    ],
)
def test_a_site_that_others_reach_but_may_not_use_is_noticed(host: str, site_url: str, in_vain: bool) -> None:
    told = " ".join(about_the_site(site_url=site_url, host=host, trusted_proxies=1))
    assert ("they are refused until SITE_URL is the address" in told) is in_vain


def test_the_server_listens_where_it_is_told(settings: Settings) -> None:
    settings.HOST, settings.PORT, settings.WEB_WORKERS = "::1", 8123, 3

    arguments = server_arguments()

    assert {"--bind=[::1]:8123", "--workers=3", "--no-control-socket"} <= set(arguments)
    assert not [argument for argument in arguments if "access" in argument]


@pytest.mark.parametrize(("files", "connections"), [(300, 150), (100_000, 1040)])
def test_connections_leave_files_for_what_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, files: int, connections: int
) -> None:
    settings.MAX_OPEN_STREAMS = 40
    monkeypatch.setattr("resource.getrlimit", lambda _: (files, files))

    assert f"--worker-connections={connections}" in server_arguments()


def test_a_password_link_lets_a_locked_out_person_in(dora: Person, stranger: Client) -> None:
    output = StringIO()
    call_command("password_link", "DORA", stdout=output)
    link = output.getvalue().strip().removeprefix("http://testserver")

    stranger.post(link, {"new_password": "a long and quiet river", "repeated": "a long and quiet river"})

    assert stranger.get("/team/").status_code == 200
    assert dora.get("/team/").status_code == 302


@pytest.mark.parametrize(
    ("name", "told"),
    [("nobody", "Nobody has the username .* manage.py create_user"), ("bob", "manage.py reactivate bob")],
)
def test_a_password_link_is_refused_in_a_sentence(bob: Person, name: str, told: str) -> None:
    bob.user.is_active = False
    bob.user.save()

    with pytest.raises(CommandError, match=told):
        call_command("password_link", name)
