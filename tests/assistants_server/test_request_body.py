"""Bodies without a length, and bodies that end too early."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pytest_django import Settings

from assistants_server.models import Assistant, File
from dashboard.server.bodies import IncompleteBodyError
from tests.assistants_server.conftest import API

FORM = b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nvision\r\n'
FORM += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n%b\r\n--x--\r\n'
MULTIPART = "multipart/form-data; boundary=x"


def chunked(api: API, path: str, body: bytes, *, terminated: bool = True, **more: str) -> Any:
    """Send a body as a server hands it on that came in chunks."""
    environ: dict[str, Any] = {"wsgi.input": BytesIO(body), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    return api.generic("POST", f"/v1{path}", **(environ | {"wsgi.input_terminated": terminated} | more))


def test_a_body_in_chunks_is_read(api: API) -> None:
    assert chunked(api, "/assistants", b'{"model": "gpt-4.1"}').json()["model"] == "gpt-4.1"
    assert chunked(api, "/files", FORM % (b"a" * 200_000), CONTENT_TYPE=MULTIPART).json()["bytes"] == 200_000


def test_a_body_in_chunks_has_the_same_limits(api: API, settings: Settings) -> None:
    settings.MAX_UPLOAD_MB = 1
    assert chunked(api, "/assistants", b" " * (12 * 2**20 + 1)).status_code == 413
    assert chunked(api, "/files", FORM % (b"a" * (2**20 + 1)), CONTENT_TYPE=MULTIPART).status_code == 413
    assert not File.objects.exists()


def test_where_the_server_cannot_tell_the_end_a_length_is_asked_for(api: API) -> None:
    for path in ("/assistants", "/files"):
        answer = chunked(api, path, FORM % b"a", terminated=False, CONTENT_TYPE=MULTIPART)
        assert (answer.status_code, answer.json()["error"]["type"]) == (411, "invalid_request_error")


@pytest.mark.parametrize("body", [b'{"model": "gpt-4.1"}', b""])
def test_a_body_that_ends_too_early_changes_nothing(api: API, body: bytes) -> None:
    environ: dict[str, Any] = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": "900"}
    answer = api.generic("POST", "/v1/assistants", **environ)
    assert answer.json()["error"]["message"] == "The body of your request ended too early."
    assert not Assistant.objects.exists()


def test_chunks_that_break_off_change_nothing(api: API) -> None:
    answer = chunked(api, "/files", b"", CONTENT_TYPE=MULTIPART, **{"wsgi.input": BrokenChunks(FORM[:50])})  # type: ignore[arg-type]  # a WSGI variable
    assert answer.json()["error"]["message"] == "The body of your request ended too early."


class BrokenChunks(BytesIO):
    """What the server gives when a client goes away between two chunks."""

    def read(self, size: int | None = -1) -> bytes:
        if piece := super().read(size):
            return piece
        raise IncompleteBodyError
