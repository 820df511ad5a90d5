"""An application in this process as the far end: nothing changed on the way, nothing held whole in memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assistants_client import APIConnectionError, Client, Outcome, WSGITransport, calls

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

JSON = [("Content-Type", "application/json"), ("ETag", '"7"')]


class Site:
    """An application that answers with an assistant and remembers what it was given."""

    def __init__(self, body: bytes = b'{"id": "asst_1", "object": "assistant"}') -> None:
        self.environs: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.body = body
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.environs.append(environ)
        self.bodies.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        start_response("200 OK", JSON)
        return self._chunks()

    def _chunks(self) -> Iterator[bytes]:
        try:
            yield from (self.body[start : start + 10] for start in range(0, len(self.body), 10))
        finally:
            self.closed += 1


def client_of(app: WSGIApplication, **environ: object) -> Client:
    return Client(base_url="http://localhost:81/v1", api_key="k" * 20, transport=WSGITransport(app, environ=environ))


def test_the_application_gets_the_request_as_from_a_server() -> None:
    site = Site()
    assistant = client_of(site, REMOTE_USER="alice").assistants.create(model="m")
    environ = site.environs[0]
    assert assistant.etag == '"7"'
    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["PATH_INFO"] == "/v1/assistants"
    assert environ["SERVER_NAME"] == "localhost"
    assert environ["SERVER_PORT"] == "81"
    assert environ["HTTP_HOST"] == "localhost:81"
    assert environ["HTTP_AUTHORIZATION"] == "Bearer " + "k" * 20
    assert environ["CONTENT_TYPE"] == "application/json"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["REMOTE_USER"] == "alice"
    assert site.bodies == [b'{"model":"m"}']
    assert site.closed == 1


def test_any_path_and_query_arrive_as_they_were_meant() -> None:
    site = Site(b'{"id": "a/b \xc3\xa9?"}')
    client_of(site).assistants.retrieve("a/b é?", extra_query={"q": "ä&b=c"})
    assert site.environs[0]["PATH_INFO"].encode("latin-1").decode() == "/v1/assistants/a/b é?"
    assert site.environs[0]["QUERY_STRING"] == "q=%C3%A4%26b%3Dc"


def test_django_reads_the_same_path() -> None:
    from django.core.handlers.wsgi import WSGIRequest

    site = Site(b'{"id": "\xe6\x97\xa5\xe6\x9c\xac"}')
    client_of(site).assistants.retrieve("日本", extra_query={"q": "日"})
    request = WSGIRequest(site.environs[0])
    assert request.path == "/v1/assistants/日本"
    assert request.GET["q"] == "日"


class Endless(io.RawIOBase):
    """A file of a given size that exists only as far as it is read, and knows how far that is."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset if whence == 0 else self.size + offset
        return self.at

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self.size - self.at)
        self.at += count
        return count


def test_an_upload_is_read_only_as_fast_as_the_application_takes_it() -> None:
    file = Endless(64 * 1024 * 1024)
    ahead: list[int] = []

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        left, taken = int(environ["CONTENT_LENGTH"]), 0
        while left:
            taken += len(chunk := environ["wsgi.input"].read(min(left, 1024 * 1024)))
            left -= len(chunk)
            ahead.append(file.at - taken)
        start_response("200 OK", JSON)
        return [b'{"id": "file-1", "object": "file"}']

    assert client_of(app).files.create(file=("big.bin", file), purpose="assistants").id == "file-1"
    assert file.at == file.size
    assert max(ahead) <= 4 * 1024 * 1024


def test_an_upload_of_unknown_size_gets_its_length_first() -> None:
    site = Site(b'{"id": "file-1", "object": "file"}')

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = b"piped"

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            count = len(self.rest)
            buffer[:count], self.rest = self.rest, b""
            return count

    client_of(site).files.create(file=("pipe.txt", Pipe()), purpose="assistants")
    assert b"\r\n\r\npiped\r\n" in site.bodies[0]
    assert int(site.environs[0]["CONTENT_LENGTH"]) == len(site.bodies[0])


def test_a_download_streams_and_ends_when_it_is_closed() -> None:
    site = Site(b"0123456789" * 3)
    with client_of(site).files.content("file-1") as answer:
        pieces = answer.iter_bytes()
        assert next(pieces) == b"0123456789"
        assert site.closed == 0
    assert site.closed == 1


def test_an_application_that_does_not_answer_is_a_broken_connection() -> None:
    with pytest.raises(APIConnectionError) as caught:
        client_of(lambda environ, start_response: []).assistants.create(model="m")
    assert caught.value.outcome is Outcome.UNKNOWN


def test_what_the_application_raises_is_raised_here() -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        client_of(app).send(calls.models.list())


def test_an_application_may_change_its_mind_about_the_status() -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            raise ValueError
        except ValueError:
            start_response("500 Broken", [], sys.exc_info())
        return [b""]

    response = WSGITransport(app).handle_request(httpx.Request("GET", "http://localhost/"))
    assert response.status_code == 500
