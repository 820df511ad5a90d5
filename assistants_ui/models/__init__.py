"""What the pages keep of their own. Assistants are not among it: the server holds them."""

from __future__ import annotations

from assistants_ui.models.editing import Draft, Presence, Snapshot, Submission

__all__ = ["Draft", "Presence", "Snapshot", "Submission"]
