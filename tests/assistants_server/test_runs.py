"""Runs over /v1, polled and streamed, answered by a model that follows a script."""

from __future__ import annotations

import dataclasses
import inspect
import json
from typing import Any

import pytest

from assistants_client import calls
from assistants_server.models import Message, Run, Thread
from assistants_server.runs.model import End, Reasoning, RefusedText, Text, ToolCall
from assistants_ui.domain.fields import run_fields
from dashboard.audit.models import Record
from tests.assistants_server.conftest import API, read_files, upload
from tests.assistants_server.running import (
    FUNCTION,
    MESSAGE,
    SEARCH,
    ask,
    assistant,
    log,
    look,
    names,
    newest,
    path,
    steps,
)
from tests.assistants_server.scripted import USAGE, ScriptedModel, work

pytestmark = pytest.mark.django_db


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


def test_a_run_takes_every_field_of_an_assistant_that_reaches_the_model(api: API, model: ScriptedModel) -> None:
    model.says("Yes.")
    made = api.fetch(f"/assistants/{assistant(api)}")
    given = {name: made[name] for name in run_fields("v2")}
    run = ask(api, made["id"], **given)
    work()

    assert run.keys() >= given.keys()
    assert {field.name for field in dataclasses.fields(model.turns[0])} >= given.keys() - {"instructions"}
    assert inspect.signature(calls.threads.runs.create).parameters.keys() >= given.keys()


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
