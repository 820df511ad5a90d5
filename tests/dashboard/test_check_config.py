"""What the start and ``manage.py check_config`` say about the environment."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from dashboard import environment
from dashboard.environment import setting_warnings
from dashboard.environment.reading import Reading
from dashboard.management.commands.check_config import shown, without_password
from dashboard.management.commands.serve import advice, refuse_taken_port
from tests.dashboard.test_manage import run
from tests.dashboard.test_serve import free_port


def test_each_setting_is_printed_with_its_source_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hidden-key-of-a-server\n")
    ended = run(
        tmp_path,
        "check_config",
        SITE_URL="http://127.0.0.1:8000",
        CACHE_URL="redis://:hidden-word@cache.example.com:6379/0",
        ADMIN_PASSWORD="hidden password",
        OIDC_ISSUER="https://id.example.com",
        OIDC_CLIENT_ID="dashboard",
        OIDC_CLIENT_SECRET_FILE=str(tmp_path / "key"),
        SITE_URl="https://assistants.example.com",
        SECRETKEY="hidden-because-nobody-reads-it",
        WEB_WORKER="4",
        CACHE_SECONDS="",
    )

    assert ended.returncode == 0
    lines = {line.split()[0]: line.split()[1:] for line in ended.stdout.splitlines() if line}
    assert lines["CACHE_URL"] == ["environment", "redis://…@cache.example.com:6379/0"]
    assert lines["ADMIN_PASSWORD"] == ["environment", "(hidden)"]
    assert lines["OIDC_CLIENT_SECRET"] == ["file", str(tmp_path / "key"), "(hidden)"]
    assert lines["WEB_WORKERS"] == ["default", "1"]
    odd = [line for line in ended.stdout.splitlines() if line.startswith("Odd: ")]
    assert odd == [
        "Odd: SECRETKEY is no setting, so it is ignored. Is SECRET_KEY meant?",
        "Odd: SITE_URl is no setting, so it is ignored. Is SITE_URL meant?",
        "Odd: WEB_WORKER is no setting, so it is ignored. Is WEB_WORKERS meant?",
        "Odd: CACHE_SECONDS is set to nothing, so its default counts: 30.",
    ]
    assert "hidden-" not in ended.stdout + ended.stderr
    assert "hidden password" not in ended.stdout


def test_a_value_that_stops_the_start_is_told_as_the_start_tells_it(tmp_path: Path) -> None:
    ended = run(tmp_path, "check_config", HOST="999.1.1.1")

    assert ended.returncode == 1
    assert ended.stderr == "Cannot start: HOST must be a host such as 127.0.0.1 or 0.0.0.0, not '999.1.1.1'.\n"


@pytest.mark.parametrize("command", ["check_config", "serve"])
def test_a_first_password_that_is_refused_is_told_before_anything_is_made(tmp_path: Path, command: str) -> None:
    ended = run(tmp_path, command, ADMIN_PASSWORD="short", PORT=str(free_port()))

    assert ended.returncode == 1
    assert ended.stderr.startswith("Cannot start: ADMIN_PASSWORD cannot be used: ")
    assert not list(tmp_path.glob("*.sqlite3*"))


def test_a_first_password_does_not_matter_once_there_are_accounts(db: None, settings: Settings) -> None:
    settings.ADMIN_PASSWORD = "short"
    with pytest.raises(ImproperlyConfigured, match="ADMIN_PASSWORD cannot be used"):
        call_command("check_config", stdout=StringIO())

    User.objects.create_user("maria")

    call_command("check_config", stdout=StringIO())


def test_every_setting_of_this_process_is_known_to_the_command(db: None) -> None:
    output = StringIO()
    call_command("check_config", stdout=output)

    printed = {line.split()[0] for line in output.getvalue().splitlines() if line}
    assert {"SITE_URL", "DATABASE_URL", "WORKSPACE_MAIN_BASE_URL", "MODEL_MAP", "SSL_CERT_FILE"} <= printed


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WEB_WORKER", "WEB_WORKERS"),
        ("WEB_WROKERS", "WEB_WORKERS"),
        ("WEB_WORKERSS", "WEB_WORKERS"),
        ("DATABASE_UR1", "DATABASE_URL"),
        ("SECRETKEY", "SECRET_KEY"),
        ("SECRET_KEY_FLIE", "SECRET_KEY_FILE"),
        ("site_url", "SITE_URL"),
        ("MODEL_KEY", "MODEL_API_KEY"),
        ("MODEL_URL", "MODEL_BASE_URL"),
        ("WORKSPACE_MAIN_URL", "WORKSPACE_MAIN_BASE_URL"),
        ("host", "HOST"),
    ],
)
def test_a_slip_of_one_letter_is_told(name: str, meant: str) -> None:
    assert setting_warnings.unknown_names({name: "x"}) == [f"{name} is no setting, so it is ignored. Is {meant} meant?"]


@pytest.mark.parametrize("name", ["OIDC_REALM", "EMBEDDED_TOKENS", "WEB_CONCURRENCY"])
def test_a_name_that_begins_like_ours_is_told(name: str) -> None:
    assert setting_warnings.unknown_names({name: "x"}) == [f"{name} is no setting, so it is ignored."]


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "POST", "SSL_CERT_DIR", "MODEL_MAP", "SITE_URL", "SECRET_KEY_FILE", "HTTP_PROXY"]
)
def test_other_names_are_left_alone(name: str) -> None:
    assert setting_warnings.unknown_names({name: "x"}) == []


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"BASE_URL": "https://host"}, "BASE_URL ends after the host; most servers want /v1 behind it."),
        ({"BASE_URL": "https://host/v1"}, "API_KEY is not set, so its server is called without a key."),
        ({"API_KEY": "key"}, "API_KEY does nothing: the workspace is embedded."),
        ({"MODEL_BASE_URL": "https://host"}, "MODEL_BASE_URL ends after the host; most servers want /v1 behind it."),
    ],
)
def test_a_workspace_that_can_hardly_be_meant_is_told(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"WORKSPACE_MAIN_{name}", value)
    found = setting_warnings.about_workspaces(environment.workspaces().values())
    monkeypatch.undo()
    environment.workspaces()

    assert f"WORKSPACE_MAIN_{told}" in found


def test_an_address_is_shown_without_what_is_secret_in_it() -> None:
    assert without_password("postgres://me:pa/ss@wo@db:5432/name?sslkey=x") == "postgres://…@db:5432/name?…"
    query = Reading(name="WORKSPACE_MAIN_QUERY", value="code=secret", default="", source="environment")
    assert shown(query) == "(hidden)"


@pytest.mark.parametrize("value", [",,", " , "])
def test_a_list_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EMBEDDED_MODELS", value)

    with pytest.raises(ImproperlyConfigured, match="EMBEDDED_MODELS must name at least one model"):
        environment.names("EMBEDDED_MODELS", of="model")


@pytest.mark.parametrize(
    ("content", "told"), [("no certificate", "holds no certificate"), ("", "no certificate"), (None, "cannot be read")]
)
def test_a_file_of_authorities_has_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, told: str
) -> None:
    if content is not None:
        (tmp_path / "authority.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    with pytest.raises(ImproperlyConfigured, match=rf"SSL_CERT_FILE points to '.*', which .*{told}"):
        environment.certificate_file()


def test_an_address_that_is_not_of_this_machine_is_told_as_that() -> None:
    with pytest.raises(Exception, match="HOST is no address of this machine"):
        refuse_taken_port(host="192.0.2.1", port=8000)
    assert "below 1024" in advice(PermissionError(13, "Permission denied"))
