"""/assistants/{assistant_id}/files, which only v1 has."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.assistants import operations as assistants
from assistants_server.assistants import v1
from assistants_server.assistants.schema import ATTACH
from assistants_server.assistants.views import locked
from assistants_server.http import pagination
from assistants_server.http.errors import Refusal, not_found
from assistants_server.http.lookup import find
from assistants_server.http.mutations import Change, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import Assistant, AssistantFile
from assistants_server.vector_stores import operations as vector_stores


def listing(call: ApiRequest, assistant_id: str) -> HttpResponse:
    assistant = find(assistants.of(call.workspace), assistant_id, param="assistant_id")

    def locate(cursor: str) -> pagination.Position | None:
        row = linked(assistant, cursor)
        return pagination.Position(row.created_at, row.seq) if row else None

    page = pagination.page(
        assistant.links.all(),
        pagination.ListWindow.of(call.request.GET),
        locate=locate,
        unknown=lambda param, cursor: unknown(cursor),
    )
    texts = [strict_json.dumps(rendering.assistant_file(row, assistant_id=assistant_id)) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create(call: ApiRequest, assistant_id: str) -> HttpResponse:
    file_id = ATTACH(call.body, "")["file_id"]

    def change(assistant: Assistant) -> dict[str, object]:
        v1.check_files(call.workspace, [file_id], held=[], param="file_id")
        v1.relink(assistant, [*v1.file_ids_of(assistant), file_id])
        return rendering.assistant_file(assistant.links.get(wire_id=file_id), assistant_id=assistant_id)

    return _execute(call, "assistant_file.create", assistant_id, file_id, change)


def retrieve(call: ApiRequest, assistant_id: str, file_id: str) -> HttpResponse:
    assistant = find(assistants.of(call.workspace), assistant_id, param="assistant_id")
    row = linked(assistant, file_id)
    if row is None:
        raise unknown(file_id)
    return answer(rendering.assistant_file(row, assistant_id=assistant_id))


def delete(call: ApiRequest, assistant_id: str, file_id: str) -> HttpResponse:
    def change(assistant: Assistant) -> dict[str, object]:
        if linked(assistant, file_id) is None:
            raise unknown(file_id)
        v1.relink(assistant, [held for held in v1.file_ids_of(assistant) if held != file_id])
        return rendering.deleted(file_id, "assistant.file.deleted")

    return _execute(call, "assistant_file.delete", assistant_id, file_id, change)


def linked(assistant: Assistant, file_id: str) -> AssistantFile | None:
    return None if "\x00" in file_id else assistant.links.filter(wire_id=file_id).first()


def unknown(file_id: str) -> Refusal:
    return not_found(f"No such File object: {file_id[:128]}", param="id")


def _execute(
    call: ApiRequest, action: str, assistant_id: str, file_id: str, change: Callable[[Assistant], dict[str, object]]
) -> HttpResponse:
    def act() -> Change:
        assistant = locked(call, assistant_id)
        before = assistant.body
        answer = change(assistant)
        name = vector_stores.filenames(call.workspace, [file_id]).get(file_id)
        # The assistant has changed with its link, and its history must not miss that.
        assistant_too = Change(id=assistant_id, label=before["name"], before=before, after=assistant.body)
        return Change(id=file_id, answer=answer, label=name, after=answer, also={"assistant.update": assistant_too})

    return execute_mutation(call, action, act)
