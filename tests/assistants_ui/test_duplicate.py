from __future__ import annotations

from assistants_ui.wire import Client
from tests.assistants_ui.conftest import Tap
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


def test_a_long_name_stays_within_the_limit(alice: Person, server: Client, tap: Tap) -> None:
    original = server.assistants.create(model="gpt-4.1-mini", name="n" * 256)
    alice.post(f"/w/main/assistants/{original.id}/duplicate/")
    assert len(server.assistants.list().data[0].name or "") == 256


def test_a_viewer_may_not(bob: Person, server: Client, tap: Tap) -> None:
    original = server.assistants.create(model="gpt-4.1-mini", name="Support desk")
    assert bob.post(f"/w/main/assistants/{original.id}/duplicate/").status_code == 403
    assert len(server.assistants.list().data) == 1
