"""Messages of a thread: `/threads/{thread_id}/messages`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Unpack

from ... import readers
from ...call import Call, Omit, RequestOptions, deleting, listing, omit, path, reading, writing
from ...types import CursorPage, Deleted, Message


def create(
    thread_id: str,
    *,
    role: Literal["user", "assistant"],
    content: str | Iterable[Mapping[str, Any]],
    attachments: Iterable[Mapping[str, Any]] | Omit | None = omit,
    metadata: Mapping[str, str] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[Message]:
    """Refused while a run on the thread is active."""
    body = {
        "role": role,
        "content": content if isinstance(content, str) else [*content],
        "attachments": attachments if isinstance(attachments, Omit) or attachments is None else [*attachments],
        "metadata": metadata,
    }
    reader = readers.one(Message, "thread.message")
    return writing(path("threads", thread_id, "messages"), reader, body=body, options=options)


def retrieve(message_id: str, *, thread_id: str, **options: Unpack[RequestOptions]) -> Call[Message]:
    reader = readers.one(Message, "thread.message", asked=message_id)
    return reading(path("threads", thread_id, "messages", message_id), reader, options=options)


def update(
    message_id: str,
    *,
    thread_id: str,
    metadata: Mapping[str, str] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[Message]:
    reader = readers.one(Message, "thread.message", asked=message_id)
    where = path("threads", thread_id, "messages", message_id)
    return writing(where, reader, body={"metadata": metadata}, options=options)


def list(  # noqa: A001 - the SDK's verb
    thread_id: str,
    *,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    run_id: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[Message]]:
    query = {"limit": limit, "order": order, "after": after, "before": before, "run_id": run_id}
    return listing(path("threads", thread_id, "messages"), readers.page(Message), query=query, options=options)


def delete(message_id: str, *, thread_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    where = path("threads", thread_id, "messages", message_id)
    return deleting(where, readers.deletion(message_id), options=options)
