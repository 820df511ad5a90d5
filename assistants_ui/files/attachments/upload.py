"""The bytes on their way to the server, and breaking them off."""

from __future__ import annotations

import time

from django.utils import timezone

import assistants_client as wire
from assistants_ui.files.attachments.reconcile import claim_unconfirmed_upload
from assistants_ui.files.attachments.rollback import remove
from assistants_ui.files.attachments.types import Content, save, words
from assistants_ui.models import AttachmentJob
from assistants_ui.models.attachments import SILENCE
from assistants_ui.service import Service
from dashboard.audit import api as audit

State = AttachmentJob.State

HEARTBEAT_SECONDS = 1.0


class UploadCancelledError(wire.APIError, OSError):
    """Somebody pressed Cancel, so the file was never sent to its end and the server cannot have kept it.

    An ``OSError`` as well, because to whoever reads the bytes this is a connection that broke.
    """

    def __init__(self) -> None:
        wire.APIError.__init__(
            self, "Cancelled before all of it was sent.", reason=wire.Reason.REQUEST, outcome=wire.Outcome.REFUSED
        )


class _Heartbeat:
    """Tells, as bytes leave, how many; breaks the transfer off once somebody cancelled it."""

    def __init__(self, job: AttachmentJob) -> None:
        self._job = job
        self._next = 0.0

    def __call__(self, sent: int, total: int | None) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + HEARTBEAT_SECONDS
        row = AttachmentJob.objects.filter(pk=self._job.pk, state=State.SENDING)
        if not row.update(sent=sent, busy_until=timezone.now() + SILENCE):
            raise UploadCancelledError


def known_file(service: Service, job: AttachmentJob) -> wire.File | None:
    """The file of this workspace that holds the same bytes, as far as the dashboard uploaded it."""
    same = AttachmentJob.objects.filter(
        workspace=job.workspace, sha256=job.sha256, size=job.size, purpose=job.purpose, is_ours=True
    ).exclude(file_id="")
    ids = list(same.values_list("file_id", flat=True))
    if not ids:
        return None
    try:
        there = service.files.names()
    except wire.APIError:
        return None
    return next((there[file_id] for file_id in ids if file_id in there), None)


def send(service: Service, job: AttachmentJob, content: Content) -> wire.File | None:
    """Upload the bytes; None when there is no file on the server, or none that we know of."""
    save(job, state=State.SENDING, busy_until=timezone.now() + SILENCE, problem="", sent=0)
    content.file.seek(0)
    try:
        file = service.files.create(
            name=content.name,
            content=content.file,
            purpose=job.purpose,
            on_progress=_Heartbeat(job),
            context=job.context,
        )
    except UploadCancelledError:
        save(job, state=State.CANCELLED, busy_until=None, problem="")
        return None
    except wire.APIError as error:
        if error.outcome is not wire.Outcome.UNKNOWN:
            cancelled = AttachmentJob.objects.filter(pk=job.pk, state=State.CANCELLED).exists()
            state = State.CANCELLED if cancelled else State.FAILED
            save(job, state=state, busy_until=None, problem=words(error, writing=True))
            return None
        save(job, busy_until=None, problem=words(error, writing=True))
        return service.files.retrieve(job.file_id, fresh=True) if claim_unconfirmed_upload(service, job) else None
    except audit.AuditUnavailable:
        save(job, state=State.FAILED, busy_until=None)
        raise
    if _claim(job, file):
        return file
    remove(service, job)
    return None


def _claim(job: AttachmentJob, file: wire.File) -> bool:
    """Write down that this file is the job's; False when it was cancelled meanwhile."""
    taken = AttachmentJob.objects.filter(pk=job.pk).exclude(state=State.CANCELLED)
    changed = taken.update(
        state=State.UPLOADED, file_id=file.id, is_ours=True, sent=job.size, busy_until=timezone.now() + SILENCE
    )
    job.refresh_from_db()
    if not changed:
        save(job, state=State.UPLOADED, file_id=file.id, is_ours=True, busy_until=None)
    return bool(changed)
