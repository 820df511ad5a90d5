from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

FULL: dict[str, Any] = {
    "model": "gpt-4.1-mini",
    "name": "Returns desk",
    "description": "Answers warehouse return questions.",
    "instructions": "First line.\n\nThird line, with two trailing spaces.  \n",
    "tools": [
        {"type": "file_search", "file_search": {"max_num_results": 8}},
        {"type": "function", "function": {"name": "lookup_order", "parameters": {"type": "object", "properties": {}}}},
    ],
    "metadata": {"team": "logistics", "tier": "2"},
    "temperature": 0.3,
    "top_p": 1,
    "response_format": {"type": "json_object"},
}


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


def address(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/edit/"


def test_it_works(alice: Person, server: Client, assistant: Assistant, tap: Tap) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form | {"name": "Returns"})
    assert response["Location"] == f"/w/main/assistants/{assistant.id}/"
    assert server.assistants.retrieve(assistant.id).raw == assistant.raw | {"name": "Returns"}
    assert "Assistant saved." in read(alice.get(response["Location"])).text


def test_open_and_save_sends_nothing(alice: Person, assistant: Assistant, tap: Tap) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form)
    assert tap.written == []
    assert "Nothing was changed" in read(alice.get(response["Location"])).text


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ({"name": "Returns"}, {"name": "Returns"}),
        ({"description": ""}, {"description": None}),
        ({"instructions": "One\r\ntwo"}, {"instructions": "One\ntwo"}),
        ({"temperature": "1"}, {"temperature": 1.0}),
        ({"temperature": ""}, {"temperature": None}),
        ({"model": "gpt-4.1"}, {"model": "gpt-4.1"}),
        ({"metadata_key": ["team"], "metadata_value": ["legal"]}, {"metadata": {"team": "legal"}}),
        ({"code_interpreter": "on"}, {"tools": [*FULL["tools"], {"type": "code_interpreter"}]}),
    ],
)
def test_it_sends_only_what_was_changed(
    alice: Person, assistant: Assistant, tap: Tap, typed: dict[str, Any], sent: dict[str, Any]
) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form | typed)
    assert tap.written == [sent]
    assert "word for word" not in read(alice.get(response["Location"])).text


def test_switching_a_tool_off_leaves_the_others(alice: Person, assistant: Assistant, tap: Tap) -> None:
    form = editor_form(alice.get(address(assistant)))
    del form["file_search"]
    alice.post(address(assistant), form)
    assert tap.written == [{"tools": [FULL["tools"][1]]}]


def test_a_field_that_is_not_in_the_request_is_not_touched(alice: Person, assistant: Assistant, tap: Tap) -> None:
    alice.post(address(assistant), {"name": "Returns", "file_search": "on"})
    assert tap.written == [{"name": "Returns"}]


def test_it_keeps_what_was_typed_when_it_refuses(alice: Person, assistant: Assistant, tap: Tap) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form | {"temperature": "9", "instructions": "New words."})
    assert response.status_code == 422
    assert editor_form(response)["instructions"] == "New words."
    assert tap.written == []


def test_an_assistant_that_is_gone_is_said_to_be_gone(alice: Person, assistant: Assistant, server: Client) -> None:
    server.assistants.delete(assistant.id)
    response = alice.get(address(assistant))
    assert response.status_code == 404
    assert "no longer exists" in read(response).text


def test_a_viewer_may_not(bob: Person, assistant: Assistant) -> None:
    assert bob.get(address(assistant)).status_code == 403
    assert bob.post(address(assistant), {"name": "x"}).status_code == 403


def test_tools_of_odd_kinds_open_and_stay(alice: Person, assistant: Assistant, tap: Tap) -> None:
    odd: list[Any] = [{"type": {"a": 1}}, {"type": ["b"]}, {"type": None}, {}]

    def answer(request: httpx.Request) -> httpx.Response | None:
        is_it = request.method == "GET" and request.url.path == f"/v1/assistants/{assistant.id}"
        return httpx.Response(200, json=assistant.raw | {"tools": odd}) if is_it else None

    tap.answer = answer
    form = editor_form(alice.get(address(assistant)))
    alice.post(address(assistant), form | {"code_interpreter": "on"})
    assert tap.written[-1]["tools"] == [*odd, {"type": "code_interpreter"}]
