"""In which form an assistant answers: one choice, or the fields of one shape."""

from __future__ import annotations

from typing import Any

import pytest

from assistants_client import Client
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, press, read
from tests.assistants_ui.test_edit import address
from tests.assistants_ui.test_functions import NEW
from tests.conftest import Person

SHAPE: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "verdict",
        "description": "What is to be done.",
        "schema": {"type": "object", "properties": {"reason": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    ("chosen", "stored"),
    [("text", {"type": "text"}), ("json_object", {"type": "json_object"}), ('{"type": "text"}', {"type": "text"})],
)
def test_the_simple_formats_are_one_choice(alice: Person, server: Client, tap: Tap, chosen: str, stored: Any) -> None:
    alice.post(NEW, typed(response_format=chosen))
    assert server.assistants.list().data[0].response_format == stored


@pytest.mark.parametrize("chosen", ["", "xml", "{not json"])
def test_a_choice_that_is_none_is_refused(alice: Person, tap: Tap, chosen: str) -> None:
    response = alice.post(NEW, typed(response_format=chosen))
    assert response.status_code == 422
    assert "Choose one of the forms of an answer." in read(response).text
    assert tap.written == []


def test_an_answer_of_one_shape_is_saved_as_the_form_offers_it(alice: Person, server: Client, tap: Tap) -> None:
    form = editor_form(alice.get(NEW)) | {"name": "Desk", "model": "gpt-4.1-mini", "response_format": "json_schema"}
    form = press(alice, NEW, form | {"response_format_name": "verdict"}, "format-row")
    form = press(alice, NEW, form | {"response_format_schema-0-name": "reason"}, "format-row")
    form |= {"response_format_schema-1-name": "days", "response_format_schema-1-kind": "integer"}
    del form["response_format_schema-1-required"]
    assert form["response_format_strict"] == "on"
    assert alice.post(NEW, form).status_code == 302
    [made] = server.assistants.list().data
    assert made.response_format == {
        "type": "json_schema",
        "json_schema": {
            "name": "verdict",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"reason": {"type": "string"}, "days": {"type": ["integer", "null"]}},
                "required": ["reason", "days"],
                "additionalProperties": False,
            },
        },
    }


def test_an_answer_is_limited_to_a_shape_made_of_an_example(alice: Person, server: Client, tap: Tap) -> None:
    form = editor_form(alice.get(NEW)) | {"name": "Desk", "model": "gpt-4.1-mini"}
    form = press(alice, NEW, form, "format-sample", sample='{"returnable": true, "reason": "in time"}')
    form = press(alice, NEW, form | {"response_format_name": "verdict"}, "format-strict")
    alice.post(NEW, form)
    [made] = server.assistants.list().data
    assert made.response_format == {
        "type": "json_schema",
        "json_schema": {
            "name": "verdict",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"returnable": {"type": "boolean"}, "reason": {"type": "string"}},
                "required": ["returnable", "reason"],
                "additionalProperties": False,
            },
        },
    }


def test_a_description_that_is_cleared_goes_and_all_else_stays(alice: Person, server: Client, tap: Tap) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Desk", response_format=SHAPE)
    form = editor_form(alice.get(address(made)))
    assert form["response_format_description"] == "What is to be done."
    tap.clear()
    alice.post(address(made), form | {"response_format_description": ""})
    inner = {name: value for name, value in SHAPE["json_schema"].items() if name != "description"}
    assert tap.written == [{"response_format": {"type": "json_schema", "json_schema": inner}}]


def test_an_example_that_is_not_json_changes_nothing(alice: Person, server: Client, tap: Tap) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Desk", response_format=SHAPE)
    form = editor_form(alice.get(address(made)))
    response = alice.post(address(made), form | {"do": "format-sample", "sample": "[1]"})
    assert "This cannot be used. It must be an object" in read(response).text
    assert editor_form(response)["response_format_schema-0-name"] == "reason"
