"""Undoing what was changed of a vector store itself: its name, its expiry and its metadata."""

from __future__ import annotations

from typing import Any

import pytest

from assistants_client import Client, VectorStore
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.assistants_ui.test_undo_files import told, undo_in
from tests.conftest import Person
from tests.dashboard.audit.test_operations import the_record_fails

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(server: Client) -> VectorStore:
    return server.vector_stores.create(name="Prices", metadata={"team": "sales"})


def page_of(store: VectorStore) -> str:
    return f"/w/main/vector-stores/{store.id}/"


def save(person: Person, store: VectorStore, **fields: Any) -> str:
    """Save the form with these fields changed; where the Undo of its message leads."""
    form = next(form for form in read(person.get(f"{page_of(store)}edit/")).forms if "name" in form)
    assert person.post(f"{page_of(store)}edit/", form | fields).status_code == 302
    return undo_in(person, page_of(store))


def test_it_is_as_it_was_and_can_be_changed_back_again(
    alice: Person, server: Client, tap: Tap, store: VectorStore
) -> None:
    changed = {"name": "Price list", "expires_after_days": "30", "metadata_key": ["team"], "metadata_value": ["legal"]}
    undo = save(alice, store, **changed)
    tap.clear()
    response = alice.post(undo)
    assert tap.written == [{"name": "Prices", "metadata": {"team": "sales"}, "expires_after": None}]
    text = told(alice, response)
    assert "The change of the name, the labels and the expiry of “Prices” was undone." in text
    assert server.vector_stores.retrieve(store.id).raw["expires_after"] is None

    alice.get(undo)
    row = read(alice.get(undo)).text
    assert "The vector store is already as it was." in row


def test_the_undo_of_an_undo(alice: Person, server: Client, store: VectorStore) -> None:
    response = alice.post(save(alice, store, name="Price list"))
    alice.post(undo_in(alice, response["Location"]))
    assert server.vector_stores.retrieve(store.id).name == "Price list"


def test_a_later_change_is_offered_and_not_taken(alice: Person, server: Client, tap: Tap, store: VectorStore) -> None:
    undo = save(alice, store, name="Price list", expires_after_days="30")
    server.vector_stores.update(store.id, name="Price list 2027")
    page = read(alice.get(undo))
    assert "Changed again since. Undoing this replaces that change too." in page.text
    [form] = [form for form in page.forms if "field" in form]
    assert form["field"] == "expires_after"
    alice.post(undo)
    now = server.vector_stores.retrieve(store.id)
    assert (now.name, now.expires_after_days) == ("Price list 2027", None)


def test_nothing_is_sent_when_somebody_was_quicker(alice: Person, server: Client, tap: Tap, store: VectorStore) -> None:
    undo = save(alice, store, name="Price list")
    form = next(form for form in read(alice.get(undo)).forms if "field" in form)
    server.vector_stores.update(store.id, metadata={"team": "legal"})
    tap.clear()
    response = alice.post(undo, form)
    assert response.status_code == 409
    assert "It changed while you were looking." in read(response).text
    assert tap.written == []


def test_a_deleted_store_is_not_promised_back(dora: Person, server: Client, store: VectorStore) -> None:
    undo = save(dora, store, name="Price list")
    dora.post(f"{page_of(store)}delete/")
    response = dora.post(undo)
    assert response.status_code == 409
    assert "The vector store was deleted since." in read(response).text
    log = read(dora.get("/audit/", {"action": "vector_store.delete"}))
    assert "Undo" not in log.links
    assert (
        "A deleted vector store cannot be brought back." in read(dora.get(log.links["deleted the vector store"])).text
    )


def test_nothing_is_sent_when_it_cannot_be_recorded(alice: Person, tap: Tap, store: VectorStore) -> None:
    undo = save(alice, store, name="Price list")
    tap.clear()
    with the_record_fails(from_row=1):
        assert alice.post(undo).status_code == 503
    assert tap.written == []


def test_the_log_offers_it(dora: Person, server: Client, store: VectorStore) -> None:
    save(dora, store, name="Price list")
    undo = read(dora.get("/audit/")).links["Undo"]
    assert "Price list" in read(dora.get(undo)).text
    dora.post(undo)
    assert server.vector_stores.retrieve(store.id).name == "Prices"
    assert "undid a change: renamed it to “Prices”" in read(dora.get("/audit/")).text


def test_what_looks_like_a_key_is_not_put_back(alice: Person, server: Client, store: VectorStore) -> None:
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz123456"
    server.vector_stores.update(store.id, metadata={"team": key})
    undo = save(alice, store, metadata_key=["team"], metadata_value=["sales"])
    page = read(alice.get(undo)).text
    assert "looks like a key" in page
    assert key not in page
    alice.post(undo)
    assert server.vector_stores.retrieve(store.id).metadata == {"team": "sales"}
