from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

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
            {"HOST": "http://x"},
            "HOST must be a host such as 127.0.0.1 or 0.0.0.0, not 'http://x'.",
        ),
        (
            {"CACHE_URL": "redis://h:notaport/0"},
            "CACHE_URL must be an address such as redis://host:6379/0 or unix:///path/socket.",
        ),
        (
            {"WORKSPACE_MIAN_BASE_URL": "https://assistants.example.com/v1"},
            "WORKSPACE_MIAN_BASE_URL belongs to none of the workspaces that WORKSPACES names (main).",
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
    data = tmp_path / "made" / "data"

    assert refusal(data) == ""
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "spool"])
def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    if name:
        data.mkdir()
    (data / name).write_text("in the way")

    assert refusal(data) == f"Cannot start: DATA_DIR cannot be used: {data / name} cannot be made: File exists."


@pytest.mark.parametrize("value", ["", " ", "8.0", "-1", "0", "65536", "1e3", "٣", "99999999999999"])
def test_a_number_is_whole_and_within_bounds(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    if not value.strip():
        assert environment.integer("PORT", 8000, minimum=1, maximum=65535) == 8000
        return
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number from 1 to 65535"):
        environment.integer("PORT", 8000, minimum=1, maximum=65535)


@pytest.mark.parametrize(
    "value",
    ["example.com", "ftp://example.com", "https://", "http://a:b:c", "http://[::1", "http://a b", "http://a\tb"],
)
def test_an_address_is_whole(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SITE_URL", value)

    with pytest.raises(ImproperlyConfigured, match="SITE_URL must be an address such as"):
        environment.web_address("SITE_URL", "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("https://example.com/dashboard", "must end after the host, as in https://example.com"),
        ("https://example.com?a", "must end after the host"),
        ("https://*", r"must name one host, not '\*'"),
        ("https://.example.com", r"must name one host, not '\.example\.com'"),
        ("https://me:secret@example.com", r"^SITE_URL must not hold a user name or a password\.$"),
        ("https://me:secret@", r"^SITE_URL must be an address such as https://assistants\.example\.com\.$"),
    ],
)
def test_the_site_is_a_whole_host(monkeypatch: pytest.MonkeyPatch, value: str, told: str) -> None:
    monkeypatch.setenv("SITE_URL", value)

    with pytest.raises(ImproperlyConfigured, match=told):
        environment.site_address("SITE_URL", "http://127.0.0.1:8000")


@pytest.mark.parametrize("value", ["http://x", "0.0.0.0:80", "[::1]", "a b", "a/b"])
def test_a_host_is_only_a_host(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HOST", value)

    with pytest.raises(ImproperlyConfigured, match="HOST must be a host"):
        environment.host("HOST", "127.0.0.1")


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


def test_a_secret_may_begin_with_a_dollar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "$ecret horse battery")
    monkeypatch.setenv("SECRET_KEY", "$HOME" + 40 * "k")

    assert environment.secret("ADMIN_PASSWORD") == "$ecret horse battery"
    assert environment.secret_key(tmp_path) == "$HOME" + 40 * "k"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_does_not_count_as_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FILE points to '.*', which is empty"):
        environment.secret_key(tmp_path)


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD_FILE", "/nowhere/password")

    with pytest.raises(ImproperlyConfigured, match="ADMIN_PASSWORD_FILE points to '/nowhere/password'"):
        environment.secret("ADMIN_PASSWORD")


def test_a_short_key_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be at least 32 characters long"):
        environment.secret_key(tmp_path)


def test_former_keys_may_stand_behind_commas_or_on_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{40 * 'a'}, {40 * 'b'},")
    assert environment.former_keys() == [40 * "a", 40 * "b"]

    (tmp_path / "former").write_text(f"{40 * 'c'}\n{40 * 'd'}\n")
    monkeypatch.setenv("SECRET_KEY_FALLBACKS_FILE", str(tmp_path / "former"))
    assert environment.former_keys() == [40 * "c", 40 * "d"]


def test_half_a_former_key_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{40 * 'a'},half")

    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY_FALLBACKS holds a key of fewer than 32 characters\.$"):
        environment.former_keys()


def test_the_generated_key_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY")

    key = environment.secret_key(tmp_path)
    assert environment.secret_key(tmp_path) == key == (tmp_path / "secret_key").read_text()
    assert len(key) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40])
def test_a_damaged_key_is_never_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    monkeypatch.delenv("SECRET_KEY")
    (tmp_path / "secret_key").write_bytes(content)

    with pytest.raises(ImproperlyConfigured, match=r"secret_key (is empty or cut short|cannot be read)"):
        environment.secret_key(tmp_path)


def test_a_key_that_cannot_be_read_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY")
    (tmp_path / "secret_key").mkdir()

    with pytest.raises(ImproperlyConfigured, match=r"secret_key cannot be read or made: Is a directory\."):
        environment.secret_key(tmp_path)


