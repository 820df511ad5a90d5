"""Attaching files to an assistant, from the click to the answer of the search."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.test.utils import override_settings

from assistants_client import Assistant, Client
from assistants_server.files.text.formats import kinds
from assistants_server.vector_stores import indexing
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(alice: Person, server: Client, assistant: Assistant) -> None:
    response = alice.post(page_of(assistant, "files"), sent(upload()))

    assert response["Location"] == page_of(assistant) + "#knowledge-section"
    indexing.wait()
    [store_id] = server.assistants.retrieve(assistant.id).vector_store_ids
    [found] = server.vector_stores.search(store_id, query="screw")
    assert found.content == ["A screw costs 12 cents."]
    page = read(alice.get(page_of(assistant))).text
    assert "“prices.txt” was attached." in page
    assert "Files the assistant can search" in page
    assert "Searchable" in page


def test_code_can_open_it(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload("sales.csv"), use="code_interpreter"))

    now = server.assistants.retrieve(assistant.id)
    [file] = server.files.list().data
    assert now.code_interpreter_file_ids == [file.id]
    assert now.tools == [{"type": "code_interpreter"}]
    assert "Files its code can open" in read(alice.get(page_of(assistant))).text


def test_a_viewer_cannot(bob: Person, tap: Tap, assistant: Assistant) -> None:
    tap.clear()
    assert bob.post(page_of(assistant, "files"), sent(upload())).status_code == 403
    assert tap.sent == []


def test_the_same_click_twice_is_one_file_one_store_and_one_attachment(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    for _ in range(2):
        assert alice.post(page_of(assistant, "files"), sent(upload())).status_code == 302

    assert len(server.files.list().data) == 1
    [store] = server.vector_stores.list().data
    assert len(server.vector_stores.files.list(store.id).data) == 1


def test_another_file_goes_into_the_same_store(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload("a.txt", b"a"), token="click-0001"))
    alice.post(page_of(assistant, "files"), sent(upload("b.txt", b"b"), token="click-0002"))

    [store] = server.vector_stores.list().data
    assert len(server.vector_stores.files.list(store.id).data) == 2
    assert len(server.assistants.retrieve(assistant.id).tools) == 1


def test_the_same_content_offers_the_file_that_is_here(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload("a.txt"), token="click-0001"))
    response = alice.post(page_of(assistant, "files"), sent(upload("copy of a.txt"), token="click-0002"))

    assert response.status_code == 422
    assert "The same file is here already." in read(response).text
    assert len(server.files.list().data) == 1

    alice.post(page_of(assistant, "files"), sent(upload("copy of a.txt"), token="click-0003", even_if_known="on"))
    assert len(server.files.list().data) == 2


def test_the_same_click_may_send_a_known_file_after_all(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload("a.txt"), token="click-0001"))
    click = sent(upload("copy of a.txt"), token="click-0002")
    assert alice.post(page_of(assistant, "files"), click).status_code == 422
    click = sent(upload("copy of a.txt"), token="click-0002", even_if_known="on")
    assert alice.post(page_of(assistant, "files"), click).status_code == 302
    assert sorted(file.filename or "" for file in server.files.list()) == ["a.txt", "copy of a.txt"]


def test_code_gets_no_more_files_than_it_can_open(alice: Person, server: Client, tap: Tap) -> None:
    ids = [server.files.create(file=(f"{number}.txt", b"x"), purpose="assistants").id for number in range(20)]
    resources = {"code_interpreter": {"file_ids": ids}}
    full = server.assistants.create(
        model="gpt-4.1-mini", tools=[{"type": "code_interpreter"}], tool_resources=resources
    )
    response = alice.post(page_of(full, "files"), sent(upload(), use="code_interpreter"))
    assert response.status_code == 422
    assert "Its code can open 20 files at most. Remove one of them first." in read(response).text
    assert server.assistants.retrieve(full.id).code_interpreter_file_ids == ids


def test_an_assistant_whose_store_has_expired_gets_a_new_one(alice: Person, server: Client, tap: Tap) -> None:
    old = server.vector_stores.create(name="Old")
    resources = {"file_search": {"vector_store_ids": [old.id]}}
    assistant = server.assistants.create(
        model="gpt-4.1-mini", name="Desk", tools=[{"type": "file_search"}], tool_resources=resources
    )
    expired = httpx.Response(200, json=old.raw | {"status": "expired"})
    tap.answer = lambda request: expired if request.url.path == f"/v1/vector_stores/{old.id}" else None

    assert "A vector store of this assistant has expired." in read(alice.get(page_of(assistant))).text
    alice.post(page_of(assistant, "files"), sent(upload()))

    [new] = server.assistants.retrieve(assistant.id).vector_store_ids
    assert new != old.id
    assert server.vector_stores.retrieve(new).name == "Files of Desk"


def test_a_file_that_is_here_can_be_picked(alice: Person, server: Client, assistant: Assistant) -> None:
    file = server.files.create(file=("prices.txt", b"12 cents"), purpose="assistants")

    response = alice.post(page_of(assistant, "files"), {"use": "file_search", "file_id": [file.id]})

    assert response.status_code == 302
    [store_id] = server.assistants.retrieve(assistant.id).vector_store_ids
    assert [entry.id for entry in server.vector_stores.files.list(store_id)] == [file.id]
    assert len(server.files.list().data) == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose at least one file."),
        ([("empty.txt", b"")], "“empty.txt” is empty."),
        ([("huge.bin", b"x" * (2**20 + 1))], "“huge.bin” is 1.0 MB; the limit is 1 MB."),
    ],
)
def test_it_says_what_is_wrong_with_a_file(
    alice: Person, server: Client, assistant: Assistant, files: list[tuple[str, bytes]], words: str
) -> None:
    with override_settings(MAX_UPLOAD_MB=1):
        response = alice.post(page_of(assistant, "files"), sent(*[upload(*file) for file in files]))

    assert response.status_code == 422
    assert words in read(response).text
    assert server.files.list().data == []


def test_one_that_cannot_be_taken_does_not_stop_the_others(alice: Person, server: Client, assistant: Assistant) -> None:
    files = [upload("empty.txt", b""), upload("good.txt", b"good")]
    response = alice.post(page_of(assistant, "files"), sent(*files))

    page = read(response).text
    assert "“empty.txt” is empty." in page
    assert "“good.txt” was attached." in page
    assert [file.filename for file in server.files.list().data] == ["good.txt"]


def test_a_store_of_its_own_is_told_from_the_one_it_shared(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload()))
    shared = server.assistants.retrieve(assistant.id).tool_resources
    server.assistants.create(model="gpt-4.1-mini", tools=[{"type": "file_search"}], tool_resources=shared)
    [file] = server.files.list().data

    alice.post(page_of(assistant, "files", file.id, "detach"), {"use": "file_search"})

    label = f"Files of {assistant.name}"
    assert {store.name for store in server.vector_stores.list()} == {label, f"{label} (2)"}


def test_stores_of_assistants_of_one_name_are_told_apart(alice: Person, server: Client, assistant: Assistant) -> None:
    twin = server.assistants.create(model="gpt-4.1-mini", name=assistant.name)
    alice.post(page_of(assistant, "files"), sent(upload()))
    alice.post(page_of(twin, "files"), sent(upload("terms.txt", b"Thirty days."), token="click-0002"))
    names = [store.name for store in server.vector_stores.list()]
    assert names == [f"Files of {assistant.name} (2)", f"Files of {assistant.name}"]


def test_a_store_made_by_attaching_is_edited_without_its_mark(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    alice.post(page_of(assistant, "files"), sent(upload()))
    [store] = server.vector_stores.list().data
    edit = f"/w/main/vector-stores/{store.id}/edit/"

    page = read(alice.get(edit))
    assert page.forms[-1]["metadata_key"] == ["", ""]
    alice.post(edit, page.forms[-1] | {"metadata_key": ["team", ""], "metadata_value": ["sales", ""]})
    assert server.vector_stores.retrieve(store.id).metadata == {**store.metadata, "team": "sales"}

    full = {"metadata_key": [f"key {n}" for n in range(16)], "metadata_value": ["x"] * 16}
    assert "At most 15 pairs; there are 16." in read(alice.post(edit, page.forms[-1] | full)).text
    mine = {"metadata_key": ["attachment_job", ""], "metadata_value": ["wave", ""]}
    assert "one that this dashboard uses itself" in read(alice.post(edit, page.forms[-1] | mine)).text

    alice.post(edit, page.forms[-1])
    assert server.vector_stores.retrieve(store.id).metadata == store.metadata


def test_a_job_of_somebody_elses_is_theirs(alice: Person, server: Client) -> None:
    store = server.vector_stores.create(name="Signs", metadata={"attachment_job": "wave"})
    assert "attachment_jobwave" in read(alice.get(f"/w/main/vector-stores/{store.id}/")).text
    page = read(alice.get(f"/w/main/vector-stores/{store.id}/edit/"))
    assert page.forms[-1]["metadata_key"] == ["attachment_job", "", ""]


def test_a_store_made_by_attaching_says_so_in_words(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload()))
    [store_id] = server.assistants.retrieve(assistant.id).vector_store_ids

    page = read(alice.get(f"/w/main/vector-stores/{store_id}/")).text

    assert "This dashboard, when files were attached to an assistant" in page
    assert "attachment_job" not in page


def test_labels_stand_under_a_heading_of_their_own(bob: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Support desk", metadata={"team": "support"})
    assert "Labels teamsupport" in read(bob.get(page_of(made))).text


def test_the_page_warns_of_exactly_the_kinds_that_are_not_read_here() -> None:
    script = (Path(settings.BASE_DIR) / "static" / "js" / "upload.js").read_text(encoding="utf-8")
    listed = script.partition("const SEARCHABLE = new Set((")[2].partition(").split")[0]
    known = set("".join(re.findall('"([^"]*)"', listed)).split())
    plain = {name.removeprefix(".") for name in kinds.PLAIN | kinds.WEB | kinds.MAIL}
    office = {"docx", "pptx", "xlsx", "odt", "ods", "odp", "fodt", "fods", "fodp", "rtf", "pdf", "epub", "svg"}
    assert known == plain | office
