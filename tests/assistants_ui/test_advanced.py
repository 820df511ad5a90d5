"""What most assistants leave alone is folded up, and says what is in it."""

from __future__ import annotations

from typing import Any

import pytest

from assistants_client import Client
from tests.assistants_ui.pages import read
from tests.conftest import Person


def editor(alice: Person, server: Client, **fields: Any) -> str:
    made = server.assistants.create(**{"model": "gpt-4.1-mini", "name": "Desk", **fields})
    return alice.get(f"/w/main/assistants/{made.id}/edit/").content.decode()


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({"temperature": 0.25}, "Temperature 0.25"),
        ({"response_format": {"type": "json_object"}}, "Response format: JSON"),
        (
            {"tools": [{"type": "file_search", "file_search": {"max_num_results": 3}}]},
            "Number of results 3",
        ),
    ],
)
def test_what_is_unusual_is_seen_at_once(alice: Person, server: Client, fields: dict[str, Any], summary: str) -> None:
    page = editor(alice, server, **fields)
    assert '<details class="advanced" open>' in page
    assert summary in page


def test_what_is_usual_is_folded_up_and_counted(alice: Person, server: Client) -> None:
    page = editor(alice, server, temperature=1, top_p=1, metadata={"team": "sales"})
    assert '<details class="advanced">' in page
    assert "1 label" in page


def test_a_setting_that_is_to_be_mended_is_seen(alice: Person, server: Client) -> None:
    sent = {"name": "Desk", "model": "gpt-4.1-mini", "temperature": "9"}
    page = alice.post("/w/main/assistants/new/", sent).content.decode()
    assert '<details class="advanced" open>' in page


def test_variables_are_listed_once(alice: Person, server: Client) -> None:
    words = read(alice.get(f"/w/main/assistants/{made(server)}/edit/")).text
    assert "Variables, which your program fills in: customer, order number" in words


def made(server: Client) -> str:
    text = "Greet {{ customer }} by name; {{customer}} asked about {{order number}}. {{}} {{\n}} {x}"
    return server.assistants.create(model="gpt-4.1-mini", name="Desk", instructions=text).id
