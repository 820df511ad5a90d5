"""How a run ends other than well: what was being written is closed truthfully, in one transaction with the run."""

from __future__ import annotations

import json
import time
from typing import Any

from assistants_server.models import Message, Run, RunEvents, RunStep
from assistants_server.runs import render, writer
from assistants_server.threads import render as thread_render

S = Run.Status
# What becomes of an open step, and why the message in it is incomplete.
STEPS = {
    S.INCOMPLETE: (RunStep.Status.COMPLETED, "max_tokens"),
    S.FAILED: (RunStep.Status.FAILED, "run_failed"),
    S.CANCELLED: (RunStep.Status.CANCELLED, "run_cancelled"),
    S.EXPIRED: (RunStep.Status.EXPIRED, "run_expired"),
}
# What a run changes of a message after it has begun it; the metadata are the client's.
WRITTEN = ("status", "content", "incomplete_reason", "incomplete_at", "completed_at")
AT = {S.INCOMPLETE: "completed_at", S.FAILED: "failed_at", S.CANCELLED: "cancelled_at"}


def end(
    held: writer.Writer,
    status: Run.Status,
    *,
    error: dict[str, str] | None = None,
    reason: str = "",
    usage: dict[str, int] | None = None,
) -> None:
    """Bring the run to ``status``; ``usage`` is that of the call that was under way."""
    run, now = held.run, int(time.time())

    def act() -> list[writer.Named]:
        named: list[writer.Named] = []
        thread_id = run.thread.wire_id
        if status == S.CANCELLED:
            asked = render.run(run, thread_id=thread_id) | {"status": "cancelling", "cancelled_at": None, "usage": None}
            named.append(("thread.run.cancelling", asked))
        for step in run.steps.filter(status=RunStep.Status.IN_PROGRESS).select_related("message"):
            named += _close(step, run, status, now=now, usage=usage)
        named.append((f"thread.run.{status}", render.run(run, thread_id=thread_id)))
        return named

    at = {AT[status]: now} if status in AT else {}
    held.write(
        act,
        status=status,
        last_error=error,
        incomplete_reason=reason,
        required_action=None,
        lease_until=None,
        ended_at=now,
        **at,
    )


def _close(
    step: RunStep, run: Run, status: Run.Status, *, now: int, usage: dict[str, int] | None
) -> list[writer.Named]:
    named: list[writer.Named] = []
    step_status, reason = STEPS[status]
    thread_id = run.thread.wire_id
    if step.message is not None and step.message.status == Message.Status.IN_PROGRESS:
        message = step.message
        message.content = content_so_far(run, message.wire_id)
        if message.content:
            message.status, message.incomplete_reason, message.incomplete_at = Message.Status.INCOMPLETE, reason, now
            keep_message(message)
            named.append(("thread.message.incomplete", thread_render.message(message, thread_id=thread_id)))
        else:
            message.delete()
            step.message = None
    step.status, step.ended_at, step.usage = step_status, now, usage or step.usage
    step.last_error = run.last_error if status == S.FAILED else None
    step.save(update_fields=["status", "ended_at", "usage", "last_error"])
    data = render.step(step, run_row=run, thread_id=thread_id, with_content=True)
    named.append((f"thread.run.step.{step_status}", data))
    return named


def keep_message(message: Message) -> None:
    """Write what became of a message; one that was deleted while it was written stays deleted."""
    values = {name: getattr(message, name) for name in WRITTEN}
    Message.objects.filter(pk=message.pk).update(**values)


def content_so_far(run: Run, message_id: str) -> list[dict[str, Any]]:
    """The parts of a message, put together from the pieces that were sent of it."""
    parts: dict[int, dict[str, Any]] = {}
    texts: dict[int, list[str]] = {}
    for events in RunEvents.objects.filter(run=run).order_by("first"):
        for name, text in events.events:
            data = json.loads(text)
            if name == "thread.message.delta" and data["id"] == message_id:
                for piece in data["delta"]["content"]:
                    _add(parts, texts, piece)
    # Joined once: a text that grows piece by piece is copied with each.
    for index, said in texts.items():
        part = parts[index]
        if part["type"] == "refusal":
            part["refusal"] = "".join(said)
        else:
            part["text"]["value"] = "".join(said)
    return [parts[index] for index in sorted(parts)]


def _add(parts: dict[int, dict[str, Any]], texts: dict[int, list[str]], piece: dict[str, Any]) -> None:
    index = piece["index"]
    if piece["type"] == "refusal":
        parts.setdefault(index, {"type": "refusal", "refusal": ""})
        texts.setdefault(index, []).append(piece["refusal"])
        return
    if piece["type"] == "image_file":
        parts[index] = {"type": "image_file", "image_file": piece["image_file"]}
        return
    part = parts.setdefault(index, {"type": "text", "text": {"value": "", "annotations": []}})
    texts.setdefault(index, []).append(piece["text"]["value"])
    part["text"]["annotations"] += [final(item) for item in piece["text"].get("annotations", [])]


def final(annotation: dict[str, Any]) -> dict[str, Any]:
    """An annotation of a delta as the finished message has it."""
    kept = {key: value for key, value in annotation.items() if key != "index"}
    if "file_citation" in kept:
        kept["file_citation"] = {"file_id": kept["file_citation"]["file_id"]}
    return kept


def end_overdue(run_pk: int) -> None:
    """Expire a run whose time is up, whoever has it."""
    row = writer.claim(run_pk, overdue=True)
    if row is not None:
        status = S.CANCELLED if row.status == S.CANCELLING else S.EXPIRED
        end(writer.Writer(row), status)
