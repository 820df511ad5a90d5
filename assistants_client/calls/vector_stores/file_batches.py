"""Many files into a vector store at once: `/vector_stores/{vector_store_id}/file_batches`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from ... import readers
from ...call import Call, Omit, RequestOptions, listing, omit, path, reading, writing
from ...types import CursorPage, VectorStoreFile, VectorStoreFileBatch
from .files import Attributes

# The published description names the kind in both ways.
KINDS = ("vector_store.files_batch", "vector_store.file_batch")


def create(
    vector_store_id: str,
    *,
    file_ids: Sequence[str] | Omit = omit,
    files: Sequence[Mapping[str, Any]] | Omit = omit,
    attributes: Attributes | Omit | None = omit,
    chunking_strategy: Mapping[str, Any] | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[VectorStoreFileBatch]:
    """Either `file_ids`, which `attributes` and `chunking_strategy` apply to, or `files` with their own."""
    body = {
        "file_ids": file_ids,
        "files": files,
        "attributes": attributes,
        "chunking_strategy": chunking_strategy,
    }
    where = path("vector_stores", vector_store_id, "file_batches")
    return writing(where, readers.one(VectorStoreFileBatch, *KINDS), body=body, options=options)


def retrieve(batch_id: str, *, vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[VectorStoreFileBatch]:
    reader = readers.one(VectorStoreFileBatch, *KINDS, asked=batch_id)
    return reading(path("vector_stores", vector_store_id, "file_batches", batch_id), reader, options=options)


def cancel(batch_id: str, *, vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[VectorStoreFileBatch]:
    reader = readers.one(VectorStoreFileBatch, *KINDS, asked=batch_id)
    where = path("vector_stores", vector_store_id, "file_batches", batch_id, "cancel")
    return writing(where, reader, options=options)


def list_files(
    batch_id: str,
    *,
    vector_store_id: str,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    filter: Literal["in_progress", "completed", "failed", "cancelled"] | Omit = omit,  # noqa: A002 - the wire's name
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[VectorStoreFile]]:
    query = {"limit": limit, "order": order, "after": after, "before": before, "filter": filter}
    where = path("vector_stores", vector_store_id, "file_batches", batch_id, "files")
    return listing(where, readers.page(VectorStoreFile), query=query, options=options)
