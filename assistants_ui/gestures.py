"""Attaching a file, from the click to the end, so that no step is ever done twice or lost sight of.

    upload  ->  (make a store)  ->  put it in  ->  tell the assistant

What has been reached is written down before the next step. Whoever comes later, after a lost
answer, a refusal or a killed process, carries on from there with :func:`finish` or undoes it with
:func:`remove`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from assistants_ui import attaching, errors, wire
from assistants_ui.knowledge import Use
from assistants_ui.models import Gesture
from assistants_ui.models.gestures import SILENCE
from assistants_ui.service import Service
from assistants_ui.turns import Occupied
from assistants_ui.where_used import uses_in
from dashboard import audit
from dashboard.audit import Action, Target

State = Gesture.State

# How far a server's clock may be behind ours when a file is recognised by its time.
CLOCK_DIFFERENCE = timedelta(minutes=2)
# An upload that was never answered and does not show by then did not happen.
CERTAINLY_LOST = timedelta(minutes=10)
HEARTBEAT_SECONDS = 1.0


class BrokenOff(wire.APIError, OSError):  # noqa: N818  (it names what happened)
    """Somebody pressed Cancel, so the file was never sent to its end and the server cannot have kept it.

    An ``OSError`` as well, because to whoever reads the bytes this is a connection that broke.
    """

    def __init__(self) -> None:
        wire.APIError.__init__(
            self, "Cancelled before all of it was sent.", reason=wire.Reason.REQUEST, outcome=wire.Outcome.REFUSED
        )


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Where a file is to go: to an assistant for a use, into a store, or just to the workspace."""

    assistant_id: str = ""
    use: Use | None = None
    store_id: str = ""
    purpose: str = "assistants"


@dataclass(frozen=True, kw_only=True)
class Content:
    """The bytes of an upload, open for reading, with its clean name, its size and its SHA-256 in hex."""

    name: str
    size: int
    sha256: str
    file: IO[bytes]


def attach_upload(service: Service, content: Content, *, aim: Aim, token: str, even_if_known: bool) -> Gesture:
    """Upload and attach one file; the same click a second time carries on instead.

    Never raises for what the server does: the gesture's ``state`` and ``problem`` tell its fate.
    Unless ``even_if_known``, a file whose content the workspace has already is not sent: the
    gesture is then ``KNOWN`` and names the file that is there.
    """
    gesture, is_new = _begun(service, aim=aim, token=token, name=content.name, size=content.size, sha256=content.sha256)
    if gesture.state in (State.ATTACHED, State.CANCELLED, State.REMOVED) or (not is_new and gesture.is_busy):
        return gesture
    if gesture.file_id and gesture.state != State.KNOWN:
        return finish(service, gesture)
    if not is_new and gesture.state == State.SENDING and _claim_unheard(service, gesture):
        return finish(service, gesture)
    known = None if even_if_known else _known_file(service, gesture)
    if known is not None:
        return _save(gesture, state=State.KNOWN, file_id=known.id, is_ours=False, problem="")
    file = _send(service, gesture, content)
    return gesture if file is None else _attach(service, gesture, file)


def attach_existing(service: Service, file: wire.File, *, aim: Aim, token: str) -> Gesture:
    """Attach a file that the server has already; nothing is uploaded."""
    gesture, _ = _begun(service, aim=aim, token=token, name=file.filename, size=file.bytes, sha256=file.id)
    if gesture.state == State.ATTACHED:
        return gesture
    _save(gesture, file_id=file.id, is_ours=False, state=State.UPLOADED)
    return _attach(service, gesture, file)


def finish(service: Service, gesture: Gesture) -> Gesture:
    """Carry on where it stopped. ``state`` and ``problem`` tell how far it came."""
    if gesture.state not in (State.SENDING, State.UPLOADED, State.KNOWN) or gesture.is_busy:
        return gesture
    if not gesture.file_id and not _claim_unheard(service, gesture):
        return _give_up_if_lost(service, gesture)
    try:
        file = service.files.retrieve(gesture.file_id, fresh=True)
    except wire.NotFoundError:
        return _save(gesture, state=State.FAILED, problem="The file is no longer on the server. Choose it again.")
    except wire.APIError as error:
        return _save(gesture, problem=_words(error, writing=False))
    return _attach(service, gesture, file)


