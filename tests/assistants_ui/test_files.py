"""The list of all files: found, looked into, and deleted only with eyes open."""

from __future__ import annotations

import httpx
import pytest

from assistants_client import Assistant, Client, File
from assistants_server.vector_stores import indexing
from dashboard.audit.models import Record
from tests.assistants_ui.attaching import page_of
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/w/main/files/"


def make(server: Client, name: str = "prices.txt", content: bytes = b"A screw costs 12 cents.") -> File:
    return server.files.create(file=(name, content), purpose="assistants")


def opened_by(server: Client, file: File, *, name: str) -> Assistant:
    """An assistant whose code can open the file."""
    resources = {"code_interpreter": {"file_ids": [file.id]}}
    return server.assistants.create(
        model="gpt-4.1-mini", name=name, tools=[{"type": "code_interpreter"}], tool_resources=resources
    )


def test_it_says_what_to_do_when_there_are_none(bob: Person, tap: Tap) -> None:
    assert "No files yet" in read(bob.get(LIST)).text


def test_it_lists_files_with_their_users(bob: Person, server: Client) -> None:
    file = make(server)
    opened_by(server, file, name="Price desk")
    store = server.vector_stores.create(name="Prices", file_ids=[file.id])
    indexing.wait()

    page = read(bob.get(LIST))

    assert page.links["prices.txt"] == f"/w/main/files/{file.id}/"
    assert page.links["Prices"] == f"/w/main/vector-stores/{store.id}/"
    assert "Price desk" in page.links


def test_it_finds_by_name(bob: Person, server: Client) -> None:
    make(server, "Price list 2026.pdf")
    make(server, "Returns.md")
    page = read(bob.get(LIST, {"q": "LIST price"}))
    assert "Price list 2026.pdf" in page.links
    assert "Returns.md" not in page.links
    assert "No files match" in read(bob.get(LIST, {"q": "nothing"})).text


def test_it_goes_on_and_back_by_cursor(bob: Person, server: Client) -> None:
    for number in range(120):
        make(server, f"{number:03}.txt", b"x")

    first = read(bob.get(LIST))
    second = read(bob.get(first.links["Next page"]))
    third = read(bob.get(second.links["Next page"]))

    def names(page: object) -> list[str]:
        return [label for label in getattr(page, "links", {}) if label.endswith(".txt")]

    expected = [f"{number:03}.txt" for number in range(119, -1, -1)]
    assert [*names(first), *names(second), *names(third)] == expected
    assert "Previous page" not in first.links
    assert "Next page" not in third.links
    assert names(read(bob.get(third.links["Previous page"]))) == names(second)


def test_deleting_names_every_user_first(alice: Person, server: Client) -> None:
    file = make(server)
    opened_by(server, file, name="Price desk")
    opened_by(server, file, name="Night shift")
    server.vector_stores.create(name="Prices", file_ids=[file.id])
    indexing.wait()

    page = read(alice.get(f"{LIST}delete/", {"id": file.id}))

    assert "Delete “prices.txt”?" in page.text
    assert {"Price desk", "Night shift", "Prices"} <= set(page.links)
    assert len(server.files.list().data) == 1
    response = alice.post(f"{LIST}delete/", {"id": file.id}, follow=True)
    assert "“prices.txt” was deleted." in read(response).text
    assert server.files.list().data == []


def test_several_are_deleted_at_once(alice: Person, server: Client) -> None:
    files = [make(server, f"{number}.txt") for number in range(3)]
    response = alice.post(f"{LIST}delete/", {"id": [files[0].id, files[2].id]}, follow=True)
    assert "2 files were deleted." in read(response).text
    assert [file.filename for file in server.files.list()] == ["1.txt"]


def test_one_that_cannot_be_deleted_does_not_hide_the_others(alice: Person, server: Client, tap: Tap) -> None:
    files = [make(server, f"{number}.txt") for number in range(3)]
    stuck = httpx.Response(403, json={"error": {"message": "Not this one."}})
    tap.answer = lambda request: stuck if request.method == "DELETE" and files[1].id in request.url.path else None

    response = alice.post(f"{LIST}delete/", {"id": [file.id for file in files]}, follow=True)

    page = read(response).text
    assert "2 files were deleted." in page
    assert "“1.txt”: The assistant service does not allow this" in page
    assert [file.filename for file in server.files.list()] == ["1.txt"]


def test_a_deletion_without_an_answer_is_not_said_to_have_failed(alice: Person, server: Client, tap: Tap) -> None:
    file = make(server)

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            raise httpx.ReadError("reset", request=request)
        return None

    tap.answer = lose
    page = read(alice.post(f"{LIST}delete/", {"id": file.id}, follow=True)).text
    assert "We sent your change but heard no clear answer" in page
    assert "was deleted" not in page


def test_one_that_somebody_else_deleted_meanwhile_is_deleted(alice: Person, server: Client, tap: Tap) -> None:
    file = make(server)

    def somebody_was_faster(request: httpx.Request) -> None:
        if request.method == "DELETE":
            server.files.delete(file.id)

    tap.answer = somebody_was_faster
    assert "“prices.txt” was deleted." in read(alice.post(f"{LIST}delete/", {"id": file.id}, follow=True)).text


def test_a_viewer_cannot_delete(bob: Person, server: Client) -> None:
    file = make(server)
    assert bob.post(f"{LIST}delete/", {"id": file.id}).status_code == 403
    assert "Choose prices.txt" not in bob.get(LIST).content.decode()


