"""What a message carries beside its words, as the ``extra_tags`` of Django's messages.

It is an address: where a POST undoes what the message tells, and after a ``#`` the section of the
page in which it stands, where the page has one. Either may be missing.
"""

from __future__ import annotations

from django.urls import reverse

from assistants_ui.models import Gesture
from assistants_ui.service import Service
from dashboard.audit.read import operations

# The section of an assistant's page about its files.
KNOWLEDGE = "knowledge-section"


def undo_tags(workspace: str, *, seq: int | None, place: str = "") -> str:
    """``seq`` is the row of the change that can be undone, None where there is none."""
    address = reverse("change-undo", args=[workspace, seq]) if seq is not None else ""
    return f"{address}#{place}" if place else address


def undo_of_request(service: Service, *targets: str, place: str = "") -> str:
    """The tags of a message about the last change that this request made of one of these things."""
    doors = service.doors
    seq = operations.last_row(workspace=doors.workspace, targets=targets, request_id=doors.request_id)
    return undo_tags(doors.workspace, seq=seq, place=place)


def undo_of_gesture(service: Service, gesture: Gesture, *, place: str = "") -> str:
    """The tags of a message about a file that was attached; a mere upload has nothing to undo."""
    workspace = service.doors.workspace
    targets = [gesture.file_id, gesture.assistant_id] if gesture.assistant_id else [gesture.file_id]
    is_attached = gesture.is_done and (gesture.assistant_id or gesture.store_id)
    seq = operations.last_row(workspace=workspace, targets=targets, gesture=gesture.id) if is_attached else None
    return undo_tags(workspace, seq=seq, place=place)
