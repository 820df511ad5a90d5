"""Uploads that break off on a real connection leave nothing behind."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
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
    """A file and a part of a large one, both half here, and one that was moved to its place and has no row yet."""
    key = {"Authorization": f"Bearer {instance.key}"}
    said = {"filename": "large.txt", "purpose": "assistants", "bytes": 1_000_000, "mime_type": "text/plain"}
    upload = httpx.post(f"{instance.url}/uploads", json=said, headers=key).json()
    halves = {
        "/v1/files": part("purpose", "assistants") + part("file", "x" * 500_000, filename="half.txt"),
        f"/v1/uploads/{upload['id']}/parts": part("data", "x" * 500_000, filename="part"),
    }
    with ExitStack() as connections:
        for path, body in halves.items():
            connections.enter_context(begun(instance, path, body))
        deadline = time.monotonic() + 20
        while len(left_in(folder)) < len(halves) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(left_in(folder)) == len(halves)
        instance.kill()
    # As after a kill between the move to its place and the commit of its row.
    whole = folder / "files" / "ab" / "ab01"
    whole.parent.mkdir(exist_ok=True)
    whole.write_bytes(b"whole")

    instance.start()

    assert left_in(folder) == []
    assert "2 half-received and 1 stored files without a row" in (folder / "log").read_text()
    assert httpx.get(f"{instance.url}/files", headers=key).json()["data"] == []
    # Nothing of the part is known; the upload goes on as if it had never been sent.
    completed = httpx.post(f"{instance.url}/uploads/{upload['id']}/complete", json={"part_ids": []}, headers=key)
    assert completed.status_code == 400
    assert left_in(folder) == []


CHUNK = b'd\r\n{"model":"m"}\r\n'
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
# What follows the head of a body in chunks, and what is answered: nothing that is odd is taken for a body's end.
CHUNKS = {
    "an extension": (CHUNK.replace(b"d\r\n", b'd;a=b;c="d"\r\n', 1) + b"0\r\n\r\n", [200]),
    "zeros before the length": (b"0" * 19 + CHUNK + b"0\r\n\r\n", [200]),
    "more digits than anybody needs": (b"0" * 20 + CHUNK + b"0\r\n\r\n", [400]),
    "a long extension": (b"d;" + b"a" * 300_000 + CHUNK[1:] + b"0\r\n\r\n", [400]),
    "a negative length": (b"-" + CHUNK + b"0\r\n\r\n", [400]),
    "a length with its base": (b"0x" + CHUNK + b"0\r\n\r\n", [400]),
    "a length with an underscore": (b"0_" + CHUNK + b"0\r\n\r\n", [400]),
    "no end of a chunk": (CHUNK[:-2] + b"XX0\r\n\r\n", [400]),
    "trailers that say another length": (CHUNK + b"0\r\nContent-Length: 9\r\nHost: b\r\n\r\n" + HEALTH, [400]),
    "trailers without an end": (CHUNK + b"0\r\n" + b"X: yyyyyyyyyyyyy\r\n" * 50_000, [400]),
    "many small chunks": (b"1\r\n \r\n" * 20_000 + CHUNK + b"0\r\n\r\n", [200]),
}
GET = b"GET /healthz HTTP/1.1\r\n"
LANGUAGES = b"Accept-Language: " + b"de-x-a;q=0.5," * 600 + b"\r\n"
HEADS = {
    "another form of the address": (b"GET http://127.0.0.1/healthz HTTP/1.1\r\n", b"", [200, 200]),
    "a tunnel": (b"CONNECT a:443 HTTP/1.1\r\n", b"", [400]),
    "everything": (b"OPTIONS * HTTP/1.1\r\n", b"", [404, 200]),
    "no path": (b"GET healthz HTTP/1.1\r\n", b"", [400]),
    "bytes that are no text": (b"GET /%ff%00%zz HTTP/1.1\r\n", b"", [404, 200]),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n", b"", [505]),
    "another protocol": (GET, b"Upgrade: h2c\r\nConnection: Upgrade\r\n", [200, 200]),
    "the headers of gateways": (GET, b"Transfer_Encoding: chunked\r\nContent_Length: 3\r\n", [200, 200]),
    "a length of nothing": (b"HEAD /healthz HTTP/1.1\r\n", b"Content-Length: 0\r\n", [200, 200]),
    "many languages": (b"GET /login/ HTTP/1.1\r\n", LANGUAGES, [200, 200]),
}  # fmt: skip


def statuses(instance: Instance, sent: bytes) -> list[int]:
    """The answers to what is sent on one connection."""
    place = urlsplit(instance.url)
    with socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=10) as connection:
        # The site may have refused it before it is all sent.
        with suppress(OSError):
            connection.sendall(sent)
        answer = b""
        with suppress(OSError):
            while piece := connection.recv(65536):
                answer += piece
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.mark.parametrize(("body", "told"), CHUNKS.values(), ids=CHUNKS)
def test_chunks_mean_what_they_say_or_nothing(instance: Instance, body: bytes, told: list[int]) -> None:
    head = (
        f"POST /v1/assistants HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {instance.key}\r\n"
        "OpenAI-Beta: assistants=v2\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert statuses(instance, head.encode() + body) == told


@pytest.mark.parametrize(("line", "headers", "told"), HEADS.values(), ids=HEADS)
def test_odd_heads_have_one_meaning(instance: Instance, line: bytes, headers: bytes, told: list[int]) -> None:
    # The refusal of what is no head ends the connection; else the next request is heard.
    found = statuses(instance, line + b"Host: 127.0.0.1\r\n" + headers + b"\r\n" + HEALTH)
    assert found == told


@pytest.mark.parametrize("path", ["/v1/files", "/login/", "/w/main/files/new/"])
@pytest.mark.parametrize("more", ["", "; boundary=x; charset=rot13", "; boundary=x; charset=utf-16"])
def test_an_odd_form_is_no_fault_of_the_site(
    instance: Instance, admin: httpx.Client, folder: Path, path: str, more: str
) -> None:
    key = {"Authorization": f"Bearer {instance.key}", "Content-Type": f"multipart/form-data{more}"}
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    written = len((folder / "log").read_text())

    answer = admin.post(path, content=body, headers=key)

    assert answer.status_code in (400, 403)
    assert "Traceback" not in (folder / "log").read_text()[written:]


def begun(instance: Instance, path: str, body: str) -> socket.socket:
    """A connection on which this much of a longer body was sent."""
    place = urlsplit(instance.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {instance.key}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body) + 1000}\r\n\r\n"
    )
    connection = socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=10)
    connection.sendall((head + body).encode())
    return connection
