"""Files in a vector store: `/vector_stores/{vector_store_id}/files`. They bear the id of the uploaded file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from ... import readers
from ...call import LIST_BYTES, Call, Omit, RequestOptions, deleting, listing, omit, path, reading, writing
from ...types import CursorPage, Deleted, FileContentPage, VectorStoreFile

Attributes = Mapping[str, str | float | bool]


def create(
    vector_store_id: str,
    *,
    file_id: str,
    attributes: Attributes | Omit | None = omit,
    chunking_strategy: Mapping[str, Any] | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[VectorStoreFile]:
    """Puts an uploaded file into the store, to be indexed after the answer."""
    body = {"file_id": file_id, "attributes": attributes, "chunking_strategy": chunking_strategy}
    reader = readers.one(VectorStoreFile, "vector_store.file", asked=file_id)
    return writing(path("vector_stores", vector_store_id, "files"), reader, body=body, options=options)


def retrieve(file_id: str, *, vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[VectorStoreFile]:
    reader = readers.one(VectorStoreFile, "vector_store.file", asked=file_id)
    return reading(path("vector_stores", vector_store_id, "files", file_id), reader, options=options)


def update(
    file_id: str, *, vector_store_id: str, attributes: Attributes | None, **options: Unpack[RequestOptions]
) -> Call[VectorStoreFile]:
    """Replaces the attributes; None takes them away."""
    reader = readers.one(VectorStoreFile, "vector_store.file", asked=file_id)
    where = path("vector_stores", vector_store_id, "files", file_id)
    return writing(where, reader, body={"attributes": attributes}, options=options)


def list(  # noqa: A001 - the SDK's verb
    vector_store_id: str,
    *,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    filter: Literal["in_progress", "completed", "failed", "cancelled"] | Omit = omit,  # noqa: A002 - the wire's name
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[VectorStoreFile]]:
    query = {"limit": limit, "order": order, "after": after, "before": before, "filter": filter}
    where = path("vector_stores", vector_store_id, "files")
    return listing(where, readers.page(VectorStoreFile), query=query, options=options)


def delete(file_id: str, *, vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    """Takes the file out of the store; the file itself stays."""
    where = path("vector_stores", vector_store_id, "files", file_id)
    return deleting(where, readers.deletion(file_id), options=options)


def content(file_id: str, *, vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[FileContentPage]:
    """The text that was read from the file. Not every server has it."""
    where = path("vector_stores", vector_store_id, "files", file_id, "content")
    return reading(where, readers.anonymous(FileContentPage), max_bytes=LIST_BYTES, options=options)
