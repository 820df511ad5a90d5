"""Which changes can be undone, as far as their own rows tell; the things as they are now decide the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistants_ui.audit_log.related import address_of
from dashboard.audit.read.entries import circumstances_of
from dashboard.audit.registry import LogRow

# The fields of a vector store that people set, and so can put back.
STORE_FIELDS = ("name", "metadata", "expires_after")


def address(row: LogRow) -> str:
    """The page that can undo a row's change; empty where none can."""
    if is_of_an_assistant(row.head):
        return address_of("assistant-undo", row.workspace, row.target_id, row.seq)
    if row.action == "question.delete" and _has_succeeded(row.head):
        assistant_id = (row.head.get("detail") or {}).get("assistant_id", "")
        return address_of("question-undelete", row.workspace, assistant_id, row.seq)
    return address_of("change-undo", row.workspace, row.seq) if is_of_files_or_stores(row.head) else ""


def is_of_an_assistant(head: Mapping[str, Any]) -> bool:
    """Whether this changed an assistant so that the pages of its history can take it back."""
    if not _has_succeeded(head) or head["target_type"] != "assistant" or not head["target_id"]:
        return False
    has_changes = head["action"] in ("assistant.update", "assistant.changed_outside") and "changes" in head
    return (has_changes and not _file_of(head)) or head["action"] == "assistant.delete"


def is_of_files_or_stores(head: Mapping[str, Any]) -> bool:
    """Whether this gave or took a file, or changed a vector store, in a way that can be taken back."""
    if not _has_succeeded(head):
        return False
    context = circumstances_of(head)
    match head["action"]:
        case "vector_store.update" | "vector_store.changed_outside":
            return bool(set(head.get("changes") or {}) & set(STORE_FIELDS))
        case "vector_store_file.create" | "vector_store_file.delete":
            return bool(context.get("vector_store"))
        case "vector_store_file_batch.create":
            # Within a job the assistant's own row is undone, and its steps with it.
            return bool(context.get("vector_store") and context.get("file_ids") and not context.get("assistant_id"))
        case "assistant_file.create" | "assistant_file.delete":
            return bool(context.get("assistant_id"))
        case "assistant.update":
            return _file_of(head)
    return False


def _has_succeeded(head: Mapping[str, Any]) -> bool:
    return bool(head["outcome"] == "succeeded" and head["workspace"])


def _file_of(head: Mapping[str, Any]) -> bool:
    """Whether the assistant was changed to give it one file, or to take that away."""
    context = head.get("context") or {}
    return bool(context.get("file_id") and (context.get("attached") or context.get("detached")))
