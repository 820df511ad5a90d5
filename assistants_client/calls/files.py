"""Uploaded files: `/files`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from .. import readers
from ..call import Call, Omit, Repeat, RequestOptions, deleting, listing, omit, path, reading, uploading
from ..multipart import MAX_SECONDS, FileTypes, Progress, upload_of
from ..types import CursorPage, Deleted, File

CONTENT_BYTES = 512 * 1024 * 1024


def create(
    *,
    file: FileTypes,
    purpose: str,
    expires_after: Mapping[str, Any] | Omit = omit,
    on_progress: Progress | None = None,
    **options: Unpack[RequestOptions],
) -> Call[File]:
    """An upload. `file` is read as it is sent, once; `on_progress(sent, total)` hears how far it is, in bytes.

    `expires_after` is `{"anchor": "created_at", "seconds": …}`.
    """
    fields = {"purpose": purpose}
    if not isinstance(expires_after, Omit):
        fields |= {f"expires_after[{key}]": str(value) for key, value in expires_after.items()}
    upload = upload_of(file, fields=fields, on_progress=on_progress)
    return uploading(path("files"), readers.one(File, "file"), upload=upload, options=options)


def retrieve(file_id: str, **options: Unpack[RequestOptions]) -> Call[File]:
    return reading(path("files", file_id), readers.one(File, "file", asked=file_id), beta=False, options=options)


def list(  # noqa: A001 - the SDK's verb
    *,
    purpose: str | Omit = omit,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[File]]:
    """One page, of 10,000 files when `limit` is omitted. There is no `before`."""
    query = {"purpose": purpose, "limit": limit, "order": order, "after": after}
    return listing(path("files"), readers.page(File), query=query, beta=False, options=options)


def delete(file_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    return deleting(path("files", file_id), readers.deletion(file_id), beta=False, options=options)


def content(file_id: str, **options: Unpack[RequestOptions]) -> Call[bytes]:
    """The file's bytes. Hosted servers refuse this (400) for files that were uploaded for assistants."""
    return Call(
        method="GET",
        path=path("files", file_id, "content"),
        reader=readers.binary,
        headers={"Accept": "application/binary"},
        beta=False,
        binary=True,
        repeat=Repeat.FREELY,
        timeout=MAX_SECONDS,
        max_bytes=CONTENT_BYTES,
    ).with_options(
        headers=options.get("extra_headers"), query=options.get("extra_query"), timeout=options.get("timeout")
    )
