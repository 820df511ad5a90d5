"""The pages of vector stores."""

from __future__ import annotations

import httpx
import pytest
from django.core.cache import cache

from assistants_client import Client, File, VectorStore
from assistants_server.vector_stores import indexing
from tests.assistants_ui.attaching import upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/w/main/vector-stores/"


@pytest.fixture
def file(server: Client) -> File:
    return server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")


@pytest.fixture
def store(server: Client, file: File) -> VectorStore:
    store = server.vector_stores.create(name="Prices", file_ids=[file.id], metadata={"team": "sales"})
    indexing.wait()
    return store


def test_it_says_what_to_do_when_there_are_none(bob: Person, tap: Tap) -> None:
    assert "No vector stores yet" in read(bob.get(LIST)).text


def test_a_store_of_which_nothing_was_heard_can_be_looked_for(alice: Person, tap: Tap) -> None:
    tap.answer = lambda request: httpx.Response(502) if request.method == "POST" else None
    page = read(alice.post(f"{LIST}new/", {"name": "Prices"}))
    assert "Check before you try again; your text is safe here." in page.text
    assert page.links["Look whether it is there"] == LIST
    assert page.forms[-1]["name"] == "Prices"


def test_it_lists_them_with_who_searches_in_them(bob: Person, server: Client, store: VectorStore) -> None:
    server.assistants.create(
        model="gpt-4.1-mini",
        name="Price desk",
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )
    page = read(bob.get(LIST))
    assert page.links["Prices"] == f"{LIST}{store.id}/"
    assert "Price desk" in page.links
    assert "New vector store" not in page.links


def test_stores_of_one_name_are_told_apart_wherever_they_stand(
    bob: Person, server: Client, tap: Tap, file: File
) -> None:
    first = server.vector_stores.create(name="Prices", file_ids=[file.id])
    second = server.vector_stores.create(name="Prices", file_ids=[file.id])
    server.vector_stores.create(name="Terms")
    indexing.wait()
    pages = (LIST, "/w/main/files/", f"/w/main/files/{file.id}/")
    for text in [read(bob.get(page)).text for page in pages]:
        assert f"Prices {first.id}" in text or f"Vector store, {first.id}" in text
        assert second.id in text

    # Made at different times, they are told by these.
    times = {first.id: 1_700_000_000, second.id: 1_700_086_400}

    def aged(request: httpx.Request) -> httpx.Response:
        answer = tap.server.handle_request(request)
        answer.read()
        body = answer.json()
        for item in body.get("data", []):
            item["created_at"] = times.get(item["id"], item.get("created_at"))
        return httpx.Response(answer.status_code, json=body)

    cache.clear()
    tap.answer = aged
    for text in [read(bob.get(page)).text for page in (LIST, "/w/main/files/")]:
        assert "14 Nov 2023, 22:13 UTC" in text
        assert "15 Nov 2023, 22:13 UTC" in text
        assert first.id not in text


def test_it_is_created_with_expiry_and_metadata(alice: Person, server: Client) -> None:
    fields = {"name": "Contracts", "expires_after_days": "30", "metadata_key": ["team"], "metadata_value": ["legal"]}
    alice.post(f"{LIST}new/", fields)

    [made] = server.vector_stores.list().data
    assert (made.name, made.expires_after_days, made.metadata) == ("Contracts", 30, {"team": "legal"})


def test_a_nameless_or_endless_one_is_refused_with_a_sentence(alice: Person, server: Client) -> None:
    response = alice.post(f"{LIST}new/", {"name": "", "expires_after_days": "366"})
    assert response.status_code == 422
    assert "Enter a name." in read(response).text
    page = read(response)
    assert "Must be from 1 to 365." in page.text
    assert page.links["Name"] == "#id_name"
    assert page.links["Expires after this many days without use"] == "#id_expires_after_days"
    assert server.vector_stores.list().data == []


def test_only_what_changed_is_sent(alice: Person, server: Client, tap: Tap, store: VectorStore) -> None:
    form = next(form for form in read(alice.get(f"{LIST}{store.id}/edit/")).forms if "name" in form)
    tap.clear()
    alice.post(f"{LIST}{store.id}/edit/", form)
    assert not [sent for sent in tap.sent if sent.startswith("POST")]

    alice.post(f"{LIST}{store.id}/edit/", {**form, "name": "Prices 2027"})
    assert tap.written == [{"name": "Prices 2027"}]
    assert server.vector_stores.retrieve(store.id).metadata == {"team": "sales"}


