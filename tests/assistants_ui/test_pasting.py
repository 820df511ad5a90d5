"""Functions are made of what people already have: an OpenAPI document, a function, a sample of its JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistants_client import Assistant, Client
from assistants_ui.domain.schemas.paste import functions_in
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
    assert "There is no operation in this." in read(response).text


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
