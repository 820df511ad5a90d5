"""Functions and answer shapes without writing JSON: rows, buttons that need no script, and pasting."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from assistants_ui.schemas.paste import functions_in
from assistants_ui.schemas.rows import NotRowsError, rows_of, schema_of
from assistants_ui.schemas.strict import made_strict, violations
from assistants_ui.wire import Assistant, Client
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, read
from tests.assistants_ui.test_edit import FULL, address
from tests.conftest import Person

NEW = "/w/main/assistants/new/"
ORDER = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "description": "On the order."},
        "kind": {"type": "string", "enum": ["letter", "parcel"]},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]},
        },
    },
    "required": ["number"],
}


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


def press(person: Person, where: str, form: dict[str, Any], button: str, **more: Any) -> dict[str, Any]:
    """The form after one of its buttons that save nothing."""
    response = person.post(where, form | {"do": button} | more)
    assert response.status_code == 200
    return editor_form(response)


def test_a_function_is_made_without_json_and_without_a_script(alice: Person, server: Client, tap: Tap) -> None:
    form = editor_form(alice.get(NEW)) | {"name": "Desk", "model": "gpt-4.1-mini", "instructions": "Be kind."}
    form = press(alice, NEW, form, "function-add")
    form = press(alice, NEW, form | {"function-0-name": "look_up"}, "function-0-parameter-row")
    form |= {"function-0-parameter-0-name": "number", "function-0-parameter-0-description": "On the order."}
    form = press(alice, NEW, form, "function-0-parameter-row")
    form |= {"function-0-parameter-1-name": "items", "function-0-parameter-1-kind": "objects"}
    form = press(alice, NEW, form, "function-0-parameter-1-row")
    form |= {"function-0-parameter-1-field-0-name": "count", "function-0-parameter-1-field-0-kind": "integer"}
    assert tap.written == []
    alice.post(NEW, form)
    [made] = server.assistants.list().data
    [tool] = made.tools
    assert tool == {
        "type": "function",
        "function": {
            "name": "look_up",
            "parameters": {
                "type": "object",
                "properties": {
                    "number": {"type": "string", "description": "On the order."},
                    "items": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"count": {"type": "integer"}},
                            "required": ["count"],
                        },
                    },
                },
                "required": ["number", "items"],
            },
        },
    }
    assert made.instructions == "Be kind."


def test_htmx_gets_the_functions_alone(alice: Person, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form | {"do": "function-add"}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.lstrip().startswith('<div class="stack" id="functions">')
    assert 'name="function-1-name"' in page


def test_changing_one_function_leaves_all_else_as_it_was(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    form = editor_form(alice.get(address(assistant)))
    tap.clear()
    alice.post(address(assistant), form | {"function-0-description": "Finds an order."})
    search, lookup = FULL["tools"]
    changed = {"type": "function", "function": lookup["function"] | {"description": "Finds an order."}}
    assert tap.written == [{"tools": [search, changed]}]


def test_a_removed_function_goes_and_nothing_else(alice: Person, tap: Tap, assistant: Assistant) -> None:
    form = press(alice, address(assistant), editor_form(alice.get(address(assistant))), "function-0-remove")
    tap.clear()
    alice.post(address(assistant), form)
    assert tap.written == [{"tools": [FULL["tools"][0]]}]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"function-0-name": "two words"}, "may hold only letters, digits"),
        ({"function-0-name": "n" * 65}, "at most 64"),
        ({"function-0-name": "", "function-0-description": "No name."}, "A function needs a name."),
        ({"function-1-name": "lookup_order"}, "two functions called “lookup_order”"),
        ({"function-0-parameter-0-name": "", "function-0-parameter-0-description": "x"}, "A field has no name."),
        ({"function-0-parameter-json": "{not json"}, "Not JSON"),
        ({"function-0-parameter-json": "[1]"}, "It must be an object"),
        ({"function-0-parameter-json": '{"type": "array"}'}, "must describe an object"),
        ({"function-0-parameter-json": '{"type": "object", "required": "x"}'}, "Not a JSON schema"),
        ({"function-0-parameter-json": '{"a": 1, "a": 2}'}, "The name “a” stands there twice."),
        ({"function-0-parameter-json": '{"type":' * 500}, "Not JSON"),
        ({"function-0-parameter-json": '{"a":' * 90 + "1" + "}" * 90}, "nested too deeply"),
        (
            {
                "function-0-strict": "on",
                "function-0-parameter-json": '{"type": "object", "properties": {"a": {"type": "string"}}}',
            },
            "Strict mode:",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_function_and_the_text_kept(
    alice: Person, tap: Tap, assistant: Assistant, fields: dict[str, Any], words: str
) -> None:
    form = editor_form(alice.get(address(assistant)))
    tap.clear()
    response = alice.post(address(assistant), form | fields)
    assert response.status_code == 422
    assert words in read(response).text
    for name, value in fields.items():
        assert editor_form(response).get(name, "on").replace("\r\n", "\n") == value
    assert tap.written == []


def test_a_schema_that_rows_cannot_say_is_shown_as_json_and_survives(alice: Person, server: Client, tap: Tap) -> None:
    odd = {"type": "object", "properties": {"x": {"anyOf": [{"type": "string"}, {"type": "number"}]}}}
    tools = [{"type": "function", "function": {"name": "odd", "parameters": odd}}]
    made = server.assistants.create(model="gpt-4.1-mini", name="Desk", tools=tools)
    form = editor_form(alice.get(address(made)))
    assert json.loads(form["function-0-parameter-json"]) == odd
    tap.clear()
    alice.post(address(made), form | {"name": "Other"})
    assert tap.written == [{"name": "Other"}]


def test_rows_and_json_are_kept_in_step(alice: Person, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    form = press(alice, address(assistant), form, "function-0-parameter-json")
    form = press(
        alice, address(assistant), form | {"function-0-parameter-json": json.dumps(ORDER)}, "function-0-parameter-rows"
    )
    assert form["function-0-parameter-0-name"] == "number"
    assert form["function-0-parameter-1-choices"].splitlines() == ["letter", "parcel"]
    assert form["function-0-parameter-2-field-0-kind"] == "integer"
    form = press(alice, address(assistant), form, "function-0-parameter-json")
    assert json.loads(form["function-0-parameter-json"]) == ORDER


def test_a_refused_form_leads_to_each_wrong_place(alice: Person, tap: Tap) -> None:
    form = press(alice, NEW, editor_form(alice.get(NEW)), "function-add")
    form = press(alice, NEW, form | {"function-0-name": "fine"}, "function-add")
    form |= {"name": "", "model": "gpt-4.1-mini", "function-1-name": "two words", "metadata_value": "x"}
    form |= {"response_format": "json_schema", "response_format_name": ""}
    response = alice.post(NEW, form)
    assert response.status_code == 422
    links = [link for link in read(response).links.values() if link.startswith("#") and link != "#main"]
    assert links == ["#id_name", "#function-1-name", "#response_format_name", "#id_metadata_error"]
    html = response.content.decode()
    for link in links:
        assert html.count(f'id="{link[1:]}"') == 1
    for name in ("function-1-name", "response_format_name"):
        [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)
        assert 'aria-invalid="true"' in tag
        [described_by] = re.findall(r'aria-describedby="([^"]+)"', tag)
        assert f'id="{described_by}"' in html
    assert html.count("The shape needs a name") == 2


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


def test_the_strict_rules_are_applied_with_one_button(alice: Person, server: Client, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant))) | {"function-0-parameter-0-name": "number"}
    form = press(alice, address(assistant), form, "function-0-parameter-strict")
    alice.post(address(assistant), form)
    function = server.assistants.retrieve(assistant.id).tools[1]["function"]
    assert function["strict"] is True
    assert function["parameters"] == {
        "type": "object",
        "properties": {"number": {"type": ["string", "null"]}},
        "required": ["number"],
        "additionalProperties": False,
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


@pytest.mark.parametrize(
    ("chosen", "stored"),
    [("text", {"type": "text"}), ("json_object", {"type": "json_object"}), ('{"type": "text"}', {"type": "text"})],
)
def test_the_simple_formats_are_one_choice(alice: Person, server: Client, tap: Tap, chosen: str, stored: Any) -> None:
    alice.post(NEW, typed(response_format=chosen))
    assert server.assistants.list().data[0].response_format == stored


def test_file_search_options_are_set_and_set_back(alice: Person, server: Client, tap: Tap) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Desk", tools=[{"type": "file_search"}])
    form = editor_form(alice.get(address(made)))
    alice.post(address(made), form | {"max_num_results": "8", "score_threshold": "0.4"})
    options = server.assistants.retrieve(made.id).tools[0]["file_search"]
    assert options["max_num_results"] == 8
    assert options["ranking_options"]["score_threshold"] == 0.4
    form = editor_form(alice.get(address(made)))
    alice.post(address(made), form | {"max_num_results": "", "score_threshold": ""})
    form = editor_form(alice.get(address(made)))
    assert (form["max_num_results"], form["score_threshold"]) == ("", "")


OPERATION = {
    "operationId": "getOrder",
    "summary": "Read one order.",
    "parameters": [{"name": "number", "in": "path", "required": True, "schema": {"type": "string"}}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
}
DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {"/orders/{number}": {"get": OPERATION}},
    "components": {"schemas": {"Note": {"type": "object", "properties": {"text": {"type": "string"}}}}},
}


def test_an_openapi_document_becomes_functions() -> None:
    assert functions_in(DOCUMENT) == [
        {
            "name": "getOrder",
            "description": "Read one order.",
            "parameters": {
                "type": "object",
                "properties": {"number": {"type": "string"}, "text": {"type": "string"}},
                "required": ["number"],
            },
        }
    ]


@pytest.mark.parametrize(
    ("pasted", "name"),
    [
        (OPERATION, "getOrder"),
        ({"type": "function", "function": {"name": "bare", "parameters": ORDER}}, "bare"),
        ({"name": "bare", "parameters": ORDER}, "bare"),
        (ORDER, ""),
        ({"a": 1, "b": [1.5], "c": {"d": True}}, ""),
    ],
)
def test_whatever_is_pasted_is_added_below(
    alice: Person, assistant: Assistant, pasted: dict[str, Any], name: str
) -> None:
    form = editor_form(alice.get(address(assistant)))
    form = press(alice, address(assistant), form, "function-paste", paste=json.dumps(pasted))
    assert form["function-1-name"] == name


@pytest.mark.parametrize("pasted", [{}, {"$ref": "#/loop", "loop": {"$ref": "#/loop"}}, {"paths": {"/x": None}}])
def test_odd_things_are_pasted_without_harm(pasted: dict[str, Any]) -> None:
    assert isinstance(functions_in(pasted), list)


def test_a_schema_goes_through_rows_unchanged() -> None:
    assert schema_of(rows_of(ORDER)) == ORDER


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array"},
        {"type": "object", "properties": {"x": {}}},
        {"type": "object", "properties": {"x": {"type": "string", "enum": ["a\nb"]}}},
        {"type": "object", "properties": {"x": {"type": "object", "properties": {"y": {"type": "object"}}}}},
        {"type": "object", "properties": {"a\nb": {"type": "string"}}},
    ],
)
def test_what_rows_cannot_say_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(NotRowsError):
        rows_of(schema)


def test_a_strict_schema_has_nothing_against_it() -> None:
    strict = made_strict(ORDER)
    assert list(violations(ORDER))
    assert list(violations(strict)) == []
    assert schema_of(rows_of(strict)) == strict
