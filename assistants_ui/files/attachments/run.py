"""From the click to the end, or as far as it goes; and on from there later."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

import assistants_client as wire
from assistants_ui.files.attachments import steps
from assistants_ui.files.attachments.reconcile import claim_unheard, give_up_if_lost, settle, settle_steps
from assistants_ui.files.attachments.types import Aim, Content, save, words
from assistants_ui.files.attachments.upload import known_file, send
from assistants_ui.models import Gesture
from assistants_ui.models.attachments import SILENCE
from assistants_ui.service import Service
from assistants_ui.workspaces.locks import Occupied
from dashboard.audit import api as audit
from dashboard.audit.api import Action

State = Gesture.State

# How long after an upload "there is no such file" may only mean "not yet", and the waits in between.
STILL_NEW = timedelta(seconds=30)
PAUSES = (0.3, 1.0)


def attach_upload(service: Service, content: Content, *, aim: Aim, token: str, even_if_known: bool) -> Gesture:
    """Upload and attach one file; the same click a second time carries on instead.

    Never raises for what the server does: the gesture's ``state`` and ``problem`` tell its fate.
    Unless ``even_if_known``, a file whose content the workspace has already is not sent: the
    gesture is then ``KNOWN`` and names the file that is there. The bytes are let go of either way.
    """
    with content.file:
        return _carry_out(service, content, aim=aim, token=token, even_if_known=even_if_known)


def _carry_out(service: Service, content: Content, *, aim: Aim, token: str, even_if_known: bool) -> Gesture:
    gesture, is_new = _begun(service, aim=aim, token=token, name=content.name, size=content.size, sha256=content.sha256)
    if gesture.state in (State.ATTACHED, State.CANCELLED, State.REMOVED) or (not is_new and gesture.is_busy):
        return gesture
    if gesture.file_id and gesture.state != State.KNOWN:
        return finish(service, gesture)
    if not is_new and gesture.state == State.SENDING:
        if claim_unheard(service, gesture):
            return finish(service, gesture)
        settle(service, gesture, Action.FILE_CREATE, outcome=audit.Outcome.REFUSED)
    known = None if even_if_known else known_file(service, gesture)
    if known is not None:
        return save(gesture, state=State.KNOWN, file_id=known.id, is_ours=False, busy_until=None, problem="")
    file = send(service, gesture, content)
    return gesture if file is None else _attach(service, gesture, file)


def attach_existing(service: Service, file: wire.File, *, aim: Aim, token: str) -> Gesture:
    """Attach a file that the server has already; nothing is uploaded."""
    gesture, _ = _begun(service, aim=aim, token=token, name=file.filename, size=file.bytes, sha256=file.id)
    if gesture.state == State.ATTACHED:
        return gesture
    save(gesture, file_id=file.id, is_ours=False, state=State.UPLOADED)
    return _attach(service, gesture, file)


def finish(service: Service, gesture: Gesture) -> Gesture:
    """Carry on where it stopped. ``state`` and ``problem`` tell how far it came."""
    if gesture.state not in (State.SENDING, State.UPLOADED, State.KNOWN) or gesture.is_busy:
        return gesture
    if not gesture.file_id and not claim_unheard(service, gesture):
        return give_up_if_lost(service, gesture)
    try:
        file = service.files.retrieve(gesture.file_id, fresh=True)
    except wire.NotFoundError:
        return save(gesture, state=State.FAILED, problem="The file is no longer on the server. Choose it again.")
    except wire.APIError as error:
        return save(gesture, problem=words(error, writing=False))
    return _attach(service, gesture, file)


def _begun(service: Service, *, aim: Aim, token: str, name: str, size: int, sha256: str) -> tuple[Gesture, bool]:
    """The gesture of this click and whether it is a new one. A failed one begins anew."""
    workspace = service.doors.workspace
    one = {"workspace": workspace, "token": token, "name": name, "sha256": sha256}
    facts = {
        "size": size,
        "purpose": aim.purpose,
        "use": aim.use or "",
        "assistant_id": aim.assistant_id,
        "store_id": aim.store_id,
        "by": service.doors.actor.name,
    }
    cancelled = Gesture.objects.filter(workspace=workspace, token=token, state=State.CANCELLED).first()
    if cancelled is not None:
        return cancelled, False
    try:
        with transaction.atomic():
            return Gesture.objects.create(**one, **facts, busy_until=timezone.now() + SILENCE), True
    except IntegrityError:
        gesture = Gesture.objects.get(**one)
    if gesture.state == State.FAILED:
        retaken = Gesture.objects.filter(pk=gesture.pk, state=State.FAILED)
        is_new = bool(retaken.update(state=State.SENDING, busy_until=timezone.now() + SILENCE, problem="", **facts))
        gesture.refresh_from_db()
        return gesture, is_new
    return gesture, False


def _attach(service: Service, gesture: Gesture, file: wire.File) -> Gesture:
    """The steps after the upload, one holder at a time; what stops them is told by ``problem``."""
    free = Q(busy_until=None) | Q(busy_until__lte=timezone.now())
    if not gesture.is_busy and not Gesture.objects.filter(free, pk=gesture.pk).update(
        busy_until=timezone.now() + SILENCE
    ):
        return gesture
    problem = ""
    is_unheard = False
    done: set[Action] = set()
    try:
        _attach_patiently(service, gesture, file, done=done)
    except Occupied:
        problem = "Somebody else is changing this assistant's files just now."
    except steps.CannotAttach as reason:
        problem = str(reason)
    except wire.APIError as error:
        problem = words(error, writing=True)
        is_unheard = error.outcome is wire.Outcome.UNKNOWN
    except audit.AuditUnavailable:
        save(gesture, state=State.UPLOADED, busy_until=None)
        raise
    if not problem or (is_unheard and _is_attached_after_all(service, gesture)):
        save(gesture, state=State.ATTACHED, busy_until=None, problem="")
        settle_steps(service, gesture, done=done)
        return gesture
    return save(gesture, state=State.UPLOADED, busy_until=None, problem=problem)


def _attach_patiently(service: Service, gesture: Gesture, file: wire.File, *, done: set[Action]) -> None:
    """Attach; a server of several processes may not know yet what it took a moment ago."""
    for pause in PAUSES:
        try:
            return steps.attach(service, gesture, file, done=done)
        except wire.NotFoundError:
            if timezone.now() - gesture.updated_at > STILL_NEW:
                raise
        time.sleep(pause)
    return steps.attach(service, gesture, file, done=done)


def _is_attached_after_all(service: Service, gesture: Gesture) -> bool:
    try:
        return steps.is_attached(service, gesture)
    except wire.APIError:
        return False
