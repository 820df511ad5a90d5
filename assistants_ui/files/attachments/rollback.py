"""Taking back what a gesture did, and nothing else."""

from __future__ import annotations

from contextlib import suppress

import assistants_client as wire
from assistants_ui.files.attachments import steps
from assistants_ui.files.attachments.reconcile import claim_unheard
from assistants_ui.files.attachments.types import save
from assistants_ui.files.usage import Uses, uses_in
from assistants_ui.models import Gesture
from assistants_ui.service import Service

State = Gesture.State


def remove(service: Service, gesture: Gesture) -> Gesture:
    """Undo it: delete what was uploaded for this gesture alone, and only if nothing uses it.

    Raises the wire client's errors. A file that is used by now is kept, and ``problem`` says by whom.
    """
    if gesture.state not in (State.SENDING, State.UPLOADED, State.KNOWN, State.FAILED) or gesture.is_busy:
        return gesture
    if not gesture.file_id and not claim_unheard(service, gesture):
        return save(gesture, state=State.REMOVED, problem="")
    if not gesture.is_ours:
        return save(gesture, state=State.REMOVED, problem="")
    uses = uses_in(service, fresh=True)
    if _remove_own_store(service, gesture, uses):
        uses = uses_in(service, fresh=True)
    if uses.is_used(gesture.file_id) or uses.unread:
        state = State.ATTACHED if steps.is_attached(service, gesture) else gesture.state
        return save(
            gesture, state=state, problem=f"It is kept, because it is in use by {_users(uses, gesture.file_id)}."
        )
    with suppress(wire.NotFoundError):
        service.files.delete(service.files.retrieve(gesture.file_id, fresh=True), context=gesture.context)
    return save(gesture, state=State.REMOVED, problem="")


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


def _remove_own_store(service: Service, gesture: Gesture, uses: Uses) -> bool:
    """Delete the store that was made for this gesture, unless anybody uses it or it holds anything else."""
    store_id = gesture.store_id
    if gesture.made_store and not store_id:
        unheard = steps.made_unheard(service, gesture)
        store_id = unheard.id if unheard else ""
    if not gesture.made_store or not store_id or uses.assistants_of_store.get(store_id):
        return False
    try:
        if {file.id for file in service.vector_stores.files(store_id, fresh=True)} - {gesture.file_id}:
            return False
        store = service.vector_stores.retrieve(store_id, fresh=True)
        service.vector_stores.delete(store, context=gesture.context)
    except wire.NotFoundError:
        return False
    return True


def _users(uses: Uses, file_id: str) -> str:
    users = [assistant.name or assistant.id for assistant in uses.assistants(file_id)]
    users += [store.name or store.id for store in uses.stores(file_id)]
    return ", ".join(users) or "a vector store that we could not look into"
