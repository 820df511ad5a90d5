"""Runs as clients make and steer them. What happens in between is the executor's."""

from __future__ import annotations

import time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from assistants_server.assistants import operations as assistants
from assistants_server.assistants import v1
from assistants_server.http.errors import Refusal, invalid
from assistants_server.http.lookup import find
from assistants_server.http.routing import Version
from assistants_server.ids import new_id
from assistants_server.models import Assistant, Run, RunStep, Thread
from assistants_server.runs import render, worker, writer
from assistants_server.runs.schema import PARAMETERS
from assistants_server.threads.operations import active_run, add_messages

LIFETIME = 600


def of(thread: Thread) -> QuerySet[Run]:
    return Run.objects.filter(thread=thread)


def find_assistant(workspace: str, fields: dict[str, Any]) -> Assistant:
    """The assistant that is to answer; raises a 404 when there is none of that id."""
    return find(assistants.of(workspace), fields["assistant_id"], param="assistant_id")


def create(
    thread: Thread, assistant: Assistant, fields: dict[str, Any], *, version: Version, made: list[writer.Named]
) -> Run:
    """Queue a run; call it holding the thread's lock. ``made`` are events that come before its own: a thread is new.

    The run keeps a copy of all that it takes from the assistant: later changes do not reach it.
    """
    if not made and (active := active_run(thread)) is not None:
        raise already_active(thread, active)
    add_messages(thread, fields.get("additional_messages", []), param="additional_messages")
    row = _row(thread, assistant, fields, version=version)
    if not row.instructions and not thread.messages.exists():
        raise invalid(
            "Run creation requires a Thread with a user message or an assistant with instructions.",
            param=None,
            code="invalid_thread",
        )
    # Known before, so that the row is written once.
    row.next_event = len(made) + 2
    try:
        # Nobody else knows a thread that is new.
        with transaction.atomic(savepoint=not made):
            row.save()
    except IntegrityError:
        # The constraint is the lock; the look above only tells whose it is.
        raise already_active(thread, active_run(thread)) from None
    body = render.run(row, thread_id=thread.wire_id)
    worker.hand_over(row, writer.begin(row, [*made, ("thread.run.created", body), ("thread.run.queued", body)]))
    return row


def already_active(thread: Thread, run: Run | None) -> Refusal:
    name = run.wire_id if run is not None else "that began just now"
    return invalid(f"Thread {thread.wire_id} already has an active run {name}.", param=None, code=None)


def _row(thread: Thread, assistant: Assistant, fields: dict[str, Any], *, version: Version) -> Run:
    body, now = assistant.body, int(time.time())
    resources = body["tool_resources"] | fields.get("tool_resources", {})
    assistants.fill_resources(resources)
    assistants.check_references(thread.workspace, {"tool_resources": resources}, known=body["tool_resources"])
    own = {key: body[key] for key in PARAMETERS if key != "tool_resources" and body.get(key) is not None}
    parameters = PARAMETERS | own | {key: fields[key] for key in PARAMETERS if key in fields}
    tools = fields.get("tools", body["tools"])
    if version == "v1" and "tools" in fields:
        tools = v1.tools_from_v1(tools, body["tools"])
    tools = [_filled(tool) for tool in tools]
    _check_choice(parameters["tool_choice"], tools)
    parts = [fields.get("instructions", body["instructions"]), fields.get("additional_instructions")]
    given = [part for part in parts if part]
    return Run(
        workspace=thread.workspace,
        wire_id=new_id("run_"),
        created_at=now,
        thread=thread,
        assistant_id=assistant.wire_id,
        model=fields.get("model", body["model"]),
        instructions="\n".join(given) if given else parts[0],
        tools=tools,
        metadata=fields.get("metadata", {}),
        parameters=parameters,
        tool_resources=resources,
        expires_at=now + LIFETIME,
    )


def _filled(tool: dict[str, Any]) -> dict[str, Any]:
    """The tool with what the server decides where the client said nothing."""
    if tool["type"] == "function":
        function = {"parameters": {"type": "object", "properties": {}}, "strict": False} | tool["function"]
        return tool | {"function": function}
    if tool["type"] != "file_search":
        return tool
    settings = tool.get("file_search", {})
    ranking = render.RANKING | {"hybrid_search": None} | settings.get("ranking_options", {})
    return {"type": "file_search", "file_search": settings | {"ranking_options": ranking}}


def _check_choice(choice: Any, tools: list[dict[str, Any]]) -> None:
    """Raise a 400 when the model is to call what it does not have."""
    if isinstance(choice, str):
        if choice == "required" and not tools:
            raise invalid(
                "Invalid 'tool_choice': 'required' needs at least one tool.", param="tool_choice", code="invalid_value"
            )
        return
    kind = choice["type"]
    name = choice["function"]["name"] if kind == "function" else ""
    names = {tool["function"]["name"] if tool["type"] == "function" else "" for tool in tools if tool["type"] == kind}
    if name not in names:
        what = f"function '{name}'" if name else f"'{kind}'"
        raise invalid(
            f"Invalid 'tool_choice': {what} is not one of the run's tools.", param="tool_choice", code="invalid_value"
        )


def cancel(run: Run) -> None:
    """Ask a run to stop; call it holding the run's lock. Who works on it, or the next to look, ends it."""
    if run.status not in (Run.Status.QUEUED, Run.Status.IN_PROGRESS, Run.Status.REQUIRES_ACTION):
        raise invalid(f"Cannot cancel run with status '{run.status}'.", param=None, code=None)
    run.status = Run.Status.CANCELLING
    run.required_action = None
    run.save(update_fields=["status", "required_action"])
    worker.wake()


def submit(run: Run, outputs: list[dict[str, Any]], *, thread_id: str) -> int:
    """Answer the functions that a run waits for; call it holding the run's lock.

    Gives the number of the first event that follows from it.
    """
    if run.status != Run.Status.REQUIRES_ACTION:
        raise invalid(f'Runs in status "{run.status}" do not accept tool outputs.', param=None, code=None)
    asked = [call["id"] for call in run.required_action["submit_tool_outputs"]["tool_calls"]]
    got = [item["tool_call_id"] for item in outputs]
    if sorted(asked) != sorted(got):
        raise invalid(f"Expected tool outputs for call_ids {asked}, got {got}", param=None, code=None)
    first = run.next_event
    step = run.steps.filter(type="tool_calls", status=RunStep.Status.IN_PROGRESS).latest("seq")
    given = {item["tool_call_id"]: item["output"] for item in outputs}
    step.tool_calls = [
        call | {"function": call["function"] | {"output": given[call["id"]]}} if call["id"] in given else call
        for call in step.tool_calls
    ]
    step.exchange = [item | {"result": given.get(item["id"], item["result"])} for item in step.exchange]
    step.status, step.ended_at = RunStep.Status.COMPLETED, int(time.time())
    step.save()
    run.status, run.required_action, run.lease_until = Run.Status.QUEUED, None, None
    run.save(update_fields=["status", "required_action", "lease_until"])
    completed = render.step(step, run_row=run, thread_id=thread_id, with_content=True)
    queued = render.run(run, thread_id=thread_id)
    events = writer.append(run, [("thread.run.step.completed", completed), ("thread.run.queued", queued)])
    worker.hand_over(run, events)
    return first
