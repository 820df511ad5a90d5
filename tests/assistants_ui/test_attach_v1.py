"""The same page in front of a server of version 1: files are linked to the assistant itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from assistants_client import Client
from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected
from dashboard.environment import WorkspaceSettings
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def old(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The workspace ``main`` speaks version 1, and so does this other program."""
    monkeypatch.setitem(settings.WORKSPACES, "main", WorkspaceSettings(name="main", label="Main", api_version="v1"))
    far_end = Tap()
    with (
        Client(base_url=EMBEDDED_BASE_URL, api_key="", api_version="v1", transport=far_end) as client,
        connected("main", client),
    ):
        yield client


@pytest.mark.parametrize(
    ("use", "tool", "heading"),
    [
        ("file_search", "retrieval", "Files the assistant can search"),
        ("code_interpreter", "code_interpreter", "Files its code can open"),
    ],
)
def test_it_is_linked_shown_and_unlinked(alice: Person, old: Client, use: str, tool: str, heading: str) -> None:
    assistant = old.assistants.create(model="gpt-4.1-mini", name="Support desk")

    for _ in range(2):
        assert alice.post(page_of(assistant, "files"), sent(upload(), use=use)).status_code == 302

    now = old.assistants.retrieve(assistant.id)
    [file] = old.files.list().data
    assert (now.file_ids, [entry["type"] for entry in now.tools]) == ([file.id], [tool])
    page = read(alice.get(page_of(assistant)))
    assert heading in page.text
    assert "prices.txt" in page.links
    assert "Support desk" in read(alice.get(f"/w/main/files/{file.id}/")).links

    alice.post(page_of(assistant, "files", file.id, "detach"), {"use": use})
    assert old.assistants.retrieve(assistant.id).file_ids == []
    assert len(old.files.list().data) == 1


def test_it_takes_no_more_files_than_the_protocol_has_room_for(alice: Person, old: Client) -> None:
    ids = [old.files.create(file=(f"{number}.txt", b"x"), purpose="assistants").id for number in range(20)]
    full = old.assistants.create(model="gpt-4.1-mini", tools=[{"type": "retrieval"}], file_ids=ids)
    response = alice.post(page_of(full, "files"), sent(upload()))
    assert response.status_code == 422
    assert "This assistant has 20 files already, which is the most it can have." in read(response).text
    assert sorted(old.assistants.retrieve(full.id).file_ids) == sorted(ids)
