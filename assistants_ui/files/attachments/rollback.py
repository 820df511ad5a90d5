"""Taking back what a job did, and nothing else."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_noop

from assistants_ui.files.attachments import steps
from assistants_ui.files.attachments.reconcile import claim_unconfirmed_upload
from assistants_ui.files.attachments.types import save
from assistants_ui.files.usage import FileUsage, uses_in
from assistants_ui.models import AttachmentJob
from assistants_ui.service import Service
from assistants_ui.service.pages import delete_unless_gone
from dashboard.lib.stored_texts import register

State = AttachmentJob.State
IN_USE = gettext_noop("It is kept, because it is in use by %(names)s.")
register(IN_USE)


def remove(service: Service, job: AttachmentJob) -> AttachmentJob:
    """Undo it: delete what was uploaded for this job alone, and only if nothing uses it.

    Raises the wire client's errors. A file that is used by now is kept, and ``problem`` says by whom.
    """
    if job.state not in (State.SENDING, State.UPLOADED, State.KNOWN, State.FAILED) or job.is_busy:
        return job
    if not job.file_id and not claim_unconfirmed_upload(service, job):
        return save(job, state=State.REMOVED, problem="")
    at = steps.Attachment(service=service, job=job, made_stores=_made_stores(service, job))
    steps.MakeStore(at).undo()
    if not job.is_ours:
        return save(job, state=State.REMOVED, problem="")
    uses = uses_in(service, {job.file_id}, fresh=True)
    if uses.is_used(job.file_id) or uses.may_have_others:
        state = State.ATTACHED if steps.is_attached(at) else job.state
        return save(job, state=state, problem=_why_kept(uses, job.file_id))
    file = service.files.find(job.file_id)
    if file is not None:
        delete = partial(service.files.delete, file, context=job.context)
        delete_unless_gone(delete, partial(service.files.is_gone, file.id))
    return save(job, state=State.REMOVED, problem="")


def cancel(service: Service, *, token: str) -> AttachmentJob:
    """Stop the click called ``token``, whether it has reached this process yet or not.

    While its bytes are on the way to the server they are broken off within a second; what was
    uploaded but not attached is removed; what is attached stays, and the job says so.
    """
    workspace = service.gateway.workspace
    job = AttachmentJob.objects.filter(workspace=workspace, token=token).first()
    if job is None:
        job, _ = AttachmentJob.objects.get_or_create(
            workspace=workspace, token=token, name="", sha256="", defaults={"state": State.CANCELLED}
        )
        return job
    stopped = AttachmentJob.objects.filter(pk=job.pk, state=State.SENDING).update(state=State.CANCELLED)
    job.refresh_from_db()
    return job if stopped else remove(service, job)


def _made_stores(service: Service, job: AttachmentJob) -> list[str]:
    if not job.made_store or job.store_id:
        return [job.store_id] if job.made_store else []
    found = steps.find_unconfirmed_store(service, job)
    return [found.id] if found else []


def _why_kept(uses: FileUsage, file_id: str) -> str:
    users = [assistant.name or assistant.id for assistant in uses.assistants(file_id)]
    users += [store.name or store.id for store in uses.stores(file_id)]
    if users:
        return IN_USE % {"names": ", ".join(users)}
    if uses.unread:
        return gettext_noop("It is kept, because it may be in a vector store that we could not look into.")
    return gettext_noop("It is kept, because we could not read every assistant and vector store, so it may be in use.")
