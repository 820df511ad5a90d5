"""What was sent and never answered: looked for on the server, and settled in the record."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.files.attachments.types import save
from assistants_ui.models import AttachmentJob
from assistants_ui.service import Service
from dashboard.audit import api as audit
from dashboard.audit.api import Target

State = AttachmentJob.State

# How far a server's clock may be behind ours when a file is recognised by its time.
CLOCK_DIFFERENCE = timedelta(minutes=2)
# An upload that was never answered and does not show by then did not happen.
CERTAINLY_LOST = timedelta(minutes=10)
# What rows say in English, and pages in the reader's language.
FOUND = gettext_noop("Found when the server was asked.")
NOT_FOUND = gettext_noop("Not found on the server.")
NOT_THERE_YET = gettext_noop(
    "We looked on the server and it is not there yet. Look again in a few minutes, or remove it."
)
NEVER_ARRIVED = gettext_noop("It never arrived on the server. Choose the file again.")


def claim_unconfirmed_upload(service: Service, job: AttachmentJob) -> bool:
    """Find the file of an upload whose answer was never heard, and settle the record; False when it is not there."""
    try:
        files = service.files.all(fresh=True)
    except wire.APIError:
        return False
    taken = set(
        AttachmentJob.objects.filter(workspace=job.workspace, is_ours=True)
        .exclude(file_id="")
        .values_list("file_id", flat=True)
    )
    earliest = (job.created_at - CLOCK_DIFFERENCE).timestamp()
    for file in sorted(files, key=lambda file: file.created_at):
        is_it = (file.filename, file.bytes, file.purpose) == (job.name, job.size, job.purpose)
        if is_it and file.created_at >= earliest and file.id not in taken:
            reconcile_steps(service, job, Action.FILE_CREATE, outcome=audit.OperationOutcome.SUCCEEDED, file=file)
            save(job, state=State.UPLOADED, file_id=file.id, is_ours=True, problem="")
            return True
    return False


def fail_if_lost(service: Service, job: AttachmentJob) -> AttachmentJob:
    if timezone.now() - job.created_at < CERTAINLY_LOST:
        problem = NOT_THERE_YET
        return save(job, problem=problem)
    reconcile_steps(service, job, Action.FILE_CREATE, outcome=audit.OperationOutcome.REFUSED)
    return save(job, state=State.FAILED, problem=NEVER_ARRIVED)


def reconcile_steps(
    service: Service,
    job: AttachmentJob,
    action: Action,
    *,
    outcome: audit.OperationOutcome,
    file: wire.File | None = None,
) -> None:
    """Record how the job's open operations of this kind ended after all."""
    for operation in audit.open_operations(workspace=job.workspace, older_than=timedelta(0)):
        if operation.action == action and operation.context.get("group") == job.id:
            is_done = outcome is audit.OperationOutcome.SUCCEEDED
            operation.reconcile(
                outcome=outcome,
                reason=FOUND if is_done else NOT_FOUND,
                after=file.raw if file else None,
                target=Target(type="file", id=file.id, label=file.filename) if file else None,
            )
