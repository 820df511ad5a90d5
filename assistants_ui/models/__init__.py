"""What the pages keep of their own. Assistants and files are not among it: the server holds them."""

from __future__ import annotations

from assistants_ui.models.attachments import AttachmentJob, Lock
from assistants_ui.models.conversations import BorrowedThread, CannedAnswer, TryCount
from assistants_ui.models.editing import Draft, Presence, Snapshot, Submission

__all__ = [
    "AttachmentJob",
    "BorrowedThread",
    "CannedAnswer",
    "Draft",
    "Lock",
    "Presence",
    "Snapshot",
    "Submission",
    "TryCount",
]
