"""The address of an assistant that was deleted says by whom and when, and offers the way back."""

from __future__ import annotations

from assistants_client import Client
from tests.assistants_ui.pages import read
from tests.conftest import Person


def deleted(server: Client, alice: Person) -> str:
    made = server.assistants.create(model="gpt-4.1-mini", name="Old desk")
    address = f"/w/main/assistants/{made.id}/"
    assert alice.post(f"{address}delete/", {"name": "Old desk"}).status_code == 302
    return address


def test_it_says_who_deleted_it_and_offers_it_back(alice: Person, bob: Person, server: Client) -> None:
    address = deleted(server, alice)
    response = alice.get(address)
    page = read(response)
    assert response.status_code == 404
    assert "“Old desk” was deleted" in page.text
    assert "Alice deleted it just now, on " in page.text
    assert page.links["Bring it back"] == f"{address}undelete/"
    for_a_viewer = read(bob.get(address))
    assert "“Old desk” was deleted" in for_a_viewer.text
    assert "Bring it back" not in for_a_viewer.links
    assert alice.get(f"{address}edit/").status_code == 404


def test_one_that_is_back_is_opened(alice: Person, server: Client) -> None:
    address = deleted(server, alice)
    back = alice.post(f"{address}undelete/", {})["Location"]
    if back != address:
        page = read(alice.get(address))
        assert page.links["Open it"] == back
        assert "Bring it back" not in page.links
    assert alice.get(back).status_code == 200


def test_one_that_never_was_is_no_deleted_one(alice: Person) -> None:
    response = alice.get("/w/main/assistants/asst_never/")
    assert response.status_code == 404
    assert "was deleted" not in read(response).text.replace("may have been deleted", "")


def test_a_stranger_learns_nothing(alice: Person, mallory: Person, server: Client) -> None:
    address = deleted(server, alice)
    assert "Old desk" not in mallory.get(address).content.decode()
