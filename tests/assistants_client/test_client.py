"""The clients' calls as a server sees them, and what becomes of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from assistants_client import AsyncClient, Client, NotFoundError, Outcome, Reason, calls

ASSISTANT: dict[str, Any] = {"id": "asst_1", "object": "assistant", "created_at": 1751370000, "name": "Returns desk"}

Handler = Callable[[httpx.Request], httpx.Response]


def client_of(handler: Handler, **settings: Any) -> Client:
    settings = {"base_url": "http://server.test/v1", "api_key": "sk-a-secret-key"} | settings
    return Client(transport=httpx.MockTransport(handler), **settings)


def answering(raw: Any, **more: Any) -> tuple[Handler, list[httpx.Request]]:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        request.read()
        requests.append(request)
        return httpx.Response(**({"status_code": 200, "json": raw} | more))

    return handle, requests


def test_it_sends_what_was_given_and_leaves_out_what_was_omitted() -> None:
    handler, requests = answering(ASSISTANT)
    client_of(handler).assistants.create(model="gpt-4.1-mini", name=None, extra_body={"seed": 1})
    assert json.loads(requests[0].content) == {"model": "gpt-4.1-mini", "name": None, "seed": 1}
    assert requests[0].headers["authorization"] == "Bearer sk-a-secret-key"
    assert requests[0].headers["openai-beta"] == "assistants=v2"


def test_it_gives_the_object_with_everything_the_server_sent() -> None:
    raw = ASSISTANT | {"a_new_field": {"deep": [1, 2]}}
    handler, _ = answering(raw, headers={"ETag": 'W/"7"'})
    assistant = client_of(handler).assistants.retrieve("asst_1")
    assert assistant.name == "Returns desk"
    assert assistant.raw == raw
    assert assistant.etag == 'W/"7"'


def test_it_encodes_any_id_and_refuses_ids_that_would_change_the_path() -> None:
    raw = ASSISTANT | {"id": "a/b c?é"}
    handler, requests = answering(raw)
    client = client_of(handler)
    client.assistants.retrieve("a/b c?é")
    assert requests[0].url.raw_path == b"/v1/assistants/a%2Fb%20c%3F%C3%A9"
    for bad in ("", ".", ".."):
        with pytest.raises(ValueError, match="Expected an id"):
            client.assistants.retrieve(bad)


def test_it_sends_fixed_query_and_headers_with_every_call() -> None:
    handler, requests = answering(ASSISTANT)
    client = client_of(handler, query={"api-version": "v1"}, headers={"api-key": "another-secret"}, api_key=None)
    client.assistants.retrieve("asst_1", extra_query={"x": True}, extra_headers={"If-Match": "7"})
    assert dict(requests[0].url.params) == {"api-version": "v1", "x": "true"}
    assert requests[0].headers["api-key"] == "another-secret"
    assert requests[0].headers["if-match"] == "7"
    assert "authorization" not in requests[0].headers


def test_it_sends_described_calls_and_parses_their_results_again_from_raw() -> None:
    handler, _ = answering({"object": "list", "data": [ASSISTANT], "has_more": False})
    call = calls.assistants.list(limit=1)
    page = client_of(handler).send(call)
    assert [assistant.id for assistant in page.data] == ["asst_1"]
    assert call.path == "/assistants"
    assert call.query == {"limit": 1}
    assert call.parse(page.raw) == page


def test_it_tells_what_a_refusal_says() -> None:
    refusal = {"error": {"message": "No assistant found with id 'asst_x'.", "type": "invalid_request_error"}}
    handler, requests = answering(refusal, status_code=404, headers={"x-request-id": "req_1"})
    with pytest.raises(NotFoundError) as caught:
        client_of(handler).assistants.retrieve("asst_x")
    assert caught.value.message == "No assistant found with id 'asst_x'."
    assert caught.value.request_id == "req_1"
    assert caught.value.outcome is Outcome.REFUSED
    assert caught.value.reason is Reason.STATUS
    assert len(requests) == 1


def test_it_uploads_a_file_and_says_how_far_it_is() -> None:
    handler, requests = answering({"id": "file-1", "object": "file"})
    heard: list[tuple[int, int | None]] = []
    client_of(handler).files.create(
        file=("notes.txt", b"hello"), purpose="assistants", on_progress=lambda sent, total: heard.append((sent, total))
    )
    assert heard == [(5, 5)]
    assert b'name="purpose"\r\n\r\nassistants\r\n' in requests[0].content
    assert b'filename="notes.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n' in requests[0].content
    assert int(requests[0].headers["content-length"]) == len(requests[0].content)


def test_it_does_the_same_asynchronously() -> None:
    handler, requests = answering(ASSISTANT)

    async def talk() -> str | None:
        async with AsyncClient(base_url="http://server.test/v1", transport=httpx.MockTransport(handler)) as client:
            return (await client.assistants.create(model="m")).name

    assert anyio.run(talk) == "Returns desk"
    assert json.loads(requests[0].content) == {"model": "m"}


def test_it_never_shows_the_key() -> None:
    handler, _ = answering({"error": {"message": "Incorrect API key: sk-a-secret-key."}}, status_code=401)
    client = client_of(handler)
    assert "sk-a-secret-key" not in repr(client)
    with pytest.raises(Exception, match="Incorrect API key") as caught:
        client.assistants.retrieve("asst_1")
    assert "sk-a-secret-key" not in str(caught.value)
