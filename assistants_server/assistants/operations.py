"""What an assistant is made of and how a change of it is applied."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet

from assistants_client import strict_json
from assistants_server.assistants.schema import V2
from assistants_server.http.errors import invalid
from assistants_server.ids import new_id, new_revision
from assistants_server.models import Assistant, File, Tombstone, VectorStore
from assistants_server.vector_stores import operations as vector_stores

# What a field holds that was not given. There is no assistant without a model.
DEFAULTS: dict[str, Any] = {name: None for name in V2 if name != "model"} | {
    "tools": [],
    "top_p": 1.0,
    "temperature": 1.0,
    "tool_resources": {},
    "metadata": {},
    "response_format": "auto",
}
# What null means for the fields in which it is not a value of its own.
NULLS: dict[str, Any] = {"metadata": {}, "response_format": "auto", "tool_resources": {}}
# The order in which clients see the fields is that of their description.
ORDER = tuple(V2)


def of(workspace: str) -> QuerySet[Assistant]:
    return Assistant.objects.filter(workspace=workspace)


def create(workspace: str, fields: dict[str, Any]) -> Assistant:
    """Store a new assistant; ``fields`` have passed the v2 description."""
    content: dict[str, Any] = {key: fields.get(key, DEFAULTS.get(key)) for key in ORDER}
    _normalise(content)
    check_references(workspace, content, known={})
    make_stores(workspace, content["tool_resources"])
    assistant = Assistant(workspace=workspace, wire_id=new_id("asst_"), created_at=int(time.time()))
    write(assistant, content)
    return assistant


def restore_id(assistant: Assistant, wire_id: str) -> None:
    """Give a new assistant the id and time of a deleted one; nothing happens when none had that id."""
    tombstone = Tombstone.objects.filter(workspace=assistant.workspace, kind="assistant", wire_id=wire_id).first()
    if tombstone is None or of(assistant.workspace).filter(wire_id=wire_id).exists():
        return
    content = assistant.body
    assistant.wire_id, assistant.created_at = tombstone.wire_id, tombstone.created_at
    write(assistant, {key: content[key] for key in ORDER})
    tombstone.delete()


def update(assistant: Assistant, fields: dict[str, Any]) -> None:
    """Apply what was sent: absent keeps, null clears, values replace.

    In ``tool_resources`` each part that is present is replaced and the other one kept.
    """
    body = assistant.body
    # What was stored before a field existed lacks it.
    content = DEFAULTS | body | fields
    if fields.get("tool_resources"):
        content["tool_resources"] = body["tool_resources"] | fields["tool_resources"]
    _normalise(content)
    check_references(assistant.workspace, content, known=body["tool_resources"])
    write(assistant, {key: content[key] for key in ORDER})


def write(assistant: Assistant, content: dict[str, Any]) -> None:
    """Save ``content``; the revision changes only if the content does."""
    document = document_of(assistant.wire_id, assistant.created_at, content)
    if document == assistant.document:
        return
    assistant.document = document
    assistant.revision = new_revision()
    assistant.save()


def document_of(wire_id: str, created_at: int, content: dict[str, Any]) -> str:
    """The text that is stored and sent."""
    return strict_json.dumps({"id": wire_id, "object": "assistant", "created_at": created_at} | content)


def _normalise(content: dict[str, Any]) -> None:
    """Put in what null and absent parts mean."""
    for key, value in NULLS.items():
        if content[key] is None:
            content[key] = value
    fill_resources(content["tool_resources"])


def fill_resources(resources: dict[str, Any]) -> None:
    """Give each tool that is named the list that it means by saying nothing."""
    if resources.get("code_interpreter") == {}:
        resources["code_interpreter"] = {"file_ids": []}
    if resources.get("file_search") == {}:
        resources["file_search"] = {"vector_store_ids": []}


def check_references(workspace: str, content: dict[str, Any], *, known: dict[str, Any]) -> None:
    """Refuse ids of nothing; an id that the assistant already holds stays, even when its object is gone."""
    for tool, key, model, message in (
        ("code_interpreter", "file_ids", File, "No such File object: {id}"),
        ("file_search", "vector_store_ids", VectorStore, "No vector store found with id '{id}'."),
    ):
        held = known.get(tool, {}).get(key, [])
        wanted = content["tool_resources"].get(tool, {}).get(key, [])
        rows = model.objects.filter(workspace=workspace, wire_id__in=wanted)
        found = set(rows.values_list("wire_id", flat=True)) if set(wanted) - set(held) else set(wanted)
        for index, wire_id in enumerate(wanted):
            if wire_id not in found and wire_id not in held:
                raise invalid(
                    message.format(id=wire_id), param=f"tool_resources.{tool}.{key}[{index}]", code="invalid_value"
                )


def make_stores(workspace: str, resources: dict[str, Any]) -> None:
    """Replace the helper ``vector_stores``, which only a new assistant may bring, by the ids of what it makes."""
    wanted = resources.get("file_search", {}).get("vector_stores")
    if wanted is not None:
        made = [vector_stores.create(workspace, fields) for fields in wanted]
        resources["file_search"] = {"vector_store_ids": [store.wire_id for store in made]}
