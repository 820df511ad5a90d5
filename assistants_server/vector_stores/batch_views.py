"""/vector_stores/{vector_store_id}/file_batches."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from assistants_server.http.lookup import find
from assistants_server.http.mutations import Change, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import FileBatch, VectorStore
from assistants_server.vector_stores import indexing, render, schema
from assistants_server.vector_stores import operations as vector_stores
from assistants_server.vector_stores.file_views import page_of, polled
from assistants_server.vector_stores.views import found, locked


def create(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    fields = schema.batch(call.body, "")

    def act() -> Change:
        store = locked(call, vector_store_id)
        batch = vector_stores.create_batch(store, fields)
        after = _described(batch, vector_store_id)
        detail = {"vector_store": store.wire_id, "files": after["file_counts"]["total"]}
        return Change(answer=after, id=batch.wire_id, label=store.name, after=after, detail=detail)

    return polled(execute_mutation(call, "vector_store_file_batch.create", act))


def retrieve(call: ApiRequest, vector_store_id: str, batch_id: str) -> HttpResponse:
    store = found(call, vector_store_id)
    batch = _found(store, batch_id)
    indexing.resume(store.pk)
    return polled(answer(_described(batch, vector_store_id)))


def cancel(call: ApiRequest, vector_store_id: str, batch_id: str) -> HttpResponse:
    def act() -> Change:
        store = locked(call, vector_store_id)
        batch = _found(store, batch_id)
        before = _described(batch, vector_store_id)
        vector_stores.cancel_batch(batch)
        after = _described(batch, vector_store_id)
        detail = {"vector_store": store.wire_id}
        return Change(answer=after, id=batch_id, label=store.name, before=before, after=after, detail=detail)

    return execute_mutation(call, "vector_store_file_batch.cancel", act)


def files(call: ApiRequest, vector_store_id: str, batch_id: str) -> HttpResponse:
    store = found(call, vector_store_id)
    batch = _found(store, batch_id)
    indexing.resume(store.pk)
    return page_of(call, store, batch.files.all())


def _found(store: VectorStore, batch_id: str) -> FileBatch:
    return find(store.batches.all(), batch_id, param="batch_id")


def _described(batch: FileBatch, store_id: str) -> dict[str, Any]:
    return render.file_batch(batch, store_id=store_id, counts=vector_stores.counts(batch.files.all()))
