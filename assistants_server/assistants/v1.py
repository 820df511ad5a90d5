"""What a v1 client means, in terms of the one stored assistant.

A v1 assistant has one list of files for all of its tools. Its links are kept as such, and each
change of them is carried over to ``tool_resources``: to the code interpreter's files, and to a
vector store made for that purpose when the assistant searches files. What a v2 client attached
there by itself is left alone.
"""

from __future__ import annotations

import time
from typing import Any

from assistants_server import rendering
from assistants_server.assistants import operations as assistants
from assistants_server.http.errors import invalid
from assistants_server.ids import new_revision
from assistants_server.models import Assistant, AssistantFile, File, VectorStore
from assistants_server.vector_stores import operations as vector_stores

MOST_FILES = 20


def file_ids_of(assistant: Assistant) -> list[str]:
    """The linked files, oldest link first."""
    return list(assistant.links.order_by("created_at", "seq").values_list("wire_id", flat=True))


def tools_from_v1(sent: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The v2 tools a v1 client means; one it has merely sent back keeps what v1 cannot express."""
    known = [(rendering.v1_tool(tool), tool) for tool in stored]
    return [next((tool for shown, tool in known if shown == item), _tool_from_v1(item)) for item in sent]


def _tool_from_v1(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "file_search"} if tool["type"] == "retrieval" else tool


def check_files(workspace: str, file_ids: list[str], *, held: list[str], param: str) -> None:
    """Raise a 400 for the first new id that is not a file uploaded for assistants."""
    purposes = dict(File.objects.filter(workspace=workspace, wire_id__in=file_ids).values_list("wire_id", "purpose"))
    for index, file_id in enumerate(file_ids):
        where = f"{param}[{index}]" if param == "file_ids" else param
        if file_id in held:
            continue
        if file_id not in purposes:
            raise invalid(f"No such File object: {file_id}", param=where, code="invalid_value")
        if purposes[file_id] != "assistants":
            raise invalid(
                f"Invalid '{where}': the file was uploaded with purpose '{purposes[file_id]}', not 'assistants'.",
                param=where,
                code="invalid_value",
            )


def link(assistant: Assistant, file_ids: list[str]) -> None:
    """Make these the linked files; they are part of what a v1 client sees, so of its ETag too."""
    file_ids = list(dict.fromkeys(file_ids))
    dropped, _ = assistant.links.exclude(wire_id__in=file_ids).delete()
    linked = set(assistant.links.values_list("wire_id", flat=True))
    if dropped or linked != set(file_ids):
        assistant.revision = new_revision()
        assistant.save(update_fields=["revision"])
    now = int(time.time())
    AssistantFile.objects.bulk_create(
        AssistantFile(assistant=assistant, wire_id=file_id, created_at=now)
        for file_id in file_ids
        if file_id not in linked
    )


def resources_after(
    workspace: str, body: dict[str, Any], tools: list[dict[str, Any]], *, old: list[str], new: list[str]
) -> dict[str, Any]:
    """``tool_resources`` once ``tools`` apply and the linked files went from ``old`` to ``new``."""
    resources: dict[str, Any] = dict(body.get("tool_resources", {}))
    had = {tool["type"] for tool in body.get("tools", [])}
    has = {tool["type"] for tool in tools}
    if "code_interpreter" in has:
        held = resources.get("code_interpreter", {}).get("file_ids", [])
        known = old if "code_interpreter" in had else []
        kept = [file_id for file_id in held if file_id not in known or file_id in new]
        file_ids = kept + [file_id for file_id in new if file_id not in known and file_id not in kept]
        if file_ids or "code_interpreter" in resources:
            resources["code_interpreter"] = {"file_ids": file_ids}
    if "file_search" in has:
        store_ids = resources.get("file_search", {}).get("vector_store_ids", [])
        if not store_ids and new:
            store = vector_stores.create(workspace, {"file_ids": new}, is_automatic=True)
            resources["file_search"] = {"vector_store_ids": [store.wire_id]}
        else:
            automatic = VectorStore.objects.filter(workspace=workspace, wire_id__in=store_ids, is_automatic=True)
            for store in automatic:
                vector_stores.follow(store, new)
    return resources


def create(workspace: str, fields: dict[str, Any]) -> Assistant:
    """Store a new assistant; ``fields`` have passed the v1 description."""
    file_ids = list(dict.fromkeys(fields.get("file_ids", [])))
    check_files(workspace, file_ids, held=[], param="file_ids")
    content = {key: value for key, value in fields.items() if key != "file_ids"}
    content["tools"] = tools_from_v1(fields.get("tools", []), [])
    content["tool_resources"] = resources_after(workspace, {}, content["tools"], old=[], new=file_ids)
    assistant = assistants.create(workspace, content)
    link(assistant, file_ids)
    return assistant


def update(assistant: Assistant, fields: dict[str, Any]) -> None:
    """Apply what a v1 client sent; ``file_ids`` replaces the links."""
    body, old = assistant.body, file_ids_of(assistant)
    new = list(dict.fromkeys(fields.get("file_ids", old)))
    check_files(assistant.workspace, new, held=old, param="file_ids")
    content = {key: value for key, value in fields.items() if key != "file_ids"}
    tools = tools_from_v1(fields["tools"], body["tools"]) if "tools" in fields else body["tools"]
    if "tools" in fields:
        content["tools"] = tools
    if {"tools", "file_ids"} & fields.keys():
        content["tool_resources"] = resources_after(assistant.workspace, body, tools, old=old, new=new)
    assistants.update(assistant, content)
    link(assistant, new)


def relink(assistant: Assistant, file_ids: list[str]) -> None:
    """Change only the linked files; raises a 400 when there would be more than 20."""
    if len(set(file_ids)) > MOST_FILES:
        raise invalid(
            f"Invalid 'file_ids': array too long. Expected an array with maximum length {MOST_FILES}, "
            f"but got an array with length {len(set(file_ids))} instead.",
            param="file_ids",
            code="array_above_max_length",
        )
    update(assistant, {"file_ids": file_ids})
