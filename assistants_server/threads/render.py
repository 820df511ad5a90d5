"""How threads and messages look on the wire, in either version."""

from __future__ import annotations

from typing import Any

from assistants_server.http.routing import Version
from assistants_server.models import Message, Thread


def thread(row: Thread, *, version: Version = "v2") -> dict[str, Any]:
    body = {"id": row.wire_id, "object": "thread", "created_at": row.created_at, "metadata": row.metadata}
    return body | {"tool_resources": row.tool_resources} if version == "v2" else body


def message(row: Message, *, thread_id: str, version: Version = "v2") -> dict[str, Any]:
    body = {
        "id": row.wire_id,
        "object": "thread.message",
        "created_at": row.created_at,
        "assistant_id": row.assistant_id or None,
        "thread_id": thread_id,
        "run_id": row.run_id or None,
        "status": row.status,
        "incomplete_details": {"reason": row.incomplete_reason} if row.incomplete_reason else None,
        "incomplete_at": row.incomplete_at,
        "completed_at": row.completed_at,
        "role": row.role,
        "content": row.content,
        "attachments": row.attachments,
        "metadata": row.metadata,
    }
    return body if version == "v2" else message_v1(body)


def message_v1(body: dict[str, Any]) -> dict[str, Any]:
    """The same message as a v1 client knows it: ``file_ids`` for attachments, and citations that quote."""
    old = {key: value for key, value in body.items() if key != "attachments"}
    old["file_ids"] = file_ids(body["attachments"])
    old["content"] = [_part_v1(part) for part in body["content"]]
    return old


def file_ids(attachments: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(item["file_id"] for item in attachments))


def _part_v1(part: dict[str, Any]) -> dict[str, Any]:
    if part["type"] != "text":
        return part
    annotations = [
        item | {"file_citation": {"quote": ""} | item["file_citation"]} if item["type"] == "file_citation" else item
        for item in part["text"]["annotations"]
    ]
    return part | {"text": part["text"] | {"annotations": annotations}}


def message_file(row: Message, file_id: str) -> dict[str, Any]:
    return {
        "id": file_id,
        "object": "thread.message.file",
        "created_at": row.created_at,
        "message_id": row.wire_id,
    }
