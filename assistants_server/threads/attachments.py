"""What the files of a message do to its thread: they become known to the tools they are attached for."""

from __future__ import annotations

from typing import Any

from assistants_server.http.errors import invalid
from assistants_server.models import File, Thread, VectorStore
from assistants_server.vector_stores import operations as vector_stores

# A store that nobody asked for by name goes when nobody has searched it for a week.
STORE_DAYS = 7


def attach(thread: Thread, attachments: list[dict[str, Any]], *, param: str) -> list[dict[str, Any]]:
    """Put the files where the tools look for them; raises a 400 for a file that cannot be attached."""
    if not attachments:
        return attachments
    _check_files(thread.workspace, [item["file_id"] for item in attachments], param=param)
    resources = dict(thread.tool_resources)
    if searched := _files_for(attachments, "file_search"):
        resources["file_search"] = {"vector_store_ids": [_store_with(thread, searched).wire_id]}
    if code := _files_for(attachments, "code_interpreter"):
        held = resources.get("code_interpreter", {}).get("file_ids", [])
        resources["code_interpreter"] = {"file_ids": list(dict.fromkeys([*held, *code]))}
    if resources != thread.tool_resources:
        thread.tool_resources = resources
        thread.save(update_fields=["tool_resources"])
    return attachments


def _files_for(attachments: list[dict[str, Any]], tool: str) -> list[str]:
    ids = [item["file_id"] for item in attachments if {"type": tool} in item["tools"]]
    return list(dict.fromkeys(ids))


def _check_files(workspace: str, file_ids: list[str], *, param: str) -> None:
    purposes = dict(File.objects.filter(workspace=workspace, wire_id__in=file_ids).values_list("wire_id", "purpose"))
    for index, file_id in enumerate(file_ids):
        where = f"{param}[{index}]" if param.endswith("file_ids") else f"{param}[{index}].file_id"
        if file_id not in purposes:
            raise invalid(f"No such File object: {file_id}", param=where, code="invalid_value")
        if purposes[file_id] not in ("assistants", "user_data", "assistants_output"):
            raise invalid(
                f"Invalid '{where}': the file was uploaded with purpose '{purposes[file_id]}', not 'assistants'.",
                param=where,
                code="invalid_value",
            )


def _store_with(thread: Thread, file_ids: list[str]) -> VectorStore:
    """The thread's own store, holding these files too; a new one when it has none that still works."""
    named = thread.tool_resources.get("file_search", {}).get("vector_store_ids", [])
    store = vector_stores.of(thread.workspace).filter(wire_id__in=named).first()
    if store is None or vector_stores.is_expired(store):
        expiry = {"anchor": "last_active_at", "days": STORE_DAYS}
        return vector_stores.create(thread.workspace, {"file_ids": file_ids, "expires_after": expiry})
    held = set(store.files.filter(wire_id__in=file_ids).values_list("wire_id", flat=True))
    vector_stores.add(store, [{"file_id": wire_id} for wire_id in file_ids if wire_id not in held], param="file_ids")
    vector_stores.touch(store)
    return store
