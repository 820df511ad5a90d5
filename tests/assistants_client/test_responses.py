"""Answers with their status and headers, and answers read piece by piece."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from assistants_client import (
    APIConnectionError,
    APIResponseValidationError,
    APITimeoutError,
    AsyncClient,
    BadRequestError,
    Client,
    NotFoundError,
    RetryPolicy,
    calls,
)

from . import faults
from .faults import FaultServer, fault_server, gives, gives_bytes

ASSISTANT = {"id": "asst_1", "object": "assistant"}
HEADERS: dict[str, Any] = {
    "x_request_id": "req_7",
    "x_ratelimit_remaining_requests": "59",
    "x_ratelimit_reset_tokens": "6m0s",
}


def client_of(server: FaultServer) -> Client:
    return Client(base_url=server.base_url, sleep=lambda seconds: None)


def asynchronously(server: FaultServer, use: Callable[[AsyncClient], Awaitable[None]]) -> None:
    async def run() -> None:
        async with AsyncClient(base_url=server.base_url, retry_policy=RetryPolicy(chance=lambda: 0.0)) as client:
            await use(client)

    anyio.run(run)


def test_a_raw_response_tells_status_headers_and_limits() -> None:
    with fault_server(gives(ASSISTANT, **HEADERS)) as server, client_of(server) as client:
        response = client.assistants.with_raw_response.retrieve("asst_1")
        assert response.status_code == 200
        assert response.request_id == "req_7"
        assert response.rate_limit == {"remaining-requests": "59", "reset-tokens": "6m0s"}
        assert response.retries_taken == 0
        assert response.parse().raw == ASSISTANT

        async def use(client: AsyncClient) -> None:
            response = await client.assistants.with_raw_response.retrieve("asst_1")
            assert response.request_id == "req_7"
            assert response.parse().id == "asst_1"

        asynchronously(server, use)


def test_a_raw_response_counts_the_tries() -> None:
    with fault_server(faults.resets, gives(ASSISTANT)) as server, client_of(server) as client:
        assert client.assistants.with_raw_response.retrieve("asst_1").retries_taken == 1


def test_a_streaming_response_is_parsed_when_asked() -> None:
    with fault_server(gives(ASSISTANT, **HEADERS)) as server, client_of(server) as client:
        with client.assistants.with_streaming_response.retrieve("asst_1") as response:
            assert response.request_id == "req_7"
            assert response.parse().raw == ASSISTANT

        async def use(client: AsyncClient) -> None:
            async with client.assistants.with_streaming_response.retrieve("asst_1") as response:
                assert (await response.parse()).raw == ASSISTANT

        asynchronously(server, use)


def test_a_download_is_read_in_pieces_or_into_a_file(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    packed = gives_bytes(gzip.compress(content), Content_Encoding="gzip")
    with fault_server(gives_bytes(content), packed) as server, client_of(server) as client:
        with client.files.content("file-1") as response:
            assert b"".join(response.iter_bytes()) == content
        with client.files.content("file-1") as response:
            response.write_to_file(tmp_path / "sync")
        assert (tmp_path / "sync").read_bytes() == content

        async def use(client: AsyncClient) -> None:
            async with client.files.content("file-1") as response:
                await response.write_to_file(tmp_path / "async")
            response = await client.files.content("file-1")
            assert await response.read() == content
            await response.close()

        asynchronously(server, use)
        assert (tmp_path / "async").read_bytes() == content
        assert client.send(calls.files.content("file-1")) == content


def test_a_refused_download_says_why_before_it_begins() -> None:
    refusal = gives({"error": {"message": "Not allowed to download files of purpose: assistants"}}, status=400)
    with fault_server(refusal) as server, client_of(server) as client:
        with pytest.raises(BadRequestError, match="Not allowed to download"):
            client.files.content("file-1")

        async def use(client: AsyncClient) -> None:
            with pytest.raises(BadRequestError, match="Not allowed to download"):
                async with client.files.content("file-1"):
                    pass

        asynchronously(server, use)


def test_opening_is_tried_again_but_reading_is_not() -> None:
    with fault_server(faults.resets, faults.truncates) as server, client_of(server) as client:
        with client.files.content("file-1") as response, pytest.raises(APIConnectionError):
            response.read()
        assert len(server.requests) == 2

        async def use(client: AsyncClient) -> None:
            async with client.files.content("file-1") as response:
                with pytest.raises(APIConnectionError):
                    await response.read()

        asynchronously(server, use)


def test_a_packed_download_that_breaks_off_is_not_taken_for_whole() -> None:
    cut = gives_bytes(gzip.compress(b"x" * 1000)[:-9], Content_Encoding="gzip")
    with fault_server(cut) as server, client_of(server) as client:
        response = client.files.content("file-1")
        with response, pytest.raises(APIConnectionError):
            response.read()


def test_a_streamed_answer_keeps_to_its_cap() -> None:
    with fault_server(faults.gzip_bomb(20_000_000)) as server, client_of(server) as client:
        response = client.assistants.with_streaming_response.retrieve("asst_1")
        with response, pytest.raises(APIResponseValidationError, match="too large"):
            response.parse()


def test_a_streamed_answer_keeps_to_its_time() -> None:
    with fault_server(faults.drips()) as server, client_of(server) as client:
        response = client.files.content("file-1", timeout=0.2)
        with response, pytest.raises(APITimeoutError):
            response.read()


def test_a_connection_is_free_again_when_its_answer_is_closed() -> None:
    with fault_server(gives_bytes(b"x" * 3_000_000)) as server, client_of(server) as client:
        for _ in range(20):
            with client.files.content("file-1") as response:
                next(response.iter_bytes())
        assert len(server.requests) == 20


def test_a_missing_object_is_told_in_every_way_of_asking() -> None:
    missing = gives({"error": {"message": "No assistant found"}}, status=404)
    with fault_server(missing) as server, client_of(server) as client:
        ways = (client.assistants, client.assistants.with_raw_response, client.assistants.with_streaming_response)
        for way in ways:
            with pytest.raises(NotFoundError):
                way.retrieve("asst_x")
