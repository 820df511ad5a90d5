"""What real clients send besides the documented: nulls for what they leave out, and the words of 2024."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.assistants_server.conftest import API, read_files, upload

FUNCTION = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
SEARCH_NULLS = {"max_num_results": None, "ranking_options": None}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        # openai-python: create(**retrieved.model_dump()) without the three keys that create does not take.
        ({"tools": [{"type": "file_search", "file_search": None}]}, {"tools": [{"type": "file_search"}]}),
        (
            {"tools": [{"type": "file_search", "file_search": SEARCH_NULLS}]},
            {"tools": [{"type": "file_search", "file_search": {}}]},
        ),
        (
            {
                "tools": [
                    {
                        "type": "file_search",
                        "file_search": {"ranking_options": {"ranker": None, "score_threshold": 0.5}},
                    }
                ]
            },
            {"tools": [{"type": "file_search", "file_search": {"ranking_options": {"score_threshold": 0.5}}}]},
        ),
        (
            {"tools": [{"type": "function", "function": {"name": "f", "description": None, "parameters": None}}]},
            {"tools": [{"type": "function", "function": {"name": "f"}}]},
        ),
        # .NET and Go: one class for all the kinds of tools.
        (
            {"tools": [{"type": "code_interpreter", "function": None, "file_search": None}]},
            {"tools": [{"type": "code_interpreter"}]},
        ),
        ({"tool_resources": None}, {"tool_resources": {}}),
        ({"tool_resources": {"code_interpreter": None, "file_search": None}}, {"tool_resources": {}}),
        (
            {"tool_resources": {"code_interpreter": {"file_ids": None}, "file_search": None}},
            {"tool_resources": {"code_interpreter": {"file_ids": []}}},
        ),
        (
            {"tool_resources": {"file_search": {"vector_store_ids": None, "vector_stores": None}}},
            {"tool_resources": {"file_search": {"vector_store_ids": []}}},
        ),
        ({"response_format": "none"}, {"response_format": "auto"}),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "description": None}}},
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}},
        ),
        ({"response_format": {"type": "text", "json_schema": None}}, {"response_format": {"type": "text"}}),
        ({"tools": [FUNCTION, FUNCTION]}, {"tools": [FUNCTION]}),
        (
            {"tools": [{"type": "file_search"}, FUNCTION, {"type": "file_search", "file_search": SEARCH_NULLS}]},
            {"tools": [{"type": "file_search", "file_search": {}}, FUNCTION]},
        ),
        (
            dict.fromkeys(("name", "description", "instructions", "temperature", "top_p", "metadata")),
            {"name": None, "metadata": {}},
        ),
    ],
)
def test_an_assistant_is_made_as_if_the_nulls_were_not_there(
    api: API, sent: dict[str, Any], stored: dict[str, Any]
) -> None:
    made = api.send("/assistants", {"model": "gpt-4.1"} | sent)
    assert made.status_code == 200, made.content
    assert {key: made.json()[key] for key in stored} == stored


def test_nulls_inside_of_resources_change_nothing(api: API) -> None:
    # agency-swarm sends this each time that it takes over an assistant by its id.
    resources = {"code_interpreter": {"file_ids": [upload(api)]}}
    made = api.send("/assistants", {"model": "gpt-4.1", "tool_resources": resources}).json()
    sent = {"tool_resources": {"code_interpreter": None, "file_search": None}, "response_format": "none"}
    changed = api.send(f"/assistants/{made['id']}", sent)
    assert (changed.status_code, changed.json()["tool_resources"]) == (200, resources)


def test_a_v1_assistant_is_made_with_null_for_its_files(api_v1: API) -> None:
    # LangChain 0.1
    body = {"name": "a", "model": "gpt-4-1106-preview", "instructions": None, "tools": [FUNCTION], "file_ids": None}
    made = api_v1.send("/assistants", body)
    assert (made.status_code, made.json()["file_ids"]) == (200, [])


def test_stores_are_made_searched_and_filled_with_nulls(api: API) -> None:
    # LiteLLM names every parameter it knows.
    nulls = dict.fromkeys(("file_ids", "chunking_strategy", "expires_after", "metadata", "name", "description"))
    store = api.send("/vector_stores", nulls).json()["id"]
    file_id = upload(api)
    added = api.send(f"/vector_stores/{store}/files", {"file_id": file_id, "chunking_strategy": None})
    assert added.status_code == 200, added.content
    batch = {"file_ids": None, "files": [{"file_id": file_id, "attributes": None, "chunking_strategy": None}]}
    batch |= {"chunking_strategy": None, "attributes": None}
    assert api.send(f"/vector_stores/{store}/file_batches", batch).status_code == 200
    read_files(store)
    search = dict.fromkeys(("filters", "max_num_results", "ranking_options", "rewrite_query"))
    found = api.send(f"/vector_stores/{store}/search", {"query": "days"} | search)
    assert [hit["file_id"] for hit in found.json()["data"]] == [file_id]
    options = {"ranking_options": {"ranker": None, "score_threshold": None}}
    assert api.send(f"/vector_stores/{store}/search", {"query": "days"} | options).status_code == 200
    assert api.send(f"/vector_stores/{store}", dict.fromkeys(("name", "expires_after", "metadata"))).status_code == 200


def test_threads_and_messages_are_made_with_nulls(api: API) -> None:
    message = {"role": "user", "content": "Hello", "attachments": None, "metadata": None}
    thread = api.send("/threads", {"messages": [message], "tool_resources": None, "metadata": None})
    assert thread.status_code == 200, thread.content
    address = f"/threads/{thread.json()['id']}"
    assert api.send(f"{address}/messages", message).status_code == 200
    parts = [{"type": "text", "text": "Hello", "image_file": None, "image_url": None}]
    assert api.send(f"{address}/messages", {"role": "user", "content": parts}).status_code == 200
    assert api.send(address, {"metadata": None, "tool_resources": {"file_search": None}}).status_code == 200


def test_a_null_where_something_is_required_is_refused(api: API) -> None:
    store = api.send("/vector_stores", {}).json()["id"]
    for path, body, param in (
        ("/assistants", {"model": None}, "model"),
        ("/assistants", {"model": "m", "tools": None}, "tools"),
        ("/assistants", {"model": "m", "tools": [{"type": "function", "function": None}]}, "tools[0].function"),
        (f"/vector_stores/{store}/search", {"query": None}, "query"),
        (f"/vector_stores/{store}/files", {"file_id": None}, "file_id"),
        (f"/vector_stores/{store}/file_batches", {"file_ids": None, "files": None}, "file_ids"),
    ):
        answer = api.send(path, body)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_deleting_a_model_is_refused_in_the_envelope(api: API) -> None:
    answer = api.delete("/v1/models/gpt-4o")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("address", ["/openai/assistants?api-version=2024-05-01-preview", "/openai/v1/assistants"])
def test_a_client_of_azure_is_served(key: str, address: str) -> None:
    client = API()
    made = client.post(address, {"model": "gpt-4.1"}, content_type="application/json", headers={"api-key": key})
    assert made.status_code == 200, made.content
    listed = client.get(f"{address}{'&' if '?' in address else '?'}limit=5", headers={"api-key": key}).json()
    assert [item["id"] for item in listed["data"]] == [made.json()["id"]]
    assert client.get(address, headers={"api-key": key[:-1]}).json()["error"]["code"] == "invalid_api_key"
    assert client.get(address).status_code == 401
    assert client.get("/openai/nothing", headers={"api-key": key}).json()["error"]["type"] == "invalid_request_error"


def test_a_refusal_on_purpose_is_no_error_in_the_log(api: API, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        assert api.get("/v1/models/nobody").status_code == 404
        assert api.get("/v1/nothing").status_code == 404
    records = [record for record in caplog.records if record.name == "django.request"]
    assert [record.levelname for record in records] == ["INFO", "INFO"]
