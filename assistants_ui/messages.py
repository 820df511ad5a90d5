"""What a message carries beside its words, as the ``extra_tags`` of Django's messages.

It is an address: where a POST undoes what the message tells, and after a ``#`` the section of the
page in which it stands, where the page has one. Either may be missing.
"""

from __future__ import annotations

from django.urls import reverse

from assistants_ui.models import AttachmentJob
from assistants_ui.service import Service
from dashboard.audit.read import operations

# The section of an assistant's page about its files.
KNOWLEDGE = "knowledge-section"


def undo_tags(workspace: str, *, seq: int | None, place: str = "") -> str:
    """``seq`` is the row of the change that can be undone, None where there is none."""
    address = reverse("change-undo", args=[workspace, seq]) if seq is not None else ""
    return f"{address}#{place}" if place else address


def undo_of_request(service: Service, *targets: str) -> str:
    """The tags of a message about the last change that this request made of one of these things."""
    gateway = service.gateway
    seq = operations.last_record(workspace=gateway.workspace, targets=targets, request_id=gateway.request_id)
    return undo_tags(gateway.workspace, seq=seq)


def undo_of_job(service: Service, job: AttachmentJob, *, place: str = "") -> str:
    """The tags of a message about a file that was attached; a mere upload has nothing to undo."""
    workspace = service.gateway.workspace
    targets = [job.file_id, job.assistant_id] if job.assistant_id else [job.file_id]
    is_attached = job.is_done and (job.assistant_id or job.store_id)
    seq = operations.last_record(workspace=workspace, targets=targets, job=job.id) if is_attached else None
    return undo_tags(workspace, seq=seq, place=place)
