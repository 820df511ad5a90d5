"""Vector stores and the files in them, read and changed through the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import assistants_client as wire
from assistants_client import calls
from assistants_ui.audit_log.undoable import STORE_FIELDS
from assistants_ui.domain.actions import Action
from assistants_ui.service import external_changes
from assistants_ui.service.gateway import Gateway
from assistants_ui.service.pages import (
    Order,
    Page,
    ReadList,
    is_gone,
    one_object,
    one_page,
    or_first_page,
    or_none,
    whole_list,
)
from dashboard.audit.api import Target


class VectorStoreService:
    """The vector stores of the workspace."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def page(
        self, *, limit: int = 20, order: Order = "desc", after: str | None = None, before: str | None = None
    ) -> Page[wire.VectorStore]:
        """One page of the list next to at most one cursor; the first when the server does not know the cursor."""
        page = partial(one_page, self._gateway.read, calls.vector_stores.list, limit=limit, order=order)
        return or_first_page(page, after=after, before=before)

    def all(self, *, fresh: bool = False) -> ReadList[wire.VectorStore]:
        """Every store, newest first, by one call for each hundred; none on a server of version 1."""
        if self._gateway.api_version == "v1":
            return ReadList()
        return whole_list(self._gateway, calls.vector_stores.list(limit=100), fresh=fresh)

    def retrieve(self, store_id: str, *, fresh: bool = False) -> wire.VectorStore:
        call = calls.vector_stores.retrieve(store_id)
        return one_object(lambda: self._gateway.read(call, fresh=fresh), store_id, partial(self.all, fresh=True))

    def find(self, store_id: str) -> wire.VectorStore | None:
        """The store as it is now, or None when the server has none of this id."""
        return or_none(partial(self.retrieve, store_id, fresh=True))

    def is_gone(self, store_id: str) -> bool:
        """Whether the store certainly no longer exists; a 404 alone is no proof."""
        return is_gone(store_id, partial(self.all, fresh=True))

    def create(self, fields: Mapping[str, Any], *, context: Mapping[str, Any] | None = None) -> wire.VectorStore:
        """Make a store of wire fields, such as ``name`` and ``metadata``."""
        call = calls.vector_stores.create(**fields)
        target = Target(type="vector_store", label=fields.get("name"))
        return self._gateway.write(Action.VECTOR_STORE_CREATE, call, target=target, context=context)

    def update(
        self, before: wire.VectorStore, changes: Mapping[str, Any], *, context: Mapping[str, Any] | None = None
    ) -> wire.VectorStore:
        """Send only ``changes``; where the server named a version of what was read, it checks that.

        What the server changed beyond what was sent is told as that of an assistant is.
        """
        call = calls.vector_stores.update(before.id, **changes)
        if before.etag:
            call = call.with_options(headers={"If-Match": before.etag})
        return external_changes.write_compared(
            self._gateway, Action.VECTOR_STORE_UPDATE, call, target=_target(before), before=before, sent=changes,
            fields=STORE_FIELDS, context=context or {},
        )  # fmt: skip

    def delete(self, before: wire.VectorStore, *, context: Mapping[str, Any] | None = None) -> wire.Deleted:
        """Delete the store; the files in it stay."""
        call = calls.vector_stores.delete(before.id)
        return self._gateway.write(
            Action.VECTOR_STORE_DELETE, call, target=_target(before), before=before.raw, context=context
        )

    def files(self, store_id: str, *, fresh: bool = False) -> ReadList[wire.VectorStoreFile]:
        """Every file of a store, newest first, by one call for each hundred."""
        return whole_list(self._gateway, calls.vector_stores.files.list(store_id, limit=100), fresh=fresh)

    def find_file(self, store_id: str, file_id: str) -> wire.VectorStoreFile | None:
        """One file of the store as it is now; None when it is not in it, or the store is gone.

        A 404 is believed only where the store's list lacks the file too, and raised where it does not.
        """
        call = calls.vector_stores.files.retrieve(file_id, vector_store_id=store_id)

        def listed() -> ReadList[wire.VectorStoreFile]:
            return ReadList() if self.find(store_id) is None else self.files(store_id, fresh=True)

        return or_none(lambda: one_object(lambda: self._gateway.read(call, fresh=True), file_id, listed))

    def text(self, store_id: str, file_id: str) -> wire.FileContentPage:
        """What the store read out of the file. Not every server has it."""
        call = calls.vector_stores.files.content(file_id, vector_store_id=store_id)
        return self._gateway.read(call)

    def attach(
        self, store_id: str, file: wire.File, *, context: Mapping[str, Any] | None = None
    ) -> wire.VectorStoreFile:
        call = calls.vector_stores.files.create(store_id, file_id=file.id)
        target = Target(type="vector_store_file", id=file.id, label=file.filename)
        return self._gateway.write(
            Action.VECTOR_STORE_FILE_CREATE, call, target=target, context={"vector_store": store_id, **(context or {})}
        )

    def detach(
        self, store_id: str, file_id: str, *, label: str | None, context: Mapping[str, Any] | None = None
    ) -> wire.Deleted:
        """Take one file out of the store; the file itself stays."""
        call = calls.vector_stores.files.delete(file_id, vector_store_id=store_id)
        target = Target(type="vector_store_file", id=file_id, label=label)
        return self._gateway.write(
            Action.VECTOR_STORE_FILE_DELETE, call, target=target, context={"vector_store": store_id, **(context or {})}
        )

    def attach_batch(
        self, store: wire.VectorStore, file_ids: Sequence[str], *, context: Mapping[str, Any] | None = None
    ) -> wire.VectorStoreFileBatch:
        """Put several files into the store at once; they are indexed after the answer."""
        call = calls.vector_stores.file_batches.create(store.id, file_ids=list(file_ids))
        target = Target(type="vector_store_file_batch", label=store.name)
        context = {"vector_store": store.id, "file_ids": list(file_ids), **(context or {})}
        return self._gateway.write(Action.VECTOR_STORE_FILE_BATCH_CREATE, call, target=target, context=context)

    def batch(self, store_id: str, batch_id: str) -> wire.VectorStoreFileBatch:
        call = calls.vector_stores.file_batches.retrieve(batch_id, vector_store_id=store_id)
        return self._gateway.read(call, fresh=True)

    def cancel_batch(self, store_id: str, batch_id: str) -> wire.VectorStoreFileBatch:
        call = calls.vector_stores.file_batches.cancel(batch_id, vector_store_id=store_id)
        target = Target(type="vector_store_file_batch", id=batch_id)
        context = {"vector_store": store_id}
        return self._gateway.write(Action.VECTOR_STORE_FILE_BATCH_CANCEL, call, target=target, context=context)

    def search(self, store_id: str, query: str, *, limit: int = 10) -> wire.SearchPage:
        """The passages of the store's files that match, best first. Changes nothing."""
        return self._gateway.client.send(calls.vector_stores.search(store_id, query=query, max_num_results=limit))


def _target(store: wire.VectorStore) -> Target:
    return Target(type="vector_store", id=store.id, label=store.name)
