"""Uploads as the server receives them."""

from __future__ import annotations

import email
import email.policy
import io
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from assistants_client import (
    APIConnectionError,
    APIStatusError,
    AsyncClient,
    Call,
    Client,
    File,
    FileTypes,
    Outcome,
    calls,
)
from assistants_client.multipart import CHUNK_BYTES, MAX_SECONDS, upload_of

from . import faults
from .faults import fault_server, gives

FILE = {"id": "file-1", "object": "file"}


def received(file: FileTypes, **more: Any) -> dict[str, tuple[str | None, Any]]:
    """The parts by name: filename and content."""
    bodies: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append(f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode() + request.read())
        return httpx.Response(200, json=FILE)

    with Client(base_url="http://server.test/v1", transport=httpx.MockTransport(handle)) as client:
        client.files.create(file=file, purpose="assistants", **more)
    form = email.message_from_bytes(bodies[0], policy=email.policy.HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in form.iter_parts()
    }


def send(base_url: str, call: Call[File], *, is_async: bool) -> None:
    async def send_asynchronously() -> None:
        async with AsyncClient(base_url=base_url) as client:
            await client.send(call)

    if is_async:
        anyio.run(send_asynchronously)
    else:
        with Client(base_url=base_url) as client:
            client.send(call)


def test_it_takes_bytes_open_files_paths_and_named_contents(tmp_path: Path) -> None:
    path = tmp_path / "on-disk.txt"
    path.write_bytes(b"disk")
    assert received(b"bytes")["file"] == ("upload", b"bytes")
    assert received(path)["file"] == ("on-disk.txt", b"disk")
    assert received(("named.txt", io.BytesIO(b"named")))["file"] == ("named.txt", b"named")
    assert received(("typed.txt", b"typed", "text/x-own"))["file"] == ("typed.txt", b"typed")
    with path.open("rb") as opened:
        opened.read(1)
        assert received(opened)["file"] == ("on-disk.txt", b"isk")


def test_an_empty_file_is_sent_as_one() -> None:
    assert received(("empty.txt", b""))["file"] == ("empty.txt", b"")


def test_a_name_can_end_neither_its_quotes_nor_its_line() -> None:
    parts = received(('a"\r\nX-Evil: 1\r\n\r\n.txt', b"x"))
    assert set(parts) == {"purpose", "file"}
    assert parts["file"] == ("a%22%0D%0AX-Evil: 1%0D%0A%0D%0A.txt", b"x")


def test_a_content_type_that_is_none_is_replaced() -> None:
    def content_type(given: str) -> str:
        return upload_of(("a.txt", b"", given), fields={}).content_type

    assert content_type("text/x-own; charset=utf-8") == "text/x-own; charset=utf-8"
    assert content_type("x\r\nX-Evil: 1") == content_type("") == "text/plain"


@pytest.mark.parametrize("is_async", [False, True])
def test_a_file_that_cannot_be_read_ends_the_upload(is_async: bool) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the disk is gone")

    call = calls.files.create(file=("b.txt", Broken(b"promised")), purpose="assistants")
    with fault_server(gives(FILE)) as server:
        with pytest.raises(APIConnectionError, match="could not be read to its end"):
            send(server.base_url, call, is_async=is_async)
        assert server.requests == []


def test_an_expiry_is_sent_in_the_bracketed_form() -> None:
    parts = received(b"x", expires_after={"anchor": "created_at", "seconds": 3600})
    assert parts["expires_after[anchor]"] == (None, b"created_at")
    assert parts["expires_after[seconds]"] == (None, b"3600")


@pytest.mark.parametrize("is_async", [False, True])
def test_progress_is_told_chunk_by_chunk(is_async: bool) -> None:
    heard: list[tuple[int, int | None]] = []
    content = io.BytesIO(b"x" * (2 * CHUNK_BYTES + 1))
    call = calls.files.create(
        file=("a", content), purpose="assistants", on_progress=lambda sent, total: heard.append((sent, total))
    )
    with fault_server(gives(FILE)) as server:
        send(server.base_url, call, is_async=is_async)
    size = 2 * CHUNK_BYTES + 1
    assert heard == [(CHUNK_BYTES, size), (2 * CHUNK_BYTES, size), (size, size)]


def test_a_large_file_gets_more_time() -> None:
    small = calls.files.create(file=b"x", purpose="assistants")
    large = calls.files.create(file=b"x" * 10_000_000, purpose="assistants")
    assert small.timeout < large.timeout < MAX_SECONDS


def test_a_file_that_turns_out_shorter_is_never_taken_for_whole() -> None:
    class Shrinking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return b""

    with fault_server(gives(FILE)) as server, Client(base_url=server.base_url) as client:
        with pytest.raises(APIConnectionError) as caught:
            client.files.create(file=("s.txt", Shrinking(b"promised")), purpose="assistants")
        assert caught.value.outcome is Outcome.UNKNOWN
        assert server.requests == []


def test_a_refused_upload_says_why_even_when_the_server_stops_reading() -> None:
    def refuses(talk: faults.Talk) -> bool:
        talk.connection.sendall(faults.packet(413, b'{"error": {"message": "too big"}}'))
        return False

    with fault_server(refuses) as server, Client(base_url=server.base_url) as client:
        upload = calls.files.create(file=("b", b"x" * 1000), purpose="assistants")

        with pytest.raises(APIStatusError, match="too big"):
            client.send(upload)


def test_an_uploaded_file_of_django_is_sent_with_its_length() -> None:
    with TemporaryUploadedFile("big.txt", "text/plain", 0, None) as spooled:
        spooled.write(b"1234567")
        spooled.seek(0)
        heard: list[tuple[int, int | None]] = []
        parts = received(("big.txt", spooled), on_progress=lambda sent, total: heard.append((sent, total)))
        assert parts["file"] == ("big.txt", b"1234567")
        assert heard == [(7, 7)]
