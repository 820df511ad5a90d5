"""Threads and their messages over /v1, in both versions."""

from __future__ import annotations

import json

import pytest

from assistants_server.models import Run, Thread, VectorStore
from dashboard.audit.models import Record
from tests.assistants_server.conftest import API, upload

pytestmark = pytest.mark.django_db


def thread(api: API, **fields: object) -> str:
    return str(api.send("/threads", fields or None).json()["id"])


def texts(api: API, thread_id: str, query: str = "") -> list[str]:
    page = api.fetch(f"/threads/{thread_id}/messages{query}")
    return [item["content"][0]["text"]["value"] for item in page["data"]]


def test_a_thread_needs_no_body_and_null_says_nothing(api: API) -> None:
    bare = api.generic("POST", "/v1/threads").json()
    nulls = api.send("/threads", {"messages": None, "metadata": None, "tool_resources": None}).json()

    for made in (bare, nulls):
        assert made == api.fetch(f"/threads/{made['id']}")
        assert list(made) == ["id", "object", "created_at", "metadata", "tool_resources"]
        assert (made["object"], made["metadata"], made["tool_resources"]) == ("thread", {}, {})


def test_a_thread_changes_only_what_was_sent_and_is_deleted(api: API) -> None:
    thread_id = thread(api, metadata={"a": "1"})

    assert api.send(f"/threads/{thread_id}", {"metadata": {"b": "2"}}).json()["metadata"] == {"b": "2"}
    assert api.send(f"/threads/{thread_id}", {"metadata": None}).json()["metadata"] == {"b": "2"}
    deleted = api.delete(f"/v1/threads/{thread_id}").json()
    assert deleted == {"id": thread_id, "object": "thread.deleted", "deleted": True}
    gone = api.get(f"/v1/threads/{thread_id}/messages")
    assert (gone.status_code, gone.json()["error"]["message"]) == (404, f"No thread found with id '{thread_id}'.")


def test_messages_of_one_request_keep_their_order(api: API) -> None:
    first = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]
    thread_id = thread(api, messages=first)
    api.send(f"/threads/{thread_id}/messages", {"role": "user", "content": "three"})

    assert texts(api, thread_id) == ["three", "two", "one"]
    assert texts(api, thread_id, "?order=asc") == ["one", "two", "three"]
    newest = api.fetch(f"/threads/{thread_id}/messages?limit=1")
    assert newest["has_more"]
    assert newest["first_id"] == newest["last_id"] == newest["data"][0]["id"]
    assert texts(api, thread_id, f"?after={newest['last_id']}") == ["two", "one"]
    assert texts(api, thread_id, f"?order=asc&before={newest['last_id']}") == ["one", "two"]


def test_a_message_has_every_key(api: API) -> None:
    thread_id = thread(api)
    made = api.send(f"/threads/{thread_id}/messages", {"role": "user", "content": "Hi", "metadata": {"k": "v"}}).json()

    assert made == api.fetch(f"/threads/{thread_id}/messages/{made['id']}")
    assert made["content"] == [{"type": "text", "text": {"value": "Hi", "annotations": []}}]
    assert made["completed_at"] == made["created_at"]
    rest = {key: made[key] for key in made if key not in ("id", "created_at", "completed_at", "content")}
    assert rest == {
        "object": "thread.message",
        "assistant_id": None,
        "thread_id": thread_id,
        "run_id": None,
        "status": "completed",
        "incomplete_details": None,
        "incomplete_at": None,
        "role": "user",
        "attachments": [],
        "metadata": {"k": "v"},
    }
    changed = api.send(f"/threads/{thread_id}/messages/{made['id']}", {"metadata": {"k": "w"}}).json()
    assert changed == made | {"metadata": {"k": "w"}}
    deleted = api.delete(f"/v1/threads/{thread_id}/messages/{made['id']}").json()
    assert deleted == {"id": made["id"], "object": "thread.message.deleted", "deleted": True}


def test_images_come_back_as_they_were_sent(api: API) -> None:
    picture = upload(api, name="a.png", purpose="vision")
    content = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image_file", "image_file": {"file_id": picture, "detail": "low"}},
    ]
    made = api.send(f"/threads/{thread(api)}/messages", {"role": "user", "content": content}).json()

    assert made["content"][1:] == [
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "auto"}},
        {"type": "image_file", "image_file": {"file_id": picture, "detail": "low"}},
    ]


