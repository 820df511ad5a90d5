"""/assistants."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from assistants_server import rendering
from assistants_server.assistants import operations as assistants
from assistants_server.assistants import v1
from assistants_server.assistants.schema import CREATE, UPDATE
from assistants_server.http import pagination
from assistants_server.http.lookup import delete_with_tombstone, find, locate, missing
from assistants_server.http.mutations import Change, check_unchanged, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import Assistant
from assistants_server.vector_stores.views import made_stores, store_ids


def listing(call: ApiRequest) -> HttpResponse:
    rows = assistants.of(call.workspace)
    page = pagination.page(
        rows if call.version == "v2" else rows.prefetch_related("links"),
        pagination.ListWindow.of(call.request.GET),
        locate=lambda cursor: locate(rows, call.workspace, cursor),
        unknown=lambda param, cursor: missing(Assistant, cursor, param=param),
    )
    texts = [rendering.assistant(row, version=call.version) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create(call: ApiRequest) -> HttpResponse:
    fields = CREATE[call.version](call.body, "")

    def act() -> Change:
        make = assistants.create if call.version == "v2" else v1.create
        row = make(call.workspace, fields)
        if call.principal.key is None:
            # Only the dashboard brings an assistant back under its own id, and only in this process.
            assistants.restore_id(row, call.request.headers.get("Dashboard-Undelete", ""))
        return assistant_change(call, row)

    return execute_mutation(call, "assistant.create", act)


def retrieve(call: ApiRequest, assistant_id: str) -> HttpResponse:
    row = find(assistants.of(call.workspace), assistant_id, param="assistant_id")
    return answer(rendering.assistant(row, version=call.version), etag=etag(call, row))


def update(call: ApiRequest, assistant_id: str) -> HttpResponse:
    fields = UPDATE[call.version](call.body, "")

    def act() -> Change:
        row = locked(call, assistant_id)
        before = row.body
        apply = assistants.update if call.version == "v2" else v1.update
        apply(row, fields)
        return assistant_change(call, row, before=before)

    return execute_mutation(call, "assistant.update", act)


def delete(call: ApiRequest, assistant_id: str) -> HttpResponse:
    def act() -> Change:
        row = locked(call, assistant_id)
        before = row.body
        delete_with_tombstone(row)
        return Change(
            answer=rendering.deleted(assistant_id, "assistant.deleted"),
            id=assistant_id,
            label=before["name"],
            before=before,
        )

    return execute_mutation(call, "assistant.delete", act)


def locked(call: ApiRequest, assistant_id: str) -> Assistant:
    """The assistant, locked for a change and in the state that ``If-Match`` asks for."""
    row = find(assistants.of(call.workspace).select_for_update(), assistant_id, param="assistant_id")
    check_unchanged(call, row, etag=etag(call, row))
    return row


def assistant_change(call: ApiRequest, row: Assistant, *, before: dict[str, Any] | None = None) -> Change:
    after = row.body
    return Change(
        answer=rendering.assistant(row, version=call.version),
        id=row.wire_id,
        label=after["name"],
        before=before,
        after=after,
        etag=etag(call, row),
        also=made_stores(call, after, known=[*store_ids(before or {}), *store_ids(call.body)]),
    )


def etag(call: ApiRequest, row: Assistant) -> str:
    return rendering.etag(row.revision, version=call.version)
