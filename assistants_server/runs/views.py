"""/threads/{thread_id}/runs, their steps, and /threads/runs."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.http import pagination
from assistants_server.http.lookup import find, locate, missing
from assistants_server.http.mutations import Change, execute_mutation
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models import Run, RunEvents, RunStep, Thread
from assistants_server.runs import operations, render, schema, streams, worker
from assistants_server.runs.connect import model_name
from assistants_server.sandbox import installed as sandbox
from assistants_server.threads import operations as threads
from assistants_server.threads import render as thread_render
from assistants_server.threads import views as thread_views
from assistants_server.threads.views import created, found, locked

# How soon the official clients look again; they would wait for a second, or for five.
POLL_AFTER = 300
# Each run that is answered before this one: hundreds who wait would keep the server from what they wait for.
POLL_AFTER_EACH = 20
POLL_AFTER_MOST = 5000


def create(call: ApiRequest, thread_id: str) -> HttpResponseBase:
    fields = schema.CREATE[call.version](call.body, "")
    if fields.get("stream"):
        streams.check_room(call.principal)
    with_content = schema.wants_content(call.request.GET)
    worker.end_overdue_of(call.workspace, thread_id)
    queued: list[Queued] = []

    def act() -> Change:
        thread = locked(call, thread_id)
        assistant = operations.find_assistant(call.workspace, fields)
        row = operations.create(thread, assistant, fields, version=call.version, made=[])
        queued.append(Queued(row, 0))
        return run_change(call, row, thread_id)

    response = execute_mutation(call, "run.create", act, hurries=True)
    return _answer(call, response, queued, streamed=fields.get("stream"), with_content=with_content)


def create_with_thread(call: ApiRequest) -> HttpResponseBase:
    fields = schema.CREATE_WITH_THREAD[call.version](call.body, "")
    if fields.get("stream"):
        streams.check_room(call.principal)
    queued: list[Queued] = []

    def act() -> Change:
        assistant = operations.find_assistant(call.workspace, fields)
        thread = threads.create(call.workspace, fields.get("thread", {}))
        made: list[tuple[str, Any]] = [("thread.created", thread_render.thread(thread))]
        row = operations.create(thread, assistant, fields, version=call.version, made=made)
        queued.append(Queued(row, 0))
        also = created(call, thread, fields.get("thread", {}))
        return run_change(call, row, thread.wire_id, also={"thread.create": also, **also.also})

    response = execute_mutation(call, "run.create", act, hurries=True)
    return _answer(call, response, queued, streamed=fields.get("stream"))


class Queued(NamedTuple):
    """A run that this request queued, and the number of the event with which its stream begins."""

    run: Run
    first: int


def _answer(
    call: ApiRequest,
    response: HttpResponse,
    queued: list[Queued],
    *,
    streamed: bool | None,
    is_submitted: bool = False,
    with_content: bool = False,
) -> HttpResponseBase:
    """The answer that was given, or the stream of the same; nothing is ``queued`` where it was given before."""
    if not queued:
        run_id = strict_json.loads(response.content)["id"]
        row = Run.objects.get(workspace=call.workspace, wire_id=run_id)
        queued = [Queued(row, _submitted(row) if is_submitted else 0)]
    [(row, first)] = queued
    _note_not_offered(response, row.tools, call.workspace)
    if not streamed:
        return response
    stream = streams.response(
        row, first=first, version=call.version, with_content=with_content, principal=call.principal
    )
    if "Dashboard-Tools-Not-Offered" in response:
        stream["Dashboard-Tools-Not-Offered"] = response["Dashboard-Tools-Not-Offered"]
    return stream


def _note_not_offered(response: HttpResponse, tools: list[dict[str, Any]], workspace: str) -> None:
    """Say which tool the model is not told of, and how it is added; the rest of the run goes on without it."""
    if settings.WORKSPACES[workspace].model.is_builtin:
        kinds = {tool["type"] for tool in tools} & {"code_interpreter", "function"}
        if kinds:
            response["Dashboard-Tools-Not-Offered"] = ", ".join(
                f'{kind}; set="MODEL_BASE_URL"' for kind in sorted(kinds)
            )
    elif {"type": "code_interpreter"} in tools and not sandbox.is_ready():
        response["Dashboard-Tools-Not-Offered"] = f'code_interpreter; add="{sandbox.COMMAND}"'


def _submitted(row: Run) -> int:
    """Where the events begin that follow the outputs submitted last."""
    for events in RunEvents.objects.filter(run=row).order_by("-first"):
        names = [name for name, _ in events.events]
        if names == ["thread.run.step.completed", "thread.run.queued"]:
            return events.first
    return 0


def listing(call: ApiRequest, thread_id: str) -> HttpResponse:
    thread = found(call, thread_id)
    rows = operations.of(thread)
    page = pagination.page(
        rows,
        pagination.ListWindow.of(call.request.GET),
        locate=lambda cursor: locate(rows, call.workspace, cursor),
        unknown=lambda param, cursor: missing(Run, cursor, param=param),
    )
    texts = [strict_json.dumps(render.run(row, thread_id=thread_id, version=call.version)) for row in page.rows]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def create_message(call: ApiRequest, thread_id: str) -> HttpResponse:
    """A message waits for no run whose time is up."""
    worker.end_overdue_of(call.workspace, thread_id)
    return thread_views.create_message(call, thread_id)


def retrieve(call: ApiRequest, thread_id: str, run_id: str) -> HttpResponse:
    worker.end_overdue_of(call.workspace, thread_id)
    row = found_run(found(call, thread_id), run_id)
    response = answer(render.run(row, thread_id=thread_id, version=call.version))
    if row.status in Run.ACTIVE and row.status != Run.Status.REQUIRES_ACTION:
        response["openai-poll-after-ms"] = str(poll_after(row))
    # The run names the model that the assistant asks for; this is the one that stands for it here.
    response["openai-model"] = model_name(call.workspace, row.model)
    _note_not_offered(response, row.tools, call.workspace)
    return response


def poll_after(row: Run) -> int:
    """Milliseconds until it is worth looking at the run again."""
    if row.status != Run.Status.QUEUED:
        return POLL_AFTER
    ahead = Run.objects.filter(status=Run.Status.QUEUED, seq__lt=row.seq).count()
    return min(POLL_AFTER_MOST, POLL_AFTER + POLL_AFTER_EACH * ahead)


def update(call: ApiRequest, thread_id: str, run_id: str) -> HttpResponse:
    fields = schema.UPDATE(call.body, "")

    def act() -> Change:
        row = locked_run(call, thread_id, run_id)
        if "metadata" in fields:
            row.metadata = fields["metadata"]
            row.save(update_fields=["metadata"])
        return run_change(call, row, thread_id)

    return execute_mutation(call, "run.update", act)


def cancel(call: ApiRequest, thread_id: str, run_id: str) -> HttpResponse:
    worker.end_overdue_of(call.workspace, thread_id)

    def act() -> Change:
        row = locked_run(call, thread_id, run_id)
        operations.cancel(row)
        return run_change(call, row, thread_id)

    return execute_mutation(call, "run.cancel", act)


def submit_tool_outputs(call: ApiRequest, thread_id: str, run_id: str) -> HttpResponseBase:
    fields = schema.SUBMIT(call.body, "")
    if fields.get("stream"):
        streams.check_room(call.principal)
    worker.end_overdue_of(call.workspace, thread_id)
    queued: list[Queued] = []

    def act() -> Change:
        row = locked_run(call, thread_id, run_id)
        first = operations.submit(row, fields["tool_outputs"], thread_id=thread_id)
        queued.append(Queued(row, first))
        return run_change(call, row, thread_id)

    response = execute_mutation(call, "run.submit_tool_outputs", act)
    return _answer(call, response, queued, streamed=fields.get("stream"), is_submitted=True)


def steps(call: ApiRequest, thread_id: str, run_id: str) -> HttpResponse:
    with_content = schema.wants_content(call.request.GET)
    run = found_run(found(call, thread_id), run_id)
    rows = RunStep.objects.filter(run=run)
    page = pagination.page(
        rows,
        pagination.ListWindow.of(call.request.GET),
        locate=lambda cursor: locate(rows, call.workspace, cursor),
        unknown=lambda param, cursor: missing(RunStep, cursor, param=param),
    )
    texts = [
        strict_json.dumps(
            render.step(row, run_row=run, thread_id=thread_id, version=call.version, with_content=with_content)
        )
        for row in page.rows
    ]
    return answer(rendering.listing([row.wire_id for row in page.rows], texts, has_more=page.has_more))


def step(call: ApiRequest, thread_id: str, run_id: str, step_id: str) -> HttpResponse:
    with_content = schema.wants_content(call.request.GET)
    run = found_run(found(call, thread_id), run_id)
    row = find(RunStep.objects.filter(run=run), step_id, param="step_id")
    return answer(render.step(row, run_row=run, thread_id=thread_id, version=call.version, with_content=with_content))


def found_run(thread: Thread, run_id: str) -> Run:
    return find(operations.of(thread), run_id, param="run_id")


def locked_run(call: ApiRequest, thread_id: str, run_id: str) -> Run:
    """The run, locked: whoever works on it writes nothing until the commit."""
    return find(operations.of(found(call, thread_id)).select_for_update(), run_id, param="run_id")


def run_change(call: ApiRequest, row: Run, thread_id: str, *, also: dict[str, Change] | None = None) -> Change:
    """What was done to a run. The record has its ids and numbers and none of its words."""
    return Change(
        id=row.wire_id,
        answer=render.run(row, thread_id=thread_id, version=call.version),
        also=also or {},
        detail={
            "thread_id": thread_id,
            "assistant_id": row.assistant_id,
            "model": row.model,
            "tools": len(row.tools),
        },
    )
