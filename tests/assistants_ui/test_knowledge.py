from __future__ import annotations

from assistants_client import Client
from tests.assistants_ui.conftest import Tap
from tests.conftest import Person


def test_the_page_that_waits_for_reading_asks_the_server_each_time(alice: Person, server: Client, tap: Tap) -> None:
    file = server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")
    store = server.vector_stores.create(name="Prices", file_ids=[file.id])
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    made = server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=resources)
    address = f"/w/main/assistants/{made.id}/knowledge/"
    for _ in range(2):
        assert b"prices.txt" in alice.get(address, headers={"HX-Request": "true"}).content
    assert tap.sent.count(f"GET /v1/vector_stores/{store.id}/files") == 2
