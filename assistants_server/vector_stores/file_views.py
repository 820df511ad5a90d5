"""/vector_stores/{vector_store_id}/files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.http import pagination
from assistants_server.http.errors import Refusal, not_found
from assistants_server.http.mutations import Change, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.http.validation import choice
from assistants_server.models import StoreFile, VectorStore
from assistants_server.vector_stores import indexing, render, schema
from assistants_server.vector_stores import operations as vector_stores
from assistants_server.vector_stores.views import found, locked

POLL_AFTER_MS = "250"


def listing(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    store = found(call, vector_store_id)
    indexing.resume(store.pk)
    return page_of(call, store, store.files.all())


def page_of(call: ApiRequest, store: VectorStore, rows: QuerySet[StoreFile]) -> HttpResponse:
    """One page of ``rows``, all of them files of ``store``."""
    if status := call.request.GET.get("filter"):
        rows = rows.filter(status=choice(*StoreFile.Status.values)(status, "filter"))

    def locate(cursor: str) -> pagination.Position | None:
        row = in_store(store, cursor)
        return pagination.Position(row.created_at, row.seq) if row else None

    page = pagination.page(
        rows,
        pagination.ListWindow.of(call.request.GET),
        locate=locate,
        unknown=lambda param, cursor: unknown(store, cursor),
    )
    texts = [strict_json.dumps(render.vector_store_file(row, store_id=store.wire_id)) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    fields = schema.ADD_FILE(call.body, "")

    def act() -> Change:
        store = locked(call, vector_store_id)
        vector_stores.touch(store)
        row = vector_stores.add(store, [fields], param="file_id")[0]
        return _change(store, row)

    return polled(execute_mutation(call, "vector_store_file.create", act))


def retrieve(call: ApiRequest, vector_store_id: str, file_id: str) -> HttpResponse:
    store = found(call, vector_store_id)
    row = _found(store, file_id)
    indexing.resume(store.pk)
    return polled(answer(render.vector_store_file(row, store_id=vector_store_id)))


def update(call: ApiRequest, vector_store_id: str, file_id: str) -> HttpResponse:
    fields = schema.UPDATE_FILE(call.body, "")

    def act() -> Change:
        store = locked(call, vector_store_id)
        row = _found(store, file_id)
        before = render.vector_store_file(row, store_id=vector_store_id)
        row.attributes = fields["attributes"] or {}
        row.save(update_fields=["attributes"])
        return _change(store, row, before=before)

    return execute_mutation(call, "vector_store_file.update", act)


def delete(call: ApiRequest, vector_store_id: str, file_id: str) -> HttpResponse:
    def act() -> Change:
        store = locked(call, vector_store_id)
        row = _found(store, file_id)
        before = render.vector_store_file(row, store_id=vector_store_id)
        label = vector_stores.filenames(store.workspace, [file_id]).get(file_id)
        row.delete()
        return Change(
            answer=rendering.deleted(file_id, "vector_store.file.deleted"),
            id=file_id,
            label=label,
            before=before,
            detail={"vector_store": store.wire_id},
        )

    return execute_mutation(call, "vector_store_file.delete", act)


def content(call: ApiRequest, vector_store_id: str, file_id: str) -> HttpResponse:
    store = found(call, vector_store_id)
    row = _found(store, file_id)
    pieces = row.chunks.order_by("position").values_list("text", flat=True)
    data = [{"type": "text", "text": text} for text in pieces]
    return answer({"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None})


def in_store(store: VectorStore, file_id: str) -> StoreFile | None:
    return None if "\x00" in file_id else store.files.filter(wire_id=file_id).first()


def unknown(store: VectorStore, file_id: str) -> Refusal:
    return not_found(f"No file found with id '{file_id[:128]}' in vector store '{store.wire_id}'.")


def polled(response: HttpResponse) -> HttpResponse:
    """Tell the SDK's polling helpers how soon to look again; here that is cheap."""
    response["openai-poll-after-ms"] = POLL_AFTER_MS
    return response


def _found(store: VectorStore, file_id: str) -> StoreFile:
    row = in_store(store, file_id)
    if row is None:
        raise unknown(store, file_id)
    return row


def _change(store: VectorStore, row: StoreFile, *, before: dict[str, Any] | None = None) -> Change:
    after = render.vector_store_file(row, store_id=store.wire_id)
    label = vector_stores.filenames(store.workspace, [row.wire_id]).get(row.wire_id)
    detail = {"vector_store": store.wire_id}
    return Change(answer=after, id=row.wire_id, label=label, before=before, after=after, detail=detail)
