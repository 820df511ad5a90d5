"""Threads and their messages."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from assistants_server.assistants import operations as assistants
from assistants_server.http.errors import invalid
from assistants_server.ids import new_id, new_revision
from assistants_server.models import File, Message, Run, Thread
from assistants_server.threads.attachments import attach


def of(workspace: str) -> QuerySet[Thread]:
    return Thread.objects.filter(workspace=workspace)


def create(workspace: str, fields: dict[str, Any]) -> Thread:
    """Store a new thread with its first messages."""
    resources = dict(fields.get("tool_resources") or {})
    assistants.fill_resources(resources)
    assistants.check_references(workspace, {"tool_resources": resources}, known={})
    assistants.make_stores(workspace, resources)
    thread = Thread.objects.create(
        workspace=workspace,
        wire_id=new_id("thread_"),
        created_at=int(time.time()),
        metadata=fields.get("metadata", {}),
        tool_resources=resources,
    )
    add_messages(thread, fields.get("messages", []), param="messages")
    return thread


def update(thread: Thread, fields: dict[str, Any]) -> None:
    """Apply what was sent; in ``tool_resources`` each part that is present is replaced."""
    if "metadata" in fields:
        thread.metadata = fields["metadata"]
    if "tool_resources" in fields:
        resources = thread.tool_resources | fields["tool_resources"]
        assistants.fill_resources(resources)
        assistants.check_references(thread.workspace, {"tool_resources": resources}, known=thread.tool_resources)
        thread.tool_resources = resources
    thread.revision = new_revision()
    thread.save()


def active_run(thread: Thread) -> Run | None:
    """The run that keeps the thread locked, if one does."""
    return thread.runs.filter(status__in=Run.ACTIVE).only("wire_id").first()


def refuse_while_active(thread: Thread) -> None:
    """Raise the 400 for a message that comes while a run is at work; call it holding the thread's lock."""
    if (run := active_run(thread)) is not None:
        raise invalid(
            f"Can't add messages to {thread.wire_id} while a run {run.wire_id} is active.", param=None, code=None
        )


def add_messages(thread: Thread, items: list[dict[str, Any]], *, param: str = "") -> list[Message]:
    """Store what clients wrote, in the order given, and hand its attachments to the thread's tools."""
    now = int(time.time())
    added = []
    for index, item in enumerate(items):
        where = f"{param}[{index}]." if param else ""
        _check_images(thread.workspace, item["content"], param=f"{where}content")
        attachments = attach(
            thread, _attachments(item), param=where + ("file_ids" if "file_ids" in item else "attachments")
        )
        added.append(
            Message.objects.create(
                workspace=thread.workspace,
                wire_id=new_id("msg_"),
                created_at=now,
                thread=thread,
                role=item["role"],
                content=item["content"],
                attachments=attachments,
                metadata=item.get("metadata", {}),
                completed_at=now,
            )
        )
    return added


def _attachments(item: dict[str, Any]) -> list[dict[str, Any]]:
    """A file of a v1 message is there for every tool that its assistant has."""
    both = [{"type": "file_search"}, {"type": "code_interpreter"}]
    return [
        *item.get("attachments", []),
        *({"file_id": wire_id, "tools": both} for wire_id in item.get("file_ids", [])),
    ]


def _check_images(workspace: str, content: Iterable[dict[str, Any]], *, param: str) -> None:
    wanted = [part["image_file"]["file_id"] for part in content if part["type"] == "image_file"]
    if not wanted:
        return
    known = set(File.objects.filter(workspace=workspace, wire_id__in=wanted).values_list("wire_id", flat=True))
    for wire_id in wanted:
        if wire_id not in known:
            raise invalid(f"No such File object: {wire_id}", param=param, code="invalid_value")
