"""Sentences of the record that only assistants, files and vector stores need."""

from __future__ import annotations

from collections.abc import Callable

from assistants_ui.domain.labels import field_names
from dashboard.audit.read.sentences import describe_changes
from dashboard.audit.registry import Happening
from dashboard.lib.counting import counted


def created(row: Happening) -> str | None:
    if row.context.get("duplicate_of"):
        return "made a copy of another assistant"
    return "brought the deleted assistant back" if row.context.get("undelete_of") else None


def updated(row: Happening) -> str | None:
    """The file that an update was for, by the name that was noted with it, then the changes left to tell.

    Stores are exchanged for the sake of such a file; that is the means and not what was done. A
    store that is gone is noted in the same way, and is no file.
    """
    files, stores = row.changes.get("files", {}), row.changes.get("vector_stores", {})
    taken, given = row.context.get("detached"), row.context.get("attached")
    rest = {field: facts for field, facts in row.changes.items() if field not in ("files", "vector_stores")}
    if taken and (files or stores) and taken not in stores.get("removed", []):
        return describe_changes(rest, names=row.names, first=[f"removed {taken}"])
    if given and (files.get("added") or stores.get("added")):
        gone = {"vector_stores": {"removed": stores["removed"]}} if stores.get("removed") else {}
        return describe_changes(rest | gone, names=row.names, first=[f"attached {given}"])
    return None


def tried(row: Happening) -> str | None:
    changed = row.detail.get("changed")
    if not isinstance(changed, list | tuple) or not changed:
        return None
    return f"tried the assistant with unsaved changes to {field_names([str(name) for name in changed])}"


def ran_questions(row: Happening) -> str | None:
    count = row.detail.get("questions")
    if not isinstance(count, int):
        return None
    on = "the saved version and unsaved changes" if row.detail.get("has_draft") else "the saved version"
    return f"ran {counted(count, 'test question')} on {on}"


def judged(row: Happening) -> str | None:
    verdict = row.detail.get("verdict")
    return f"judged an answer to a test question: {verdict}" if verdict else None


def of_file(verb: str, *, given: str = "") -> Callable[[Happening], str | None]:
    """``verb`` and the name of the file; ``given`` is the verb where it was done for an assistant."""

    def phrase(row: Happening) -> str | None:
        file = row.context.get("file_name") or row.target_label
        said = given if given and row.context.get("assistant_id") else verb
        return f"{said} {file}" if file else None

    return phrase


def added_batch(row: Happening) -> str | None:
    added = row.detail.get("files") or len(row.context.get("file_ids", []))
    return f"added {counted(added, 'file')} to the vector store" if added else None
