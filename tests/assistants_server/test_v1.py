"""The v1 rendering of the one stored assistant, and its files."""

from __future__ import annotations

from assistants_server.models import VectorStore
from tests.assistants_server.conftest import API, read_files, upload


def test_it_is_the_same_assistant_in_both_versions(api: API, api_v1: API) -> None:
    file_id = upload(api)
    tools = [{"type": "retrieval"}, {"type": "code_interpreter"}]
    made = api_v1.send("/assistants", {"model": "gpt-4", "tools": tools, "file_ids": [file_id]}).json()
    assert made == {
        "id": made["id"],
        "object": "assistant",
        "created_at": made["created_at"],
        "name": None,
        "description": None,
        "model": "gpt-4",
        "instructions": None,
        "tools": tools,
        "file_ids": [file_id],
        "metadata": {},
    }
    seen = api.fetch(f"/assistants/{made['id']}")
    assert seen["tools"] == [{"type": "file_search"}, {"type": "code_interpreter"}]
    assert seen["tool_resources"]["code_interpreter"] == {"file_ids": [file_id]}
    (store_id,) = seen["tool_resources"]["file_search"]["vector_store_ids"]
    read_files(store_id)
    assert [item["id"] for item in api.fetch(f"/vector_stores/{store_id}/files")["data"]] == [file_id]
    assert api_v1.fetch("/assistants")["data"] == [made]


def test_a_v2_assistant_reads_as_v1_without_what_v1_cannot_say(api: API, api_v1: API) -> None:
    function = {"name": "look", "parameters": {"type": "object"}}
    tools = [
        {"type": "file_search", "file_search": {"max_num_results": 3}},
        {"type": "function", "function": function | {"strict": True}},
    ]
    made = api.send("/assistants", {"model": "gpt-4", "tools": tools, "temperature": 0.1}).json()
    seen = api_v1.fetch(f"/assistants/{made['id']}")
    assert seen["tools"] == [{"type": "retrieval"}, {"type": "function", "function": function}]
    assert seen["file_ids"] == []
    assert "temperature" not in seen

    api_v1.send(f"/assistants/{made['id']}", {"name": "New", "tools": seen["tools"]})
    assert api.fetch(f"/assistants/{made['id']}") == made | {"name": "New"}


def test_file_ids_replace_and_reach_v2(api: API, api_v1: API) -> None:
    first, second, third = (upload(api, name=f"{number}.txt") for number in range(3))
    tools = [{"type": "code_interpreter"}, {"type": "retrieval"}]
    made = api_v1.send("/assistants", {"model": "gpt-4", "tools": tools, "file_ids": [first, second]}).json()
    address = f"/assistants/{made['id']}"
    mine = {"code_interpreter": {"file_ids": [first, second, third]}}
    api.send(address, {"tool_resources": mine})

    assert api_v1.send(address, {"file_ids": [second]}).json()["file_ids"] == [second]
    resources = api.fetch(address)["tool_resources"]
    assert resources["code_interpreter"] == {"file_ids": [second, third]}
    (store_id,) = resources["file_search"]["vector_store_ids"]
    assert [item["id"] for item in api.fetch(f"/vector_stores/{store_id}/files")["data"]] == [second]
    assert VectorStore.objects.count() == 1


def test_files_are_attached_listed_and_detached(api: API, api_v1: API) -> None:
    file_id = upload(api)
    made = api_v1.send("/assistants", {"model": "gpt-4", "tools": [{"type": "code_interpreter"}]}).json()
    address = f"/assistants/{made['id']}/files"
    link = api_v1.send(address, {"file_id": file_id}).json()
    assert link == {
        "id": file_id,
        "object": "assistant.file",
        "created_at": link["created_at"],
        "assistant_id": made["id"],
    }
    assert api_v1.send(address, {"file_id": file_id}).json() == link
    assert api_v1.fetch(f"{address}/{file_id}") == link
    assert api_v1.fetch(address)["data"] == [link]
    assert api_v1.fetch(f"{address}?after={file_id}")["data"] == []
    assert api.fetch(f"/assistants/{made['id']}")["tool_resources"] == {"code_interpreter": {"file_ids": [file_id]}}
    gone = api_v1.delete(f"/v1{address}/{file_id}").json()
    assert gone == {"id": file_id, "object": "assistant.file.deleted", "deleted": True}
    assert api_v1.delete(f"/v1{address}/{file_id}").status_code == 404
    assert api_v1.fetch(f"/assistants/{made['id']}")["file_ids"] == []
    assert api.get(f"/v1/files/{file_id}").status_code == 200


def test_more_than_twenty_files_and_foreign_files_are_refused(api: API, api_v1: API) -> None:
    picture = upload(api, purpose="vision")
    made = api_v1.send("/assistants", {"model": "gpt-4", "file_ids": [upload(api) for _ in range(20)]}).json()
    address = f"/assistants/{made['id']}/files"
    for file_id, code in (
        (upload(api), "array_above_max_length"),
        (picture, "invalid_value"),
        ("file-x", "invalid_value"),
    ):
        answer = api_v1.send(address, {"file_id": file_id})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_each_version_refuses_the_routes_and_words_of_the_other(api: API, api_v1: API) -> None:
    made = api.send("/assistants", {"model": "gpt-4"}).json()
    assert api.get(f"/v1/assistants/{made['id']}/files").json()["error"]["code"] == "invalid_beta"
    assert api_v1.get("/v1/vector_stores").json()["error"]["code"] == "invalid_beta"
    assert api_v1.send("/assistants", {"model": "gpt-4", "temperature": 1}).json()["error"]["param"] == "temperature"
    assert api.send("/assistants", {"model": "gpt-4", "file_ids": []}).json()["error"] == {
        "message": "Unknown parameter: 'file_ids'.",
        "type": "invalid_request_error",
        "param": "file_ids",
        "code": "unknown_parameter",
    }
    wrong = api.send("/assistants", {"model": "gpt-4", "tools": [{"type": "retrieval"}]}).json()["error"]
    assert wrong["message"] == (
        "Invalid value: 'retrieval'. Supported values are: 'code_interpreter', 'function', and 'file_search'."
    )


def test_a_missing_header_means_v2_and_an_unknown_version_is_refused(api: API, key: str) -> None:
    bare = API(key)
    del bare.defaults["HTTP_OPENAI_BETA"]
    assert "tool_resources" in bare.send("/assistants", {"model": "gpt-4"}).json()
    assert api.get("/v1/assistants", headers={"OpenAI-Beta": "other=1, assistants=v1"}).status_code == 200
    assert api.get("/v1/assistants", headers={"OpenAI-Beta": "assistants=v9"}).json()["error"]["code"] == "invalid_beta"
    assert api.get("/v1/files", headers={"OpenAI-Beta": "assistants=v9"}).status_code == 200
