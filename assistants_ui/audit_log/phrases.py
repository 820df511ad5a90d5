"""Clauses of the record that only assistants, files and vector stores need."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from assistants_ui.domain.labels import field_names, verdict_label
from dashboard.audit.read.sentences import describe_changes
from dashboard.audit.registry import LogRowFacts


def created(row: LogRowFacts) -> list[str] | None:
    if row.context.get("duplicate_of"):
        return [gettext("made a copy of another assistant")]
    return [gettext("brought the deleted assistant back")] if row.context.get("undelete_of") else None


def updated(row: LogRowFacts) -> list[str] | None:
    """The file that an update was for, by the name that was noted with it, then the changes left to tell.

    Stores are exchanged for the sake of such a file; that is the means and not what was done. A
    store that is gone is noted in the same way, and is no file.
    """
    files, stores = row.changes.get("files", {}), row.changes.get("vector_stores", {})
    taken, given = row.context.get("detached"), row.context.get("attached")
    rest = {field: facts for field, facts in row.changes.items() if field not in ("files", "vector_stores")}
    if taken and (files or stores) and taken not in stores.get("removed", []):
        return describe_changes(rest, names=row.names, first=[gettext("removed %(name)s") % {"name": taken}])
    if given and (files.get("added") or stores.get("added")):
        gone = {"vector_stores": {"removed": stores["removed"]}} if stores.get("removed") else {}
        return describe_changes(rest | gone, names=row.names, first=[gettext("attached %(name)s") % {"name": given}])
    return None


def tried(row: LogRowFacts) -> list[str] | None:
    changed = row.detail.get("changed")
    if not isinstance(changed, list | tuple) or not changed:
        return None
    fields = field_names([str(name) for name in changed])
    return [gettext("tried the assistant with unsaved changes to %(fields)s") % {"fields": fields}]


def ran_questions(row: LogRowFacts) -> list[str] | None:
    count = row.detail.get("questions")
    if not isinstance(count, int):
        return None
    if row.detail.get("has_draft"):
        clause = ngettext(
            "ran %(count)d test question on the saved version and unsaved changes",
            "ran %(count)d test questions on the saved version and unsaved changes",
            count,
        )
    else:
        clause = ngettext(
            "ran %(count)d test question on the saved version",
            "ran %(count)d test questions on the saved version",
            count,
        )
    return [clause % {"count": count}]


def judged(row: LogRowFacts) -> list[str] | None:
    verdict = row.detail.get("verdict")
    if not verdict:
        return None
    return [gettext("judged an answer to a test question: %(verdict)s") % {"verdict": verdict_label(str(verdict))}]


def attached(row: LogRowFacts) -> list[str] | None:
    return [gettext("attached %(name)s") % {"name": file}] if (file := _file_of(row)) else None


def detached(row: LogRowFacts) -> list[str] | None:
    return [gettext("detached %(name)s") % {"name": file}] if (file := _file_of(row)) else None


def added_to_store(row: LogRowFacts) -> list[str] | None:
    """A file that came into a store: for an assistant's sake it was attached to that one."""
    if row.context.get("assistant_id"):
        return attached(row)
    return [gettext("added %(name)s") % {"name": file}] if (file := _file_of(row)) else None


def removed_from_store(row: LogRowFacts) -> list[str] | None:
    return [gettext("removed %(name)s") % {"name": file}] if (file := _file_of(row)) else None


def changed_attributes(row: LogRowFacts) -> list[str] | None:
    return [gettext("changed the attributes of %(name)s") % {"name": file}] if (file := _file_of(row)) else None


def added_batch(row: LogRowFacts) -> list[str] | None:
    added = row.detail.get("files") or len(row.context.get("file_ids", []))
    if not added:
        return None
    clause = ngettext("added %(count)d file to the vector store", "added %(count)d files to the vector store", added)
    return [clause % {"count": added}]


def _file_of(row: LogRowFacts) -> str:
    return str(row.context.get("file_name") or row.target_label or "")