def test_metadata_that_a_field_of_one_line_cannot_show_is_kept(
    alice: Person, server: Client, tap: Tap, store: VectorStore
) -> None:
    server.vector_stores.update(store.id, metadata={"note": "one\ntwo", "team": "sales"})
    form = next(form for form in read(alice.get(f"{LIST}{store.id}/edit/")).forms if "name" in form)
    alice.post(f"{LIST}{store.id}/edit/", {**form, "metadata_value": ["onetwo", "legal", "", ""]})

    assert server.vector_stores.retrieve(store.id).metadata == {"note": "one\ntwo", "team": "legal"}


def test_it_answers_a_question_with_passages(bob: Person, store: VectorStore) -> None:
    page = read(bob.get(f"{LIST}{store.id}/", {"q": "What does a screw cost?"}))
    assert "A screw costs 12 cents." in page.text
    part = bob.get(f"{LIST}{store.id}/", {"q": "elephant"}, headers={"HX-Request": "true"})
    assert "Nothing in this store matches." in read(part).text
    assert b"<html" not in part.content


def test_a_server_without_search_is_told(bob: Person, tap: Tap, store: VectorStore) -> None:
    none = httpx.Response(404, json={"error": {"message": "Invalid URL"}})
    tap.answer = lambda request: none if request.url.path.endswith("/search") else None
    assert "This server cannot search by itself" in read(bob.get(f"{LIST}{store.id}/", {"q": "screw"})).text


def test_a_file_is_put_in_and_taken_out(alice: Person, server: Client, store: VectorStore) -> None:
    response = alice.post(f"{LIST}{store.id}/add/", {"files": [upload("b.txt", b"b")], "upload_token": "click-0001"})
    assert response["Location"] == f"{LIST}{store.id}/"
    indexing.wait()
    page = read(alice.get(response["Location"]))
    assert "b.txt" in page.links

    [added] = [entry for entry in server.files.list() if entry.filename == "b.txt"]
    alice.post(f"{LIST}{store.id}/files/{added.id}/out/")
    assert added.id not in {entry.id for entry in server.vector_stores.files.list(store.id)}
    assert added.id in {kept.id for kept in server.files.list()}


def test_several_that_are_here_already_are_put_in_together(alice: Person, server: Client, store: VectorStore) -> None:
    ids = [server.files.create(file=(f"{n}.txt", b"x"), purpose="assistants").id for n in range(3)]

    response = alice.post(f"{LIST}{store.id}/add/", {"file_id": ids})

    indexing.wait()
    assert "/batches/" in response["Location"]
    assert "All 3 files are searchable" in read(alice.get(response["Location"])).text
    assert len(server.vector_stores.files.list(store.id).data) == 4


def test_a_refusal_of_the_server_stands_at_its_field(alice: Person, tap: Tap) -> None:
    refusal = {"message": "At most 7 days here.", "type": "invalid_request_error", "param": "expires_after.days"}
    tap.answer = lambda request: (
        httpx.Response(400, json={"error": {**refusal, "code": None}}) if request.method == "POST" else None
    )
    response = alice.post(f"{LIST}new/", {"name": "Prices", "expires_after_days": "30"})
    page = read(response)
    assert response.status_code == 422
    assert "The assistant service refused this" in page.text
    assert page.links["Expires after this many days without use"] == "#id_expires_after_days"
    assert page.forms[-1]["name"] == "Prices"


def test_a_batch_of_one_is_told_as_one(alice: Person, server: Client, store: VectorStore) -> None:
    added = server.files.create(file=("b.txt", b"x"), purpose="assistants")
    batch = server.vector_stores.file_batches.create(store.id, file_ids=[added.id])
    indexing.wait()
    assert "The file is searchable" in read(alice.get(f"{LIST}{store.id}/batches/{batch.id}/")).text


def test_deleting_names_who_searches_in_it_and_keeps_the_files(
    alice: Person, server: Client, store: VectorStore
) -> None:
    server.assistants.create(
        model="gpt-4.1-mini",
        name="Price desk",
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )
    page = read(alice.get(f"{LIST}{store.id}/delete/"))
    assert "Price desk" in page.links
    assert "Its 1 file is kept." in page.text

    alice.post(f"{LIST}{store.id}/delete/")
    assert server.vector_stores.list().data == []
    assert len(server.files.list().data) == 1


@pytest.mark.parametrize("size", [10**400, -(10**400)], ids=["huge", "less than nothing"])
def test_a_size_that_no_disk_has_hides_no_list(bob: Person, tap: Tap, size: int) -> None:
    odd = {"id": "vs_1", "object": "vector_store", "name": "Odd", "created_at": 1, "status": "completed"}
    listed = {"object": "list", "data": [odd | {"usage_bytes": size}], "has_more": False}
    tap.answer = lambda request: (
        httpx.Response(200, json=listed) if request.url.path.endswith("/vector_stores") else None
    )

    assert "Odd" in read(bob.get(LIST)).text