def remove(service: Service, gesture: Gesture) -> Gesture:
    """Undo it: delete what was uploaded for this gesture alone, and only if nothing uses it.

    Raises the wire client's errors. A file that is used by now is kept, and ``problem`` says by whom.
    """
    if gesture.state not in (State.SENDING, State.UPLOADED, State.KNOWN, State.FAILED) or gesture.is_busy:
        return gesture
    if not gesture.file_id and not _claim_unheard(service, gesture):
        return _save(gesture, state=State.REMOVED, problem="")
    if not gesture.is_ours:
        return _save(gesture, state=State.REMOVED, problem="")
    uses = uses_in(service, fresh=True)
    if gesture.made_store and gesture.store_id and not uses.assistants_of_store.get(gesture.store_id):
        _remove_own_store(service, gesture)
        uses = uses_in(service, fresh=True)
    if uses.is_used(gesture.file_id) or uses.unread:
        users = [assistant.name or assistant.id for assistant in uses.assistants(gesture.file_id)]
        users += [store.name or store.id for store in uses.stores(gesture.file_id)]
        return _save(
            gesture, problem=f"It is kept, because it is used by {', '.join(users) or 'a store we cannot read'}."
        )
    with suppress(wire.NotFoundError):
        service.files.delete(service.files.retrieve(gesture.file_id, fresh=True), context={"gesture": gesture.id})
    return _save(gesture, state=State.REMOVED, problem="")


def cancel(service: Service, *, token: str) -> Gesture:
    """Stop the click called ``token``, whether it has reached this process yet or not.

    While its bytes are on the way to the server they are broken off within a second; what was
    uploaded but not attached is removed; what is attached stays, and the gesture says so.
    """
    workspace = service.doors.workspace
    gesture = Gesture.objects.filter(workspace=workspace, token=token).first()
    if gesture is None:
        gesture, _ = Gesture.objects.get_or_create(
            workspace=workspace, token=token, name="", sha256="", defaults={"state": State.CANCELLED}
        )
        return gesture
    stopped = Gesture.objects.filter(pk=gesture.pk, state=State.SENDING).update(state=State.CANCELLED)
    gesture.refresh_from_db()
    return gesture if stopped else remove(service, gesture)


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


def _known_file(service: Service, gesture: Gesture) -> wire.File | None:
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


def _send(service: Service, gesture: Gesture, content: Content) -> wire.File | None:
    """Upload the bytes; None when there is no file on the server, or none that we know of."""
    _save(gesture, state=State.SENDING, busy_until=timezone.now() + SILENCE, problem="", sent=0)
    content.file.seek(0)
    try:
        file = service.files.create(
            name=content.name,
            content=content.file,
            purpose=gesture.purpose,
            on_progress=_Heartbeat(gesture),
            context={"gesture": gesture.id},
        )
    except BrokenOff:
        _save(gesture, state=State.CANCELLED, busy_until=None, problem="")
        return None
    except wire.APIError as error:
        if error.outcome is not wire.Outcome.UNKNOWN:
            cancelled = Gesture.objects.filter(pk=gesture.pk, state=State.CANCELLED).exists()
            state = State.CANCELLED if cancelled else State.FAILED
            _save(gesture, state=state, busy_until=None, problem=_words(error, writing=True))
            return None
        _save(gesture, busy_until=None, problem=_words(error, writing=True))
        return service.files.retrieve(gesture.file_id, fresh=True) if _claim_unheard(service, gesture) else None
    except audit.AuditUnavailable:
        _save(gesture, state=State.FAILED, busy_until=None)
        raise
    return file if _claim(gesture, file) else None


def _claim(gesture: Gesture, file: wire.File) -> bool:
    """Write down that this file is the gesture's; False when it was cancelled meanwhile."""
    taken = Gesture.objects.filter(pk=gesture.pk).exclude(state=State.CANCELLED)
    changed = taken.update(
        state=State.UPLOADED, file_id=file.id, is_ours=True, sent=gesture.size, busy_until=timezone.now() + SILENCE
    )
    gesture.refresh_from_db()
    if not changed:
        _save(gesture, state=State.UPLOADED, file_id=file.id, is_ours=True, busy_until=None, problem="Cancelled.")
    return bool(changed)


