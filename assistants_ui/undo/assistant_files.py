"""Files that were given to an assistant or taken from it: the whole job is undone, whatever it took."""

from __future__ import annotations

import secrets

from django.urls import reverse
from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.domain.labels import label
from assistants_ui.files.attachments import Destination, attach_existing
from assistants_ui.files.attachments.steps import Attachment, take_away
from assistants_ui.files.knowledge import Use, use_of_links
from assistants_ui.files.usage import store_users
from assistants_ui.models import AttachmentJob
from assistants_ui.models.attachments import UNDO
from assistants_ui.service import Service
from assistants_ui.undo.types import UndoPlan, UndoResult
from dashboard.audit.read import operations
from dashboard.audit.read.operations import Operation
from dashboard.bounds import STORES_ASKED
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import as_list, labelled


def given_by(service: Service, operation: Operation) -> Attachment:
    """What the record tells of one job."""
    rows = operations.operations_of_job(operation)
    change = next((row for row in rows if row.action == Action.ASSISTANT_UPDATE), None)
    use = operation.context.get("use") or (change.context.get("use") if change else None) or Use.SEARCH
    job = AttachmentJob(
        workspace=service.gateway.workspace,
        token=f"{UNDO}{operation.seq}:{secrets.token_hex(8)}",
        assistant_id=operation.line.subject_id,
        # The change of the assistant names its file; any other row of a job is about the file itself.
        file_id=str(operation.context.get("file_id") or operation.line.target_id),
        name=str(operation.context.get("attached") or operation.context.get("detached") or operation.line.target_name),
        use=Use(use),
    )
    return Attachment(
        service=service,
        job=job,
        filled_stores=[
            str(row.context["vector_store"]) for row in rows if row.action == Action.VECTOR_STORE_FILE_CREATE
        ],
        made_stores=[row.line.target_id for row in rows if row.action == Action.VECTOR_STORE_CREATE],
        before=(change.before if change else None) or {},
        after=(change.after if change else None) or {},
    )


def undo_attach(service: Service, operation: Operation) -> UndoPlan:
    """Take the file away again, and what came with it and nothing else uses by now."""
    given = given_by(service, operation)
    assistant = service.assistants.find(operation.line.subject_id)
    if assistant is None:
        return _gone(service)
    page = _page(service, assistant)
    if not _has(service, assistant, given.job.file_id, use=Use(given.job.use)):
        return UndoPlan(
            page=page,
            obstacle=gettext("“%(name)s” is no longer attached to “%(assistant)s”.")
            % {"name": given.job.name, "assistant": label(assistant)},
        )
    shared = [store for store in given.filled_stores if store in assistant.vector_store_ids]
    users = store_users(service, shared)
    others = [label(user) for store in shared for user in users.of(store) if user.id != assistant.id]
    also = (
        [
            gettext("The same store is searched by %(names)s, who will lose the file too.")
            % {"names": as_list(sorted(set(others)))}
        ]
        if others
        else []
    )
    if shared and not users.is_complete:
        also.append(
            gettext("We could not read every assistant. Others that search the same store will lose the file too.")
        )

    def apply() -> UndoResult:
        take_away(given)
        text = gettext("“%(name)s” was removed again. The file itself is kept.") % {"name": given.job.name}
        return UndoResult(text=text, seq=_last_row(given.job))

    says = gettext("“%(name)s” will be removed from “%(assistant)s” again. The file itself is kept.") % {
        "name": given.job.name,
        "assistant": label(assistant),
    }
    return UndoPlan(says=says, page=page, also=also, apply=apply)


def undo_detach(service: Service, operation: Operation) -> UndoPlan:
    """Attach the file again, if it and the assistant are still there."""
    given = given_by(service, operation).job
    assistant = service.assistants.find(operation.line.subject_id)
    if assistant is None:
        return _gone(service)
    page = _page(service, assistant)
    file = service.files.find(given.file_id)
    if file is None:
        return UndoPlan(
            page=page,
            obstacle=gettext("“%(name)s” was deleted since, so it cannot be attached again.") % {"name": given.name},
        )
    use = use_of_links(assistant) if service.gateway.api_version == "v1" else Use(given.use)
    if _has(service, assistant, file.id, use=use):
        return UndoPlan(page=page, obstacle=gettext("“%(name)s” is attached already.") % {"name": file.filename})

    def apply() -> UndoResult:
        job = attach_existing(service, file, to=Destination(assistant_id=assistant.id, use=use), token=given.token)
        if not job.is_done:
            return UndoResult(
                text=labelled(gettext("“%(name)s”") % {"name": file.filename}, reword(job.problem)), is_done=False
            )
        return UndoResult(
            text=gettext("“%(name)s” was attached again.") % {"name": file.filename},
            seq=_last_row(job),
        )

    return UndoPlan(
        says=gettext("“%(name)s” will be attached to “%(assistant)s” again.")
        % {"name": file.filename, "assistant": label(assistant)},
        page=page,
        apply=apply,
    )


def _has(service: Service, assistant: wire.Assistant, file_id: str, *, use: Use) -> bool:
    if service.gateway.api_version == "v1":
        return file_id in assistant.file_ids
    if use is Use.CODE:
        return file_id in assistant.code_interpreter_file_ids
    asked = assistant.vector_store_ids[:STORES_ASKED]
    return any(service.vector_stores.find_file(store, file_id) is not None for store in asked)


def _page(service: Service, assistant: wire.Assistant) -> str:
    return reverse("assistant-detail", args=[service.gateway.workspace, assistant.id]) + "#knowledge-section"


def _gone(service: Service) -> UndoPlan:
    return UndoPlan(
        page=reverse("assistant-list", args=[service.gateway.workspace]),
        obstacle=gettext("The assistant was deleted since."),
    )


def _last_row(job: AttachmentJob) -> int | None:
    return operations.last_record(workspace=job.workspace, targets=[job.file_id, job.assistant_id], job=job.id)
