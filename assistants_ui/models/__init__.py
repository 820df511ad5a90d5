"""What the pages keep of their own. Assistants and files are not among it: the server holds them."""

from __future__ import annotations

from assistants_ui.models.attachments import AttachmentJob, Lock
from assistants_ui.models.editing import Draft, Presence, Snapshot, Submission

__all__ = ["AttachmentJob", "Draft", "Lock", "Presence", "Snapshot", "Submission"]