def test_processes_that_start_together_find_one_whole_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY")
    barrier = Barrier(8)

    def start() -> str:
        barrier.wait()
        return environment.secret_key(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        keys = {future.result() for future in [pool.submit(start) for _ in range(8)]}

    assert len(keys) == 1


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
        ({"WORKSPACE_MAIN_HEADERS": '{"a b": "1"}'}, "WORKSPACE_MAIN_HEADERS holds 'a b'"),
        ({"WORKSPACE_MAIN_HEADERS": '{"Content-Length": "1"}'}, "WORKSPACE_MAIN_HEADERS holds 'Content-Length'"),
        (
            {"WORKSPACE_MAIN_HEADERS": '{"a": "1\\n2"}'},
            "WORKSPACE_MAIN_HEADERS holds a value of 'a' that cannot be sent",
        ),
        ({"WORKSPACE_MAIN_QUERY": "garbage"}, "WORKSPACE_MAIN_QUERY must look like"),
        (
            {"WORKSPACE_MAIN_PROXY": "socks5://me:secret@proxy"},
            r"^WORKSPACE_MAIN_PROXY must be an address such as [^']*$",
        ),
        ({"WORKSPACE_MAIN_PROXY": "proxy:3128"}, "WORKSPACE_MAIN_PROXY must be an address such as http://proxy"),
        ({"WORKSPACE_MAIN_PROXY": "http://proxy/path"}, "WORKSPACE_MAIN_PROXY must be an address such as http://proxy"),
        ({"WORKSPACE_MAIN_API_KEY": "sk-…"}, "WORKSPACE_MAIN_API_KEY holds characters that cannot be sent"),
        ({"WORKSPACE_MAIN_BASEURL": "https://host/v1"}, "WORKSPACE_MAIN_BASEURL is no setting of a workspace"),
        ({"WORKSPACE_main_BASE_URL": "https://host/v1"}, "WORKSPACE_main_BASE_URL belongs to none"),
        ({"WORKSPACE_BASE_URL": "https://host/v1"}, "WORKSPACE_BASE_URL belongs to none"),
        ({"WORKSPACE_MAIN_BASE_URL": "https://me:secret@host/v1"}, "must not hold a user name or a password"),
    ],
)
def test_a_workspace_is_described_well_or_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=told):
        environment.workspaces()


def test_a_fixed_query_may_be_copied_from_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_MAIN_QUERY", "?api-version=v1&region=eu")

    assert environment.workspaces()["main"].query == {"api-version": "v1", "region": "eu"}


def test_a_workspace_never_shows_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_MAIN_API_KEY", "sk-very-secret")
    monkeypatch.setenv("WORKSPACE_MAIN_HEADERS", '{"api-key": "sk-very-secret"}')
    monkeypatch.setenv("WORKSPACE_MAIN_PROXY", "http://me:sk-very-secret@proxy")

    assert "sk-very-secret" not in repr(environment.workspaces())


def test_a_variable_of_another_program_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_TMP", "/build")

    assert environment.workspaces()["main"].is_embedded


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "nonsense", "://", "postgres://", "postgres://host/", "sqlite://", "sqlite://:memory:"]
)
def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(tmp_path)


def test_a_database_machine_that_is_gone_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://host/name?sslmode=require&connect_timeout=2")

    options = environment.database(tmp_path)["OPTIONS"]

    assert options["connect_timeout"] == 2
    assert options["sslmode"] == "require"
    assert options["tcp_user_timeout"] == 10_000
    assert "statement_timeout=10000" in options["options"]

    monkeypatch.setenv("DATABASE_URL", "postgres://host/name")
    assert environment.database(tmp_path)["OPTIONS"]["connect_timeout"] == 5


def test_an_address_may_give_statements_more_time_and_another_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = "-c%20statement_timeout%3D0%20-c%20random_page_cost%3D4"
    monkeypatch.setenv("DATABASE_URL", f"postgres://host/name?options={given}")

    options = environment.database(tmp_path)["OPTIONS"]["options"]

    assert options.endswith(" -c random_page_cost=1.1 -c statement_timeout=0 -c random_page_cost=4")
    assert "lock_timeout=5000" in options


def test_another_cache_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_URL", "memcached://host")

    with pytest.raises(ImproperlyConfigured, match="CACHE_URL must begin with"):
        environment.cache()


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis://:pw@:6379/0",
        "redis://h:x/0",
        "redis://h/cache",
        "unix://",
        "redis://h?db=x",
        "redis://h?nonsense=1",
    ],
)
def test_a_cache_that_could_never_be_reached_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CACHE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="CACHE_URL must be an address such as redis://host:6379/0"):
        environment.cache()


@pytest.mark.parametrize("url", ["redis://:pw@host:6379/0", "rediss://host", "unix:///run/redis.sock?db=1"])
def test_a_cache_is_not_called_at_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CACHE_URL", url)

    assert environment.cache()["LOCATION"] == url
