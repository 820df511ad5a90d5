from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard import environment

ROOT = Path(__file__).resolve().parent.parent.parent


def refusal(tmp_path: Path, **variables: str) -> str:
    """What a start with these variables says, and nothing but that; empty when it starts."""
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return started.stderr.strip() if started.returncode else ""


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (
            {"PORT": "80o0"},
            "PORT must be a whole number from 1 to 65535, not '80o0'.",
        ),
        (
            {"WEB_WORKERS": "2", "DATABASE_URL": "postgres://host/name"},
            "WEB_WORKERS is 2, but several processes need Redis: set CACHE_URL, or leave WEB_WORKERS at 1.",
        ),
        (
            {"OIDC_ISSUER": "https://id.example.com"},
            "OIDC_ISSUER is set, so OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set too.",
        ),
    ],
)
def test_a_start_with_a_bad_value_is_refused_in_one_sentence(
    tmp_path: Path, variables: dict[str, str], told: str
) -> None:
    assert refusal(tmp_path, **variables) == f"Cannot start: {told}"


def test_it_starts_with_nothing_set(tmp_path: Path) -> None:
    assert refusal(tmp_path) == ""
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("value", ["", " ", "8.0", "-1", "0", "65536", "1e3", "٣", "99999999999999"])
def test_a_number_is_whole_and_within_bounds(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    if not value.strip():
        assert environment.integer("PORT", 8000, minimum=1, maximum=65535) == 8000
        return
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number from 1 to 65535"):
        environment.integer("PORT", 8000, minimum=1, maximum=65535)


@pytest.mark.parametrize("value", ["example.com", "ftp://example.com", "https://", "http://a:b:c", "http://[::1"])
def test_an_address_is_whole(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SITE_URL", value)

    with pytest.raises(ImproperlyConfigured, match="SITE_URL must be an address such as"):
        environment.web_address("SITE_URL", "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_printed_address_can_be_opened(host: str, address: str) -> None:
    assert environment.local_address(host=host, port=8000) == address


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\n")
    monkeypatch.setenv("ADMIN_PASSWORD_FILE", str(tmp_path / "password"))

    assert environment.secret("ADMIN_PASSWORD") == "from a file"


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD_FILE", "/nowhere/password")

    with pytest.raises(ImproperlyConfigured, match="ADMIN_PASSWORD_FILE points to '/nowhere/password'"):
        environment.secret("ADMIN_PASSWORD")


def test_a_short_key_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be at least 32 characters long"):
        environment.secret_key(tmp_path)


def test_the_generated_key_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY")

    assert environment.secret_key(tmp_path) == environment.secret_key(tmp_path)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"WORKSPACES": "Main"}, "WORKSPACES holds 'Main'"),
        ({"WORKSPACES": "a,a"}, "names the same workspace twice"),
        ({"WORKSPACES": ","}, "must name at least one workspace"),
        ({"WORKSPACE_MAIN_BASE_URL": "host/v1"}, "WORKSPACE_MAIN_BASE_URL must be an address"),
        ({"WORKSPACE_MAIN_API_VERSION": "v3"}, "WORKSPACE_MAIN_API_VERSION must be"),
        ({"WORKSPACE_MAIN_HEADERS": "x"}, "WORKSPACE_MAIN_HEADERS must be a JSON object"),
        ({"WORKSPACE_MAIN_HEADERS": '{"a": 1}'}, "WORKSPACE_MAIN_HEADERS must be a JSON object"),
    ],
)
def test_a_workspace_is_described_well_or_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=told):
        environment.workspaces()


def test_a_workspace_never_shows_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_MAIN_API_KEY", "sk-very-secret")
    monkeypatch.setenv("WORKSPACE_MAIN_HEADERS", '{"api-key": "sk-very-secret"}')

    assert "sk-very-secret" not in repr(environment.workspaces())


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense", "://"])
def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(tmp_path)


def test_another_cache_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_URL", "memcached://host")

    with pytest.raises(ImproperlyConfigured, match="CACHE_URL must begin with"):
        environment.cache()