def test_detaching_from_one_leaves_the_others(alice: Person, server: Client) -> None:
    file = make(server)
    first, second = (opened_by(server, file, name=name) for name in ("Price desk", "Night shift"))
    store = server.vector_stores.create(name="Prices", file_ids=[file.id])
    indexing.wait()

    alice.post(page_of(first, "files", file.id, "detach"), {"use": "code_interpreter"})

    assert server.assistants.retrieve(first.id).code_interpreter_file_ids == []
    assert server.assistants.retrieve(second.id).code_interpreter_file_ids == [file.id]
    assert [entry.id for entry in server.vector_stores.files.list(store.id)] == [file.id]
    assert [kept.id for kept in server.files.list()] == [file.id]


def test_detaching_from_a_shared_store_leaves_the_store_to_the_others(alice: Person, server: Client) -> None:
    files = [make(server, f"{number}.txt", f"Number {number}".encode()) for number in range(2)]
    store = server.vector_stores.create(name="Shared", file_ids=[file.id for file in files])
    indexing.wait()
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    first, second = (
        server.assistants.create(
            model="gpt-4.1-mini", name=name, tools=[{"type": "file_search"}], tool_resources=resources
        )
        for name in ("Price desk", "Night shift")
    )

    alice.post(page_of(first, "files", files[0].id, "detach"), {"use": "file_search"})
    indexing.wait()

    [own] = server.assistants.retrieve(first.id).vector_store_ids
    assert own != store.id
    assert [entry.id for entry in server.vector_stores.files.list(own)] == [files[1].id]
    assert server.assistants.retrieve(second.id).vector_store_ids == [store.id]
    assert len(server.vector_stores.files.list(store.id).data) == 2


def test_the_log_names_the_file_that_was_removed_from_a_shared_store(
    alice: Person, carol: Person, server: Client
) -> None:
    file = make(server, "price list.txt")
    store = server.vector_stores.create(name="Shared", file_ids=[file.id])
    indexing.wait()
    search = {"file_search": {"vector_store_ids": [store.id]}}
    first, _ = [
        server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=search)
        for _ in range(2)
    ]
    alice.post(page_of(first, "files", file.id, "detach"), {"use": "file_search"})
    assert "removed price list.txt" in read(carol.get("/audit/")).text
    line = Record.objects.get(action="assistant.update", kind="outcome").seq
    page = read(carol.get(f"/audit/{line}/")).text
    assert "removed price list.txt" in page
    assert "For the sake ofprice list.txt" in " ".join(page.split())
    assert b"removed price list.txt" in carol.post("/audit/export/", {"format": "csv"}).getvalue()


def test_a_file_that_vanished_is_shown_as_missing_and_can_be_removed(alice: Person, server: Client, tap: Tap) -> None:
    file = make(server)
    assistant = opened_by(server, file, name="Price desk")
    none = httpx.Response(200, json={"object": "list", "data": [], "has_more": False})
    tap.answer = lambda request: none if request.url.path == "/v1/files" else None

    assert f"Missing file {file.id}" in read(alice.get(page_of(assistant))).text
    alice.post(page_of(assistant, "files", file.id, "detach"), {"use": "code_interpreter"})
    assert server.assistants.retrieve(assistant.id).code_interpreter_file_ids == []


def test_a_store_that_is_gone_is_told_and_can_be_removed(alice: Person, server: Client) -> None:
    store = server.vector_stores.create(name="Gone")
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    assistant = server.assistants.create(
        model="gpt-4.1-mini", name="Price desk", tools=[{"type": "file_search"}], tool_resources=resources
    )
    server.vector_stores.delete(store.id)

    assert "A vector store of this assistant is gone." in read(alice.get(page_of(assistant))).text
    alice.post(page_of(assistant, "vector-stores", store.id, "forget"))
    assert server.assistants.retrieve(assistant.id).vector_store_ids == []


def test_the_number_of_calls_does_not_grow_with_the_files(bob: Person, server: Client, tap: Tap) -> None:
    assistants = []
    for number in range(20):
        files = [make(server, f"{number}-{part}.txt", b"x") for part in range(20)]
        store = server.vector_stores.create(file_ids=[file.id for file in files[:10]])
        resources = {
            "file_search": {"vector_store_ids": [store.id]},
            "code_interpreter": {"file_ids": [file.id for file in files[10:]]},
        }
        tools = [{"type": "file_search"}, {"type": "code_interpreter"}]
        assistants.append(
            server.assistants.create(model="gpt-4.1-mini", name=f"Desk {number}", tools=tools, tool_resources=resources)
        )
    indexing.wait()

    tap.clear()
    bob.get("/w/main/assistants/")
    assert len(tap.sent) == 1

    tap.clear()
    page = read(bob.get(page_of(assistants[0]))).text
    assert all(f"0-{part}.txt" in page for part in range(20))
    assert sorted(tap.sent) == sorted(
        [
            f"GET /v1/assistants/{assistants[0].id}",
            f"GET /v1/vector_stores/{assistants[0].vector_store_ids[0]}/files",
            "GET /v1/files",
        ]
    )

    tap.clear()
    bob.get(page_of(assistants[1]))
    assert len(tap.sent) == 2

    tap.clear()
    bob.get(LIST)
    # One of the assistants, one of the stores, one for each store's files; and none for a file.
    assert len(tap.sent) <= 2 + 20
