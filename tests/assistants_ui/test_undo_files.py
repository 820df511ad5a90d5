"""Undoing what gave a file to an assistant or a store, and what took it away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client, File
from assistants_server.http.authentication import new_key
from assistants_server.vector_stores import indexing
from dashboard.audit.models import Record
from dashboard.audit.verify.verification import verify
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person
from tests.dashboard.audit.test_operations import the_record_fails

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _indexed() -> Iterator[None]:
    """Nothing is read in the background any more when the database of a test is taken away."""
    yield
    indexing.wait()


def attach(person: Person, assistant: Assistant, name: str = "prices.txt", *, use: str = "file_search") -> Any:
    form = sent(upload(name, name.encode()), use=use, token=f"click-{name.replace('.', '-')}")
    response = person.post(page_of(assistant, "files"), form)
    assert response.status_code == 302
    indexing.wait()
    return response


def remove(person: Person, server: Client, assistant: Assistant, name: str = "prices.txt") -> Any:
    use = "code_interpreter" if server.assistants.retrieve(assistant.id).code_interpreter_file_ids else "file_search"
    return person.post(page_of(assistant, "files", file(server, name).id, "detach"), {"use": use})


def file(server: Client, name: str = "prices.txt") -> File:
    return next(file for file in server.files.list() if file.filename == name)


def undo_in(person: Person, address: str) -> str:
    """Where the Undo of the newest message on this page leads."""
    page = person.get(address.partition("#")[0]).content.decode()
    return page.partition('class="notice notice-good"')[2].partition('action="')[2].partition('"')[0]


def searched(server: Client, assistant: Assistant) -> list[str]:
    """The names of the files that the assistant finds."""
    names = {file.id: file.filename for file in server.files.list()}
    stores = server.assistants.retrieve(assistant.id).vector_store_ids
    return sorted(names[entry.id] for store in stores for entry in server.vector_stores.files.list(store))


def opened(server: Client, assistant: Assistant) -> list[str]:
    names = {file.id: file.filename for file in server.files.list()}
    return [names[file_id] for file_id in server.assistants.retrieve(assistant.id).code_interpreter_file_ids]


def told(person: Person, response: Any) -> str:
    """The words of the page to which the answer leads."""
    assert response.status_code == 302, read(response).text
    return read(person.get(response["Location"].partition("#")[0])).text


@pytest.mark.parametrize("use", ["file_search", "code_interpreter"])
def test_the_message_after_attaching_takes_everything_back(
    alice: Person, server: Client, assistant: Assistant, use: str
) -> None:
    before = server.assistants.retrieve(assistant.id)
    attached = attach(alice, assistant, use=use)
    response = alice.post(undo_in(alice, attached["Location"]))
    assert "“prices.txt” was removed again. The file itself is kept." in told(alice, response)
    now = server.assistants.retrieve(assistant.id)
    assert (now.tools, now.vector_store_ids, now.code_interpreter_file_ids) == (before.tools, [], [])
    assert server.vector_stores.list().data == []
    assert [kept.filename for kept in server.files.list()] == ["prices.txt"]
    assert verify().is_whole


@pytest.mark.parametrize("use", ["file_search", "code_interpreter"])
def test_undoing_can_be_undone(alice: Person, server: Client, assistant: Assistant, use: str) -> None:
    response = alice.post(undo_in(alice, attach(alice, assistant, use=use)["Location"]))
    response = alice.post(undo_in(alice, response["Location"]))
    assert "“prices.txt” was attached again." in told(alice, response)
    indexing.wait()
    assert [*searched(server, assistant), *opened(server, assistant)] == ["prices.txt"]
    assert [tool["type"] for tool in server.assistants.retrieve(assistant.id).tools] == [use]
    text = read(alice.get(page_of(assistant, "history"))).text
    assert "undid a change: removed prices.txt" in text
    assert "undid a change: attached prices.txt" in text


@pytest.mark.parametrize("use", ["file_search", "code_interpreter"])
def test_what_was_attached_since_stays(alice: Person, server: Client, assistant: Assistant, use: str) -> None:
    undo = undo_in(alice, attach(alice, assistant, use=use)["Location"])
    attach(alice, assistant, "terms.txt", use=use)
    alice.post(undo)
    assert [*searched(server, assistant), *opened(server, assistant)] == ["terms.txt"]
    assert [tool["type"] for tool in server.assistants.retrieve(assistant.id).tools] == [use]


@pytest.mark.parametrize("use", ["file_search", "code_interpreter"])
def test_the_message_after_removing_attaches_it_again(
    alice: Person, server: Client, assistant: Assistant, use: str
) -> None:
    attach(alice, assistant, use=use)
    attach(alice, assistant, "terms.txt", use=use)
    response = remove(alice, server, assistant)
    response = alice.post(undo_in(alice, response["Location"]))
    assert "“prices.txt” was attached again." in told(alice, response)
    indexing.wait()
    assert sorted([*searched(server, assistant), *opened(server, assistant)]) == ["prices.txt", "terms.txt"]


def test_a_file_taken_from_a_shared_store_comes_back_to_this_assistant(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    attach(alice, assistant)
    attach(alice, assistant, "terms.txt")
    shared = server.assistants.retrieve(assistant.id).tool_resources
    other = server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=shared)
    response = remove(alice, server, assistant)
    assert searched(server, assistant) == ["terms.txt"]
    alice.post(undo_in(alice, response["Location"]))
    indexing.wait()
    assert searched(server, assistant) == searched(server, other) == ["prices.txt", "terms.txt"]


def test_it_leaves_the_store_of_others_alone_when_this_assistant_got_its_own_since(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    undo = undo_in(alice, attach(alice, assistant)["Location"])
    attach(alice, assistant, "terms.txt")
    shared = server.assistants.retrieve(assistant.id).tool_resources
    other = server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=shared)
    remove(alice, server, assistant, "terms.txt")
    indexing.wait()
    alice.post(undo)
    assert searched(server, assistant) == []
    assert searched(server, other) == ["prices.txt", "terms.txt"]


def test_it_says_who_else_loses_the_file(alice: Person, server: Client, assistant: Assistant) -> None:
    undo = undo_in(alice, attach(alice, assistant)["Location"])
    shared = server.assistants.retrieve(assistant.id).tool_resources
    server.assistants.create(
        model="gpt-4.1-mini", name="Night desk", tools=[{"type": "file_search"}], tool_resources=shared
    )
    attach(alice, assistant, "terms.txt")
    assert (
        "The same store is searched by Night desk, who will lose the file too."
        in read(alice.get(undo.partition("#")[0])).text
    )


def test_the_log_and_the_history_offer_it(dora: Person, carol: Person, server: Client, assistant: Assistant) -> None:
    attach(dora, assistant)
    attach(dora, assistant, "terms.txt")
    for address in ("/audit/", page_of(assistant, "history")):
        links = [link for link in read(dora.get(address)).links.values() if "/changes/" in link]
        assert links
        page = read(dora.get(links[0])).text
        assert "will be removed from “Support desk” again. The file itself is kept." in page
    assert "/changes/" not in carol.get("/audit/").content.decode()


@pytest.mark.parametrize("use", ["file_search", "code_interpreter"])
def test_nothing_is_sent_when_it_is_undone_already(
    alice: Person, server: Client, tap: Tap, assistant: Assistant, use: str
) -> None:
    undo = undo_in(alice, attach(alice, assistant, use=use)["Location"])
    assert alice.post(undo).status_code == 302
    tap.clear()
    response = alice.post(undo)
    assert response.status_code == 409
    assert "“prices.txt” is no longer attached to “Support desk”." in read(response).text
    assert not [sent for sent in tap.sent if not sent.startswith("GET")]


def test_a_deleted_file_is_not_promised_back(alice: Person, server: Client, tap: Tap, assistant: Assistant) -> None:
    attach(alice, assistant)
    undo = undo_in(alice, remove(alice, server, assistant)["Location"])
    server.files.delete(file(server).id)
    tap.clear()
    response = alice.post(undo)
    assert response.status_code == 409
    assert "“prices.txt” was deleted since, so it cannot be attached again." in read(response).text
    assert not [sent for sent in tap.sent if not sent.startswith("GET")]


def test_a_deleted_assistant_gets_no_file(alice: Person, server: Client, assistant: Assistant) -> None:
    attach(alice, assistant)
    undo = undo_in(alice, remove(alice, server, assistant)["Location"])
    server.assistants.delete(assistant.id)
    assert "The assistant was deleted since." in read(alice.post(undo)).text


def test_nothing_is_sent_when_it_cannot_be_recorded(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    undo = undo_in(alice, attach(alice, assistant)["Location"])
    tap.clear()
    with the_record_fails(from_row=1):
        response = alice.post(undo)
    assert response.status_code == 503
    assert not [sent for sent in tap.sent if not sent.startswith("GET")]
    assert searched(server, assistant) == ["prices.txt"]


def test_only_an_editor_may(alice: Person, bob: Person, server: Client, assistant: Assistant) -> None:
    undo = undo_in(alice, attach(alice, assistant)["Location"])
    assert bob.get(undo).status_code == bob.post(undo).status_code == 403
    assert searched(server, assistant) == ["prices.txt"]


def test_a_row_that_gave_no_file_is_not_found_here(alice: Person, server: Client, assistant: Assistant) -> None:
    attach(alice, assistant)
    for action in ("file.create", "vector_store.create"):
        row = Record.objects.get(action=action, outcome="succeeded")
        assert alice.get(f"/w/main/changes/{row.seq}/undo/").status_code == 404
    assert alice.get("/w/main/changes/999999/undo/").status_code == 404


def test_a_token_from_a_form_cannot_claim_to_undo(alice: Person, server: Client, assistant: Assistant) -> None:
    response = alice.post(page_of(assistant, "files"), sent(upload(), token="undo:1:abcdef"))
    assert "was attached" not in read(response).text
    assert server.files.list().data == []


class TestInAStore:
    """On the pages of a vector store, for no assistant's sake."""

    @pytest.fixture
    def store(self, server: Client) -> str:
        return f"/w/main/vector-stores/{server.vector_stores.create(name='Prices').id}/"

    def inside(self, server: Client) -> list[str]:
        names = {file.id: file.filename for file in server.files.list()}
        [store] = server.vector_stores.list().data
        return sorted(names.get(entry.id, "") for entry in server.vector_stores.files.list(store.id))

    def test_what_was_put_in_is_taken_out_and_put_in_again(self, alice: Person, server: Client, store: str) -> None:
        alice.post(f"{store}add/", {"files": [upload()], "upload_token": "click-0001"})
        response = alice.post(undo_in(alice, store))
        assert response["Location"] == store
        assert self.inside(server) == []
        again = undo_in(alice, store)
        assert "“prices.txt” was put in again." in told(alice, alice.post(again))
        indexing.wait()
        assert self.inside(server) == ["prices.txt"]

    def test_what_was_taken_out_is_put_in_again(self, alice: Person, server: Client, store: str) -> None:
        alice.post(f"{store}add/", {"files": [upload()], "upload_token": "click-0001"})
        indexing.wait()
        alice.get(store)
        alice.post(f"{store}files/{file(server).id}/out/")
        response = alice.post(undo_in(alice, store))
        assert "“prices.txt” was put in again." in told(alice, response)
        indexing.wait()
        assert self.inside(server) == ["prices.txt"]

    def test_several_that_were_added_together_go_together(self, alice: Person, server: Client, store: str) -> None:
        alice.post(f"{store}add/", {"files": [upload("own.txt")], "upload_token": "click-0001"})
        ids = [server.files.create(file=(f"{n}.txt", b"x"), purpose="assistants").id for n in range(3)]
        added = alice.post(f"{store}add/", {"file_id": ids})
        indexing.wait()
        alice.get(store)
        line = Record.objects.get(action="vector_store_file_batch.create", outcome="succeeded")
        alice.post(f"{store}files/{ids[0]}/out/")
        undo = f"/w/main/changes/{line.seq}/undo/"
        assert added.status_code == 302
        assert "2 files of “Prices” will be taken out again." in read(alice.get(undo)).text
        assert "2 files taken out again." in told(alice, alice.post(undo))
        assert self.inside(server) == ["own.txt"]
        assert "None of these files is still in this store." in read(alice.post(undo)).text

    @pytest.mark.parametrize("what", ["file", "store"])
    def test_it_says_what_is_gone(self, alice: Person, server: Client, store: str, what: str) -> None:
        alice.post(f"{store}add/", {"files": [upload()], "upload_token": "click-0001"})
        alice.get(store)
        alice.post(f"{store}files/{file(server).id}/out/")
        undo = undo_in(alice, store)
        if what == "file":
            server.files.delete(file(server).id)
        else:
            server.vector_stores.delete(store.split("/")[-2])
        response = alice.post(undo)
        assert response.status_code == 409
        gone = "“prices.txt” was deleted since." if what == "file" else "The vector store was deleted since."
        assert gone in read(response).text

    @pytest.mark.parametrize("route", ["vector_stores/[^/]+", "vector_stores/[^/]+/files/[^/]+"])
    @pytest.mark.parametrize(
        "missing",
        [
            httpx.Response(404, html="<html><title>404 Not Found</title></html>"),
            httpx.Response(404, json={"detail": "No"}),
        ],
        ids=["a page", "JSON"],
    )
    def test_it_calls_nothing_gone_where_only_a_route_is_missing(
        self, alice: Person, server: Client, tap: Tap, store: str, route: str, missing: httpx.Response
    ) -> None:
        alice.post(f"{store}add/", {"files": [upload()], "upload_token": "click-0001"})
        indexing.wait()
        undo = undo_in(alice, store)
        tap.answer = lambda request: missing if re.fullmatch(f"/v1/{route}", request.url.path) else None
        page = read(alice.post(undo)).text
        assert "The assistant service does not offer this" in page
        assert "since" not in page
        assert "no longer" not in page
        tap.answer = lambda request: None
        assert "was taken out again" in told(alice, alice.post(undo))
        assert self.inside(server) == []

    def test_what_a_program_put_in_is_undone_too(self, dora: Person, server: Client, store: str) -> None:
        _, key = new_key(name="robot", workspace="main")
        made = server.files.create(file=("robot.txt", b"x"), purpose="assistants")
        dora.post(
            f"/v1/vector_stores/{store.split('/')[-2]}/files",
            {"file_id": made.id},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", "OpenAI-Beta": "assistants=v2"},
        )
        indexing.wait()
        row = Record.objects.get(action="vector_store_file.create")
        assert "“robot.txt” was taken out again." in told(dora, dora.post(f"/w/main/changes/{row.seq}/undo/"))
        assert self.inside(server) == []
