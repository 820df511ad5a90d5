"""Vector stores: `/vector_stores`, in version 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from ... import readers
from ...call import LIST_BYTES, Call, Omit, Repeat, RequestOptions, deleting, listing, omit, path, reading, writing
from ...types import CursorPage, Deleted, SearchPage, VectorStore
from . import file_batches, files

__all__ = ["create", "delete", "file_batches", "files", "list", "retrieve", "search", "update"]


def create(
    *,
    name: str | Omit = omit,
    description: str | Omit = omit,
    file_ids: Sequence[str] | Omit = omit,
    expires_after: Mapping[str, Any] | Omit = omit,
    chunking_strategy: Mapping[str, Any] | Omit = omit,
    metadata: Mapping[str, Any] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[VectorStore]:
    """A new store. Its files are indexed after the answer; `chunking_strategy` applies to `file_ids`."""
    body = {
        "name": name,
        "description": description,
        "file_ids": file_ids,
        "expires_after": expires_after,
        "chunking_strategy": chunking_strategy,
        "metadata": metadata,
    }
    return writing(path("vector_stores"), readers.one(VectorStore, "vector_store"), body=body, options=options)


def retrieve(vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[VectorStore]:
    reader = readers.one(VectorStore, "vector_store", asked=vector_store_id)
    return reading(path("vector_stores", vector_store_id), reader, options=options)


def update(
    vector_store_id: str,
    *,
    name: str | Omit | None = omit,
    expires_after: Mapping[str, Any] | Omit | None = omit,
    metadata: Mapping[str, Any] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[VectorStore]:
    """A change of the parameters given; what is omitted stays as it is, None clears."""
    body = {"name": name, "expires_after": expires_after, "metadata": metadata}
    reader = readers.one(VectorStore, "vector_store", asked=vector_store_id)
    return writing(path("vector_stores", vector_store_id), reader, body=body, options=options)


def list(  # noqa: A001 - the SDK's verb
    *,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[VectorStore]]:
    query = {"limit": limit, "order": order, "after": after, "before": before}
    return listing(path("vector_stores"), readers.page(VectorStore), query=query, options=options)


def delete(vector_store_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    """The files in it stay."""
    return deleting(path("vector_stores", vector_store_id), readers.deletion(vector_store_id), options=options)


def search(
    vector_store_id: str,
    *,
    query: str | Sequence[str],
    filters: Mapping[str, Any] | Omit = omit,
    max_num_results: int | Omit = omit,
    ranking_options: Mapping[str, Any] | Omit = omit,
    rewrite_query: bool | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[SearchPage]:
    """The passages that match, best first. Changes nothing, so it is repeated like a read."""
    body = {
        "query": query,
        "filters": filters,
        "max_num_results": max_num_results,
        "ranking_options": ranking_options,
        "rewrite_query": rewrite_query,
    }
    return writing(
        path("vector_stores", vector_store_id, "search"),
        readers.anonymous(SearchPage),
        body=body,
        repeat=Repeat.FREELY,
        max_bytes=LIST_BYTES,
        options=options,
    )
