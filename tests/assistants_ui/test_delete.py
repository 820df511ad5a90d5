from __future__ import annotations

import pytest

from assistants_client import Assistant, Client, NotFoundError
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(model="gpt-4.1-mini", name="Support desk")


def address(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/delete/"


def test_it_works(alice: Person, server: Client, assistant: Assistant) -> None:
    response = alice.post(address(assistant))
    assert response["Location"] == "/w/main/assistants/"
    assert "“Support desk” was deleted." in read(alice.get(response["Location"])).text
    with pytest.raises(NotFoundError):
        server.assistants.retrieve(assistant.id)


def test_it_asks_first_and_names_the_assistant(alice: Person, assistant: Assistant, tap: Tap) -> None:
    page = read(alice.get(address(assistant)))
    assert "Delete “Support desk”?" in page.text
    assert assistant.id in page.text
    assert not [sent for sent in tap.sent if sent.startswith("DELETE")]


def test_it_leaves_the_list_at_once(alice: Person, assistant: Assistant, tap: Tap) -> None:
    assert "Support desk" in read(alice.get("/w/main/assistants/")).links
    alice.post(address(assistant))
    assert "Support desk" not in read(alice.get("/w/main/assistants/")).links


def test_one_that_is_gone_already_is_said_to_be_gone(alice: Person, assistant: Assistant, server: Client) -> None:
    server.assistants.delete(assistant.id)
    assert "no longer exists" in read(alice.post(address(assistant))).text


def test_a_viewer_may_not(bob: Person, assistant: Assistant, server: Client) -> None:
    assert bob.get(address(assistant)).status_code == 403
    assert bob.post(address(assistant)).status_code == 403
    assert server.assistants.retrieve(assistant.id)
