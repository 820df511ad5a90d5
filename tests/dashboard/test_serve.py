"""The command behind ``make run``, as a process of its own in an empty folder."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError
from pytest_django import Settings

from dashboard.management.commands.serve import collect_static_files

SEALED_OTHERWISE = (
    "The audit log was sealed with another secret key. Add that one to SECRET_KEY_FALLBACKS, "
    "or nothing that it sealed can be verified."
)
ROOT = Path(__file__).resolve().parent.parent.parent


COLLECTED = {"staticfiles": {"BACKEND": "dashboard.static_files.HashedStaticFiles"}}


def test_it_collects_the_static_files_once(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | COLLECTED
    settings.STATIC_ROOT = tmp_path / "static"
    collect_static_files()
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())
    style = tmp_path / "static" / manifest["paths"]["css/site.css"]
    assert style.is_file()
    style.unlink()
    collect_static_files()
    assert not style.exists()


def test_it_says_where_the_static_files_cannot_be_put(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | COLLECTED
    (tmp_path / "file").write_text("")
    settings.STATIC_ROOT = tmp_path / "file" / "static"
    with pytest.raises(CommandError, match=r"cannot be put into .*file/static: .*Run manage.py collectstatic"):
        collect_static_files()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(data: Path, *, port: int, **variables: str) -> Iterator[list[str]]:
    """The lines that the command printed before it served; it is stopped as an operator stops it."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(data),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "SITE_URL": f"http://127.0.0.1:{port}",
        **variables,
    }
    with (data / "output").open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_it_answers(port)
            yield [line for line in (data / "output").read_text().splitlines() if " INFO " not in line]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0


def wait_until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


def test_it_serves_and_tells_once_how_to_come_in(tmp_path: Path) -> None:
    port = free_port()

    with served(tmp_path, port=port) as first:
        password = next(line.split()[1] for line in first if line.startswith("  Password:"))
        assert re.fullmatch(rf"Assistants Dashboard \d+\.\d+\.\d+ is at http://127\.0\.0\.1:{port}", first[0])
        assert "  Username: admin" in first
        assert "Workspace main is on this site's own server" in first
        assert signed_in(port, username="admin", password=password)

    with served(tmp_path, port=port) as second:
        assert second[0] == first[0]
        assert SEALED_OTHERWISE not in second
        assert password not in "\n".join(second)
        assert signed_in(port, username="admin", password=password)


def test_it_says_so_when_the_secret_key_is_another_one(tmp_path: Path) -> None:
    port = free_port()
    # Rows of the former key are still there at the third start, under those of the new one.
    for number, former, told in (("1", "", False), ("2", "", True), ("2", "", True), ("2", "1", False)):
        with served(tmp_path, port=port, SECRET_KEY=40 * number, SECRET_KEY_FALLBACKS=40 * former) as lines:
            assert (SEALED_OTHERWISE in lines) is told


def signed_in(port: int, *, username: str, password: str) -> bool:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as browser:
        page = browser.get("/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1]}
        answer = browser.post("/login/", data=form)
        cookie = SimpleCookie(answer.headers.get("set-cookie", ""))
        return answer.status_code == 302 and "session" in cookie
