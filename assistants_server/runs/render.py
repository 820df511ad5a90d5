"""How runs and their steps look on the wire, in either version."""

from __future__ import annotations

from typing import Any

from assistants_server import rendering
from assistants_server.http.routing import Version
from assistants_server.models import Run, RunStep
from assistants_server.runs.schema import PARAMETERS
from assistants_server.threads.render import message_v1

RANKING = {"ranker": "default_2024_08_21", "score_threshold": 0.0}
# What a v1 client does not know of a run.
V2_ONLY = (*PARAMETERS, "incomplete_details")


def run(row: Run, *, thread_id: str, version: Version = "v2") -> dict[str, Any]:
    body = {
        "id": row.wire_id,
        "object": "thread.run",
        "created_at": row.created_at,
        "assistant_id": row.assistant_id,
        "thread_id": thread_id,
        "status": str(row.status),
        "started_at": row.started_at,
        "expires_at": row.expires_at if row.status in Run.ACTIVE else None,
        "cancelled_at": row.cancelled_at,
        "failed_at": row.failed_at,
        "completed_at": row.completed_at,
        "required_action": row.required_action,
        "last_error": row.last_error,
        "model": row.model,
        "instructions": row.instructions,
        "tools": row.tools,
        "metadata": row.metadata,
        "incomplete_details": {"reason": row.incomplete_reason} if row.incomplete_reason else None,
        "usage": usage(row.usage) if row.usage and row.status not in Run.ACTIVE else None,
        **{name: row.parameters[name] for name in PARAMETERS},
    }
    return body if version == "v2" else run_v1(body)


def run_v1(body: dict[str, Any]) -> dict[str, Any]:
    old = {key: value for key, value in body.items() if key not in V2_ONLY}
    return old | {"tools": [rendering.v1_tool(tool) for tool in body["tools"]], "file_ids": []}


def usage(counts: dict[str, int]) -> dict[str, Any]:
    prompt, completion = counts.get("prompt", 0), counts.get("completion", 0)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_token_details": {"cached_tokens": counts.get("cached", 0)},
        "completion_tokens_details": {"reasoning_tokens": counts.get("reasoning", 0)},
    }


def step(
    row: RunStep, *, run_row: Run, thread_id: str, version: Version = "v2", with_content: bool = False
) -> dict[str, Any]:
    """A step; the texts that a search found are left out unless they were asked for."""
    ended = {str(row.status): row.ended_at}
    body = {
        "id": row.wire_id,
        "object": "thread.run.step",
        "created_at": row.created_at,
        "run_id": run_row.wire_id,
        "assistant_id": run_row.assistant_id,
        "thread_id": thread_id,
        "type": row.type,
        "status": str(row.status),
        "cancelled_at": ended.get("cancelled"),
        "completed_at": ended.get("completed"),
        "expired_at": ended.get("expired"),
        "expires_at": run_row.expires_at if row.status == RunStep.Status.IN_PROGRESS else None,
        "failed_at": ended.get("failed"),
        "last_error": row.last_error,
        "metadata": {},
        "step_details": _details(row),
        "usage": usage(row.usage) if row.usage and row.status != RunStep.Status.IN_PROGRESS else None,
    }
    shown = body if with_content else without_content(body)
    return shown if version == "v2" else step_v1(shown)


def _details(row: RunStep) -> dict[str, Any]:
    if row.type == "message_creation":
        return {"type": row.type, row.type: {"message_id": row.message_wire_id}}
    return {"type": row.type, "tool_calls": row.tool_calls}


def without_content(body: dict[str, Any]) -> dict[str, Any]:
    """The step without the texts that its searches found."""
    details = body["step_details"]
    if details["type"] != "tool_calls":
        return body
    calls = [_bare(call) if call["type"] == "file_search" else call for call in details["tool_calls"]]
    return body | {"step_details": details | {"tool_calls": calls}}


def _bare(call: dict[str, Any]) -> dict[str, Any]:
    found = call["file_search"]
    results = [{key: value for key, value in hit.items() if key != "content"} for hit in found["results"]]
    return call | {"file_search": found | {"results": results}}


def step_v1(body: dict[str, Any]) -> dict[str, Any]:
    details = body["step_details"]
    if details["type"] != "tool_calls":
        return body
    return body | {"step_details": details | {"tool_calls": [_call_v1(call) for call in details["tool_calls"]]}}


def _call_v1(call: dict[str, Any]) -> dict[str, Any]:
    if call["type"] != "file_search":
        return call
    rest = {key: value for key, value in call.items() if key != "file_search"}
    return rest | {"type": "retrieval", "retrieval": {}}


def event(name: str, data: Any, *, version: Version, with_content: bool) -> Any:
    """The data of an event, kept as the fullest v2 client sees it, as this client sees it."""
    if name == "thread.run.step.delta":
        details = data["delta"]["step_details"]
        if version == "v1" and "tool_calls" in details:
            calls = [_call_v1(call) for call in details["tool_calls"]]
            return data | {"delta": {"step_details": details | {"tool_calls": calls}}}
        return data
    if name.startswith("thread.run.step."):
        shown = data if with_content else without_content(data)
        return shown if version == "v2" else step_v1(shown)
    if version == "v2" or name == "thread.message.delta":
        return data
    if name.startswith("thread.run."):
        return run_v1(data)
    return message_v1(data) if name.startswith("thread.message.") else _thread_v1(data)


def _thread_v1(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "tool_resources"}
