"""What became of an act on files and vector stores whose answer was never heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.files.attachments import steps
from assistants_ui.files.attachments.reconcile import FOUND, claim_unconfirmed_upload
from assistants_ui.models import AttachmentJob
from assistants_ui.service import Service
from dashboard.audit.api import OperationOutcome, UnresolvedOperation

NOT_DONE = gettext_noop("The server says that it was not.")


def reconcile_file_operation(service: Service, act: UnresolvedOperation, *, is_late: bool) -> OperationOutcome | None:
    """Ask the server and record the answer; None while it cannot be told.

    ``is_late`` says that enough time has passed for an absent object to count as never made.
    Raises the wire client's errors when the server does not answer.
    """
    is_there = _is_there(service, act)
    if is_there is None or (not is_there and not is_late and not act.action.endswith(".delete")):
        return None
    is_done = is_there != act.action.endswith(".delete")
    outcome = OperationOutcome.SUCCEEDED if is_done else OperationOutcome.REFUSED
    act.reconcile(outcome=outcome, reason=FOUND if is_done else NOT_DONE)
    return outcome


def _is_there(service: Service, act: UnresolvedOperation) -> bool | None:
    """Whether what the act was about exists now; None where that says nothing about the act."""
    job = AttachmentJob.objects.filter(pk=str(act.context.get("group", ""))).first()
    target = act.target.id or ""
    match act.action:
        case Action.FILE_CREATE if job and not job.file_id:
            return claim_unconfirmed_upload(service, job)
        case Action.FILE_CREATE if job:
            # A later try sent the file again, because it was not there.
            return False
        case Action.FILE_DELETE:
            return _exists(lambda: service.files.retrieve(target, fresh=True))
        case Action.VECTOR_STORE_CREATE if job:
            return bool(steps.find_unconfirmed_store(service, job))
        case Action.VECTOR_STORE_DELETE:
            return _exists(lambda: service.vector_stores.retrieve(target, fresh=True))
        case Action.VECTOR_STORE_FILE_CREATE | Action.VECTOR_STORE_FILE_DELETE:
            return service.vector_stores.file(str(act.context.get("vector_store", "")), target) is not None
        case Action.ASSISTANT_FILE_CREATE | Action.ASSISTANT_FILE_DELETE:
            assistant = service.assistants.retrieve(str(act.context.get("assistant_id", "")), fresh=True)
            return target in assistant.file_ids
        case _:
            return None


def _exists(read: Callable[[], Any]) -> bool:
    try:
        read()
    except wire.NotFoundError:
        return False
    return True
