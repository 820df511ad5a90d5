"""The bytes on their way to the server, and breaking them off."""

from __future__ import annotations

import time

from django.utils import timezone

import assistants_client as wire
from assistants_ui.files.attachments.reconcile import claim_unheard
from assistants_ui.files.attachments.rollback import remove
from assistants_ui.files.attachments.types import Content, save, words
from assistants_ui.models import Gesture
from assistants_ui.models.attachments import SILENCE
from assistants_ui.service import Service
from dashboard.audit import api as audit

State = Gesture.State

HEARTBEAT_SECONDS = 1.0


class BrokenOff(wire.APIError, OSError):  # noqa: N818  (it names what happened)
    """Somebody pressed Cancel, so the file was never sent to its end and the server cannot have kept it.

    An ``OSError`` as well, because to whoever reads the bytes this is a connection that broke.
    """

    def __init__(self) -> None:
        wire.APIError.__init__(
            self, "Cancelled before all of it was sent.", reason=wire.Reason.REQUEST, outcome=wire.Outcome.REFUSED
        )


class _Heartbeat:
    """Tells, as bytes leave, how many; breaks the transfer off once somebody cancelled it."""

    def __init__(self, gesture: Gesture) -> None:
        self._gesture = gesture
        self._next = 0.0

    def __call__(self, sent: int, total: int | None) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + HEARTBEAT_SECONDS
        row = Gesture.objects.filter(pk=self._gesture.pk, state=State.SENDING)
        if not row.update(sent=sent, busy_until=timezone.now() + SILENCE):
            raise BrokenOff


def known_file(service: Service, gesture: Gesture) -> wire.File | None:
    """The file of this workspace that holds the same bytes, as far as the dashboard uploaded it."""
    same = Gesture.objects.filter(
        workspace=gesture.workspace, sha256=gesture.sha256, size=gesture.size, purpose=gesture.purpose, is_ours=True
    ).exclude(file_id="")
    ids = list(same.values_list("file_id", flat=True))
    if not ids:
        return None
    try:
        there = service.files.names()
    except wire.APIError:
        return None
    return next((there[file_id] for file_id in ids if file_id in there), None)


def send(service: Service, gesture: Gesture, content: Content) -> wire.File | None:
    """Upload the bytes; None when there is no file on the server, or none that we know of."""
    save(gesture, state=State.SENDING, busy_until=timezone.now() + SILENCE, problem="", sent=0)
    content.file.seek(0)
    try:
        file = service.files.create(
            name=content.name,
            content=content.file,
            purpose=gesture.purpose,
            on_progress=_Heartbeat(gesture),
            context=gesture.context,
        )
    except BrokenOff:
        save(gesture, state=State.CANCELLED, busy_until=None, problem="")
        return None
    except wire.APIError as error:
        if error.outcome is not wire.Outcome.UNKNOWN:
            cancelled = Gesture.objects.filter(pk=gesture.pk, state=State.CANCELLED).exists()
            state = State.CANCELLED if cancelled else State.FAILED
            save(gesture, state=state, busy_until=None, problem=words(error, writing=True))
            return None
        save(gesture, busy_until=None, problem=words(error, writing=True))
        return service.files.retrieve(gesture.file_id, fresh=True) if claim_unheard(service, gesture) else None
    except audit.AuditUnavailable:
        save(gesture, state=State.FAILED, busy_until=None)
        raise
    if _claim(gesture, file):
        return file
    remove(service, gesture)
    return None


def _claim(gesture: Gesture, file: wire.File) -> bool:
    """Write down that this file is the gesture's; False when it was cancelled meanwhile."""
    taken = Gesture.objects.filter(pk=gesture.pk).exclude(state=State.CANCELLED)
    changed = taken.update(
        state=State.UPLOADED, file_id=file.id, is_ours=True, sent=gesture.size, busy_until=timezone.now() + SILENCE
    )
    gesture.refresh_from_db()
    if not changed:
        save(gesture, state=State.UPLOADED, file_id=file.id, is_ours=True, busy_until=None)
    return bool(changed)
