"""What the probe tells of servers that support all, less, or nothing of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from assistants_client import Client
from assistants_client.probe import ProbeReport, ProbeVerdict, probe

V2 = {"id": "asst_2", "object": "assistant", "tool_resources": {}}
V1 = {"id": "asst_1", "object": "assistant", "file_ids": []}

Answers = Callable[[httpx.Request], httpx.Response]


def probed(answers: Answers, *, version: str = "v2") -> tuple[ProbeReport, list[str]]:
    """The report, and the requests that the server saw."""
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        return answers(request)

    transport = httpx.MockTransport(handle)
    with Client(
        base_url="http://server.test/v1", api_version=version, transport=transport, sleep=lambda seconds: None
    ) as client:
        return probe(client), seen


def listing(*entries: Any, has_more: bool = False) -> httpx.Response:
    return httpx.Response(200, json={"object": "list", "data": entries, "has_more": has_more})


def whole(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/v1/assistants":
        return listing({**V2, "id": "asst_1"}) if "after" in request.url.params else listing(V2, has_more=True)
    return httpx.Response(200, json=V2) if request.url.path.startswith("/v1/assistants/") else listing()


def test_a_whole_server_works_in_every_part_and_is_only_read() -> None:
    report, seen = probed(whole)
    assert report.is_usable
    assert report.version == "v2"
    assert {finding.part: finding.verdict for finding in report.findings} == dict.fromkeys(
        ["assistants", "one assistant", "paging", "files", "models", "vector stores"], ProbeVerdict.WORKS
    )
    assert {request.split()[0] for request in seen} == {"GET"}
    assert report.lines()[0] == "assistants     works"


def test_an_empty_server_is_usable() -> None:
    report, _ = probed(lambda request: listing())
    assert report.is_usable
    assert [finding.part for finding in report.findings] == ["assistants", "files", "models", "vector stores"]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_assistants_is_not_usable(status: int) -> None:
    report, seen = probed(lambda request: httpx.Response(status, json={"error": {"message": "Invalid URL"}}))
    assert not report.is_usable
    assert report.version is None
    assert report.lines() == [f"assistants  is not offered: {status}, Invalid URL"]
    assert len(seen) == 1


def test_a_refused_key_is_told_apart() -> None:
    report, _ = probed(lambda request: httpx.Response(401, json={"error": {"message": "Incorrect API key."}}))
    assert report.verdict("assistants") is ProbeVerdict.DENIED


def test_a_server_of_the_other_version_is_told_how_to_be_set_up() -> None:
    def only_v1(request: httpx.Request) -> httpx.Response:
        if request.headers["openai-beta"] == "assistants=v1":
            return listing(V1)
        return httpx.Response(400, json={"error": {"message": "You must provide …", "code": "invalid_beta"}})

    report, _ = probed(only_v1)
    assert not report.is_usable
    assert report.version == "v1"
    assert "set the workspace's API version to v1" in report.lines()[0]


def test_a_version_1_server_is_probed_for_its_own_parts() -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=V1) if request.url.path == "/v1/assistants/asst_1" else listing(V1)

    report, _ = probed(answers, version="v1")
    assert report.version == "v1"
    assert report.verdict("assistant files") is ProbeVerdict.WORKS
    assert report.verdict("vector stores") is None


def test_an_answer_in_another_version_than_asked_for_is_noted() -> None:
    report, _ = probed(lambda request: listing(V1))
    assert report.is_usable
    assert report.lines()[0].split("  ")[-1].strip() == "works: answers in version 1 though asked for 2"


def test_a_server_that_repeats_its_pages_or_ignores_the_limit_is_noted() -> None:
    report, _ = probed(lambda request: listing(V2, has_more=True))
    assert report.verdict("paging") is ProbeVerdict.BROKEN
    report, _ = probed(lambda request: listing(V2, V1))
    assert report.verdict("paging") is ProbeVerdict.BROKEN


def test_a_server_that_only_lists_is_told_part_by_part() -> None:
    def litellm(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/assistants":
            return listing(V2)
        return httpx.Response(405, json={"detail": "Method Not Allowed"})

    report, _ = probed(litellm)
    assert report.is_usable
    assert report.verdict("one assistant") is ProbeVerdict.MISSING
    assert report.verdict("models") is ProbeVerdict.MISSING


def test_a_server_that_is_not_there_is_unreachable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    report, _ = probed(refuse)
    assert report.verdict("assistants") is ProbeVerdict.UNREACHABLE
    assert report.lines() == [
        "assistants  cannot be reached: The server could not be reached: [Errno 111] Connection refused"
    ]


def test_a_sign_in_page_is_not_an_api() -> None:
    report, _ = probed(lambda request: httpx.Response(200, html="<html>Sign in</html>"))
    assert report.verdict("assistants") is ProbeVerdict.BROKEN
    assert "Sign in" not in report.lines()[0]
    assert (report.version, report.is_usable) == (None, False)
