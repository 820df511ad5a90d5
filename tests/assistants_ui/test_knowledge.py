from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client, VectorStoreFile
from assistants_server.models import VectorStore
from assistants_server.vector_stores.indexing import read_waiting
from assistants_ui.files.knowledge import extraction_of
from dashboard.bounds import STORES_ASKED
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person


def test_what_was_read_out_of_a_file_stands_beside_searchable(alice: Person, server: Client) -> None:
    file = server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")
    store = server.vector_stores.create(name="Prices", file_ids=[file.id])
    read_waiting(VectorStore.objects.get(wire_id=store.id).pk)
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    made = server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=resources)
    for page in (f"assistants/{made.id}", f"vector-stores/{store.id}"):
        said = read(alice.get(f"/w/main/{page}/")).text
        assert "5 words read" in said
        assert "Searchable" in said


@pytest.mark.parametrize(
    ("extraction", "said"),
    [
        ({"words": 1687, "left_out": ["2 pictures"]}, "1,687 words read; 2 pictures left out"),
        ({"words": 1, "left_out": []}, "1 word read"),
        ({"words": 3, "left_out": ["1 picture", "2 charts"]}, "3 words read; 1 picture, 2 charts left out"),
        ({}, ""),
        (None, ""),
        ("odd", ""),
        ({"words": "many", "left_out": 5}, ""),
    ],
)
def test_it_is_said_in_words(extraction: Any, said: str) -> None:
    assert extraction_of(VectorStoreFile({"id": "file-1", "extraction": extraction})) == said


def test_the_page_that_waits_for_reading_asks_the_server_each_time(alice: Person, server: Client, tap: Tap) -> None:
    file = server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")
    store = server.vector_stores.create(name="Prices", file_ids=[file.id])
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    made = server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=resources)
    address = f"/w/main/assistants/{made.id}/knowledge/"
    for _ in range(2):
        assert b"prices.txt" in alice.get(address, headers={"HX-Request": "true"}).content
    assert tap.sent.count(f"GET /v1/vector_stores/{store.id}/files") == 2


def names_stores(raw: dict[str, Any], *, number: int) -> dict[str, Any]:
    """The assistant as a server gives it that names so many stores, all of them empty."""
    return raw | {
        "tools": [{"type": "file_search"}],
        "tool_resources": {"file_search": {"vector_store_ids": [f"vs_{at}" for at in range(number)]}},
    }


def test_a_server_that_names_a_thousand_stores_is_asked_about_so_many(
    alice: Person, assistant: Assistant, tap: Tap
) -> None:
    raw = names_stores(assistant.raw, number=1000)

    def answer(request: httpx.Request) -> httpx.Response | None:
        path = request.url.path.removeprefix("/v1/")
        if path == f"assistants/{assistant.id}":
            return httpx.Response(200, json=raw)
        if path.startswith("vector_stores/"):
            is_list = path.endswith("/files")
            return httpx.Response(200, json={"object": "list", "data": []} if is_list else {"id": path[14:]})
        return None

    tap.answer = answer
    for page in ("", "knowledge/"):
        tap.clear()
        address = f"/w/main/assistants/{assistant.id}/{page}"
        text = read(alice.get(address, headers={"HX-Request": "true"} if page else {})).text
        asked = [one for one in tap.sent if "/vector_stores/" in one]
        assert len(asked) <= 2 * STORES_ASKED
        assert "the first 10 vector stores of an assistant are looked into" in text
        assert f"vs_{STORES_ASKED}" in text
