"""Every row of one job is found from its assistant: in the log and in the assistant's history."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistants_client import Assistant, Client
from assistants_server.vector_stores import indexing
from dashboard.audit.models import Record
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
EXCHANGE = [
    "created the vector store",
    "added 2 files to the vector store",
    "removed prices.txt",
]


@pytest.fixture(autouse=True)
def _indexed() -> Iterator[None]:
    """Nothing is read in the background any more when the database of a test is taken away."""
    yield
    indexing.wait()


@pytest.fixture
def shared(alice: Person, server: Client, assistant: Assistant) -> Assistant:
    """An assistant that searches three files in a store which another searches too."""
    for number, name in enumerate(("prices.txt", "terms.txt", "hours.txt")):
        alice.post(page_of(assistant, "files"), sent(upload(name, name.encode()), token=f"click-000{number}"))
    indexing.wait()
    resources = server.assistants.retrieve(assistant.id).tool_resources
    server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=resources)
    return assistant


def detach(person: Person, server: Client, assistant: Assistant, name: str) -> None:
    file = next(file for file in server.files.list() if file.filename == name)
    response = person.post(page_of(assistant, "files", file.id, "detach"), {"use": "file_search"})
    assert response.status_code == 302


def test_the_log_finds_the_exchange_of_a_shared_store(
    alice: Person, carol: Person, server: Client, shared: Assistant
) -> None:
    detach(alice, server, shared, "prices.txt")
    page = read(carol.get("/audit/", {"target": shared.id}))
    for told in (*EXCHANGE, "uploaded the file", "attached prices.txt"):
        assert told in page.text
    # The server's own name of the assistant stands beside a row about a store, not its id.
    assert page.links["Support desk"] == f"/audit/?target={shared.id}"
    assert shared.id not in page.text


def test_another_assistants_filter_finds_none_of_it(
    alice: Person, carol: Person, server: Client, shared: Assistant
) -> None:
    detach(alice, server, shared, "prices.txt")
    other = next(other for other in server.assistants.list() if other.id != shared.id)
    assert "Nothing matches" in read(carol.get("/audit/", {"target": other.id})).text


def test_the_history_tells_the_exchange_as_one_entry_with_its_steps(
    alice: Person, bob: Person, server: Client, shared: Assistant
) -> None:
    detach(alice, server, shared, "prices.txt")
    newest = bob.get(page_of(shared, "history")).content.decode().partition('<li class="log-line">')[2]
    newest = newest.partition("</li>")[0]
    for told in EXCHANGE:
        assert newest.count(told) == 1
    assert "Files of Support desk (2)" in newest


def test_a_file_for_a_store_alone_has_no_assistant(alice: Person, server: Client, tap: Tap) -> None:
    store = server.vector_stores.create(name="Prices")
    alice.post(f"/w/main/vector-stores/{store.id}/add/", {"files": [upload()], "upload_token": "click-0001"})
    added = Record.objects.get(action="vector_store_file.create", outcome="succeeded")
    assert '"assistant_id"' not in added.head


@pytest.mark.parametrize("page", ["log", "history"])
def test_more_rows_take_no_more_questions(
    alice: Person, carol: Person, server: Client, shared: Assistant, page: str
) -> None:
    def questions() -> int:
        address = f"/audit/?target={shared.id}" if page == "log" else page_of(shared, "history")
        carol.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert carol.get(address).status_code == 200
        return len(asked)

    before = questions()
    detach(alice, server, shared, "prices.txt")
    alice.post(page_of(shared, "files"), sent(upload("new.txt", b"new"), token="click-0009"))
    assert questions() == before
