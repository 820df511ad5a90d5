"""Vector stores and the files in them."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import Count, QuerySet

from assistants_server.http.errors import Refusal, invalid
from assistants_server.ids import new_id, new_revision
from assistants_server.models import File, FileBatch, StoreFile, VectorStore
from assistants_server.vector_stores import indexing

DAY = 86_400
DEFAULT_CHUNKING = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}


def of(workspace: str) -> QuerySet[VectorStore]:
    return VectorStore.objects.filter(workspace=workspace)


def create(workspace: str, fields: dict[str, Any], *, is_automatic: bool = False) -> VectorStore:
    """Store a new vector store and begin to read its files."""
    now = int(time.time())
    store = VectorStore.objects.create(
        workspace=workspace,
        wire_id=new_id("vs_"),
        created_at=now,
        name=fields.get("name"),
        description=fields.get("description"),
        metadata=fields.get("metadata") or {},
        expires_after_days=(fields.get("expires_after") or {}).get("days"),
        last_active_at=now,
        is_automatic=is_automatic,
    )
    add(
        store,
        [{"file_id": file_id} for file_id in fields.get("file_ids", [])],
        chunking=fields.get("chunking_strategy"),
        param="file_ids",
    )
    return store


def update(store: VectorStore, fields: dict[str, Any]) -> None:
    """Apply what was sent: absent keeps, null clears."""
    if "name" in fields:
        store.name = fields["name"]
    if "metadata" in fields:
        store.metadata = fields["metadata"] or {}
    if "expires_after" in fields:
        store.expires_after_days = (fields["expires_after"] or {}).get("days")
    store.last_active_at = int(time.time())
    store.revision = new_revision()
    store.save()


def expires_at(store: VectorStore) -> int | None:
    return None if store.expires_after_days is None else store.last_active_at + store.expires_after_days * DAY


def is_expired(store: VectorStore) -> bool:
    end = expires_at(store)
    return end is not None and end <= time.time()


def touch(store: VectorStore) -> None:
    """Note that the store is used, which puts its expiry off; raises a 400 once it has expired."""
    if is_expired(store):
        raise Refusal(400, f"The vector store '{store.wire_id}' has expired.", code="vector_store_expired")
    now = int(time.time())
    if store.last_active_at != now:
        store.last_active_at = now
        VectorStore.objects.filter(pk=store.pk).update(last_active_at=now)


def add(
    store: VectorStore,
    items: list[dict[str, Any]],
    *,
    chunking: dict[str, Any] | None = None,
    attributes: dict[str, Any] | None = None,
    param: str,
) -> list[StoreFile]:
    """Put files into the store, or take those already there up again, and begin to read them.

    Each item is ``{"file_id", "attributes"?, "chunking_strategy"?}``. Raises a 400 on ``param``
    for a file that is not there.
    """
    _check_files(store.workspace, [item["file_id"] for item in items], param=param)
    now = int(time.time())
    rows: dict[str, StoreFile] = {}
    for item in items:
        strategy = item.get("chunking_strategy") or chunking or {}
        sizes = strategy.get("static", DEFAULT_CHUNKING)
        rows[item["file_id"]] = StoreFile(
            store=store,
            wire_id=item["file_id"],
            created_at=now,
            chunk_size=sizes["max_chunk_size_tokens"],
            chunk_overlap=sizes["chunk_overlap_tokens"],
            attributes=item.get("attributes") or attributes or {},
        )
    StoreFile.objects.filter(store=store, wire_id__in=rows).delete()
    added = StoreFile.objects.bulk_create(rows.values(), batch_size=500)
    if added:
        indexing.start(store.pk)
    return added


def _check_files(workspace: str, file_ids: list[str], *, param: str) -> None:
    known: set[str] = set()
    for start in range(0, len(file_ids), 500):
        part = File.objects.filter(workspace=workspace, wire_id__in=file_ids[start : start + 500])
        known.update(part.values_list("wire_id", flat=True))
    for index, file_id in enumerate(file_ids):
        if file_id not in known:
            where = f"{param}[{index}]" if param.endswith("file_ids") else param
            raise invalid(f"No such File object: {file_id}", param=where, code="invalid_value")


def follow(store: VectorStore, file_ids: list[str]) -> None:
    """Make these the files of an automatic store, leaving out those that are gone."""
    store.files.exclude(wire_id__in=file_ids).delete()
    held = set(store.files.values_list("wire_id", flat=True))
    known = set(File.objects.filter(workspace=store.workspace, wire_id__in=file_ids).values_list("wire_id", flat=True))
    new = [{"file_id": file_id} for file_id in file_ids if file_id in known and file_id not in held]
    add(store, new, param="file_ids")


def create_batch(store: VectorStore, fields: dict[str, Any]) -> FileBatch:
    touch(store)
    items = fields.get("files") or [{"file_id": file_id} for file_id in fields["file_ids"]]
    added = add(
        store,
        items,
        chunking=fields.get("chunking_strategy"),
        attributes=fields.get("attributes"),
        param="file_ids" if "file_ids" in fields else "files",
    )
    batch = FileBatch.objects.create(
        workspace=store.workspace, wire_id=new_id("vsfb_"), created_at=int(time.time()), store=store
    )
    batch.files.set(added)
    return batch


def cancel_batch(batch: FileBatch) -> None:
    """Stop what is still waiting; what was read stays. Harmless when all is done."""
    waiting = batch.files.filter(status=StoreFile.Status.IN_PROGRESS)
    if waiting.update(status=StoreFile.Status.CANCELLED):
        batch.is_cancelled = True
        batch.save()


def counts(files: QuerySet[StoreFile]) -> dict[str, int]:
    """How many files have each status, and ``total``."""
    found = dict(files.order_by().values_list("status").annotate(Count("seq")))
    each = {status.value: found.get(status.value, 0) for status in StoreFile.Status}
    return each | {"total": sum(each.values())}


def filenames(workspace: str, file_ids: list[str]) -> dict[str, str]:
    """The names of files by id."""
    rows = File.objects.filter(workspace=workspace, wire_id__in=set(file_ids))
    return dict(rows.values_list("wire_id", "filename"))