def _claim_unheard(service: Service, gesture: Gesture) -> bool:
    """Find the file of an upload whose answer was never heard, and settle the record; False when it is not there."""
    try:
        files = service.files.all(fresh=True)
    except wire.APIError:
        return False
    taken = set(
        Gesture.objects.filter(workspace=gesture.workspace, is_ours=True)
        .exclude(file_id="")
        .values_list("file_id", flat=True)
    )
    earliest = (gesture.created_at - CLOCK_DIFFERENCE).timestamp()
    for file in sorted(files, key=lambda file: file.created_at):
        is_it = (file.filename, file.bytes, file.purpose) == (gesture.name, gesture.size, gesture.purpose)
        if is_it and file.created_at >= earliest and file.id not in taken:
            _settle(service, gesture, Action.FILE_CREATE, outcome=audit.Outcome.SUCCEEDED, file=file)
            _save(gesture, state=State.UPLOADED, file_id=file.id, is_ours=True, problem="")
            return True
    return False


def _give_up_if_lost(service: Service, gesture: Gesture) -> Gesture:
    if timezone.now() - gesture.created_at < CERTAINLY_LOST:
        problem = "We looked on the server and it is not there yet. Look again in a few minutes, or remove it."
        return _save(gesture, problem=problem)
    _settle(service, gesture, Action.FILE_CREATE, outcome=audit.Outcome.NOT_SENT)
    return _save(gesture, state=State.FAILED, problem="It never arrived on the server. Choose the file again.")


def _attach(service: Service, gesture: Gesture, file: wire.File) -> Gesture:
    """The steps after the upload, one holder at a time; what stops them is told by ``problem``."""
    free = Q(busy_until=None) | Q(busy_until__lte=timezone.now())
    if not gesture.is_busy and not Gesture.objects.filter(free, pk=gesture.pk).update(
        busy_until=timezone.now() + SILENCE
    ):
        return gesture
    problem = ""
    is_unheard = False
    try:
        attaching.attach(service, gesture, file)
    except Occupied:
        problem = "Somebody else is changing this assistant's files just now."
    except attaching.CannotAttach as reason:
        problem = str(reason)
    except wire.APIError as error:
        problem = _words(error, writing=True)
        is_unheard = error.outcome is wire.Outcome.UNKNOWN
    except audit.AuditUnavailable:
        _save(gesture, state=State.UPLOADED, busy_until=None)
        raise
    if not problem or (is_unheard and _is_attached_after_all(service, gesture)):
        _save(gesture, state=State.ATTACHED, busy_until=None, problem="")
        _settle_steps(service, gesture, file)
        return gesture
    return _save(gesture, state=State.UPLOADED, busy_until=None, problem=problem)


def _is_attached_after_all(service: Service, gesture: Gesture) -> bool:
    try:
        return attaching.is_attached(service, gesture)
    except wire.APIError:
        return False


def _settle_steps(service: Service, gesture: Gesture, file: wire.File) -> None:
    """Say in the record that the steps whose answers were lost have been made after all."""
    for action in (
        Action.VECTOR_STORE_CREATE,
        Action.VECTOR_STORE_FILE_CREATE,
        Action.ASSISTANT_FILE_CREATE,
        Action.ASSISTANT_UPDATE,
    ):
        _settle(service, gesture, action, outcome=audit.Outcome.SUCCEEDED)


def _settle(
    service: Service, gesture: Gesture, action: Action, *, outcome: audit.Outcome, file: wire.File | None = None
) -> None:
    for act in audit.open_operations(workspace=gesture.workspace, older_than=timedelta(0)):
        if act.action == action and act.context.get("gesture") == gesture.id:
            after: Mapping[str, object] | None = file.raw if file else None
            target = Target(type="file", id=file.id, label=file.filename) if file else None
            act.settle(
                outcome=outcome,
                reason="Looked for it on the server.",
                after=after,
                target=target,
                settled_by=service.doors.actor,
            )


def _remove_own_store(service: Service, gesture: Gesture) -> None:
    """Delete the store that was made for this gesture, unless it holds anything else."""
    try:
        others = [
            file for file in service.vector_stores.files(gesture.store_id, fresh=True) if file.id != gesture.file_id
        ]
        if not others:
            store = service.vector_stores.retrieve(gesture.store_id, fresh=True)
            service.vector_stores.delete(store, context={"gesture": gesture.id})
    except wire.NotFoundError:
        pass


def _save(gesture: Gesture, **facts: object) -> Gesture:
    for name, value in facts.items():
        setattr(gesture, name, value)
    gesture.problem = gesture.problem[:500]
    gesture.save(update_fields=[*facts, "updated_at"])
    return gesture


def _words(error: wire.APIError, *, writing: bool) -> str:
    problem = errors.explain(error, writing=writing)
    return f"{problem.title}. {problem.text}"


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
