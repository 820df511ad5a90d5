"""Vector stores, the files in them, and what a search in them finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .base import (
    Field,
    WireObject,
    count,
    dicts,
    ids,
    mapping,
    number,
    optional_count,
    optional_flag,
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


def file_counts(value: Any) -> FileCounts:
    counts = mapping(value)
    states = ("in_progress", "completed", "failed", "cancelled", "total")
    return FileCounts(**{state: count(counts.get(state)) for state in states})


class VectorStore(WireObject):
    """A vector store. `status` is `in_progress`, `completed` or `expired`."""

    __slots__ = ()

    created_at = Field(seconds)
    name = Field(optional_text)
    description = Field(optional_text)
    usage_bytes = Field(count)
    file_counts = Field(file_counts)
    status = Field(text)
    expires_after_days = Field(optional_count, "expires_after", "days")
    expires_at = Field(optional_seconds)
    last_active_at = Field(optional_seconds)
    metadata = Field(mapping)


class VectorStoreFile(WireObject):
    """A file in a vector store. Its id is the file's id; `status` tells how its indexing went."""

    __slots__ = ()

    created_at = Field(seconds)
    vector_store_id = Field(text)
    usage_bytes = Field(count)
    status = Field(text)
    last_error_code = Field(optional_text, "last_error", "code")
    last_error_message = Field(optional_text, "last_error", "message")
    chunking_strategy = Field(mapping)
    extraction = Field(mapping)
    """What was read out of the file, where the server tells: `words`, `left_out`, `encoding`. Not of the hosted API."""
    attributes = Field(mapping)
    """Strings, numbers and booleans, unlike the metadata of other objects."""


class VectorStoreFileBatch(WireObject):
    """Several files put into a vector store at once."""

    __slots__ = ()

    created_at = Field(seconds)
    vector_store_id = Field(text)
    status = Field(text)
    file_counts = Field(file_counts)


def texts(value: Any) -> list[str]:
    """The texts of a list of content parts."""
    return [text(part.get("text")) for part in dicts(value)]


class SearchResult(WireObject):
    """A passage of a file that matches a search; it has no id. `score` is between 0 and 1."""

    __slots__ = ()

    file_id = Field(text)
    filename = Field(text)
    score = Field(lambda value: number(value) or 0.0)
    attributes = Field(mapping)
    content = Field(texts)
    """The texts of the passage."""


class SearchPage(WireObject):
    """What a search found, best first; iterating gives the results."""

    __slots__ = ()

    search_query = Field(ids)
    data = Field(lambda value: [SearchResult(item) for item in dicts(value)])
    has_more = Field(lambda value: optional_flag(value) is True)

    def __iter__(self) -> Iterator[SearchResult]:
        return iter(self.data)


class FileContentPage(WireObject):
    """The text that was read from a file in a vector store."""

    __slots__ = ()

    data = Field(texts)
    """The texts, in the file's order."""
