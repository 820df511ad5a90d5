"""Files that are sent in parts."""

from __future__ import annotations

from typing import Any

from .base import Field, WireObject, count, seconds, text
from .files import File


def _file(value: Any) -> File | None:
    return File(value) if isinstance(value, dict) else None


class Upload(WireObject):
    """A file on its way: `pending`, `completed` (and `file` is there), `cancelled` or `expired`."""

    __slots__ = ()

    bytes = Field(count)
    created_at = Field(seconds)
    expires_at = Field(seconds)
    file = Field(_file)
    filename = Field(text)
    purpose = Field(text)
    status = Field(text)


class UploadPart(WireObject):
    """One part of an upload, named by its `id` when the upload is completed."""

    __slots__ = ()

    created_at = Field(seconds)
    upload_id = Field(text)
