"""Vector stores, the files in them, and what a search in them finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .base import (
    WireObject,
    count,
    dicts,
    ids,
    mapping,
    nested,
    number,
    optional_seconds,
    optional_text,
    seconds,
    text,
)


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many files of a store are in which state."""

    in_progress: int
    completed: int
    failed: int
    cancelled: int
    total: int


def file_counts(raw: dict[str, Any]) -> FileCounts:
    counts = mapping(raw.get("file_counts"))
    states = ("in_progress", "completed", "failed", "cancelled", "total")
    return FileCounts(**{state: count(counts.get(state)) for state in states})


class VectorStore(WireObject):
    """A vector store. `status` is `in_progress`, `completed` or `expired`."""

    __slots__ = ()

    @property
    def created_at(self) -> int:
        return seconds(self.raw.get("created_at"))

    @property
    def name(self) -> str | None:
        return optional_text(self.raw.get("name"))

    @property
    def description(self) -> str | None:
        return optional_text(self.raw.get("description"))

    @property
    def usage_bytes(self) -> int:
        return count(self.raw.get("usage_bytes"))

    @property
    def file_counts(self) -> FileCounts:
        return file_counts(self.raw)

    @property
    def status(self) -> str:
        return text(self.raw.get("status"))

    @property
    def expires_after_days(self) -> int | None:
        days = nested(self.raw, "expires_after", "days")
        return days if isinstance(days, int) and not isinstance(days, bool) else None

    @property
    def expires_at(self) -> int | None:
        return optional_seconds(self.raw.get("expires_at"))

    @property
    def last_active_at(self) -> int | None:
        return optional_seconds(self.raw.get("last_active_at"))

    @property
    def metadata(self) -> dict[str, Any]:
        return mapping(self.raw.get("metadata"))


class VectorStoreFile(WireObject):
    """A file in a vector store. Its id is the file's id; `status` tells how its indexing went."""

    __slots__ = ()

    @property
    def created_at(self) -> int:
        return seconds(self.raw.get("created_at"))

    @property
    def vector_store_id(self) -> str:
        return text(self.raw.get("vector_store_id"))

    @property
    def usage_bytes(self) -> int:
        return count(self.raw.get("usage_bytes"))

    @property
    def status(self) -> str:
        return text(self.raw.get("status"))

    @property
    def last_error_code(self) -> str | None:
        return optional_text(nested(self.raw, "last_error", "code"))

    @property
    def last_error_message(self) -> str | None:
        return optional_text(nested(self.raw, "last_error", "message"))

    @property
    def chunking_strategy(self) -> dict[str, Any]:
        return mapping(self.raw.get("chunking_strategy"))

    @property
    def attributes(self) -> dict[str, Any]:
        """Strings, numbers and booleans, unlike the metadata of other objects."""
        return mapping(self.raw.get("attributes"))


class VectorStoreFileBatch(WireObject):
    """Several files put into a vector store at once."""

    __slots__ = ()

    @property
    def created_at(self) -> int:
        return seconds(self.raw.get("created_at"))

    @property
    def vector_store_id(self) -> str:
        return text(self.raw.get("vector_store_id"))

    @property
    def status(self) -> str:
        return text(self.raw.get("status"))

    @property
    def file_counts(self) -> FileCounts:
        return file_counts(self.raw)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A passage of a file that matches a search. `score` is between 0 and 1."""

    raw: dict[str, Any]

    @property
    def file_id(self) -> str:
        return text(self.raw.get("file_id"))

    @property
    def filename(self) -> str:
        return text(self.raw.get("filename"))

    @property
    def score(self) -> float:
        return number(self.raw.get("score")) or 0.0

    @property
    def attributes(self) -> dict[str, Any]:
        return mapping(self.raw.get("attributes"))

    @property
    def content(self) -> list[str]:
        """The texts of the passage."""
        return [text(part.get("text")) for part in dicts(self.raw.get("content"))]


class SearchPage(WireObject):
    """What a search found, best first; iterating gives the results."""

    __slots__ = ()

    @property
    def search_query(self) -> list[str]:
        return ids(self.raw.get("search_query"))

    @property
    def data(self) -> list[SearchResult]:
        return [SearchResult(item) for item in dicts(self.raw.get("data"))]

    @property
    def has_more(self) -> bool:
        return self.raw.get("has_more") is True

    def __iter__(self) -> Iterator[SearchResult]:
        return iter(self.data)


class FileContentPage(WireObject):
    """The text that was read from a file in a vector store."""

    __slots__ = ()

    @property
    def data(self) -> list[str]:
        """The texts, in the file's order."""
        return [text(part.get("text")) for part in dicts(self.raw.get("data"))]
