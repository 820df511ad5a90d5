"""How vector stores, what is in them and what is found there look on the wire."""

from __future__ import annotations

from typing import Any

from assistants_server.models import FileBatch, StoreFile, VectorStore
from assistants_server.vector_stores import operations
from assistants_server.vector_stores.search import ScoredPassage


def vector_store(row: VectorStore, *, counts: dict[str, int], usage_bytes: int) -> dict[str, Any]:
    days = row.expires_after_days
    status = "in_progress" if counts["in_progress"] else "completed"
    return {
        "id": row.wire_id,
        "object": "vector_store",
        "created_at": row.created_at,
        "name": row.name,
        "description": row.description,
        "usage_bytes": usage_bytes,
        "file_counts": counts,
        "status": "expired" if operations.is_expired(row) else status,
        "expires_after": None if days is None else {"anchor": "last_active_at", "days": days},
        "expires_at": operations.expires_at(row),
        "last_active_at": row.last_active_at,
        "metadata": row.metadata,
    }


def vector_store_file(row: StoreFile, *, store_id: str) -> dict[str, Any]:
    sizes = {"max_chunk_size_tokens": row.chunk_size, "chunk_overlap_tokens": row.chunk_overlap}
    found = {
        "id": row.wire_id,
        "object": "vector_store.file",
        "usage_bytes": row.usage_bytes,
        "created_at": row.created_at,
        "vector_store_id": store_id,
        "status": row.status,
        "last_error": {"code": row.error_code, "message": row.error_message} if row.error_code else None,
        "chunking_strategy": {"type": "static", "static": sizes},
        "attributes": row.attributes,
    }
    # Ours, and not of the hosted API: clients keep or ignore a key that they do not know.
    return found | {"extraction": row.extraction} if row.extraction else found


def file_batch(row: FileBatch, *, store_id: str, counts: dict[str, int]) -> dict[str, Any]:
    if counts["in_progress"]:
        status = "in_progress"
    elif row.is_cancelled:
        status = "cancelled"
    else:
        status = "failed" if counts["failed"] and counts["failed"] == counts["total"] else "completed"
    return {
        "id": row.wire_id,
        "object": "vector_store.files_batch",
        "created_at": row.created_at,
        "vector_store_id": store_id,
        "status": status,
        "file_counts": counts,
    }


def passage(found: ScoredPassage, *, filename: str) -> dict[str, Any]:
    return {
        "file_id": found.file.wire_id,
        "filename": filename,
        "score": found.score,
        "attributes": found.file.attributes,
        "content": [{"type": "text", "text": found.text}],
    }
