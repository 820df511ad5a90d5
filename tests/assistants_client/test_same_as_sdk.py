"""The same calls through ours and through the official SDK reach the server as the same requests."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Awaitable
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import anyio
import openai
import pytest

from assistants_client import AsyncClient, Client
from assistants_client.binding import EventsMethod, Method
from assistants_client.responses import AsyncOpening

from .faults import FaultServer, Request, Talk, fault_server, packet

SDK_V1 = Path(sys.prefix) / "openai-v1"

Row = tuple[str, list[Any], dict[str, Any]]

FUNCTION = {
    "type": "function",
    "function": {
        "name": "lookup_order",
        "description": "Fetch one order.",
        "parameters": {"type": "object", "properties": {"n": {"type": "string"}}, "additionalProperties": False},
        "strict": True,
    },
}
SEARCH = {
    "type": "file_search",
    "file_search": {"max_num_results": 8, "ranking_options": {"ranker": "auto", "score_threshold": 0.2}},
}
CHUNKS = {"type": "static", "static": {"max_chunk_size_tokens": 600, "chunk_overlap_tokens": 150}}
HELPER = {
    "file_search": {"vector_stores": [{"file_ids": ["file-1"], "chunking_strategy": CHUNKS, "metadata": {"a": "b"}}]}
}
PAGING = {"limit": 5, "order": "asc", "after": "id_a", "before": "id_b"}
STORE = {"vector_store_id": "vs_1"}
THREAD = {"thread_id": "thread_1"}
UPLOAD = {"filename": "a.pdf", "purpose": "assistants", "bytes": 9, "mime_type": "application/pdf"}

V2: list[Row] = [
    ("beta.assistants.create", [], {"model": "gpt-4.1-mini"}),
    (
        "beta.assistants.create",
        [],
        {
            "model": "gpt-4.1-mini",
            "name": "Rückgaben 日本 🎈",
            "description": None,
            "instructions": "Zitiere.\nLine two.",
            "tools": [SEARCH, {"type": "code_interpreter"}, FUNCTION],
            "tool_resources": {"code_interpreter": {"file_ids": ["file-1"]}, **HELPER},
            "metadata": {"team": "logistics"},
            "temperature": 0.3,
            "top_p": None,
            "response_format": {"type": "json_schema", "json_schema": {"name": "v", "schema": {"type": "object"}}},
            "reasoning_effort": "low",
        },
    ),
    ("beta.assistants.create", [], {"model": "m", "tools": [], "metadata": {}, "response_format": "auto"}),
    ("beta.assistants.retrieve", ["asst_1"], {}),
    ("beta.assistants.retrieve", ["a/b c?é:@"], {}),
    ("beta.assistants.update", ["asst_1"], {}),
    (
        "beta.assistants.update",
        ["asst_1"],
        {
            "model": "o3",
            "name": None,
            "description": "",
            "instructions": None,
            "tools": [{"type": "file_search"}],
            "tool_resources": {"file_search": {"vector_store_ids": []}},
            "metadata": None,
            "temperature": None,
            "top_p": 1,
            "response_format": None,
            "reasoning_effort": None,
        },
    ),
    ("beta.assistants.list", [], {}),
    ("beta.assistants.list", [], PAGING),
    ("beta.assistants.delete", ["asst_1"], {}),
    ("files.create", [], {"file": ['notes & "more".txt', "hello\n"], "purpose": "assistants"}),
    (
        "files.create",
        [],
        {
            "file": ["n.txt", "x"],
            "purpose": "batch",
            "expires_after": {"anchor": "created_at", "seconds": 3600},
        },
    ),
    ("files.retrieve", ["file-1"], {}),
    ("files.list", [], {}),
    ("files.list", [], {"purpose": "assistants", "limit": 100, "order": "desc", "after": "file-0"}),
    ("files.delete", ["file-1"], {}),
    ("files.content", ["file-1"], {}),
    ("models.list", [], {}),
    ("models.retrieve", ["ft:gpt-4.1/x"], {}),
    ("vector_stores.create", [], {}),
    (
        "vector_stores.create",
        [],
        {
            "name": "Policies",
            "description": "d",
            "file_ids": ["file-1"],
            "expires_after": {"anchor": "last_active_at", "days": 30},
            "chunking_strategy": CHUNKS,
            "metadata": {"a": "b"},
        },
    ),
    ("vector_stores.retrieve", ["vs_1"], {}),
    ("vector_stores.update", ["vs_1"], {"name": None, "expires_after": None, "metadata": {}}),
    ("vector_stores.list", [], PAGING),
    ("vector_stores.delete", ["vs_1"], {}),
    (
        "vector_stores.search",
        ["vs_1"],
        {
            "query": ["damaged parcel"],
            "filters": {"type": "eq", "key": "region", "value": "eu"},
            "max_num_results": 5,
            "ranking_options": {"ranker": "auto", "score_threshold": 0.5},
            "rewrite_query": True,
        },
    ),
    ("vector_stores.files.create", ["vs_1"], {"file_id": "file-1"}),
    (
        "vector_stores.files.create",
        ["vs_1"],
        {"file_id": "file-1", "attributes": {"y": 2025, "eu": True}, "chunking_strategy": {"type": "auto"}},
    ),
    ("vector_stores.files.retrieve", ["file-1"], STORE),
    ("vector_stores.files.update", ["file-1"], {**STORE, "attributes": None}),
    ("vector_stores.files.list", ["vs_1"], {**PAGING, "filter": "failed"}),
    ("vector_stores.files.delete", ["file-1"], STORE),
    ("vector_stores.files.content", ["file-1"], STORE),
    ("vector_stores.file_batches.create", ["vs_1"], {"file_ids": ["file-1"], "attributes": {"a": "b"}}),
    ("vector_stores.file_batches.create", ["vs_1"], {"files": [{"file_id": "file-1", "attributes": {"a": 1}}]}),
    ("vector_stores.file_batches.retrieve", ["vsfb_1"], STORE),
    ("vector_stores.file_batches.cancel", ["vsfb_1"], STORE),
    ("vector_stores.file_batches.list_files", ["vsfb_1"], {**STORE, **PAGING, "filter": "completed"}),
    ("uploads.create", [], UPLOAD),
    ("uploads.create", [], {**UPLOAD, "expires_after": {"anchor": "created_at", "seconds": 3600}}),
    ("uploads.parts.create", ["upload_1"], {"data": b"one part"}),
    ("uploads.complete", ["upload_1"], {"part_ids": ["part_1", "part_2"], "md5": "d41d8cd98f00b204e9800998ecf8427e"}),
    ("uploads.cancel", ["upload_1"], {}),
    ("beta.threads.create", [], {}),
    (
        "beta.threads.create",
        [],
        {"messages": [{"role": "user", "content": "Hi"}], "metadata": {"a": "b"}, "tool_resources": HELPER},
    ),
    ("beta.threads.retrieve", ["thread_1"], {}),
    ("beta.threads.update", ["thread_1"], {"metadata": None}),
    ("beta.threads.delete", ["thread_1"], {}),
    ("beta.threads.create_and_run", [], {"assistant_id": "asst_1"}),
    (
        "beta.threads.create_and_run",
        [],
        {
            "assistant_id": "asst_1",
            "thread": {"messages": [{"role": "user", "content": "Hi"}]},
            "instructions": "Brief.",
            "model": "gpt-4.1-mini",
            "tools": [FUNCTION],
            "metadata": {},
            "temperature": 0.2,
            "top_p": None,
            "max_prompt_tokens": 1000,
            "max_completion_tokens": 500,
            "truncation_strategy": {"type": "auto"},
            "tool_choice": "required",
            "parallel_tool_calls": False,
            "response_format": "auto",
        },
    ),
    ("beta.threads.messages.create", ["thread_1"], {"role": "user", "content": "Hi"}),
    (
        "beta.threads.messages.create",
        ["thread_1"],
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "Hi"}],
            "attachments": [{"file_id": "file-1", "tools": [{"type": "file_search"}]}],
            "metadata": {"a": "b"},
        },
    ),
    ("beta.threads.messages.retrieve", ["msg_1"], THREAD),
    ("beta.threads.messages.update", ["msg_1"], {**THREAD, "metadata": {"a": "b"}}),
    ("beta.threads.messages.list", ["thread_1"], {**PAGING, "run_id": "run_1"}),
    ("beta.threads.messages.delete", ["msg_1"], THREAD),
    ("beta.threads.runs.create", ["thread_1"], {"assistant_id": "asst_1"}),
    (
        "beta.threads.runs.create",
        ["thread_1"],
        {
            "assistant_id": "asst_1",
            "include": ["step_details.tool_calls[*].file_search.results[*].content"],
            "additional_instructions": "Be kind.",
            "additional_messages": [{"role": "user", "content": "And?"}],
            "reasoning_effort": "low",
            "tools": None,
            "tool_choice": {"type": "file_search"},
        },
    ),
    ("beta.threads.runs.retrieve", ["run_1"], THREAD),
    ("beta.threads.runs.update", ["run_1"], {**THREAD, "metadata": {}}),
    ("beta.threads.runs.list", ["thread_1"], PAGING),
    ("beta.threads.runs.cancel", ["run_1"], THREAD),
    (
        "beta.threads.runs.submit_tool_outputs",
        ["run_1"],
        {**THREAD, "tool_outputs": [{"tool_call_id": "call_1", "output": "42"}]},
    ),
    ("beta.threads.runs.steps.retrieve", ["step_1"], {**THREAD, "run_id": "run_1"}),
    (
        "beta.threads.runs.steps.list",
        ["run_1"],
        {**THREAD, **PAGING, "include": ["step_details.tool_calls[*].file_search.results[*].content"]},
    ),
]

V1: list[Row] = [
    ("beta.assistants.create", [], {"model": "gpt-4-1106-preview"}),
    (
        "beta.assistants.create",
        [],
        {
            "model": "gpt-4-1106-preview",
            "name": "Returns",
            "description": "d",
            "instructions": None,
            "tools": [{"type": "retrieval"}, {"type": "code_interpreter"}],
            "file_ids": ["file-1"],
            "metadata": {"a": "b"},
        },
    ),
    ("beta.assistants.retrieve", ["asst_1"], {}),
    ("beta.assistants.update", ["asst_1"], {"file_ids": [], "tools": [], "name": None}),
    ("beta.assistants.list", [], PAGING),
    ("beta.assistants.delete", ["asst_1"], {}),
    ("beta.assistants.files.create", ["asst_1"], {"file_id": "file-1"}),
    ("beta.assistants.files.retrieve", ["file-1"], {"assistant_id": "asst_1"}),
    ("beta.assistants.files.list", ["asst_1"], PAGING),
    ("beta.assistants.files.delete", ["file-1"], {"assistant_id": "asst_1"}),
    ("files.create", [], {"file": ["notes.txt", "hello"], "purpose": "assistants"}),
    ("files.retrieve", ["file-1"], {}),
    ("files.list", [], {"purpose": "assistants"}),
    ("files.delete", ["file-1"], {}),
    ("files.content", ["file-1"], {}),
    ("models.list", [], {}),
    ("models.retrieve", ["gpt-4"], {}),
]


# Asked for a file's content, 1.12.0 says that it accepts JSON; the newest version and ours say application/binary.
V1_ACCEPTS_OTHERWISE = {"files.content"}


def answers_anything(talk: Talk) -> bool:
    """An answer that fits the question, by its path."""
    path = urlsplit(talk.request.target).path.removeprefix("/v1/")
    segments = path.split("/")
    last = unquote(segments[-1])
    if path.endswith("/content") and segments[0] == "files":
        talk.connection.sendall(packet(200, b"content", Content_Type="application/octet-stream"))
        return True
    raw: dict[str, Any] = {"id": last}
    if talk.request.method == "DELETE":
        raw = {"id": last, "deleted": True}
    elif last in ("search", "content") or (talk.request.method == "GET" and len(segments) % 2):
        raw = {"object": "list", "data": [], "has_more": False}
    elif last in ("cancel", "complete", "submit_tool_outputs"):
        raw = {"id": segments[-2]}
    elif talk.request.method == "POST" and last == "files" and len(segments) == 3:
        raw = {"id": json.loads(talk.request.body)["file_id"]}
    talk.connection.sendall(packet(200, json.dumps(raw).encode(), Content_Type="application/json"))
    return True


def seen(request: Request) -> dict[str, Any]:
    """What of a request the server acts upon.

    Left out, being different for a reason: the user agent and the X-Stainless headers, by which the SDK tells
    of itself; Accept-Encoding, since ours unpacks only what it can count; a content type without content.
    """
    target = urlsplit(request.target)
    kind = request.headers.get("content-type", "").partition(";")[0] if request.body else ""
    body: Any = request.body
    if kind == "application/json":
        body = json.loads(request.body)
    elif kind == "multipart/form-data":
        body = _parts(request)
    return {
        "method": request.method,
        "path": target.path,
        "query": sorted(parse_qsl(target.query, keep_blank_values=True)),
        "kind": kind,
        "body": body,
        "beta": request.headers.get("openai-beta"),
        "key": request.headers.get("authorization"),
        "accept": request.headers.get("accept"),
    }


def _parts(request: Request) -> list[tuple[Any, ...]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = email.message_from_bytes(head + request.body, policy=email.policy.HTTP)
    return sorted(
        (str(part["content-disposition"]), part.get_content_type() if part.get_filename() else "", part.get_payload())
        for part in form.iter_parts()
    )


def ours(rows: list[Row], server: FaultServer, *, version: str) -> list[dict[str, Any]]:
    with Client(base_url=server.base_url, api_key="sk-a-secret-key", api_version=version) as client:
        for method, args, kwargs in rows:
            result = attrgetter(method.removeprefix("beta."))(client)(*args, **_with_file(kwargs))
            if hasattr(result, "close"):
                result.read()
                result.close()
    return _taken(server)


def ours_asynchronously(rows: list[Row], server: FaultServer, *, version: str) -> list[dict[str, Any]]:
    async def talk() -> None:
        async with AsyncClient(base_url=server.base_url, api_key="sk-a-secret-key", api_version=version) as client:
            for method, args, kwargs in rows:
                call = attrgetter(method.removeprefix("beta."))(client)(*args, **_with_file(kwargs))
                if isinstance(call, AsyncOpening):
                    async with call as answer:
                        await answer.read()
                else:
                    assert isinstance(call, Awaitable)
                    await call

    anyio.run(talk)
    return _taken(server)


def newest_sdk(rows: list[Row], server: FaultServer) -> list[dict[str, Any]]:
    with openai.OpenAI(base_url=server.base_url, api_key="sk-a-secret-key", max_retries=0) as client:
        for method, args, kwargs in rows:
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
                attrgetter(method)(client)(*args, **_with_file(kwargs))
    return _taken(server)


def first_sdk(rows: list[Row], server: FaultServer) -> list[dict[str, Any]]:
    job = json.dumps({"base_url": server.base_url, "rows": rows})
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("perform_v1.py")],
        input=job,
        env={**os.environ, "PYTHONPATH": str(SDK_V1)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "1.12.0", f"{done.stderr}\nmake install-dev puts that version into {SDK_V1}"
    return _taken(server)


def _with_file(kwargs: dict[str, Any]) -> dict[str, Any]:
    if "file" not in kwargs:
        return kwargs
    name, text = kwargs["file"]
    return {**kwargs, "file": (name, text.encode(), "text/plain")}


def _taken(server: FaultServer) -> list[dict[str, Any]]:
    requests = [seen(request) for request in server.requests]
    server.requests.clear()
    return requests


@pytest.fixture(scope="module")
def recorded() -> dict[str, list[dict[str, Any]]]:
    with fault_server(answers_anything) as server:
        return {
            "v2 sync": ours(V2, server, version="v2"),
            "v2 async": ours_asynchronously(V2, server, version="v2"),
            "v2 SDK": newest_sdk(V2, server),
            "v1 sync": ours(V1, server, version="v1"),
            "v1 async": ours_asynchronously(V1, server, version="v1"),
            "v1 SDK": first_sdk(V1, server),
        }


@pytest.mark.parametrize("client", ["sync", "async"])
@pytest.mark.parametrize("number", range(len(V2)), ids=[f"{row[0]}-{number}" for number, row in enumerate(V2)])
def test_it_sends_what_the_newest_sdk_sends(
    recorded: dict[str, list[dict[str, Any]]], client: str, number: int
) -> None:
    assert recorded[f"v2 {client}"][number] == recorded["v2 SDK"][number]


@pytest.mark.parametrize("client", ["sync", "async"])
@pytest.mark.parametrize("number", range(len(V1)), ids=[f"{row[0]}-{number}" for number, row in enumerate(V1)])
def test_it_sends_what_the_first_sdk_of_version_1_sends(
    recorded: dict[str, list[dict[str, Any]]], client: str, number: int
) -> None:
    mine, theirs = recorded[f"v1 {client}"][number], recorded["v1 SDK"][number]
    if V1[number][0] in V1_ACCEPTS_OTHERWISE:
        assert mine["accept"] == "application/binary"
        theirs = {**theirs, "accept": mine["accept"]}
    assert mine == theirs


def test_a_file_is_sent_in_the_same_parts(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"0123456789")
    in_memory = {"file": b"0123456789", "filename": "b.txt", "bytes": 10, "mime_type": "text/plain"}
    both: list[dict[str, Any]] = [
        {"file": path, "mime_type": "text/plain", "purpose": "assistants", "part_size": 4},
        {**in_memory, "purpose": "vision", "part_size": 10, "md5": "781e5e245d69b566979b86e28d23f2c7"},
    ]
    with fault_server(answers_anything) as server:
        with Client(base_url=server.base_url, api_key="sk-a-secret-key") as client:
            assert [client.uploads.upload_file_chunked(**given).id for given in both] == ["uploads", "uploads"]
        mine = _taken(server)

        async def talk() -> None:
            async with AsyncClient(base_url=server.base_url, api_key="sk-a-secret-key") as client:
                for given in both:
                    await client.uploads.upload_file_chunked(**given)

        anyio.run(talk)
        assert _taken(server) == mine
        with openai.OpenAI(base_url=server.base_url, api_key="sk-a-secret-key", max_retries=0) as sdk:
            for given in both:
                sdk.uploads.upload_file_chunked(**given)
        assert _taken(server) == mine
        assert [request["path"] for request in mine][:5] == [
            "/v1/uploads",
            *["/v1/uploads/uploads/parts"] * 3,
            "/v1/uploads/uploads/complete",
        ]


def test_a_file_in_memory_needs_a_name_and_a_size() -> None:
    with Client(base_url="http://server.test/v1") as client:
        for missing in ("filename", "bytes"):
            given: dict[str, Any] = {"filename": "a.txt", "bytes": 1}
            given[missing] = None
            with pytest.raises(TypeError, match=missing):
                client.uploads.upload_file_chunked(file=b"a", mime_type="text/plain", purpose="assistants", **given)


def test_every_method_of_both_clients_is_compared() -> None:
    compared = {row[0].removeprefix("beta.") for row in [*V1, *V2]}
    with Client(base_url="http://server.test/v1") as client:
        nouns = {
            "assistants": client.assistants,
            "assistants.files": client.assistants.files,
            "files": client.files,
            "models": client.models,
            "vector_stores": client.vector_stores,
            "vector_stores.files": client.vector_stores.files,
            "vector_stores.file_batches": client.vector_stores.file_batches,
            "uploads": client.uploads,
            "uploads.parts": client.uploads.parts,
            "threads": client.threads,
            "threads.messages": client.threads.messages,
            "threads.runs": client.threads.runs,
            "threads.runs.steps": client.threads.runs.steps,
        }
    offered = {
        f"{noun}.{name}"
        for noun, resource in nouns.items()
        for name, member in vars(type(resource)).items()
        if isinstance(member, Method) and not isinstance(member, EventsMethod)
    }
    assert offered == compared
