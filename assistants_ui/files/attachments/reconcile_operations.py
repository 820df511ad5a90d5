"""What became of an operation on files and vector stores whose answer was never heard."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from assistants_ui.domain.actions import Action
from assistants_ui.files.attachments import steps
from assistants_ui.files.attachments.reconcile import FOUND, claim_unconfirmed_upload
from assistants_ui.models import AttachmentJob
from assistants_ui.service import Service
from dashboard.audit.api import OperationOutcome, UnresolvedOperation

NOT_DONE = gettext_noop("The server says that it was not.")


def reconcile_file_operation(
    service: Service, operation: UnresolvedOperation, *, is_late: bool
) -> OperationOutcome | None:
    """Ask the server and record the answer; None while it cannot be told.

    ``is_late`` says that enough time has passed for an absent object to count as never made.
    Raises the wire client's errors when the server does not answer.
    """
    is_there = _is_there(service, operation)
    if is_there is None or (not is_there and not is_late and not operation.action.endswith(".delete")):
        return None
    is_done = is_there != operation.action.endswith(".delete")
    outcome = OperationOutcome.SUCCEEDED if is_done else OperationOutcome.REFUSED
    operation.reconcile(outcome=outcome, reason=FOUND if is_done else NOT_DONE)
    return outcome


def _is_there(service: Service, operation: UnresolvedOperation) -> bool | None:
    """Whether what the operation was about exists now; None where that says nothing about the operation."""
    job = AttachmentJob.objects.filter(pk=str(operation.context.get("group", ""))).first()
    target = operation.target.id or ""
    match operation.action:
        case Action.FILE_CREATE if job and not job.file_id:
            return claim_unconfirmed_upload(service, job)
        case Action.FILE_CREATE if job:
            # A later try sent the file again, because it was not there.
            return False
        case Action.FILE_DELETE:
            return service.files.find(target) is not None
        case Action.VECTOR_STORE_CREATE if job:
            return bool(steps.find_unconfirmed_store(service, job))
        case Action.VECTOR_STORE_DELETE:
            return service.vector_stores.find(target) is not None
        case Action.VECTOR_STORE_FILE_CREATE | Action.VECTOR_STORE_FILE_DELETE:
            return service.vector_stores.find_file(str(operation.context.get("vector_store", "")), target) is not None
        case Action.ASSISTANT_FILE_CREATE | Action.ASSISTANT_FILE_DELETE:
            assistant = service.assistants.retrieve(str(operation.context.get("assistant_id", "")), fresh=True)
            return target in assistant.file_ids
        case _:
            return None
