"""Functions are made of what people already have: an OpenAPI document, a function, a sample of its JSON."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from typing import Any

import pytest

from assistants_client import Assistant, Client
from assistants_ui.domain.schemas.checks import BadJSONError
from assistants_ui.domain.schemas.paste import functions_in
from assistants_ui.domain.schemas.rows import NotRowsError, rows_of
from dashboard.bounds import SCHEMA_ROWS
from tests.assistants_ui.pages import editor_form, press, read
from tests.assistants_ui.test_edit import FULL, address
from tests.assistants_ui.test_schema_rows import ORDER
from tests.conftest import Person

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


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


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


def test_what_is_not_json_is_said_to_be_of_no_use(alice: Person, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form | {"do": "function-paste", "paste": "{not json"})
    assert "This cannot be used. Not JSON" in read(response).text
    assert "function-1-name" not in editor_form(response)


def test_a_document_without_operations_says_so(alice: Person, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    response = alice.post(address(assistant), form | {"do": "function-paste", "paste": '{"paths": {}}'})
    assert "No operation was found in it." in read(response).text


def test_references_parameters_of_the_path_and_a_body_that_is_no_object_are_understood() -> None:
    shared = {
        "name": "shop",
        "in": "path",
        "required": True,
        "description": "Which one.",
        "schema": {"type": "integer"},
    }
    posted = {
        "parameters": [{"$ref": "#/components/parameters/a~1b"}, {"in": "query"}],
        "requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}},
        "description": "Tell the shop.",
    }
    document = {
        "paths": {"/shops/{shop}": {"parameters": [shared], "post": posted}},
        "components": {"parameters": {"a/b": {"name": "urgent", "in": "query", "schema": {"type": "boolean"}}}},
    }
    assert functions_in(document) == [
        {
            "name": "post__shops_shop",
            "description": "Tell the shop.",
            "parameters": {
                "type": "object",
                "properties": {
                    "shop": {"type": "integer", "description": "Which one."},
                    "urgent": {"type": "boolean"},
                    "body": {"type": "string"},
                },
                "required": ["shop"],
            },
        }
    ]


@pytest.mark.parametrize("pasted", [{}, {"$ref": "#/loop", "loop": {"$ref": "#/loop"}}, {"paths": {"/x": None}}])
def test_odd_things_are_pasted_without_harm(pasted: dict[str, Any]) -> None:
    assert isinstance(functions_in(pasted), list)


def refers_to_itself(times: int) -> dict[str, Any]:
    """An operation whose schema refers to itself so many times."""
    loop = {"type": "object", "anyOf": [{"$ref": "#/components/schemas/A"}] * times}
    return _document({"A": loop})


def _document(schemas: dict[str, Any]) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    return {"paths": {"/a": {"post": {"operationId": "a", "requestBody": body}}}, "components": {"schemas": schemas}}


def doubling() -> dict[str, Any]:
    """Schemas each of which holds the next one nine times."""
    names = [chr(ord("A") + number) for number in range(9)]
    schemas: dict[str, Any] = {names[-1]: {"type": "object", "properties": {"x": {"type": "string"}}}}
    for name, following in itertools.pairwise(names):
        schemas[name] = {"anyOf": [{"$ref": f"#/components/schemas/{following}"}] * 9}
    return _document(schemas)


def repeated_text() -> dict[str, Any]:
    """A long text that is referred to from many places."""
    properties = {f"p{n}": {"$ref": "#/components/schemas/B"} for n in range(100)}
    return _document(
        {"A": {"type": "object", "properties": properties}, "B": {"type": "string", "description": "x" * 5000}}
    )


@pytest.mark.parametrize(
    "document",
    [
        *(_document({"A": [{"$ref": "#/components/schemas/A"}] * times}) for times in (5, 6, 40)),
        refers_to_itself(40),
        _document({one: {"anyOf": [{"$ref": f"#/components/schemas/{other}"}] * 9} for one, other in ("AB", "BA")}),
        doubling(),
        repeated_text(),
    ],
)
def test_what_would_grow_too_large_is_refused_before_it_grows(document: dict[str, Any]) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadJSONError, match="Written out, it would hold more than 10,000 entries"):
            functions_in(document)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 20 * 2**20


def test_one_reference_to_itself_is_followed_a_few_times() -> None:
    [function] = functions_in(refers_to_itself(1))

    assert function["parameters"]["properties"]["body"]["anyOf"][0]["anyOf"][0]["type"] == "object"


def test_a_refused_paste_is_told_at_its_field_and_stays(alice: Person, assistant: Assistant) -> None:
    pasted = json.dumps(refers_to_itself(40))
    form = editor_form(alice.get(address(assistant)))

    response = alice.post(address(assistant), form | {"do": "function-paste", "paste": pasted})

    assert "“#/components/schemas/A” is one of them; look whether it refers to itself." in read(response).text
    assert editor_form(response)["paste"] == pasted


def test_a_schema_of_very_many_fields_is_shown_as_json() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {f"p{n}": {"type": "string"} for n in range(SCHEMA_ROWS + 1)},
    }

    with pytest.raises(NotRowsError, match=f"{SCHEMA_ROWS + 1} fields"):
        rows_of(schema)
    del schema["properties"][f"p{SCHEMA_ROWS}"]
    assert rows_of(schema).count == SCHEMA_ROWS
