"""A client of servers that speak the Assistants protocol, in both versions. Knows nothing of Django.

    from assistants_client import Client

    with Client(base_url="https://example.com/v1", api_key="…") as client:
        for assistant in client.assistants.list(limit=100):
            print(assistant.name)

`Client` and `AsyncClient` have the resources and methods of the official SDK. `calls` describes the same
calls as values, `calls.assistants.list(limit=20)`, which `client.send(call)` sends.
"""

from __future__ import annotations

from . import calls
from .async_client import AsyncClient
from .call import Call, Omit, Repeat, RequestOptions, omit
from .client import Client
from .errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    RateLimitError,
    Reason,
    RedirectError,
    UnprocessableEntityError,
)
from .multipart import FileTypes, Progress
from .pagination import AsyncPage, AsyncPager, Ending, Pager, SyncPage
from .responses import APIResponse, AsyncStreamedResponse, StreamedResponse
from .retries import RetryBudget, RetryPolicy
from .streaming import AsyncEventStream, EventStream, ThreadEvent
from .transport import WSGITransport
from .types import (
    Assistant,
    AssistantFile,
    CursorPage,
    Deleted,
    Delta,
    File,
    FileContentPage,
    FileCounts,
    Message,
    Model,
    Run,
    RunStep,
    SearchPage,
    SearchResult,
    Thread,
    Upload,
    UploadPart,
    VectorStore,
    VectorStoreFile,
    VectorStoreFileBatch,
    WireObject,
)

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "Assistant",
    "AssistantFile",
    "AsyncClient",
    "AsyncEventStream",
    "AsyncPage",
    "AsyncPager",
    "AsyncStreamedResponse",
    "AuthenticationError",
    "BadRequestError",
    "Call",
    "Client",
    "ConflictError",
    "CursorPage",
    "Deleted",
    "Delta",
    "Ending",
    "EventStream",
    "File",
    "FileContentPage",
    "FileCounts",
    "FileTypes",
    "InternalServerError",
    "Message",
    "Model",
    "NotFoundError",
    "Omit",
    "Outcome",
    "Pager",
    "PermissionDeniedError",
    "Progress",
    "RateLimitError",
    "Reason",
    "RedirectError",
    "Repeat",
    "RequestOptions",
    "RetryBudget",
    "RetryPolicy",
    "Run",
    "RunStep",
    "SearchPage",
    "SearchResult",
    "StreamedResponse",
    "SyncPage",
    "Thread",
    "ThreadEvent",
    "UnprocessableEntityError",
    "Upload",
    "UploadPart",
    "VectorStore",
    "VectorStoreFile",
    "VectorStoreFileBatch",
    "WSGITransport",
    "WireObject",
    "calls",
    "omit",
]
