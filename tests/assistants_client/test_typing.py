"""What a type checker knows about the results of both clients' methods."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
from typing import Any, assert_type
from assistants_client import (
    APIResponse, Assistant, AssistantFile, AsyncClient, AsyncPage, AsyncPager, AsyncStreamedResponse, Call, Client,
    AsyncEventStream, CursorPage, Deleted, EventStream, File, FileContentPage, Message, Model, Run, RunStep, SearchPage,
    StreamedResponse, SyncPage, Thread, Upload, UploadPart, VectorStore,
    VectorStoreFile, VectorStoreFileBatch, calls,
)


def sync(client: Client) -> None:
    assert_type(client.assistants.create(model="m", name=None), Assistant)
    assert_type(client.assistants.retrieve("a", timeout=3), Assistant)
    assert_type(client.assistants.update("a", tools=[], extra_headers={"If-Match": "1"}), Assistant)
    assert_type(client.assistants.retrieve("a").name, str | None)
    assert_type(client.assistants.retrieve("a").created_at, int)
    assert_type(client.assistants.retrieve("a").tools, list[dict[str, Any]])
    assert_type(client.assistants.retrieve("a").vector_store_ids, list[str])
    assert_type(client.assistants.retrieve("a").response_format, str | dict[str, Any] | None)
    assert_type(client.vector_stores.retrieve("v").file_counts.total, int)
    assert_type(client.assistants.list(limit=1, order="asc"), SyncPage[Assistant])
    assert_type(client.assistants.list().next_page(), SyncPage[Assistant] | None)
    assert_type([each for each in client.assistants.list()], list[Assistant])
    assert_type(client.assistants.delete("a"), Deleted)
    assert_type(client.assistants.files.create("a", file_id="f"), AssistantFile)
    assert_type(client.assistants.files.list("a"), SyncPage[AssistantFile])
    assert_type(client.files.create(file=("n", b""), purpose="assistants"), File)
    assert_type(client.files.list(), SyncPage[File])
    assert_type(client.files.content("f"), StreamedResponse[bytes])
    assert_type(client.files.content("f").read(), bytes)
    assert_type(client.models.list(), SyncPage[Model])
    assert_type(client.models.retrieve("m"), Model)
    assert_type(client.vector_stores.create(), VectorStore)
    assert_type(client.vector_stores.list(), SyncPage[VectorStore])
    assert_type(client.vector_stores.search("v", query="q"), SearchPage)
    assert_type(client.vector_stores.files.update("f", vector_store_id="v", attributes=None), VectorStoreFile)
    assert_type(client.vector_stores.files.content("f", vector_store_id="v"), FileContentPage)
    assert_type(client.vector_stores.file_batches.cancel("b", vector_store_id="v"), VectorStoreFileBatch)
    assert_type(client.vector_stores.file_batches.list_files("b", vector_store_id="v"), SyncPage[VectorStoreFile])
    assert_type(client.assistants.with_raw_response.retrieve("a"), APIResponse[Assistant])
    assert_type(client.assistants.with_raw_response.retrieve("a").parse(), Assistant)
    assert_type(client.assistants.with_raw_response.list(), APIResponse[CursorPage[Assistant]])
    assert_type(client.assistants.files.with_raw_response.list("a"), APIResponse[CursorPage[AssistantFile]])
    assert_type(client.files.with_streaming_response.retrieve("f"), StreamedResponse[File])
    assert_type(client.vector_stores.with_streaming_response.retrieve("f").parse(), VectorStore)
    assert_type(client.uploads.complete("u", part_ids=["p"]), Upload)
    assert_type(client.uploads.complete("u", part_ids=["p"]).file, File | None)
    assert_type(client.uploads.parts.create("u", data=b""), UploadPart)
    assert_type(client.uploads.upload_file_chunked(file="a", mime_type="m", purpose="p"), Upload)
    assert_type(client.threads.create(), Thread)
    assert_type(client.threads.messages.list("t"), SyncPage[Message])
    assert_type(client.threads.runs.create("t", assistant_id="a"), Run)
    assert_type(client.threads.runs.stream("t", assistant_id="a"), EventStream)
    assert_type(client.threads.runs.create_and_poll("t", assistant_id="a"), Run)
    assert_type(client.threads.runs.steps.list("r", thread_id="t"), SyncPage[RunStep])


async def asynchronous(client: AsyncClient) -> None:
    assert_type(client.threads.runs.stream("t", assistant_id="a"), AsyncEventStream)
    assert_type(await client.threads.runs.create_and_poll("t", assistant_id="a"), Run)
    assert_type(await client.assistants.create(model="m"), Assistant)
    assert_type(client.assistants.list(), AsyncPager[Assistant])
    assert_type(await client.assistants.list(), AsyncPage[Assistant])
    assert_type(await (await client.assistants.list()).next_page(), AsyncPage[Assistant] | None)
    assert_type([each async for each in client.assistants.list()], list[Assistant])
    assert_type(await client.assistants.delete("a"), Deleted)
    assert_type(await client.assistants.files.retrieve("f", assistant_id="a"), AssistantFile)
    assert_type(await client.files.create(file=b"", purpose="assistants"), File)
    async with client.files.content("f") as answer:
        assert_type(answer, AsyncStreamedResponse[bytes])
        assert_type(await answer.read(), bytes)
    assert_type(await client.models.list(), AsyncPage[Model])
    assert_type(await client.vector_stores.search("v", query=["q"]), SearchPage)
    assert_type(await client.vector_stores.files.list("v", filter="failed"), AsyncPage[VectorStoreFile])
    assert_type(await client.vector_stores.file_batches.create("v", file_ids=[]), VectorStoreFileBatch)
    assert_type(await client.assistants.with_raw_response.retrieve("a"), APIResponse[Assistant])
    async with client.assistants.with_streaming_response.retrieve("a") as opened:
        assert_type(await opened.parse(), Assistant)


def described(client: Client) -> None:
    call = calls.assistants.list(limit=3)
    assert_type(call, Call[CursorPage[Assistant]])
    assert_type(client.send(call), CursorPage[Assistant])
    assert_type(client.send(call.with_options(timeout=3)), CursorPage[Assistant])
    assert_type(call.parse({}), CursorPage[Assistant])
    assert_type(client.respond(calls.files.delete("f")), APIResponse[Deleted])
"""

WRONG = """
from assistants_client import AsyncClient, Client


def wrong(client: Client, other: AsyncClient) -> None:
    client.assistants.create()
    client.assistants.create(model="m", nmae="x")
    client.assistants.list(order="up")
    client.assistants.retrieve("a", timeout="soon")
    client.assistants.retrieve("a").nmae
    other.assistants.retrieve("a").name
"""


def test_the_types_of_all_results_are_known_and_mistakes_are_found(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(PROGRAM)
    (tmp_path / "wrong.py").write_text(WRONG)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file="),
            *("--cache-dir", tmp_path / "cache"),
            *(tmp_path / "right.py", tmp_path / "wrong.py"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line.rsplit("/", 1)[-1].split(":")[:2] for line in done.stdout.splitlines() if ": error:" in line]
    assert errors == [["wrong.py", str(line)] for line in range(6, 12)], done.stdout + done.stderr
