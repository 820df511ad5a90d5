"""Uploaded files."""

from __future__ import annotations

from .base import Field, WireObject, count, optional_seconds, optional_text, seconds, text


class File(WireObject):
    """An uploaded file, without its content. `bytes` is its size."""

    __slots__ = ()

    bytes = Field(count)
    created_at = Field(seconds)
    expires_at = Field(optional_seconds)
    filename = Field(text)
    purpose = Field(text)
    status = Field(text)
    status_details = Field(optional_text)
