"""/uploads."""

from __future__ import annotations

from contextlib import ExitStack

from django.http import HttpResponse

from assistants_server import rendering
from assistants_server.files.uploads import ReceivedFile, receive
from assistants_server.http.errors import invalid
from assistants_server.http.lookup import find
from assistants_server.http.mutations import Change, execute_mutation
from assistants_server.http.routing import ApiRequest
from assistants_server.models import Upload
from assistants_server.uploads import operations, render, schema


def create(call: ApiRequest) -> HttpResponse:
    fields = schema.CREATE(call.body, "")
    return execute_mutation(call, "upload.create", lambda: _change(operations.create(call.workspace, fields)))


def add_part(call: ApiRequest, upload_id: str) -> HttpResponse:
    row = find(operations.of(call.workspace), upload_id, param="upload_id")
    if "Idempotency-Key" not in call.request.headers:
        # Before megabytes are read for nothing; a repetition may have its answer already.
        operations.refuse_unless_pending(row)
    with receive(call.request, field="data", most=schema.PART_BYTES) as received:
        if not received.incoming.size:
            raise invalid("Invalid 'data': the part is empty.", param="data", code="invalid_value")

        def act() -> Change:
            row = _locked(call, upload_id)
            part = operations.add_part(row, received)
            return Change(
                id=row.wire_id,
                label=row.filename,
                answer=render.part(part, upload_id=row.wire_id),
                detail={"part_id": part.wire_id, "bytes": part.size},
            )

        return execute_mutation(call, "upload.add_part", act, content=["data", received.incoming.sha256])


def complete(call: ApiRequest, upload_id: str) -> HttpResponse:
    fields = schema.COMPLETE(call.body, "")
    row = find(operations.of(call.workspace), upload_id, param="upload_id")
    with ExitStack() as stack:
        whole: ReceivedFile | None = None
        # Before the transaction, which would keep every other writer waiting while a large file is copied.
        if operations.status_of(row) == Upload.Status.PENDING:
            whole = stack.enter_context(operations.put_together(row, fields["part_ids"], fields.get("md5")))

        def act() -> Change:
            locked = _locked(call, upload_id)
            operations.refuse_unless_pending(locked)
            assert whole is not None  # noqa: S101  # what is pending now was so before
            operations.complete(locked, whole)
            assert locked.file is not None  # noqa: S101  # it was just made
            body = rendering.file(locked.file)
            made = Change(id=locked.file.wire_id, label=locked.filename, after=body)
            return _change(locked, also={"file.create": made})

        return execute_mutation(call, "upload.complete", act)


def cancel(call: ApiRequest, upload_id: str) -> HttpResponse:
    def act() -> Change:
        row = _locked(call, upload_id)
        operations.cancel(row)
        return _change(row)

    return execute_mutation(call, "upload.cancel", act)


def _locked(call: ApiRequest, upload_id: str) -> Upload:
    return find(operations.of(call.workspace).select_for_update(), upload_id, param="upload_id")


def _change(row: Upload, *, also: dict[str, Change] | None = None) -> Change:
    body = render.upload(row)
    return Change(id=row.wire_id, label=row.filename, answer=body, after=body, also=also or {})
