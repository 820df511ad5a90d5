"""The first problem of a request, in the words, param and code of the hosted API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assistants_server.conftest import API

FUNCTION = {"type": "function", "function": {"name": "f"}}


def function(**changes: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "f"} | changes}]}


@pytest.mark.parametrize(
    ("body", "param", "code", "message"),
    [
        (
            {"model": None},
            "model",
            "invalid_type",
            "Invalid type for 'model': expected a string, but got null instead.",
        ),
        ({"model": ""}, "model", "empty_string", None),
        ({"nope": 1}, "nope", "unknown_parameter", "Unknown parameter: 'nope'."),
        (
            {"name": 5},
            "name",
            "invalid_type",
            "Invalid type for 'name': expected a string, but got an integer instead.",
        ),
        (
            {"name": "x" * 257},
            "name",
            "string_above_max_length",
            (
                "Invalid 'name': string too long. Expected a string with maximum length 256, "
                "but got a string with length 257 instead."
            ),
        ),
        ({"description": "x" * 513}, "description", "string_above_max_length", None),
        ({"instructions": "x" * 256_001}, "instructions", "string_above_max_length", None),
        (
            {"tools": None},
            "tools",
            "invalid_type",
            "Invalid type for 'tools': expected an array of tools, but got null instead.",
        ),
        ({"tools": {}}, "tools", "invalid_type", None),
        ({"tools": [5]}, "tools[0]", "invalid_type", None),
        ({"tools": [{}]}, "tools[0].type", "missing_required_parameter", None),
        (
            {"tools": [FUNCTION] * 129},
            "tools",
            "array_above_max_length",
            (
                "Invalid 'tools': array too long. Expected an array with maximum length 128, "
                "but got an array with length 129 instead."
            ),
        ),
        (
            {"tools": [FUNCTION, {"type": "function", "function": {"name": "f", "description": "Another."}}]},
            "tools[1]",
            "invalid_value",
            None,
        ),
        ({"tools": [{"type": "function"}]}, "tools[0].function", "missing_required_parameter", None),
        (
            function(name="a b"),
            "tools[0].function.name",
            "invalid_value",
            (
                "Invalid 'tools[0].function.name': string does not match pattern. "
                "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
            ),
        ),
        (function(name="f\n"), "tools[0].function.name", "invalid_value", None),
        (function(name="x" * 65), "tools[0].function.name", "string_above_max_length", None),
        (function(parameters=[]), "tools[0].function.parameters", "invalid_type", None),
        (function(strict="yes"), "tools[0].function.strict", "invalid_type", None),
        (
            {"tools": [{"type": "file_search", "file_search": {"ranking_options": {}}}]},
            "tools[0].file_search.ranking_options.score_threshold",
            "missing_required_parameter",
            None,
        ),
        (
            {"tools": [{"type": "file_search", "file_search": {"max_num_results": 51}}]},
            "tools[0].file_search.max_num_results",
            "integer_above_max_value",
            None,
        ),
        (
            {"temperature": 9},
            "temperature",
            "decimal_above_max_value",
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 9 instead.",
        ),
        ({"temperature": -0.1}, "temperature", "decimal_below_min_value", None),
        ({"temperature": True}, "temperature", "invalid_type", None),
        ({"top_p": 10**300}, "top_p", "decimal_above_max_value", None),
        ({"metadata": []}, "metadata", "invalid_type", None),
        (
            {"metadata": {"version": 1}},
            "metadata.version",
            "invalid_type",
            "Invalid type for 'metadata.version': expected a string, but got an integer instead.",
        ),
        (
            {"metadata": {"k": "x" * 513}},
            "metadata.k",
            "string_above_max_length",
            (
                "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, "
                "but got a string with length 513 instead."
            ),
        ),
        (
            {"metadata": {str(number): "" for number in range(17)}},
            "metadata",
            "object_above_max_properties",
            (
                "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, "
                "but got an object with 17 properties instead."
            ),
        ),
        ({"metadata": {"k" * 65: ""}}, "metadata", "property_name_above_max_length", None),
        ({"response_format": "json"}, "response_format", "invalid_value", None),
        (
            {"response_format": {"type": "json_schema"}},
            "response_format.json_schema",
            "missing_required_parameter",
            None,
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
            "response_format.json_schema.name",
            "missing_required_parameter",
            None,
        ),
        ({"reasoning_effort": "huge"}, "reasoning_effort", "invalid_value", None),
        (
            {"tool_resources": {"code_interpreter": {"file_ids": ["file-x"]}}},
            "tool_resources.code_interpreter.file_ids[0]",
            "invalid_value",
            "No such File object: file-x",
        ),
        (
            {"tool_resources": {"file_search": {"vector_store_ids": ["vs_x"]}}},
            "tool_resources.file_search.vector_store_ids[0]",
            "invalid_value",
            None,
        ),
        (
            {"tool_resources": {"file_search": {"vector_store_ids": ["a", "b"]}}},
            "tool_resources.file_search.vector_store_ids",
            "array_above_max_length",
            None,
        ),
        (
            {"tool_resources": {"file_search": {"vector_store_ids": [], "vector_stores": []}}},
            "tool_resources.file_search",
            "invalid_value",
            None,
        ),
        (
            {
                "tool_resources": {
                    "file_search": {
                        "vector_stores": [
                            {
                                "chunking_strategy": {
                                    "type": "static",
                                    "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51},
                                }
                            }
                        ]
                    }
                }
            },
            "tool_resources.file_search.vector_stores[0].chunking_strategy.static.chunk_overlap_tokens",
            "invalid_value",
            None,
        ),
    ],
)
def test_the_first_problem_is_told_exactly(
    api: API, body: dict[str, Any], param: str, code: str, message: str | None
) -> None:
    answer = api.send("/assistants", {"model": "gpt-4.1"} | body)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error["param"], error["code"]) == (param, code)
    assert message is None or error["message"] == message


def test_a_model_is_required(api: API) -> None:
    assert api.send("/assistants", {}).json()["error"] == {
        "message": "Missing required parameter: 'model'.",
        "type": "invalid_request_error",
        "param": "model",
        "code": "missing_required_parameter",
    }


def test_the_helper_for_stores_is_only_for_new_assistants(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"}).json()
    helper: dict[str, Any] = {"tool_resources": {"file_search": {"vector_stores": [{}]}}}
    error = api.send(f"/assistants/{made['id']}", helper).json()["error"]
    assert error["param"] == "tool_resources.file_search.vector_stores"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"model": NaN}',
        b'{"model": "a", "temperature": 1e999}',
        b'{"model": "a", "model": "b"}',
        b'{"model": "a\\u0000"}',
        b'{"model": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"[" * 100_000,
        b'{"model": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"temperature": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_cannot_be_kept_is_refused(api: API, body: bytes) -> None:
    answer = api.post("/v1/assistants", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, None)


def test_a_body_that_is_too_large_is_refused(api: API) -> None:
    answer = api.post("/v1/assistants", b" " * (13 * 2**20), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, None)


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("limit=0", "limit", "integer_below_min_value"),
        ("limit=101", "limit", "integer_above_max_value"),
        ("limit=-1", "limit", "integer_below_min_value"),
        ("limit=abc", "limit", "invalid_type"),
        ("limit=1.5", "limit", "invalid_type"),
        ("limit=", "limit", "invalid_type"),
        ("limit=99999999999999999999999", "limit", "invalid_type"),
        ("limit=٣", "limit", "invalid_type"),
        ("order=up", "order", "invalid_value"),
        ("after=x", "after", "invalid_value"),
        ("before=asst_%00", None, None),
        ("after=asst_none", None, None),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(api: API, query: str, param: str | None, code: str | None) -> None:
    answer = api.get(f"/v1/assistants?{query}")
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (400 if param else 404, param, code)


@pytest.mark.parametrize("wrong", ["asst_x%00", "asst_" + "x" * 9000, "asst_é", "asst_x'--", "asst_%ff"])
def test_an_id_of_nothing_is_not_found(api: API, wrong: str) -> None:
    for path in ("assistants", "files", "vector_stores"):
        assert api.get(f"/v1/{path}/{wrong}").status_code in (400, 404)
    assert api.get(f"/v1/assistants/{wrong}").status_code == 404


def test_an_id_of_another_kind_is_told_so(api: API) -> None:
    error = api.get("/v1/assistants/foo").json()["error"]
    assert error["message"] == "Invalid 'assistant_id': 'foo'. Expected an ID that begins with 'asst'."
    assert (error["param"], error["code"]) == ("assistant_id", "invalid_value")


def test_what_is_gone_may_stay_attached_but_not_come_back(api: API) -> None:
    store = api.send("/vector_stores", {}).json()["id"]
    resources = {"tool_resources": {"file_search": {"vector_store_ids": [store]}}}
    made = api.send("/assistants", {"model": "gpt-4.1"} | resources).json()
    api.delete(f"/v1/vector_stores/{store}")
    address = f"/assistants/{made['id']}"
    assert api.fetch(address)["tool_resources"] == resources["tool_resources"]
    assert api.send(address, {"name": "New"} | resources).status_code == 200
    detached: dict[str, Any] = {"tool_resources": {"file_search": {"vector_store_ids": []}}}
    assert api.send(address, detached).json()["tool_resources"] == detached["tool_resources"]
    assert api.send(address, resources).status_code == 400


def test_one_part_of_the_resources_is_changed_without_the_other(api: API) -> None:
    store = api.send("/vector_stores", {}).json()["id"]
    resources = {"file_search": {"vector_store_ids": [store]}, "code_interpreter": {}}
    made = api.send("/assistants", {"model": "gpt-4.1", "tool_resources": resources}).json()
    filled = {"file_search": {"vector_store_ids": [store]}, "code_interpreter": {"file_ids": []}}
    assert made["tool_resources"] == filled
    address = f"/assistants/{made['id']}"
    changed = api.send(address, {"tool_resources": {"file_search": {}}}).json()
    assert changed["tool_resources"] == filled | {"file_search": {"vector_store_ids": []}}
    assert api.send(address, {"tool_resources": None}).json()["tool_resources"] == {}


def test_null_clears_and_empty_stays_empty(api: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1", "name": "", "metadata": {"a": "b"}, "temperature": 0}).json()
    assert (made["name"], made["temperature"]) == ("", 0)
    cleared = {"name": None, "metadata": None, "temperature": None, "top_p": None, "response_format": None}
    changed = api.send(f"/assistants/{made['id']}", cleared).json()
    assert changed == made | cleared | {"metadata": {}, "response_format": "auto"}
