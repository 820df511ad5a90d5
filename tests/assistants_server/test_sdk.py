"""The official SDK, unmodified but for its base URL and key, against the server on a real socket."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from django.conf import settings as site
from openai import AsyncOpenAI, AzureOpenAI, OpenAI
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from assistants_server.assistants import operations as assistants
from assistants_server.http.authentication import new_key
from assistants_server.vector_stores import indexing

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def base_url(live_server: LiveServer) -> Iterator[str]:
    yield f"{live_server.url}/v1"
    indexing.wait()


@pytest.fixture
def client(base_url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=base_url, api_key=new_key(name="sdk", workspace="main")[1]) as client:
        yield client


def run(base_url: str, story: Callable[[AsyncOpenAI], Awaitable[None]]) -> None:
    """Tell an asynchronous story."""
    key = new_key(name="sdk", workspace="main")[1]

    async def told() -> None:
        async with AsyncOpenAI(base_url=base_url, api_key=key) as client:
            await story(client)

    asyncio.run(told())


def test_the_client_of_azure_works_too(live_server: LiveServer) -> None:
    key = new_key(name="azure", workspace="main")[1]
    with AzureOpenAI(azure_endpoint=live_server.url, api_key=key, api_version="2024-05-01-preview") as client:
        made = client.beta.assistants.create(model="gpt-4.1-mini", name="Returns desk", tools=[{"type": "file_search"}])
        # What programs do that copy an assistant: everything that was retrieved is sent, nulls included.
        kept = client.beta.assistants.retrieve(made.id).model_dump(exclude={"id", "object", "created_at"})
        assert client.beta.assistants.create(**kept).tools == made.tools
        store = client.vector_stores.create(name="Prices")
        file = client.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")
        client.vector_stores.files.create(store.id, file_id=file.id)
        assert client.beta.assistants.update(made.id, name="Desk").name == "Desk"
        assert [item.id for item in client.beta.assistants.list(limit=1)][-1] == made.id
        with pytest.raises(openai.NotFoundError):
            client.models.delete("gpt-4o")
    indexing.wait()


def test_it_keeps_assistants(client: OpenAI) -> None:
    function: Any = {
        "type": "function",
        "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}, "strict": True},
    }
    made = client.beta.assistants.create(
        model="gpt-4.1-mini",
        name="Returns desk",
        instructions="Quote the policy.",
        tools=[{"type": "code_interpreter"}, function],
        metadata={"team": "logistics"},
        temperature=0.3,
        response_format={"type": "json_object"},
    )
    assert made.id.startswith("asst_")
    assert client.beta.assistants.retrieve(made.id) == made
    changed = client.beta.assistants.update(made.id, name="Desk", tools=[])
    assert (changed.name, changed.tools, changed.instructions) == ("Desk", [], "Quote the policy.")
    assert client.beta.assistants.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError, match="No assistant found with id"):
        client.beta.assistants.retrieve(made.id)


def test_it_pages_through_250_assistants_and_back(client: OpenAI) -> None:
    made = [assistants.create("main", {"model": "gpt-4.1"}).wire_id for _ in range(250)]
    assert [item.id for item in client.beta.assistants.list(limit=100)] == made[::-1]
    assert [item.id for item in client.beta.assistants.list(order="asc")] == made
    page = client.beta.assistants.list(order="asc", limit=10, before=made[100])
    assert [item.id for item in page.data] == made[90:100]


def test_it_deletes_while_it_pages(client: OpenAI) -> None:
    for _ in range(25):
        assistants.create("main", {"model": "gpt-4.1"})
    for assistant in client.beta.assistants.list(limit=10):
        client.beta.assistants.delete(assistant.id)
    assert client.beta.assistants.list().data == []


def test_it_sends_a_file_in_parts(client: OpenAI) -> None:
    content = b"0123456789" * 10
    done = client.uploads.upload_file_chunked(
        file=content,
        filename="long.txt",
        bytes=len(content),
        mime_type="text/plain",
        purpose="vision",
        part_size=64,
        md5=hashlib.md5(content).hexdigest(),
    )
    assert (done.status, done.file is not None) == ("completed", True)
    assert client.files.content(done.file.id if done.file else "").read() == content


def test_it_uploads_lists_and_downloads(client: OpenAI) -> None:
    content = bytes(range(256)) * 4000
    file = client.files.create(
        file=("picture.png", io.BytesIO(content)),
        purpose="vision",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert (file.bytes, file.filename, file.status) == (len(content), "picture.png", "processed")
    assert file.expires_at == file.created_at + 3600
    assert client.files.content(file.id).read() == content
    assert [item.id for item in client.files.list(purpose="vision")] == [file.id]
    assert client.files.wait_for_processing(file.id).id == file.id
    assert client.files.delete(file.id).deleted


def test_its_polling_helpers_see_a_vector_store_through(client: OpenAI) -> None:
    store = client.vector_stores.create(name="Policies", expires_after={"anchor": "last_active_at", "days": 7})
    done = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("returns.md", b"Damaged parcels are reported within five days.")
    )
    assert done.status == "completed"
    uploads: list[Any] = [("a.txt", b"We open at nine."), ("b.png", b"\x89PNG\x00")]
    batch = client.vector_stores.file_batches.upload_and_poll(vector_store_id=store.id, files=uploads)
    assert (batch.file_counts.completed, batch.file_counts.failed) == (1, 1)
    assert client.vector_stores.retrieve(store.id).file_counts.total == 3
    found = client.vector_stores.search(store.id, query="damaged parcel", max_num_results=1)
    assert [item.filename for item in found] == ["returns.md"]
    changed = client.vector_stores.files.update(done.id, vector_store_id=store.id, attributes={"year": 2025})
    assert changed.attributes == {"year": 2025}
    assert [item.id for item in client.vector_stores.files.list(store.id, filter="failed")] != []
    assert client.vector_stores.files.retrieve(done.id, vector_store_id=store.id) == changed
    assert [part.text for part in client.vector_stores.files.content(done.id, vector_store_id=store.id)] != []
    listed = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id, limit=1)
    assert len(list(listed)) == 2
    assert client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id).status == "completed"
    assert client.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store.id).id == batch.id
    renamed = client.vector_stores.update(store.id, name="Rules", expires_after=None)
    assert (renamed.name, renamed.expires_after) == ("Rules", None)
    assert [item.id for item in client.vector_stores.list(limit=1)] == [store.id]
    assert client.vector_stores.files.delete(done.id, vector_store_id=store.id).deleted
    assert client.vector_stores.delete(store.id).deleted


def test_it_shows_the_headers_of_an_answer(client: OpenAI) -> None:
    raw = client.beta.assistants.with_raw_response.create(model="gpt-4.1")
    assert raw.headers["etag"]
    assert raw.request_id == raw.headers["x-request-id"]
    with client.files.with_streaming_response.list() as streamed:
        assert streamed.parse().data == []
    late = {"If-Match": raw.headers["etag"]}
    client.beta.assistants.update(raw.parse().id, name="A", extra_headers=late)
    with pytest.raises(openai.APIStatusError) as refused:
        client.beta.assistants.update(raw.parse().id, name="B", extra_headers=late)
    assert refused.value.status_code == 412


def test_it_raises_its_own_errors(client: OpenAI, base_url: str, settings: Settings) -> None:
    with pytest.raises(openai.BadRequestError) as bad:
        client.beta.assistants.create(model="gpt-4.1", temperature=9)
    assert (bad.value.param, bad.value.code) == ("temperature", "decimal_above_max_value")
    assert bad.value.request_id
    with pytest.raises(openai.AuthenticationError), OpenAI(base_url=base_url, api_key="sk-wrong") as stranger:
        stranger.models.list()
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")
    once = {"Idempotency-Key": "one"}
    client.beta.assistants.create(model="gpt-4.1", extra_headers=once)
    with pytest.raises(openai.ConflictError):
        client.beta.assistants.create(model="gpt-4.1-mini", extra_headers=once)
    settings.EMBEDDED_REQUESTS_PER_MINUTE = 1
    with pytest.raises(openai.RateLimitError):
        [client.with_options(max_retries=0).models.list() for _ in range(4)]


def test_it_does_the_same_asynchronously(base_url: str) -> None:
    async def story(client: AsyncOpenAI) -> None:
        made = await asyncio.gather(*(client.beta.assistants.create(model="gpt-4.1") for _ in range(12)))
        listed = [item.id async for item in client.beta.assistants.list(limit=5)]
        assert sorted(listed) == sorted(item.id for item in made)
        store = await client.vector_stores.create()
        file = await client.vector_stores.files.upload_and_poll(
            vector_store_id=store.id, file=("a.txt", b"Thirty days.")
        )
        assert file.status == "completed"
        with pytest.raises(openai.NotFoundError):
            await client.beta.assistants.retrieve("asst_none")

    run(base_url, story)


def test_code_of_the_v1_days_goes_on_working(base_url: str) -> None:
    _, key = new_key(name="sdk", workspace="main")
    command = [sys.executable, str(Path(__file__).with_name("sdk_v1_story.py")), base_url, key]
    environment = os.environ | {"PYTHONPATH": str(Path(site.BASE_DIR) / ".venv" / "openai-v1")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "done\n", done.stderr
