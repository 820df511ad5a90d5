"""Runs over /v1, polled and streamed, answered by a model that follows a script."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_django import Settings

from assistants_server.models import Message, Run, RunStep, Thread
from assistants_server.runs import connect, executor, worker, writer
from assistants_server.runs.executor import Control, execute
from assistants_server.runs.model import End, ModelError, Reasoning, RefusedText, Text, ToolCall
from dashboard.audit.models import Record
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.conftest import API, read_files, upload
from tests.assistants_server.scripted import USAGE, ScriptedModel, Step, work

pytestmark = pytest.mark.django_db
FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
SEARCH = {"type": "file_search"}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> ScriptedModel:
    scripted = ScriptedModel()
    served = WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url="http://model.example/v1"))
    settings.WORKSPACES = settings.WORKSPACES | {"main": served}
    monkeypatch.setattr(connect, "open_model", lambda workspace: scripted)
    return scripted


def assistant(api: API, **fields: Any) -> str:
    return str(api.send("/assistants", {"model": "gpt-4o"} | fields).json()["id"])


def ask(api: API, assistant_id: str, text: str = "Hello?", **fields: Any) -> dict[str, Any]:
    thread = {"messages": [{"role": "user", "content": text}]}
    answer = api.send("/threads/runs", {"assistant_id": assistant_id, "thread": thread} | fields)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def path(run: dict[str, Any]) -> str:
    return f"/threads/{run['thread_id']}/runs/{run['id']}"


def look(api: API, run: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = api.fetch(path(run))
    return body


def newest(api: API, run: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = api.fetch(f"/threads/{run['thread_id']}/messages")["data"][0]
    return body


def steps(api: API, run: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = api.fetch(f"{path(run)}/steps?order=asc{query}")["data"]
    return data


def log(run: dict[str, Any]) -> list[tuple[str, Any]]:
    """The events of a run, repeated deltas as one."""
    found: list[tuple[str, Any]] = []
    for row in Run.objects.get(wire_id=run["id"]).events.order_by("first"):
        for name, data in row.events:
            if not found or found[-1][0] != name or not name.endswith(".delta"):
                found.append((name.removeprefix("thread."), json.loads(data)))
    return found


def names(run: dict[str, Any]) -> list[str]:
    listed: list[str] = []
    for name, _ in log(run):
        if not listed or not name.endswith(".delta") or listed[-1] != name:
            listed.append(name)
    return listed


MESSAGE = [
    "run.step.created",
    "run.step.in_progress",
    "message.created",
    "message.in_progress",
    "message.delta",
    "message.completed",
    "run.step.completed",
]


def test_a_run_answers_in_text(api: API, model: ScriptedModel) -> None:
    model.says("Hel", "lo!")
    run = ask(api, assistant(api, instructions="Be kind."), metadata={"a": "b"})

    assert run["status"] == "queued"
    assert (run["started_at"], run["usage"], run["expires_at"]) == (None, None, run["created_at"] + 600)
    waiting = api.get(f"/v1{path(run)}")
    assert waiting["openai-poll-after-ms"] == "300"
    work()
    done = look(api, run)
    assert done["status"] == "completed"
    assert (done["expires_at"], done["last_error"], done["metadata"]) == (None, None, {"a": "b"})
    assert (done["usage"]["prompt_tokens"], done["usage"]["total_tokens"]) == (10, 15)
    answer = newest(api, run)
    assert answer["content"] == [{"type": "text", "text": {"value": "Hello!", "annotations": []}}]
    assert (answer["role"], answer["run_id"], answer["assistant_id"]) == ("assistant", run["id"], run["assistant_id"])
    [step] = steps(api, run)
    assert step["step_details"] == {"type": "message_creation", "message_creation": {"message_id": answer["id"]}}
    assert step == api.fetch(f"{path(run)}/steps/{step['id']}")
    assert names(run) == ["created", "run.created", "run.queued", "run.in_progress", *MESSAGE, "run.completed"]
    assert [message["role"] for message in model.turns[0].messages] == ["system", "user"]
    assert api.fetch(f"/threads/{run['thread_id']}/messages?run_id={run['id']}")["data"] == [answer]


def test_a_run_on_a_thread_adds_messages_and_instructions(api: API, model: ScriptedModel) -> None:
    model.says("Yes.")
    thread = api.send("/threads").json()["id"]
    body = {
        "assistant_id": assistant(api, instructions="One."),
        "additional_instructions": "Two.",
        "additional_messages": [{"role": "user", "content": "Really?"}],
        "model": None,
        "temperature": 0.2,
        "stream": None,
    }
    run = api.send(f"/threads/{thread}/runs", body).json()
    work()

    assert (run["instructions"], run["temperature"]) == ("One.\nTwo.", 0.2)
    assert model.turns[0].messages[1] == {"role": "user", "content": "Really?"}
    assert model.turns[0].temperature == 0.2
    assert [item["id"] for item in api.fetch(f"/threads/{thread}/runs")["data"]] == [run["id"]]


def test_functions_are_asked_for_and_answered(api: API, model: ScriptedModel) -> None:
    model.calls(("weather", '{"city": "Rome"}'), ("weather", '{"city": "Oslo"}'))
    model.says("Warm.")
    run = ask(api, assistant(api, tools=[FUNCTION]), tool_choice="required")
    work()

    waiting = look(api, run)
    assert (waiting["status"], waiting["usage"]) == ("requires_action", None)
    calls = waiting["required_action"]["submit_tool_outputs"]["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == ['{"city": "Rome"}', '{"city": "Oslo"}']
    first = {"tool_call_id": calls[0]["id"], "output": "20"}
    refused = api.send(f"{path(run)}/submit_tool_outputs", {"tool_outputs": [first]})
    ids = [call["id"] for call in calls]
    expected = f"Expected tool outputs for call_ids {ids}, got {ids[:1]}"
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, expected)
    both = {"tool_outputs": [first, {"tool_call_id": calls[1]["id"], "output": None}]}
    again = api.send(f"{path(run)}/submit_tool_outputs", both).json()
    assert (again["status"], again["required_action"]) == ("queued", None)
    refused = api.send(f"{path(run)}/submit_tool_outputs", both)
    assert refused.json()["error"]["message"] == 'Runs in status "queued" do not accept tool outputs.'
    work()
    assert look(api, run)["status"] == "completed"
    step = steps(api, run)[0]
    assert [call["function"]["output"] for call in step["step_details"]["tool_calls"]] == ["20", ""]
    assert [turn.tool_choice for turn in model.turns] == ["required", "auto"]
    assert [message["role"] for message in model.turns[1].messages] == ["user", "assistant", "tool", "tool"]
    asking = ["run.step.created", "run.step.in_progress", "run.step.delta", "run.requires_action"]
    going_on = ["run.step.completed", "run.queued", "run.in_progress", *MESSAGE, "run.completed"]
    assert names(run) == ["created", "run.created", "run.queued", "run.in_progress", *asking, *going_on]


def test_a_search_cites_what_it_found(api: API, model: ScriptedModel) -> None:
    file_id = upload(api, name="foods.txt", content=b"Filip likes cake most of all.")
    made = assistant(api, tools=[SEARCH], tool_resources={"file_search": {"vector_stores": [{"file_ids": [file_id]}]}})
    store = api.fetch(f"/assistants/{made}")["tool_resources"]["file_search"]["vector_store_ids"][0]
    read_files(store)
    model.calls(("file_search", '{"queries": ["Filip cake"]}'))
    model.says("Cake\u3010", "4:0\u2020foods", ".txt\u3011. Pie\u30109:9\u2020x\u3011.")
    run = ask(api, made)
    work()

    mark = "\u30104:0\u2020foods.txt\u3011"
    text = newest(api, run)["content"][0]["text"]
    assert text["value"] == f"Cake{mark}. Pie."
    citation = {"type": "file_citation", "text": mark, "start_index": 4, "end_index": 4 + len(mark)}
    assert text["annotations"] == [citation | {"file_citation": {"file_id": file_id}}]
    [call] = steps(api, run)[0]["step_details"]["tool_calls"]
    [hit] = call["file_search"]["results"]
    assert (hit["file_id"], hit["file_name"], "content" in hit) == (file_id, "foods.txt", False)
    asked = "&include[]=step_details.tool_calls[*].file_search.results[*].content"
    [call] = steps(api, run, asked)[0]["step_details"]["tool_calls"]
    assert call["file_search"]["results"][0]["content"][0]["text"] == "Filip likes cake most of all."
    assert api.get(f"/v1{path(run)}/steps?include[]=all").status_code == 400
    searching = ["run.step.created", "run.step.in_progress", "run.step.delta", "run.step.completed"]
    assert names(run) == [
        "created",
        "run.created",
        "run.queued",
        "run.in_progress",
        *searching,
        *MESSAGE,
        "run.completed",
    ]
    assert model.turns[1].messages[-1]["content"] == f"{mark} Filip likes cake most of all."


def test_one_run_at_a_time(api: API, model: ScriptedModel) -> None:
    made = assistant(api)
    run = ask(api, made)
    second = api.send(f"/threads/{run['thread_id']}/runs", {"assistant_id": made})

    expected = f"Thread {run['thread_id']} already has an active run {run['id']}."
    assert (second.status_code, second.json()["error"]["message"]) == (400, expected)
    model.says("Done.")
    work()
    assert api.send(f"/threads/{run['thread_id']}/runs", {"assistant_id": made}).status_code == 200


def test_without_a_model_a_run_fails_and_says_what_is_missing(api: API) -> None:
    run = ask(api, assistant(api))
    work()

    failed = look(api, run)
    assert (failed["status"], failed["last_error"]["code"]) == ("failed", "server_error")
    assert "MODEL_BASE_URL" in failed["last_error"]["message"]
    assert "MODEL_API_KEY" in failed["last_error"]["message"]
    assert failed["failed_at"] is not None
    assert api.send(f"/threads/{run['thread_id']}/messages", {"role": "user", "content": "Hi"}).status_code == 200


def test_a_queued_and_a_waiting_run_are_cancelled(api: API, model: ScriptedModel) -> None:
    model.calls(("weather", "{}"))
    made = assistant(api, tools=[FUNCTION])
    waiting = ask(api, made)
    work()
    queued = ask(api, made)

    for run in (waiting, queued):
        answer = api.send(f"{path(run)}/cancel").json()
        assert (answer["status"], answer["cancelled_at"]) == ("cancelling", None)
        again = api.send(f"{path(run)}/cancel").json()
        assert again["error"]["message"] == "Cannot cancel run with status 'cancelling'."
    work()
    for run in (waiting, queued):
        cancelled = look(api, run)
        assert (cancelled["status"], cancelled["cancelled_at"] is not None) == ("cancelled", True)
        assert names(run)[-1] == "run.cancelled"
    assert steps(api, waiting)[0]["status"] == "cancelled"
    again = api.send(f"{path(queued)}/cancel").json()
    assert again["error"]["message"] == "Cannot cancel run with status 'cancelled'."


def control_of(run: dict[str, Any]) -> Control:
    row = writer.claim(Run.objects.get(wire_id=run["id"]).pk)
    assert row is not None
    return Control(writer.Writer(row))


def test_a_cancel_amid_the_text_keeps_what_was_said(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api))
    control = control_of(run)

    def cancel() -> None:
        api.send(f"{path(run)}/cancel")
        control.stop(writer.CancelledError())

    model.does(Text("Once upon"), cancel, Text(" a time"), End("stop"))
    execute(control.held.run, control)

    assert look(api, run)["status"] == "cancelled"
    message = newest(api, run)
    assert message["content"][0]["text"]["value"] == "Once upon"
    assert (message["status"], message["incomplete_details"]) == ("incomplete", {"reason": "run_cancelled"})
    assert names(run)[-4:] == ["run.cancelling", "message.incomplete", "run.step.cancelled", "run.cancelled"]


def test_a_run_whose_time_is_up_expires_when_somebody_looks(api: API, model: ScriptedModel) -> None:
    model.calls(("weather", "{}"))
    run = ask(api, assistant(api, tools=[FUNCTION]))
    work()
    Run.objects.update(expires_at=1)

    refused = api.send(f"{path(run)}/submit_tool_outputs", {"tool_outputs": []})
    assert refused.json()["error"]["message"] == 'Runs in status "expired" do not accept tool outputs.'
    assert look(api, run)["status"] == "expired"
    [step] = steps(api, run)
    assert (step["status"], step["expired_at"] is not None) == ("expired", True)


def test_a_token_limit_leaves_the_run_incomplete(api: API, model: ScriptedModel) -> None:
    model.says("Only ha", reason="length")
    run = ask(api, assistant(api), max_completion_tokens=256)
    work()

    ended = look(api, run)
    assert (ended["status"], ended["incomplete_details"]) == ("incomplete", {"reason": "max_completion_tokens"})
    assert (ended["completed_at"] is not None, ended["usage"]["completion_tokens"]) == (True, 5)
    assert newest(api, run)["incomplete_details"] == {"reason": "max_tokens"}
    assert steps(api, run)[0]["status"] == "completed"
    assert names(run)[-3:] == ["message.incomplete", "run.step.completed", "run.incomplete"]


def test_a_prompt_beyond_its_budget_calls_no_model(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api), text="word " * 2000, max_prompt_tokens=300)
    work()

    ended = look(api, run)
    assert (ended["status"], ended["incomplete_details"]) == ("incomplete", {"reason": "max_prompt_tokens"})
    assert (model.turns, steps(api, run)) == ([], [])


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ModelError("Quota used up.", code="rate_limit_exceeded"), "rate_limit_exceeded", "Quota used up."),
        (ModelError("The model refused the request."), "server_error", "The model refused the request."),
    ],
)
@pytest.mark.parametrize("said", [[], [Text("So far")]])
def test_a_model_that_fails_fails_the_run(
    api: API, model: ScriptedModel, error: ModelError, code: str, message: str, said: list[Text]
) -> None:
    model.does(*said, error)
    run = ask(api, assistant(api))
    work()

    failed = look(api, run)
    assert (failed["status"], failed["last_error"]) == ("failed", {"code": code, "message": message})
    kept = [item for item in api.fetch(f"/threads/{run['thread_id']}/messages")["data"] if item["role"] == "assistant"]
    assert [item["incomplete_details"] for item in kept] == [{"reason": "run_failed"}] * len(said)
    assert [step["last_error"] for step in steps(api, run)] == [failed["last_error"]] * len(said)
    assert not Run.objects.filter(status__in=Run.ACTIVE).exists()


def test_what_passes_is_tried_again_unless_text_was_shown(
    api: API, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Control, "wait", lambda control, seconds: waits.append(seconds))
    busy = ModelError("Busy.", is_passing=True)
    model.does(busy)
    model.does(ModelError("Busy.", is_passing=True, retry_after=7.0))
    model.says("At last.")
    run = ask(api, assistant(api))
    work()
    assert (look(api, run)["status"], waits) == ("completed", [1.0, 7.0])

    model.does(Text("Half"), busy)
    run = ask(api, assistant(api))
    work()
    assert (look(api, run)["status"], len(model.turns), len(waits)) == ("failed", 4, 2)


def test_an_empty_answer_is_asked_for_once_more(api: API, model: ScriptedModel) -> None:
    for _ in range(2):
        model.does(Text(""), End("stop", USAGE))
    run = ask(api, assistant(api))
    work()

    assert look(api, run)["last_error"]["message"] == "The model gave no answer."
    assert Message.objects.filter(role="assistant").count() == 0


def test_thoughts_are_kept_out_and_a_refusal_is_a_part_of_its_own(api: API, model: ScriptedModel) -> None:
    model.does(Text("<thi"), Text("nk>Hm.</th"), Text("ink>\n"), Text("Yes."), End("stop"))
    run = ask(api, assistant(api))
    work()
    assert newest(api, run)["content"][0]["text"]["value"] == "Yes."
    assert look(api, run)["usage"]["completion_tokens"] > 0

    model.does(RefusedText("I can"), RefusedText("not."), End("stop", USAGE))
    run = ask(api, assistant(api))
    work()
    assert newest(api, run)["content"] == [{"type": "refusal", "refusal": "I cannot."}]


def test_text_before_a_call_is_a_message_of_its_own(api: API, model: ScriptedModel) -> None:
    model.does(Text("Let me look."), ToolCall(0, "call_1", "weather", "{}"), End("stop", USAGE))
    run = ask(api, assistant(api, tools=[FUNCTION]))
    work()

    assert look(api, run)["status"] == "requires_action"
    assert [step["type"] for step in steps(api, run)] == ["message_creation", "tool_calls"]
    assert [step["status"] for step in steps(api, run)] == ["completed", "in_progress"]
    assert newest(api, run)["status"] == "completed"


def test_calls_that_share_an_index_are_told_apart_and_one_at_a_time_is_one(api: API, model: ScriptedModel) -> None:
    both = (ToolCall(0, "call_1", "weather", "{}"), ToolCall(0, "call_2", "weather", "{}"), End("tool_calls", USAGE))
    made = assistant(api, tools=[FUNCTION])
    for parallel, count in ((True, 2), (False, 1)):
        model.does(*both)
        run = ask(api, made, parallel_tool_calls=parallel)
        work()
        assert len(look(api, run)["required_action"]["submit_tool_outputs"]["tool_calls"]) == count


class Killed(BaseException):
    """What no handler in the process sees, as with kill -9."""


@pytest.fixture(params=["before", "search", "text", "call"])
def killed_at(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_worker_that_is_lost_never_shows_anything_twice(api: API, model: ScriptedModel, killed_at: str) -> None:
    def die() -> None:
        raise Killed

    made = assistant(api, tools=[FUNCTION, SEARCH])
    if killed_at == "search":
        model.calls(("file_search", '{"queries": ["x"]}'))
    pieces: dict[str, list[Step]] = {
        "text": [Text("Half an ")],
        "call": [ToolCall(0, "call_1", "weather", "{")],
    }
    shown = pieces.get(killed_at, [])
    model.does(*shown, die)
    run = ask(api, made)
    control = control_of(run)
    with pytest.raises(Killed):
        execute(control.held.run, control)
    assert list(worker.claimable()) == []
    Run.objects.update(lease_until=1)
    model.says("Whole.")
    work()

    ended = look(api, run)
    assert ended["status"] == ("failed" if shown else "completed")
    assert len(model.answers) == (1 if shown else 0)
    assert not RunStep.objects.filter(status="in_progress").exists()
    assert not Message.objects.filter(status="in_progress").exists()
    # Whatever the lost worker still does, it writes nothing.
    with pytest.raises(writer.LostError):
        control.held.write(status=Run.Status.COMPLETED)
    assert look(api, run) == ended


def test_a_run_that_loses_every_worker_fails(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api))
    for _ in range(2):
        control = control_of(run)
        control.held.write(status=Run.Status.IN_PROGRESS) if control.held.run.status == "queued" else None
        Run.objects.update(lease_until=1)
    work()

    assert (look(api, run)["status"], model.turns) == ("failed", [])


def test_a_deleted_thread_stops_its_run(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api))

    def delete() -> None:
        api.delete(f"/v1/threads/{run['thread_id']}")

    model.does(Text("One"), delete, Text("two"), End("stop", USAGE))
    work()

    assert api.get(f"/v1{path(run)}").status_code == 404
    assert not Run.objects.exists()


def test_a_stream_of_a_deleted_thread_says_so(api: API, model: ScriptedModel) -> None:
    thread = {"messages": [{"role": "user", "content": "Hello?"}]}
    stream: Any = api.send("/threads/runs", {"assistant_id": assistant(api), "thread": thread, "stream": True})
    api.delete(f"/v1/threads/{Thread.objects.get().wire_id}")

    records = b"".join(stream.streaming_content).decode().split("\n\n")
    assert records[-3].startswith('event: error\ndata: {"error": {"message": "The thread of this run was deleted')
    assert records[-2:] == ["event: done\ndata: [DONE]", ""]


def test_a_message_that_is_deleted_while_it_is_written_stays_deleted(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api))

    def delete() -> None:
        assert api.delete(f"/v1/threads/{run['thread_id']}/messages/{newest(api, run)['id']}").status_code == 200

    model.does(Text("One "), delete, Text("two"), End("stop", USAGE))
    work()

    assert look(api, run)["status"] == "completed"
    assert [message.role for message in Message.objects.all()] == ["user"]
    assert names(run)[-3:] == ["message.completed", "run.step.completed", "run.completed"]


def test_an_empty_thread_needs_instructions(api: API, model: ScriptedModel) -> None:
    thread = api.send("/threads").json()["id"]
    refused = api.send(f"/threads/{thread}/runs", {"assistant_id": assistant(api)}).json()["error"]

    assert refused["code"] == "invalid_thread"
    assert not Run.objects.exists()
    body = {"assistant_id": assistant(api, instructions="Greet.")}
    assert api.send(f"/threads/{thread}/runs", body).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"assistant_id": "asst_x"}, 404, "No assistant found with id 'asst_x'."),
        ({"assistant_id": None}, 400, "Missing required parameter: 'assistant_id'."),
        (
            {"tools": [FUNCTION | {"function": {"name": f"f{n}"}} for n in range(21)]},
            400,
            "Invalid 'tools': array too long.",
        ),
        ({"tool_choice": {"type": "function", "function": {"name": "x"}}}, 400, "Invalid 'tool_choice': function 'x'"),
        ({"truncation_strategy": {"type": "last_messages"}}, 400, "Missing required parameter: 'truncation_strategy"),
        ({"surprise": 1}, 400, "Unknown parameter: 'surprise'."),
    ],
)
def test_a_wrong_run_is_refused(
    api: API, model: ScriptedModel, fields: dict[str, Any], status: int, message: str
) -> None:
    thread = api.send("/threads", {"messages": [{"role": "user", "content": "Hi"}]}).json()["id"]
    answer = api.send(f"/threads/{thread}/runs", {"assistant_id": assistant(api)} | fields)

    assert answer.status_code == status
    assert answer.json()["error"]["message"].startswith(message)
    assert not Run.objects.exists()


def test_what_a_model_thought_goes_back_to_it_with_the_outputs_and_nowhere_else(api: API, model: ScriptedModel) -> None:
    sealed = {"type": "reasoning", "encrypted_content": "sealed thought"}
    model.does(Reasoning(sealed), ToolCall(0, "call_1", "weather"), ToolCall(0, arguments="{}"), End("tool_calls"))
    model.says("Warm.")
    run = ask(api, assistant(api, tools=[FUNCTION]))
    work()
    api.send(f"{path(run)}/submit_tool_outputs", {"tool_outputs": [{"tool_call_id": "call_1", "output": "20"}]})
    work()

    assert look(api, run)["status"] == "completed"
    assert model.turns[1].messages[1]["reasoning"] == [sealed]
    assert "sealed thought" not in json.dumps([steps(api, run), newest(api, run), log(run)])


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ({"file_search": {"vector_store_ids": ["vs_x"]}}, "No vector store found with id 'vs_x'."),
        ({"code_interpreter": {"file_ids": ["file-x"]}}, "No such File object: file-x"),
    ],
)
def test_a_run_brings_only_resources_that_exist(api: API, resources: dict[str, Any], message: str) -> None:
    body = {"assistant_id": assistant(api, instructions="Greet."), "tool_resources": resources}
    answer = api.send("/threads/runs", body)

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)
    assert not Run.objects.exists()
    assert not Thread.objects.exists()


def test_the_model_is_called_at_most_twenty_times(api: API, model: ScriptedModel) -> None:
    for _ in range(executor.MOST_CALLS):
        model.calls(("file_search", '{"queries": ["x"]}'))
    run = ask(api, assistant(api, tools=[SEARCH]))
    work()

    assert (look(api, run)["status"], len(model.turns)) == ("failed", executor.MOST_CALLS)


def test_the_record_has_numbers_and_no_words(api: API, model: ScriptedModel) -> None:
    model.calls(("weather", "{}"))
    run = ask(api, assistant(api, tools=[FUNCTION]), text="top secret")
    work()
    outputs = [{"tool_call_id": "call_00", "output": "secret too"}]
    api.send(f"{path(run)}/submit_tool_outputs", {"tool_outputs": outputs})
    api.send(f"{path(run)}/cancel")
    api.send(path(run), {"metadata": {"a": "b"}})

    recorded = set(Record.objects.filter(target_id=run["id"]).values_list("action", flat=True))
    assert recorded == {"run.create", "run.submit_tool_outputs", "run.cancel", "run.update"}
    assert not [event for event in Record.objects.all() if "secret" in event.head + event.body]


def test_v1_sees_a_run_of_its_time(api_v1: API, model: ScriptedModel) -> None:
    model.calls(("file_search", '{"queries": ["x"]}'))
    model.says("Nothing.")
    run = ask(api_v1, assistant(api_v1, tools=[{"type": "retrieval"}]))
    work()

    assert run["tools"] == [{"type": "retrieval"}]
    assert (run["file_ids"], "temperature" in run) == ([], False)
    [call] = steps(api_v1, run)[0]["step_details"]["tool_calls"]
    assert call == {"id": "call_00", "type": "retrieval", "retrieval": {}}


def test_another_workspace_sees_no_run(api: API, other: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api))

    for address in (path(run), f"{path(run)}/steps", f"/threads/{run['thread_id']}/runs"):
        assert other.get(f"/v1{address}").status_code == 404
    for address in (f"{path(run)}/cancel", f"{path(run)}/submit_tool_outputs"):
        assert other.send(address, {"tool_outputs": []} if "submit" in address else None).status_code == 404


def test_without_a_sandbox_the_model_is_not_told_of_the_interpreter(api: API, model: ScriptedModel) -> None:
    model.says("Without it.")
    thread = {"messages": [{"role": "user", "content": "Compute."}]}
    made = assistant(api, tools=[{"type": "code_interpreter"}])
    answer = api.send("/threads/runs", {"assistant_id": made, "thread": thread})
    work()

    assert answer["Dashboard-Tools-Not-Offered"] == 'code_interpreter; add="make code-interpreter"'
    assert (look(api, answer.json())["status"], model.turns[0].tools) == ("completed", [])
