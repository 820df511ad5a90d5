"""Finds out what a server supports, by reading only: nothing is changed on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from . import calls
from .call import Call
from .client import Client
from .errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    AuthenticationError,
    PermissionDeniedError,
    RedirectError,
)
from .model_server import MODEL_PATHS, ModelClient
from .types import Assistant, CursorPage

T = TypeVar("T")


class ProbeVerdict(StrEnum):
    """What came of trying one part of the API."""

    WORKS = "works"
    MISSING = "is not offered"
    DENIED = "is refused"
    BROKEN = "does not work"
    UNREACHABLE = "cannot be reached"


MODEL_SECONDS = 10.0
NEEDED = (
    "assistants", "one assistant", "assistant files", "files", "one file", "vector stores", "one vector store",
    "files of a vector store",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One part of the API and how it fares; `detail` is for the person who set the server up."""

    part: str
    verdict: ProbeVerdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What a server supports. `version` is the protocol version it answered in, None when it did not."""

    findings: tuple[ProbeResult, ...]
    version: str | None

    @property
    def is_usable(self) -> bool:
        """Whether assistants can be listed, without which the rest is of no use."""
        return self.findings[0].verdict is ProbeVerdict.WORKS

    @property
    def lacking(self) -> tuple[str, ...]:
        """The parts that somebody who edits assistants needs and that do not work."""
        return tuple(
            finding.part
            for finding in self.findings
            if finding.part in NEEDED and finding.verdict is not ProbeVerdict.WORKS
        )

    def verdict(self, part: str) -> ProbeVerdict | None:
        return next((finding.verdict for finding in self.findings if finding.part == part), None)

    def lines(self) -> list[str]:
        """The report as plain text, a line for each part."""
        return lines_of(self.findings)


def lines_of(findings: Sequence[ProbeResult]) -> list[str]:
    """What was found as plain text, a line for each part."""
    width = max(len(finding.part) for finding in findings)
    return [
        f"{finding.part.ljust(width)}  {finding.verdict}{': ' + finding.detail if finding.detail else ''}"
        for finding in findings
    ]


def probe(client: Client) -> ProbeReport:
    """Tries each part of the API once, with the client's own version first and the other when that is refused."""
    version = client.server.api_version
    first, page = _tried(client, "assistants", calls.assistants.list(limit=1))
    if page is None and first.verdict is ProbeVerdict.BROKEN:
        other = "v1" if version == "v2" else "v2"
        _, page = _tried(client, "assistants", _in_version(calls.assistants.list(limit=1), other))
        if page is not None:
            detail = f"only in version {other[1:]}; set the workspace's API version to {other}"
            return ProbeReport((ProbeResult("assistants", ProbeVerdict.BROKEN, detail),), other)
    if page is None:
        return ProbeReport((first,), None)
    rendered = _version_of(page) or version
    if rendered != version:
        first = ProbeResult(
            first.part, first.verdict, f"answers in version {rendered[1:]} though asked for {version[1:]}"
        )
    findings = [first]
    if page.data:
        findings.append(_tried(client, "one assistant", calls.assistants.retrieve(page.data[0].id))[0])
        findings.append(_paging(client, page))
    if version == "v1" and page.data:
        findings.append(_tried(client, "assistant files", calls.assistants.files.list(page.data[0].id, limit=1))[0])
    finding, files = _tried(client, "files", calls.files.list(limit=1))
    findings.append(finding)
    if files is not None and files.data:
        findings.append(_tried(client, "one file", calls.files.retrieve(files.data[0].id))[0])
    findings.append(_tried(client, "models", calls.models.list())[0])
    if version == "v2":
        findings += _of_vector_stores(client)
    return ProbeReport(tuple(findings), rendered)


def probe_model_server(base_url: str, api_key: str = "", *, api: str = "auto") -> list[ProbeResult]:
    """Tries each API of a model server, or the one that is set, with an empty request, which no model answers."""
    client = ModelClient(base_url, api_key, timeout=MODEL_SECONDS)
    try:
        return [_model_api(client, name) for name in MODEL_PATHS if api in ("auto", name)]
    finally:
        client.close()


def _model_api(client: ModelClient, name: str) -> ProbeResult:
    stream = client.stream(MODEL_PATHS[name], {}, seconds=MODEL_SECONDS)
    try:
        next(iter(stream), None)
    except APIStatusError as error:
        # That the request lacks everything is what a server says that has the API.
        if error.status_code in (400, 422):
            return ProbeResult(name, ProbeVerdict.WORKS)
        return ProbeResult(name, verdict_on(error), _detail(error))
    except APIError as error:
        return ProbeResult(name, verdict_on(error), _detail(error))
    finally:
        stream.close()
    return ProbeResult(name, ProbeVerdict.WORKS)


def _of_vector_stores(client: Client) -> list[ProbeResult]:
    finding, stores = _tried(client, "vector stores", calls.vector_stores.list(limit=1))
    if stores is None or not stores.data:
        return [finding]
    store_id = stores.data[0].id
    one, _ = _tried(client, "one vector store", calls.vector_stores.retrieve(store_id))
    files, _ = _tried(client, "files of a vector store", calls.vector_stores.files.list(store_id, limit=1))
    return [finding, one, files]


def _tried(client: Client, part: str, call: Call[T]) -> tuple[ProbeResult, T | None]:
    try:
        return ProbeResult(part, ProbeVerdict.WORKS), client.send(call)
    except APIError as error:
        return ProbeResult(part, verdict_on(error), _detail(error)), None


def verdict_on(error: APIError) -> ProbeVerdict:
    """What an error says about the part of the API that was tried."""
    match error:
        case APIConnectionError():
            return ProbeVerdict.UNREACHABLE
        case AuthenticationError() | PermissionDeniedError():
            return ProbeVerdict.DENIED
        case APIStatusError(status_code=404 | 405 | 501):
            return ProbeVerdict.MISSING
        case _:
            return ProbeVerdict.BROKEN


def _detail(error: APIError) -> str:
    match error:
        case APIResponseValidationError() | RedirectError() | APIConnectionError():
            return error.message
        case _:
            return f"{error.status_code}, {error.message}"


def _in_version(call: Call[T], version: str) -> Call[T]:
    return call.with_options(headers={"OpenAI-Beta": f"assistants={version}"})


def _version_of(page: CursorPage[Assistant]) -> str | None:
    """The version that an assistant is rendered in, None when it does not tell."""
    if not page.data:
        return None
    if page.data[0].is_version_1:
        return "v1"
    return "v2" if "tool_resources" in page.data[0].raw else None


def _paging(client: Client, page: CursorPage[Assistant]) -> ProbeResult:
    """Whether the page after the first holds something else than the first."""
    if len(page.data) > 1:
        return ProbeResult("paging", ProbeVerdict.BROKEN, "the limit is ignored; lists are shown as they come")
    if not page.may_have_more:
        return ProbeResult("paging", ProbeVerdict.WORKS, "not needed yet" if page.raw.get("has_more") is False else "")
    finding, following = _tried(client, "paging", calls.assistants.list(limit=1, after=page.data[0].id))
    if following is not None and following.first_id == page.first_id:
        return ProbeResult(
            "paging", ProbeVerdict.BROKEN, "the same entries come again; only the first page can be shown"
        )
    return finding
