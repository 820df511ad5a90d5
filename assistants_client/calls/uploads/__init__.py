"""Files sent in parts: `/uploads`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from ... import readers
from ...call import Call, Omit, RequestOptions, omit, path, writing
from ...types import Upload
from . import parts

__all__ = ["cancel", "complete", "create", "parts"]

# The server puts the parts together before it answers.
COMPLETE_SECONDS = 120.0


def create(
    *,
    bytes: int,  # noqa: A002 - the wire's name
    filename: str,
    mime_type: str,
    purpose: str,
    expires_after: Mapping[str, Any] | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[Upload]:
    """The beginning of an upload of so many `bytes`; the server gives it up after an hour."""
    body = {
        "bytes": bytes,
        "filename": filename,
        "mime_type": mime_type,
        "purpose": purpose,
        "expires_after": expires_after,
    }
    return writing(path("uploads"), readers.one(Upload, "upload"), body=body, beta=False, options=options)


def complete(
    upload_id: str, *, part_ids: Iterable[str], md5: str | Omit = omit, **options: Unpack[RequestOptions]
) -> Call[Upload]:
    """The file, made of these parts in this order. `md5` is the checksum that it must have, in hexadecimal."""
    reader = readers.one(Upload, "upload", asked=upload_id)
    body = {"part_ids": [*part_ids], "md5": md5}
    call = writing(path("uploads", upload_id, "complete"), reader, body=body, beta=False, options=options)
    return dataclasses.replace(call, timeout=COMPLETE_SECONDS) if call.timeout_is_default else call


def cancel(upload_id: str, **options: Unpack[RequestOptions]) -> Call[Upload]:
    reader = readers.one(Upload, "upload", asked=upload_id)
    return writing(path("uploads", upload_id, "cancel"), reader, beta=False, options=options)
