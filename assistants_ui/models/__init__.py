"""What the pages keep of their own. Assistants and files are not among it: the server holds them."""

from __future__ import annotations

from assistants_ui.models.attachments import AttachmentJob, Lock
from assistants_ui.models.bulk import BulkItem, BulkJob
from assistants_ui.models.catalog import CatalogDocument, CatalogEntry, CatalogState, CatalogTag, CatalogWord
from assistants_ui.models.conversations import BorrowedThread, CannedAnswer, TryCount
from assistants_ui.models.editing import Draft, Presence, Snapshot, Submission
from assistants_ui.models.evaluations import Question, QuestionAnswer, QuestionRun, QuestionVerdict
from assistants_ui.models.lists import AssistantOfPerson, SavedView

__all__ = [
    "AssistantOfPerson",
    "AttachmentJob",
    "BorrowedThread",
    "BulkItem",
    "BulkJob",
    "CannedAnswer",
    "CatalogDocument",
    "CatalogEntry",
    "CatalogState",
    "CatalogTag",
    "CatalogWord",
    "Draft",
    "Lock",
    "Presence",
    "Question",
    "QuestionAnswer",
    "QuestionRun",
    "QuestionVerdict",
    "SavedView",
    "Snapshot",
    "Submission",
    "TryCount",
]
