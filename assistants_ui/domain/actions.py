"""The actions of the pages by their names in the record."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """A dotted name: what it was done to, then what was done."""

    ASSISTANT_CREATE = "assistant.create"
    ASSISTANT_UPDATE = "assistant.update"
    ASSISTANT_DELETE = "assistant.delete"
    ASSISTANT_CHANGED_OUTSIDE = "assistant.changed_outside"
    ASSISTANT_HANDED_OVER = "assistant.handed_over"
    ASSISTANT_TRY = "assistant.try"
    ASSISTANT_FILE_CREATE = "assistant_file.create"
    ASSISTANT_FILE_DELETE = "assistant_file.delete"
    FILE_CREATE = "file.create"
    FILE_DELETE = "file.delete"
    VECTOR_STORE_CREATE = "vector_store.create"
    VECTOR_STORE_UPDATE = "vector_store.update"
    VECTOR_STORE_CHANGED_OUTSIDE = "vector_store.changed_outside"
    VECTOR_STORE_DELETE = "vector_store.delete"
    VECTOR_STORE_FILE_CREATE = "vector_store_file.create"
    VECTOR_STORE_FILE_UPDATE = "vector_store_file.update"
    VECTOR_STORE_FILE_DELETE = "vector_store_file.delete"
    VECTOR_STORE_FILE_BATCH_CREATE = "vector_store_file_batch.create"
    VECTOR_STORE_FILE_BATCH_CANCEL = "vector_store_file_batch.cancel"
    QUESTION_CREATE = "question.create"
    QUESTION_UPDATE = "question.update"
    QUESTION_DELETE = "question.delete"
    QUESTION_RUN_START = "question_run.start"
    QUESTION_RUN_CANCEL = "question_run.cancel"
    QUESTION_RUN_JUDGE = "question_run.judge"
    SAVED_VIEW_CREATE = "saved_view.create"
    SAVED_VIEW_UPDATE = "saved_view.update"
    SAVED_VIEW_DELETE = "saved_view.delete"
