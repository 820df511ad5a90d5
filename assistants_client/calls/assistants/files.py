"""Version 1: files linked to an assistant, `/assistants/{assistant_id}/files`. A link's id is the file's id."""

from __future__ import annotations

from typing import Literal, Unpack

from ... import readers
from ...call import Call, Omit, RequestOptions, deleting, listing, omit, path, reading, writing
from ...types import AssistantFile, CursorPage, Deleted


def create(assistant_id: str, *, file_id: str, **options: Unpack[RequestOptions]) -> Call[AssistantFile]:
    reader = readers.one(AssistantFile, "assistant.file", asked=file_id)
    return writing(path("assistants", assistant_id, "files"), reader, body={"file_id": file_id}, options=options)


def retrieve(file_id: str, *, assistant_id: str, **options: Unpack[RequestOptions]) -> Call[AssistantFile]:
    reader = readers.one(AssistantFile, "assistant.file", asked=file_id)
    return reading(path("assistants", assistant_id, "files", file_id), reader, options=options)


def list(  # noqa: A001 - the SDK's verb
    assistant_id: str,
    *,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[AssistantFile]]:
    query = {"limit": limit, "order": order, "after": after, "before": before}
    where = path("assistants", assistant_id, "files")
    return listing(where, readers.page(AssistantFile), query=query, options=options)


def delete(file_id: str, *, assistant_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    """Unlinks the file; the file itself stays."""
    return deleting(path("assistants", assistant_id, "files", file_id), readers.deletion(file_id), options=options)
