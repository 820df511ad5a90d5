"""/vector_stores."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpResponse

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.http import pagination
from assistants_server.http.lookup import delete_with_tombstone, find, locate, missing
from assistants_server.http.mutations import Change, check_unchanged, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import StoreFile, VectorStore
from assistants_server.vector_stores import indexing, render, schema
from assistants_server.vector_stores import operations as vector_stores
from assistants_server.vector_stores.search import search as search_store


def listing(call: ApiRequest) -> HttpResponse:
    rows = vector_stores.of(call.workspace)
    page = pagination.page(
        rows,
        pagination.ListWindow.of(call.request.GET),
        locate=lambda cursor: locate(rows, call.workspace, cursor),
        unknown=lambda param, cursor: missing(VectorStore, cursor, param=param),
    )
    texts = [strict_json.dumps(item) for item in described(page.rows)]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create(call: ApiRequest) -> HttpResponse:
    fields = schema.CREATE(call.body, "")

    def act() -> Change:
        return store_change(vector_stores.create(call.workspace, fields))

    return execute_mutation(call, "vector_store.create", act)


def retrieve(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    row = found(call, vector_store_id)
    indexing.resume(row.pk)
    return answer(described([row])[0], etag=rendering.etag(row.revision))


def update(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    fields = schema.UPDATE(call.body, "")

    def act() -> Change:
        row = locked(call, vector_store_id)
        before = described([row])[0]
        vector_stores.update(row, fields)
        return store_change(row, before=before)

    return execute_mutation(call, "vector_store.update", act)


def delete(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    def act() -> Change:
        row = locked(call, vector_store_id)
        before = described([row])[0]
        delete_with_tombstone(row)
        return Change(
            answer=rendering.deleted(vector_store_id, "vector_store.deleted"),
            id=vector_store_id,
            label=row.name,
            before=before,
        )

    return execute_mutation(call, "vector_store.delete", act)


def search(call: ApiRequest, vector_store_id: str) -> HttpResponse:
    fields = schema.SEARCH(call.body, "")
    row = found(call, vector_store_id)
    vector_stores.touch(row)
    passages = search_store(
        row,
        fields["query"],
        most=fields.get("max_num_results", 10),
        threshold=fields.get("ranking_options", {}).get("score_threshold", 0.0),
        filters=fields.get("filters"),
    )
    names = vector_stores.filenames(call.workspace, [passage.file.wire_id for passage in passages])
    items = [render.passage(passage, filename=names.get(passage.file.wire_id, "")) for passage in passages]
    return answer(
        {
            "object": "vector_store.search_results.page",
            "search_query": fields["query"],
            "data": items,
            "has_more": False,
            "next_page": None,
        }
    )


def found(call: ApiRequest, vector_store_id: str) -> VectorStore:
    return find(vector_stores.of(call.workspace), vector_store_id, param="vector_store_id")


def locked(call: ApiRequest, vector_store_id: str) -> VectorStore:
    """The store, locked for a change and in the state that ``If-Match`` asks for."""
    row = find(vector_stores.of(call.workspace).select_for_update(), vector_store_id, param="vector_store_id")
    check_unchanged(call, row, etag=rendering.etag(row.revision))
    return row


def store_change(row: VectorStore, *, before: dict[str, Any] | None = None) -> Change:
    after = described([row])[0]
    return Change(
        answer=after, id=row.wire_id, label=row.name, before=before, after=after, etag=rendering.etag(row.revision)
    )


def store_ids(body: dict[str, Any]) -> list[str]:
    """The vector stores that an assistant, a thread, or what was sent about one, names."""
    resources = body.get("tool_resources") or {}
    ids: list[str] | None = (resources.get("file_search") or {}).get("vector_store_ids")
    return ids or []


def made_stores(call: ApiRequest, after: dict[str, Any], *, known: Container[str]) -> dict[str, Change]:
    """The vector store that was made for an assistant or a thread, as it is ``after`` the act, if one was."""
    made = [store_id for store_id in store_ids(after) if store_id not in known]
    row = vector_stores.of(call.workspace).filter(wire_id__in=made).first() if made else None
    return {"vector_store.create": store_change(row)} if row else {}


def described(rows: list[VectorStore]) -> list[dict[str, Any]]:
    """The stores as clients see them; their files are counted in one query."""
    none = {status.value: 0 for status in StoreFile.Status} | {"total": 0}
    counts = {row.pk: dict(none) for row in rows}
    usage = dict.fromkeys(counts, 0)
    groups = StoreFile.objects.filter(store__in=counts).order_by().values_list("store", "status")
    for store_pk, status, count, size in groups.annotate(Count("seq"), Sum("usage_bytes")):
        counts[store_pk][status] = count
        counts[store_pk]["total"] += count
        usage[store_pk] += size
    return [render.vector_store(row, counts=counts[row.pk], usage_bytes=usage[row.pk]) for row in rows]
