"""A server that stores something else than it was sent, as those do that trim a text or know a model's other name."""

from __future__ import annotations

import json

import httpx
import pytest

from assistants_client import Assistant, Client
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

NOTE = "The server did not keep Name and Model word for word. This page shows what it holds now."


@pytest.fixture
def tap(tap: Tap) -> Tap:
    def normalise(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        fields = json.loads(request.content)
        fields |= {"name": fields["name"].strip(" ."), "model": f"{fields['model']}-2026-01-01"}
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        return tap.server.handle_request(
            httpx.Request("POST", request.url, headers=headers, content=json.dumps(fields).encode())
        )

    tap.answer = normalise
    return tap


def test_an_edit_says_which_fields_became_others(alice: Person, assistant: Assistant, tap: Tap) -> None:
    address = f"/w/main/assistants/{assistant.id}/edit/"
    changes = {"name": "Returns", "model": "gpt-4.1", "instructions": "Be brief."}
    response = alice.post(address, editor_form(alice.get(address)) | changes)
    page = read(alice.get(response["Location"]))
    assert "Assistant saved." in page.text
    assert NOTE not in page.text
    assert NOTE.replace("Name and Model", "Model") in page.text
    assert "gpt-4.1-2026-01-01" in page.text


def test_a_new_assistant_says_so_too(alice: Person, server: Client, tap: Tap) -> None:
    response = alice.post("/w/main/assistants/new/", typed(name="Returns...", model="gpt-4.1"))
    assert NOTE in read(alice.get(response["Location"])).text


def test_the_next_save_of_another_field_is_no_conflict(alice: Person, assistant: Assistant, tap: Tap) -> None:
    address = f"/w/main/assistants/{assistant.id}/edit/"
    alice.post(address, editor_form(alice.get(address)) | {"name": "Returns...", "model": "gpt-4.1"})
    tap.answer = lambda request: None
    response = alice.post(address, editor_form(alice.get(address)) | {"description": "Short."})
    assert response.status_code == 302
    assert tap.written[-1] == {"description": "Short."}
