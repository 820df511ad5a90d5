from __future__ import annotations

import httpx

from assistants_client import Client
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.assistants_ui.test_edit import FULL
from tests.conftest import Person

SERVER_FACTS = {"id", "object", "created_at", "name"}


def test_it_works(alice: Person, server: Client, tap: Tap) -> None:
    original = server.assistants.create(**FULL)
    alice.post(f"/w/main/assistants/{original.id}/duplicate/")
    copy = server.assistants.list().data[0]
    assert copy.name == "Copy of Returns desk"
    assert copy.id != original.id
    assert {key: value for key, value in copy.raw.items() if key not in SERVER_FACTS} == {
        key: value for key, value in original.raw.items() if key not in SERVER_FACTS
    }


def test_it_asks_without_a_script(alice: Person, server: Client) -> None:
    original = server.assistants.create(**FULL)
    assert "Duplicate “Returns desk”?" in read(alice.get(f"/w/main/assistants/{original.id}/duplicate/")).text
    assert len(server.assistants.list().data) == 1


def test_a_lost_request_is_said_to_be_unknown(alice: Person, server: Client, tap: Tap) -> None:
    original = server.assistants.create(**FULL)
    tap.answer = lambda request: httpx.Response(502) if request.method == "POST" else None
    address = f"/w/main/assistants/{original.id}/duplicate/"
    form = next(form for form in read(alice.get(address)).forms if "opened" in form)
    first, again = alice.post(address, form), alice.post(address, form)
    assert (first.status_code, again.status_code) == (502, 502)
    assert "We sent your change but heard no clear answer" in read(first).text
    assert "We have looked, and it is not there." in read(again).text


def test_a_long_name_stays_within_the_limit(alice: Person, server: Client, tap: Tap) -> None:
    original = server.assistants.create(model="gpt-4.1-mini", name="n" * 256)
    alice.post(f"/w/main/assistants/{original.id}/duplicate/")
    assert len(server.assistants.list().data[0].name or "") == 256


def test_a_viewer_may_not(bob: Person, server: Client, tap: Tap) -> None:
    original = server.assistants.create(model="gpt-4.1-mini", name="Support desk")
    assert bob.post(f"/w/main/assistants/{original.id}/duplicate/").status_code == 403
    assert len(server.assistants.list().data) == 1
