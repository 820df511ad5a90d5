"""Uploaded files."""

from __future__ import annotations

from .base import WireObject, count, optional_seconds, optional_text, seconds, text


class File(WireObject):
    """An uploaded file, without its content. `bytes` is its size."""

    __slots__ = ()

    @property
    def bytes(self) -> int:
        return count(self.raw.get("bytes"))

    @property
    def created_at(self) -> int:
        return seconds(self.raw.get("created_at"))

    @property
    def expires_at(self) -> int | None:
        return optional_seconds(self.raw.get("expires_at"))

    @property
    def filename(self) -> str:
        return text(self.raw.get("filename"))

    @property
    def purpose(self) -> str:
        return text(self.raw.get("purpose"))

    @property
    def status(self) -> str:
        return text(self.raw.get("status"))

    @property
    def status_details(self) -> str | None:
        return optional_text(self.raw.get("status_details"))