def test_attachments_are_echoed_and_reach_the_tools_of_the_thread(api: API) -> None:
    one, two = upload(api, name="one.txt"), upload(api, name="two.txt")
    search, code = {"type": "file_search"}, {"type": "code_interpreter"}
    attachments = [{"file_id": one, "tools": [search]}, {"file_id": one, "tools": [code]}]
    thread_id = thread(api, messages=[{"role": "user", "content": "Read", "attachments": attachments}])
    more = {"role": "user", "content": "More", "attachments": [{"file_id": two, "tools": [search, code]}]}
    api.send(f"/threads/{thread_id}/messages", more)

    assert api.fetch(f"/threads/{thread_id}/messages?order=asc")["data"][0]["attachments"] == attachments
    resources = api.fetch(f"/threads/{thread_id}")["tool_resources"]
    assert resources["code_interpreter"] == {"file_ids": [one, two]}
    store = VectorStore.objects.get()
    assert resources["file_search"] == {"vector_store_ids": [store.wire_id]}
    assert store.expires_after_days == 7
    assert set(store.files.values_list("wire_id", flat=True)) == {one, two}


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"content": "Hi"}, "Missing required parameter: 'role'.", "missing_required_parameter"),
        (
            {"role": "system", "content": "Hi"},
            "Invalid value: 'system'. Supported values are: 'user' and 'assistant'.",
            "invalid_value",
        ),
        (
            {"role": "user", "content": ""},
            "Invalid 'content': empty string. Expected a string with minimum length 1",
            "empty_string",
        ),
        (
            {"role": "user", "content": 3},
            "Invalid type for 'content': expected a string or an array of objects, but got an integer instead.",
            "invalid_type",
        ),
        (
            {"role": "user", "content": [{"type": "refusal", "refusal": "No"}]},
            "Invalid value: 'refusal'. Supported values are: 'text', 'image_file', and 'image_url'.",
            "invalid_value",
        ),
        (
            {
                "role": "user",
                "content": "Hi",
                "attachments": [{"file_id": "file-x", "tools": [{"type": "file_search"}]}],
            },
            "No such File object: file-x",
            "invalid_value",
        ),
        ({"role": "user", "content": "Hi", "file_ids": []}, "Unknown parameter: 'file_ids'.", "unknown_parameter"),
        (
            {"role": "user", "content": "Hi", "metadata": {"n": True}},
            "Invalid type for 'metadata.n': expected a string, but got a boolean instead.",
            "invalid_type",
        ),
    ],
)
def test_a_wrong_message_is_refused(api: API, body: object, message: str, code: str) -> None:
    thread_id = thread(api)
    answer = api.send(f"/threads/{thread_id}/messages", body)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"].startswith(message)
    assert texts(api, thread_id) == []


def test_one_wrong_message_makes_no_thread(api: API) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "user", "content": ""}]
    answer = api.send("/threads", {"messages": messages})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "messages[1].content")
    assert not Thread.objects.exists()


def test_an_active_run_keeps_messages_out(api: API) -> None:
    thread_id = thread(api)
    row = Thread.objects.get()
    Run.objects.create(
        workspace="main",
        wire_id="run_1",
        created_at=1,
        thread=row,
        assistant_id="asst_1",
        model="m",
        expires_at=2**40,
    )
    answer = api.send(f"/threads/{thread_id}/messages", {"role": "user", "content": "Hi"})

    expected = f"Can't add messages to {thread_id} while a run run_1 is active."
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, expected)
    assert api.send(f"/threads/{thread_id}", {"metadata": {"a": "b"}}).status_code == 200


def test_another_workspace_and_a_read_only_key_are_kept_out(api: API, other: API) -> None:
    thread_id = thread(api)

    for path in (f"/threads/{thread_id}", f"/threads/{thread_id}/messages"):
        assert other.get(f"/v1{path}").status_code == 404


def test_a_repeated_request_adds_one_message(api: API) -> None:
    thread_id = thread(api)
    sent = [
        api.send(f"/threads/{thread_id}/messages", {"role": "user", "content": "Hi"}, **{"Idempotency-Key": "k"})
        for _ in range(2)
    ]

    assert sent[0].json() == sent[1].json()
    assert texts(api, thread_id) == ["Hi"]


def test_the_record_counts_and_keeps_no_text(api: API) -> None:
    thread_id = thread(api, messages=[{"role": "user", "content": "top secret"}])
    api.send(f"/threads/{thread_id}/messages", {"role": "user", "content": "most secret"})

    made, added = Record.objects.filter(action__in=["thread.create", "message.create"]).order_by("pk")
    assert (json.loads(made.head)["detail"]["messages"], json.loads(added.head)["detail"]["characters"]) == (1, 11)
    assert not [event for event in Record.objects.all() if "secret" in str(vars(event))]


def test_v1_sees_files_and_no_resources(api: API, api_v1: API) -> None:
    file_id = upload(api)
    made = api_v1.send("/threads", {"messages": [{"role": "user", "content": "Hi", "file_ids": [file_id]}]}).json()
    [message] = api_v1.fetch(f"/threads/{made['id']}/messages")["data"]

    assert "tool_resources" not in made
    assert message["file_ids"] == [file_id]
    assert "attachments" not in message
    path = f"/threads/{made['id']}/messages/{message['id']}/files"
    [item] = api_v1.fetch(path)["data"]
    assert item == api_v1.fetch(f"{path}/{file_id}")
    assert (item["object"], item["message_id"]) == ("thread.message.file", message["id"])
    assert api_v1.get(f"/v1{path}/file-x").status_code == 404
    assert api.get(f"/v1{path}").status_code == 400
    assert api.fetch(f"/threads/{made['id']}")["tool_resources"]["code_interpreter"] == {"file_ids": [file_id]}
