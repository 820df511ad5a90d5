"""What the pages keep of their own. Assistants and files are not among it: the server holds them."""

from __future__ import annotations

from assistants_ui.models.editing import Draft, Presence, Snapshot, Submission
from assistants_ui.models.gestures import Gesture, Turn

__all__ = ["Draft", "Gesture", "Presence", "Snapshot", "Submission", "Turn"]
