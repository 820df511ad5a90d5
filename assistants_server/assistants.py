"""What an assistant is made of and how a change of it is applied."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet

from assistants_server import strict_json
from assistants_server.errors import invalid
from assistants_server.ids import new_id, new_revision
from assistants_server.models import Assistant, File

DEFAULTS: dict[str, Any] = {
    "name": None,
    "description": None,
    "instructions": None,
    "tools": [],
    "top_p": 1.0,
    "temperature": 1.0,
    "reasoning_effort": None,
    "tool_resources": {},
    "metadata": {},
    "response_format": "auto",
}
# What null means for the fields in which it is not a value of its own.
NULLS: dict[str, Any] = {"metadata": {}, "response_format": "auto", "tool_resources": {}}
ORDER = (
    "name",
    "description",
    "model",
    "instructions",
    "tools",
    "top_p",
    "temperature",
    "reasoning_effort",
    "tool_resources",
    "metadata",
    "response_format",
)


def of(workspace: str) -> QuerySet[Assistant]:
    return Assistant.objects.filter(workspace=workspace)


def create(workspace: str, fields: dict[str, Any]) -> Assistant:
    """Store a new assistant; ``fields`` have passed the v2 description."""
    content = {key: fields.get(key, DEFAULTS.get(key)) for key in ORDER}
    _settle(content, fields)
    _check_references(workspace, content, known={})
    assistant = Assistant(workspace=workspace, wire_id=new_id("asst_"), created_at=int(time.time()))
    write(assistant, content)
    return assistant


def update(assistant: Assistant, fields: dict[str, Any]) -> None:
    """Apply what was sent: absent keeps, null clears, values replace.

    In ``tool_resources`` each part that is present is replaced and the other one kept.
    """
    body = assistant.body
    content = body | fields
    if fields.get("tool_resources"):
        content["tool_resources"] = body["tool_resources"] | fields["tool_resources"]
    _settle(content, fields)
    _check_references(assistant.workspace, content, known=body["tool_resources"])
    write(assistant, {key: content[key] for key in ORDER})


def write(assistant: Assistant, content: dict[str, Any]) -> None:
    """Save ``content``; the revision changes only if the content does."""
    document = strict_json.dumps(
        {"id": assistant.wire_id, "object": "assistant", "created_at": assistant.created_at} | content
    )
    if document == assistant.document:
        return
    assistant.document = document
    assistant.revision = new_revision()
    assistant.save()


def _settle(content: dict[str, Any], fields: dict[str, Any]) -> None:
    for key, value in NULLS.items():
        if content[key] is None:
            content[key] = value
    resources = content["tool_resources"]
    if "code_interpreter" in resources:
        resources["code_interpreter"].setdefault("file_ids", [])
    if "file_search" in resources:
        resources["file_search"].setdefault("vector_store_ids", [])


def _check_references(workspace: str, content: dict[str, Any], *, known: dict[str, Any]) -> None:
    """Refuse ids of nothing; an id that the assistant already holds stays, even when its object is gone."""
    held = set(known.get("code_interpreter", {}).get("file_ids", []))
    wanted = content["tool_resources"].get("code_interpreter", {}).get("file_ids", [])
    new = [file_id for file_id in wanted if file_id not in held]
    found = set(File.objects.filter(workspace=workspace, wire_id__in=new).values_list("wire_id", flat=True))
    for file_id in new:
        if file_id not in found:
            where = f"tool_resources.code_interpreter.file_ids[{wanted.index(file_id)}]"
            raise invalid(f"No such File object: {file_id}", param=where, code="invalid_value")
