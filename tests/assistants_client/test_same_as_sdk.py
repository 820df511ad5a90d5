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
from assistants_client.binding import ContentMethod, ListMethod, Method
from assistants_client.responses import AsyncOpening
from tests.assistants_client.sdk_rows import V1, V1_ACCEPTS_OTHERWISE, V2, Row

from .faults import FaultServer, Request, Talk, fault_server, packet

SDK_V1 = Path(sys.prefix) / "openai-v1"


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
        if isinstance(member, Method | ListMethod | ContentMethod)
    }
    assert offered == compared
