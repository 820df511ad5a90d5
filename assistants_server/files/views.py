"""/files."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.files import operations as files
from assistants_server.files import storage
from assistants_server.files.schema import NOT_DOWNLOADABLE, lifetime_of, purpose_of
from assistants_server.files.uploads import receive
from assistants_server.http import pagination
from assistants_server.http.errors import invalid
from assistants_server.http.lookup import find, locate, missing
from assistants_server.http.mutations import Change, check_unchanged, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import File


def listing(call: ApiRequest) -> HttpResponse:
    rows = files.of(call.workspace)
    if purpose := call.request.GET.get("purpose"):
        rows = rows.filter(purpose=purpose.replace("\x00", ""))
    page = pagination.page(
        rows,
        pagination.ListWindow.of(call.request.GET, most=10_000, default=10_000),
        locate=lambda cursor: locate(files.of(call.workspace), call.workspace, cursor),
        unknown=lambda param, cursor: missing(File, cursor, param=param),
    )
    texts = [strict_json.dumps(rendering.file(row)) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create(call: ApiRequest) -> HttpResponse:
    with receive(call.request) as upload:
        purpose = purpose_of(upload.fields)
        lifetime = lifetime_of(upload.fields, purpose=purpose)
        if not upload.incoming.size:
            raise invalid("Invalid 'file': the file is empty.", param="file", code="invalid_value")

        def act() -> Change:
            row = files.create(call.workspace, upload, purpose=purpose, lifetime=lifetime)
            body = rendering.file(row)
            return Change(
                answer=body, id=row.wire_id, label=row.filename, after=body, etag=rendering.etag(row.revision)
            )

        said = [purpose, lifetime, upload.filename, upload.incoming.sha256]
        return execute_mutation(call, "file.create", act, content=said)


def retrieve(call: ApiRequest, file_id: str) -> HttpResponse:
    row = find(files.of(call.workspace), file_id, param="file_id")
    return answer(rendering.file(row), etag=rendering.etag(row.revision))


def delete(call: ApiRequest, file_id: str) -> HttpResponse:
    def act() -> Change:
        row = find(files.of(call.workspace).select_for_update(), file_id, param="file_id")
        check_unchanged(call, row, etag=rendering.etag(row.revision))
        before = rendering.file(row)
        files.delete(row)
        return Change(answer=rendering.deleted(file_id, "file"), id=file_id, label=row.filename, before=before)

    return execute_mutation(call, "file.delete", act)


def content(call: ApiRequest, file_id: str) -> HttpResponseBase:
    row = find(files.of(call.workspace), file_id, param="file_id")
    if row.purpose in NOT_DOWNLOADABLE:
        raise invalid(f"Not allowed to download files of purpose: {row.purpose}", param=None, code=None)
    response = FileResponse(
        storage.open_stored(row.storage_name),
        as_attachment=True,
        filename=row.filename,
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
