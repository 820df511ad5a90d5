"""/threads and /threads/{thread_id}/messages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.http import pagination
from assistants_server.http.errors import not_found
from assistants_server.http.lookup import delete_with_tombstone, find, locate, missing
from assistants_server.http.mutations import Change, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import Message, Thread
from assistants_server.threads import operations, render, schema
from assistants_server.vector_stores.views import made_stores, store_ids


def create(call: ApiRequest) -> HttpResponse:
    fields = schema.CREATE[call.version](call.body, "")
    return execute_mutation(
        call, "thread.create", lambda: created(call, operations.create(call.workspace, fields), fields)
    )


def retrieve(call: ApiRequest, thread_id: str) -> HttpResponse:
    row = found(call, thread_id)
    return answer(render.thread(row, version=call.version), etag=rendering.etag(row.revision, version=call.version))


def update(call: ApiRequest, thread_id: str) -> HttpResponse:
    fields = schema.UPDATE[call.version](call.body, "")

    def act() -> Change:
        row = locked(call, thread_id)
        before = render.thread(row)
        operations.update(row, fields)
        return Change(
            id=row.wire_id, answer=render.thread(row, version=call.version), before=before, after=render.thread(row)
        )

    return execute_mutation(call, "thread.update", act)


def delete(call: ApiRequest, thread_id: str) -> HttpResponse:
    def act() -> Change:
        row = locked(call, thread_id)
        detail = {"messages": row.messages.count(), "runs": row.runs.count()}
        delete_with_tombstone(row)
        return Change(id=thread_id, answer=rendering.deleted(thread_id, "thread.deleted"), detail=detail)

    return execute_mutation(call, "thread.delete", act)


def found(call: ApiRequest, thread_id: str) -> Thread:
    return find(operations.of(call.workspace), thread_id, param="thread_id")


def locked(call: ApiRequest, thread_id: str) -> Thread:
    """The thread, locked: neither a message nor a run is added by anybody else until the commit."""
    return find(operations.of(call.workspace).select_for_update(), thread_id, param="thread_id")


def created(call: ApiRequest, row: Thread, fields: dict[str, Any]) -> Change:
    """A new thread, with the vector store that was made for it. The record counts messages and keeps none."""
    return Change(
        id=row.wire_id,
        answer=render.thread(row, version=call.version),
        after=render.thread(row),
        also=made_stores(call, {"tool_resources": row.tool_resources}, known=store_ids(fields)),
        detail={"messages": len(fields.get("messages", []))},
    )


def message_listing(call: ApiRequest, thread_id: str) -> HttpResponse:
    thread = found(call, thread_id)
    rows = Message.objects.filter(thread=thread)
    if run_id := call.request.GET.get("run_id"):
        rows = rows.filter(run_id=run_id.replace("\x00", ""))
    page = pagination.page(
        rows,
        pagination.ListWindow.of(call.request.GET),
        locate=lambda cursor: locate(Message.objects.filter(thread=thread), call.workspace, cursor),
        unknown=lambda param, cursor: missing(Message, cursor, param=param),
    )
    texts = [strict_json.dumps(render.message(row, thread_id=thread_id, version=call.version)) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create_message(call: ApiRequest, thread_id: str) -> HttpResponse:
    fields = schema.MESSAGE[call.version](call.body, "")

    def act() -> Change:
        thread = locked(call, thread_id)
        operations.refuse_while_active(thread)
        [row] = operations.add_messages(thread, [fields])
        return message_change(call, row, thread_id)

    return execute_mutation(call, "message.create", act)


def retrieve_message(call: ApiRequest, thread_id: str, message_id: str) -> HttpResponse:
    row = found_message(found(call, thread_id), message_id)
    return answer(
        render.message(row, thread_id=thread_id, version=call.version),
        etag=rendering.etag(row.revision, version=call.version),
    )


def update_message(call: ApiRequest, thread_id: str, message_id: str) -> HttpResponse:
    fields = schema.UPDATE_MESSAGE(call.body, "")

    def act() -> Change:
        thread = locked(call, thread_id)
        row = found_message(thread, message_id)
        if "metadata" in fields:
            row.metadata = fields["metadata"]
            # Only this column: a run may be writing the others.
            row.save(update_fields=["metadata"])
        return message_change(call, row, thread_id)

    return execute_mutation(call, "message.update", act)


def delete_message(call: ApiRequest, thread_id: str, message_id: str) -> HttpResponse:
    def act() -> Change:
        thread = locked(call, thread_id)
        row = found_message(thread, message_id)
        delete_with_tombstone(row)
        return Change(
            id=message_id,
            answer=rendering.deleted(message_id, "thread.message.deleted"),
            detail={"thread_id": thread_id},
        )

    return execute_mutation(call, "message.delete", act)


def message_change(call: ApiRequest, row: Message, thread_id: str) -> Change:
    texts = [part["text"]["value"] for part in row.content if part["type"] == "text"]
    return Change(
        id=row.wire_id,
        answer=render.message(row, thread_id=thread_id, version=call.version),
        detail={
            "thread_id": thread_id,
            "role": row.role,
            "characters": sum(map(len, texts)),
            "attachments": len(row.attachments),
        },
    )


def found_message(thread: Thread, message_id: str) -> Message:
    return find(Message.objects.filter(thread=thread), message_id, param="message_id")


def message_files(call: ApiRequest, thread_id: str, message_id: str) -> HttpResponse:
    row = found_message(found(call, thread_id), message_id)
    ids = render.file_ids(row.attachments)
    texts = [strict_json.dumps(render.message_file(row, file_id)) for file_id in ids]
    return answer(rendering.listing(ids, texts, has_more=False))


def message_file(call: ApiRequest, thread_id: str, message_id: str, file_id: str) -> HttpResponse:
    row = found_message(found(call, thread_id), message_id)
    if file_id not in render.file_ids(row.attachments):
        raise not_found(f"No file found with id '{file_id[:128]}' in message '{message_id}'.")
    return answer(render.message_file(row, file_id))
