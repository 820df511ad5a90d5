"""/assistants."""

from __future__ import annotations

from django.http import HttpResponse

from assistants_server import assistants, pagination, rendering
from assistants_server.finding import bury, find, locate, missing
from assistants_server.models import Assistant
from assistants_server.routing import Call, answer
from assistants_server.schema.assistants import CREATE, UPDATE
from assistants_server.writing import Change, carry_out, check_unchanged


def listing(call: Call) -> HttpResponse:
    rows = assistants.of(call.workspace)
    page = pagination.page(
        rows,
        pagination.Window.of(call.request.GET),
        locate=lambda cursor: locate(rows, call.workspace, cursor),
        unknown=lambda param, cursor: missing(Assistant, cursor, param=param),
    )
    texts = [rendering.assistant(row, version=call.version) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create(call: Call) -> HttpResponse:
    fields = CREATE[call.version](call.body, "")

    def act() -> Change:
        return _change(call, assistants.create(call.workspace, fields))

    return carry_out(call, action="assistant.create", act=act, label=fields.get("name"))


def retrieve(call: Call, assistant_id: str) -> HttpResponse:
    row = find(assistants.of(call.workspace), assistant_id, param="assistant_id")
    return answer(rendering.assistant(row, version=call.version), etag=_etag(call, row))


def update(call: Call, assistant_id: str) -> HttpResponse:
    fields = UPDATE[call.version](call.body, "")
    before = find(assistants.of(call.workspace), assistant_id, param="assistant_id").body

    def act() -> Change:
        row = find(assistants.of(call.workspace).select_for_update(), assistant_id, param="assistant_id")
        check_unchanged(call, row, etag=_etag(call, row))
        assistants.update(row, fields)
        return _change(call, row)

    return carry_out(call, action="assistant.update", act=act, id=assistant_id, label=before["name"], before=before)


def delete(call: Call, assistant_id: str) -> HttpResponse:
    before = find(assistants.of(call.workspace), assistant_id, param="assistant_id").body

    def act() -> Change:
        row = find(assistants.of(call.workspace).select_for_update(), assistant_id, param="assistant_id")
        check_unchanged(call, row, etag=_etag(call, row))
        bury(row)
        return Change(body=rendering.deleted(assistant_id, "assistant.deleted"), id=assistant_id)

    return carry_out(call, action="assistant.delete", act=act, id=assistant_id, label=before["name"], before=before)


def _change(call: Call, row: Assistant) -> Change:
    after = row.body
    return Change(
        body=rendering.assistant(row, version=call.version),
        id=row.wire_id,
        label=after["name"],
        after=after,
        etag=_etag(call, row),
    )


def _etag(call: Call, row: Assistant) -> str:
    return rendering.etag(row.revision, version=call.version)
