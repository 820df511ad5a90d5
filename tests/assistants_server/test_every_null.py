# ruff: noqa: E501  # the bodies
"""Every parameter that the official SDK may leave out, sent as null: the answer is as if it had been left out.

Where null is a value of its own, it is taken as that, and nothing else changes by it: it empties a field in an update,
and a temperature of null is that of a reasoning model.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai.types as top
import openai.types.beta as beta
import openai.types.beta.threads as in_threads
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openai.types.beta.thread_create_and_run_params import ThreadCreateAndRunParamsNonStreaming
from openai.types.beta.threads.run_create_params import RunCreateParamsNonStreaming
from openai.types.vector_stores import FileBatchCreateParams, FileCreateParams, FileUpdateParams

from tests.assistants_server.conftest import API, upload

Prepared = tuple[str, dict[str, Any]]
# What differs between two objects that were made alike.
OF_ITS_OWN = {
    "completed_at",
    "id",
    "created_at",
    "thread_id",
    "last_active_at",
    "expires_at",
    "file",
    "vector_store_id",
    "assistant_id",
}


def assistant(api: API) -> str:
    return str(api.send("/assistants", {"model": "gpt-4o", "instructions": "Be brief."}).json()["id"])


def thread(api: API) -> str:
    return str(api.send("/threads", {}).json()["id"])


def message(api: API) -> Prepared:
    address = f"/threads/{thread(api)}/messages"
    made = api.send(address, {"role": "user", "content": "Hello", "metadata": {"a": "b"}}).json()
    return f"{address}/{made['id']}", {}


def run(api: API) -> Prepared:
    made = api.send("/threads/runs", {"assistant_id": assistant(api), "metadata": {"a": "b"}}).json()
    return f"/threads/{made['thread_id']}/runs/{made['id']}", {}


def store(api: API) -> str:
    return str(api.send("/vector_stores", {"name": "Prices", "metadata": {"a": "b"}}).json()["id"])


def in_store(api: API) -> Prepared:
    address, file_id = f"/vector_stores/{store(api)}/files", upload(api)
    api.send(address, {"file_id": file_id, "attributes": {"year": 2026}})
    return f"{address}/{file_id}", {"attributes": {"year": 2026}}


def finished_upload(api: API) -> Prepared:
    begun = api.send("/uploads", MADE_UP).json()["id"]
    part = api.post(f"/v1/uploads/{begun}/parts", {"data": SimpleUploadedFile("upload", b"abc")}).json()["id"]
    return f"/uploads/{begun}/complete", {"part_ids": [part]}


MADE_UP = {"filename": "a.txt", "purpose": "assistants", "bytes": 3, "mime_type": "text/plain"}
ENDPOINTS: dict[str, tuple[Any, Callable[[API], Prepared]]] = {
    "create an assistant": (beta.AssistantCreateParams, lambda api: ("/assistants", {"model": "gpt-4o"})),
    "update an assistant": (beta.AssistantUpdateParams, lambda api: (f"/assistants/{assistant(api)}", {})),
    "create a thread": (beta.ThreadCreateParams, lambda api: ("/threads", {})),
    "update a thread": (beta.ThreadUpdateParams, lambda api: (f"/threads/{thread(api)}", {})),
    "create a message": (
        in_threads.MessageCreateParams,
        lambda api: (f"/threads/{thread(api)}/messages", {"role": "user", "content": "Hello"}),
    ),
    "update a message": (in_threads.MessageUpdateParams, message),
    "create a run": (
        RunCreateParamsNonStreaming,
        lambda api: (f"/threads/{thread(api)}/runs", {"assistant_id": assistant(api)}),
    ),
    "create a thread and run": (
        ThreadCreateAndRunParamsNonStreaming,
        lambda api: ("/threads/runs", {"assistant_id": assistant(api)}),
    ),
    "update a run": (in_threads.RunUpdateParams, run),
    "create a vector store": (top.VectorStoreCreateParams, lambda api: ("/vector_stores", {})),
    "update a vector store": (top.VectorStoreUpdateParams, lambda api: (f"/vector_stores/{store(api)}", {})),
    "search a vector store": (
        top.VectorStoreSearchParams,
        lambda api: (f"/vector_stores/{store(api)}/search", {"query": "days"}),
    ),
    "add a file to a store": (
        FileCreateParams,
        lambda api: (f"/vector_stores/{store(api)}/files", {"file_id": upload(api)}),
    ),
    "add files to a store": (
        FileBatchCreateParams,
        lambda api: (f"/vector_stores/{store(api)}/file_batches", {"file_ids": [upload(api)]}),
    ),
    "update a file in a store": (FileUpdateParams, in_store),
    "complete an upload": (top.UploadCompleteParams, finished_upload),
    "begin an upload": (top.UploadCreateParams, lambda api: ("/uploads", MADE_UP)),
}
# What stands in the address, which the SDK's types hold too.
IN_THE_ADDRESS = {"thread_id", "vector_store_id", "include"}
IS_A_VALUE = {
    "create an assistant": {"temperature", "top_p"},
    "update an assistant": {"name", "description", "instructions", "temperature", "top_p", "reasoning_effort"},
    "update a vector store": {"name", "expires_after", "metadata"},
}


def answered(api: API, prepare: Callable[[API], Prepared], more: dict[str, Any]) -> Any:
    address, body = prepare(api)
    answer = api.send(address, body | more)
    assert answer.status_code == 200, (more, answer.content)
    return {name: value for name, value in answer.json().items() if name not in OF_ITS_OWN}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_null_is_as_if_left_out(api: API, name: str) -> None:
    params, prepare = ENDPOINTS[name]
    required = set(prepare(api)[1])
    optional = (params.__required_keys__ | params.__optional_keys__) - required - IN_THE_ADDRESS
    if name == "create an assistant" or name == "update an assistant":
        # Null is refused for these two, as the hosted service did.
        optional -= {"model", "tools"}
    plain = answered(api, prepare, {})
    values = IS_A_VALUE.get(name, set())
    for parameter in sorted(optional):
        given = answered(api, prepare, {parameter: None})
        if parameter in values:
            assert given.pop(parameter) in (None, {}), parameter
        assert given.items() <= plain.items() if parameter in values else given == plain, parameter
    left_out = answered(api, prepare, dict.fromkeys(optional - values))
    assert left_out == plain


SEARCH = {"type": "file_search", "file_search": {"max_num_results": None, "ranking_options": None}}
TOOLS = [SEARCH, {"type": "code_interpreter", "function": None}]
ATTACHMENTS = [{"file_id": "FILE", "tools": [{"type": "code_interpreter", "file_search": None}]}]
MESSAGE = {"role": "user", "content": "Hello", "attachments": None, "metadata": None}
PART = {"type": "text", "text": {"value": "Hello", "annotations": None}}
RESOURCES = {"code_interpreter": {"file_ids": None}, "file_search": {"vector_store_ids": None, "vector_stores": None}}
CHUNKING = {"type": "auto", "static": None}
INSIDE: dict[str, list[dict[str, Any]]] = {
    "create an assistant": [
        {"tools": TOOLS}, {"tool_resources": RESOURCES}, {"metadata": {}}, {"response_format": {"type": "text", "json_schema": None}},
        {"tool_resources": {"file_search": {"vector_stores": [{"file_ids": None, "chunking_strategy": None, "metadata": None}]}}},
    ],
    "update an assistant": [{"tools": TOOLS}, {"tool_resources": RESOURCES}],
    "create a thread": [{"messages": [MESSAGE]}, {"tool_resources": RESOURCES}, {"tool_resources": {"code_interpreter": None}}],
    "update a thread": [{"tool_resources": RESOURCES}],
    "create a message": [{"attachments": ATTACHMENTS}],
    "create a run": [
        {"tools": TOOLS}, {"additional_messages": [MESSAGE]}, {"truncation_strategy": {"type": "auto", "last_messages": None}},
        {"tool_choice": {"type": "file_search", "function": None}, "tools": TOOLS}, {"response_format": {"type": "text", "json_schema": None}},
    ],
    "create a thread and run": [{"thread": {"messages": [MESSAGE], "tool_resources": None, "metadata": None}}, {"thread": {"messages": None}}],
    "create a vector store": [{"chunking_strategy": CHUNKING}, {"file_ids": []}],
    "search a vector store": [{"ranking_options": {"ranker": None, "score_threshold": None}}],
    "add a file to a store": [{"chunking_strategy": CHUNKING}],
    "add files to a store": [{"chunking_strategy": CHUNKING}],
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDE)
def test_null_inside_of_a_value_is_as_if_left_out(api: API, name: str) -> None:
    _, prepare = ENDPOINTS[name]
    for more in INSIDE[name]:
        address, body = prepare(api)
        sent = json.loads(json.dumps(body | more).replace('"FILE"', f'"{upload(api)}"'))
        answer = api.send(address, sent)
        assert answer.status_code == 200, (more, answer.content)


LISTS: dict[str, Callable[[API], str]] = {
    "/assistants": lambda api: "/assistants",
    "/files": lambda api: "/files",
    "/vector_stores": lambda api: "/vector_stores",
    "/vector_stores/…/files": lambda api: f"/vector_stores/{store(api)}/files",
    "/threads/…/messages": lambda api: f"/threads/{thread(api)}/messages",
    "/threads/…/runs": lambda api: f"/threads/{thread(api)}/runs",
    "/threads/…/runs/…/steps": lambda api: f"{run(api)[0]}/steps",
}


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_parameter_of_a_list_is_as_if_left_out(api: API, name: str) -> None:
    address = f"/v1{LISTS[name](api)}"
    plain = api.get(address)
    for parameter in ("after", "before", "order", "purpose", "filter", "run_id"):
        if parameter == "purpose" and name != "/files":
            continue
        answer = api.get(f"{address}?{parameter}=")
        assert answer.status_code == 200, (parameter, answer.content)
        assert answer.content == plain.content, parameter


def test_nulls_inside_of_resources_change_nothing(api: API) -> None:
    resources = {"file_search": {"vector_store_ids": [store(api)]}, "code_interpreter": {"file_ids": [upload(api)]}}
    for address in ("/assistants", "/threads"):
        made = api.send(
            address, {"tool_resources": resources} | ({"model": "gpt-4o"} if "a" in address[1] else {})
        ).json()
        changed = api.send(f"{address}/{made['id']}", {"tool_resources": RESOURCES})
        assert changed.json()["tool_resources"] == resources


@pytest.mark.parametrize("body", [b"", b"{}", b"null"])
def test_a_change_that_needs_no_body_takes_none(api: API, body: bytes) -> None:
    cancelled = [f"{run(api)[0]}/cancel", f"/uploads/{api.send('/uploads', MADE_UP).json()['id']}/cancel"]
    for address in ("/threads", "/vector_stores", *cancelled):
        answer = api.post(f"/v1{address}", body, content_type="application/json")
        assert answer.status_code == 200, (address, answer.content)


def kept(api: API, create: str, sent: dict[str, Any], model: Any, params: Any) -> None:
    """Make one, read it with the SDK's type, and make another of all that the type prints and creating takes."""
    made = api.send(create, sent)
    assert made.status_code == 200, made.content
    printed = model.model_validate(made.json()).model_dump()
    known = params.__required_keys__ | params.__optional_keys__
    again = api.send(create, {name: value for name, value in printed.items() if name in known})
    assert again.status_code == 200, again.content
    first, second = ({k: v for k, v in each.json().items() if k not in OF_ITS_OWN} for each in (made, again))
    assert first == second


def test_what_was_read_makes_the_same_again(api: API) -> None:
    function = {
        "name": "f",
        "description": "Finds.",
        "parameters": {"type": "object", "properties": {}},
        "strict": False,
    }
    search = {"type": "file_search", "file_search": {"ranking_options": {"score_threshold": 0.5}}}
    sent: dict[str, Any] = {
        "model": "gpt-4o",
        "name": "Desk",
        "tools": [search, {"type": "function", "function": function}],
    }
    sent |= {"tool_resources": {"file_search": {"vector_store_ids": [store(api)]}}, "response_format": {"type": "text"}}
    kept(api, "/assistants", sent, beta.Assistant, beta.AssistantCreateParams)
    kept(api, "/threads", {"metadata": {"a": "b"}}, beta.Thread, beta.ThreadCreateParams)
    message = {"role": "user", "content": "Hello"}
    kept(api, f"/threads/{thread(api)}/messages", message, in_threads.Message, in_threads.MessageCreateParams)
    body: dict[str, Any] = {"name": "Prices", "expires_after": {"anchor": "last_active_at", "days": 7}}
    kept(api, "/vector_stores", body, top.VectorStore, top.VectorStoreCreateParams)
