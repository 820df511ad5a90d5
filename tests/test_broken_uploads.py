"""Uploads that break off on a real connection leave nothing behind."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import PASSWORD
from tests.instance import Instance

BOUNDARY = "a-boundary"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken-uploads")


@pytest.fixture(scope="module")
def instance(folder: Path) -> Iterator[Instance]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(os.environ, "ADMIN_PASSWORD", PASSWORD)
        running = Instance(folder)
    yield running
    running.stop()


@pytest.fixture
def admin(instance: Instance) -> Iterator[httpx.Client]:
    """The first administrator's browser."""
    with httpx.Client(base_url=instance.url.removesuffix("/v1"), timeout=30) as browser:
        fields = {"csrfmiddlewaretoken": token_in(browser.get("/login/")), "username": "admin", "password": PASSWORD}
        assert browser.post("/login/", data=fields).status_code == 302
        yield browser


def token_in(response: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.text)
    assert found
    return found[1]


def part(name: str, value: str, *, filename: str = "") -> str:
    more = f'; filename="{filename}"\r\nContent-Type: text/plain' if filename else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def send_half(url: str, path: str, body: str, **headers: str) -> None:
    """Announce the whole body, send half of it and a little more, and go."""
    place = urlsplit(url)
    encoded = body.encode()
    head = {
        "Host": place.netloc,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(encoded)),
        "Connection": "close",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=10) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + encoded[: len(encoded) * 3 // 4])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass


def left_in(folder: Path) -> list[str]:
    """The bytes of uploads that are on the disk."""
    places = [folder / "spool", folder / "files"]
    return [str(path) for place in places for path in place.rglob("*") if path.is_file()]


def test_the_form(admin: httpx.Client, instance: Instance, folder: Path) -> None:
    page = "/w/main/files/new/"
    token = token_in(admin.get(page))
    body = (
        part("csrfmiddlewaretoken", token) + part("files", "x" * 500_000, filename="half.txt") + f"--{BOUNDARY}--\r\n"
    )
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in admin.cookies.jar)

    send_half(instance.url, page, body, Cookie=cookies)

    shown = admin.get("/w/main/files/").text
    assert "half.txt" not in shown
    assert "isn't attached yet" not in shown
    assert left_in(folder) == []


def test_the_api(instance: Instance, folder: Path) -> None:
    body = part("purpose", "assistants") + part("file", "x" * 500_000, filename="half.txt") + f"--{BOUNDARY}--\r\n"

    send_half(instance.url, "/v1/files", body, Authorization=f"Bearer {instance.key}")

    listed = httpx.get(f"{instance.url}/files", headers={"Authorization": f"Bearer {instance.key}"}).json()
    assert listed["data"] == []
    assert left_in(folder) == []


def test_what_kill_9_leaves_is_gone_after_the_next_start(instance: Instance, folder: Path) -> None:
    body = part("purpose", "assistants") + part("file", "x" * 500_000, filename="half.txt")
    place = urlsplit(instance.url)
    head = (
        f"POST /v1/files HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {instance.key}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body) + 1000}\r\n\r\n"
    )
    with socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=10) as connection:
        connection.sendall((head + body).encode())
        deadline = time.monotonic() + 20
        while not left_in(folder) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(left_in(folder)) == 1
        instance.kill()
    # As after a kill between the move to its place and the commit of its row.
    whole = folder / "files" / "ab" / "ab01"
    whole.parent.mkdir(exist_ok=True)
    whole.write_bytes(b"whole")

    instance.start()

    assert left_in(folder) == []
    assert "1 half-received and 1 stored files without a row" in (folder / "log").read_text()
    listed = httpx.get(f"{instance.url}/files", headers={"Authorization": f"Bearer {instance.key}"}).json()
    assert listed["data"] == []
