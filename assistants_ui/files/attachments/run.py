"""From the click to the end, or as far as it goes; and on from there later."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.files.attachments import steps
from assistants_ui.files.attachments.reconcile import claim_unconfirmed_upload, fail_if_lost, reconcile_steps
from assistants_ui.files.attachments.types import Content, Destination, save, words
from assistants_ui.files.attachments.upload import known_file, send
from assistants_ui.models import AttachmentJob
from assistants_ui.models.attachments import SILENCE
from assistants_ui.service import Service
from assistants_ui.workspaces.locks import LockTimeout
from dashboard.audit import api as audit

State = AttachmentJob.State

# How long after an upload "there is no such file" may only mean "not yet", and the waits in between.
STILL_NEW = timedelta(seconds=30)
PAUSES = (0.3, 1.0)


def attach_upload(
    service: Service, content: Content, *, to: Destination, token: str, even_if_known: bool
) -> AttachmentJob:
    """Upload and attach one file; the same click a second time carries on instead.

    Never raises for what the server does: the job's ``state`` and ``problem`` tell its result.
    Unless ``even_if_known``, a file whose content the workspace has already is not sent: the
    job is then ``KNOWN`` and names the file that is there. The bytes are let go of either way.
    """
    with content.file:
        return _upload_and_attach(service, content, to=to, token=token, even_if_known=even_if_known)


def _upload_and_attach(
    service: Service, content: Content, *, to: Destination, token: str, even_if_known: bool
) -> AttachmentJob:
    job, is_new = _begun(service, to=to, token=token, name=content.name, size=content.size, sha256=content.sha256)
    if job.state in (State.ATTACHED, State.CANCELLED, State.REMOVED) or (not is_new and job.is_busy):
        return job
    if job.file_id and job.state != State.KNOWN:
        return finish(service, job)
    if not is_new and job.state == State.SENDING:
        if claim_unconfirmed_upload(service, job):
            return finish(service, job)
        reconcile_steps(service, job, Action.FILE_CREATE, outcome=audit.OperationOutcome.REFUSED)
    known = None if even_if_known else known_file(service, job)
    if known is not None:
        return save(job, state=State.KNOWN, file_id=known.id, is_ours=False, busy_until=None, problem="")
    file = send(service, job, content)
    return job if file is None else _attach(service, job, file)


def attach_existing(service: Service, file: wire.File, *, to: Destination, token: str) -> AttachmentJob:
    """Attach a file that the server has already; nothing is uploaded."""
    job, _ = _begun(service, to=to, token=token, name=file.filename, size=file.bytes, sha256=file.id)
    if job.state == State.ATTACHED:
        return job
    save(job, file_id=file.id, is_ours=False, state=State.UPLOADED)
    return _attach(service, job, file)


def finish(service: Service, job: AttachmentJob) -> AttachmentJob:
    """Carry on where it stopped. ``state`` and ``problem`` tell how far it came."""
    if job.state not in (State.SENDING, State.UPLOADED, State.KNOWN) or job.is_busy:
        return job
    if not job.file_id and not claim_unconfirmed_upload(service, job):
        return fail_if_lost(service, job)
    try:
        file = service.files.find(job.file_id)
    except wire.APIError as error:
        return save(job, problem=words(error, writing=False))
    if file is None:
        return save(
            job, state=State.FAILED, problem=gettext_noop("The file is no longer on the server. Choose it again.")
        )
    return _attach(service, job, file)


def _begun(
    service: Service, *, to: Destination, token: str, name: str, size: int, sha256: str
) -> tuple[AttachmentJob, bool]:
    """The job of this click and whether it is a new one. A failed one begins anew."""
    workspace = service.gateway.workspace
    one = {"workspace": workspace, "token": token, "name": name, "sha256": sha256}
    facts = {
        "size": size,
        "purpose": to.purpose,
        "use": to.use or "",
        "assistant_id": to.assistant_id,
        "store_id": to.store_id,
        "by": service.gateway.actor.name,
    }
    cancelled = AttachmentJob.objects.filter(workspace=workspace, token=token, state=State.CANCELLED).first()
    if cancelled is not None:
        return cancelled, False
    try:
        with transaction.atomic():
            return AttachmentJob.objects.create(**one, **facts, busy_until=timezone.now() + SILENCE), True
    except IntegrityError:
        job = AttachmentJob.objects.get(**one)
    if job.state == State.FAILED:
        retaken = AttachmentJob.objects.filter(pk=job.pk, state=State.FAILED)
        is_new = bool(retaken.update(state=State.SENDING, busy_until=timezone.now() + SILENCE, problem="", **facts))
        job.refresh_from_db()
        return job, is_new
    return job, False


def _attach(service: Service, job: AttachmentJob, file: wire.File) -> AttachmentJob:
    """The steps after the upload, one holder at a time; what stops them is told by ``problem``."""
    free = Q(busy_until=None) | Q(busy_until__lte=timezone.now())
    if not job.is_busy and not AttachmentJob.objects.filter(free, pk=job.pk).update(
        busy_until=timezone.now() + SILENCE
    ):
        return job
    problem = ""
    is_unconfirmed = False
    at = steps.Attachment(service=service, job=job, file=file)
    try:
        _attach_patiently(at)
    except LockTimeout:
        problem = gettext_noop("Somebody else is changing this assistant's files just now.")
    except steps.CannotAttach as reason:
        problem = str(reason)
    except wire.APIError as error:
        problem = words(error, writing=True)
        is_unconfirmed = error.outcome is wire.Outcome.UNKNOWN
    except audit.AuditUnavailable:
        save(job, state=State.UPLOADED, busy_until=None)
        raise
    if not problem or (is_unconfirmed and _is_attached_after_all(at)):
        save(job, state=State.ATTACHED, busy_until=None, problem="")
        for step in steps.steps_of(at):
            # What had to be done again had not been done when its answer was lost; everything else had.
            outcome = audit.OperationOutcome.REFUSED if step.name in at.done else audit.OperationOutcome.SUCCEEDED
            reconcile_steps(service, job, step.name, outcome=outcome)
        return job
    return save(job, state=State.UPLOADED, busy_until=None, problem=problem)


def _attach_patiently(at: steps.Attachment) -> None:
    """Attach; a server of several processes may not know yet what it took a moment ago."""
    for pause in PAUSES:
        try:
            return steps.attach(at)
        except wire.NotFoundError:
            if timezone.now() - at.job.updated_at > STILL_NEW:
                raise
        time.sleep(pause)
    return steps.attach(at)


def _is_attached_after_all(at: steps.Attachment) -> bool:
    try:
        return steps.is_attached(at)
    except wire.APIError:
        return False
