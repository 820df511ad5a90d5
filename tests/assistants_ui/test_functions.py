"""Functions without writing JSON: rows, and buttons that need no script."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client
from assistants_ui.domain.schemas.strict import made_strict
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, press, read
from tests.assistants_ui.test_edit import FULL, address
from tests.assistants_ui.test_schema_rows import ORDER
from tests.conftest import Person

NEW = "/w/main/assistants/new/"


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


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
        (
            {"function-0-parameter-0-name": "a", "function-0-parameter-1-name": "a"},
            "The name “a” appears twice.",
        ),
        (
            {
                "function-0-parameter-0-name": "a",
                "function-0-parameter-0-kind": "integer",
                "function-0-parameter-0-choices": "one",
            },
            "A choice of “a” is not of its kind.",
        ),
        ({"function-0-parameter-json": "{not json"}, "Not JSON"),
        ({"function-0-parameter-json": '{"minimum": NaN}'}, "NaN is not a JSON number."),
        ({"function-0-parameter-json": "{" + " " * 300_000}, "It is too long: 300,001 of 300,000 characters."),
        ({"function-0-parameter-json": "[1]"}, "It must be an object"),
        ({"function-0-parameter-json": '{"type": "array"}'}, "must describe an object"),
        ({"function-0-parameter-json": '{"type": "object", "required": "x"}'}, "Not a JSON schema"),
        ({"function-0-parameter-json": '{"a": 1, "a": 2}'}, "The name “a” appears twice."),
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
    assert html.count("Enter a title for the schema") == 2


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


def test_only_a_tool_without_a_place_in_the_form_is_said_to_be_unknown(
    alice: Person, tap: Tap, assistant: Assistant
) -> None:
    assert "This tool is not known here." not in read(alice.get(address(assistant))).text
    held = assistant.raw | {"tools": [*assistant.tools, {"type": "telepathy"}]}
    tap.answer = lambda request: httpx.Response(200, json=held) if request.method == "GET" else None
    assert read(alice.get(address(assistant))).text.count("This tool is not known here.") == 1


def test_a_row_and_a_field_of_a_group_are_taken_away(alice: Person, assistant: Assistant) -> None:
    where = address(assistant)
    form = press(alice, where, editor_form(alice.get(where)), "function-0-parameter-json")
    form |= {"function-0-parameter-json": json.dumps(ORDER)}
    form = press(alice, where, form, "function-0-parameter-rows")
    form = press(alice, where, form, "function-0-parameter-0-remove")
    assert form["function-0-parameter-0-name"] == "kind"
    form = press(alice, where, form, "function-0-parameter-1-field-0-remove")
    assert form["function-0-parameter-1-kind"] == "objects"
    assert "function-0-parameter-1-field-0-name" not in form


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{not json", "This cannot be shown as fields: Not JSON"),
        ('{"type": "array"}', "It does not describe an object."),
    ],
)
def test_what_cannot_be_shown_as_fields_says_why_and_stays_as_text(
    alice: Person, assistant: Assistant, text: str, words: str
) -> None:
    where = address(assistant)
    form = editor_form(alice.get(where)) | {"function-0-parameter-json": text}
    response = alice.post(where, form | {"do": "function-0-parameter-rows"})
    assert words in read(response).text
    assert editor_form(response)["function-0-parameter-json"] == text


def test_the_strict_rules_are_applied_to_json_as_well(alice: Person, assistant: Assistant) -> None:
    where = address(assistant)
    form = editor_form(alice.get(where)) | {"function-0-parameter-json": json.dumps(ORDER)}
    form = press(alice, where, form, "function-0-parameter-strict")
    assert json.loads(form["function-0-parameter-json"]) == made_strict(ORDER)
    response = alice.post(where, form | {"function-0-parameter-json": "{", "do": "function-0-parameter-strict"})
    assert "Not JSON" in read(response).text
    assert editor_form(response)["function-0-parameter-json"] == "{"


def test_there_are_no_more_functions_than_the_protocol_has_room_for(alice: Person, tap: Tap) -> None:
    form = editor_form(alice.get(NEW)) | {"name": "Desk", "model": "gpt-4.1-mini"}
    form |= {f"function-{number}-name": f"do_{number}" for number in range(129)}
    response = alice.post(NEW, form)
    assert response.status_code == 422
    assert "At most 128 functions; there are 129." in read(response).text
    assert tap.written == []
