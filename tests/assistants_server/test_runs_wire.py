"""What /v1 answers to every odd call about threads, messages, runs and steps: its status and the hosted API's words."""

from __future__ import annotations

import pytest

from tests.assistants_server.conftest import API
from tests.assistants_server.running import FUNCTION, SEARCH, ask, assistant, look, path
from tests.assistants_server.scripted import ScriptedModel, work

CONTENT = "step_details.tool_calls[*].file_search.results[*].content"
CALLS = "['call_00', 'call_01']"
# Each row: method and address, what is sent, the status, and how the message begins. T is the thread, R its run, that
# waits for the outputs of two calls; E is a thread without messages.
Row = tuple[str, object, int, str]
UNKNOWN: list[Row] = [
    ("GET /threads/thread_x", None, 404, "No thread found with id 'thread_x'."),
    ("GET /threads/x", None, 400, "Invalid 'thread_id': 'x'. Expected an ID that begins with 'thread'."),
    ("DELETE /threads/thread_x", None, 404, "No thread found with id 'thread_x'."),
    ("POST /threads/thread_x/runs", {"assistant_id": "asst_x"}, 404, "No thread found with id 'thread_x'."),
    ("GET /threads/T/messages/msg_x", None, 404, "No message found with id 'msg_x'."),
    ("GET /threads/T/messages/x", None, 400, "Invalid 'message_id': 'x'. Expected an ID that begins with 'msg'."),
    ("DELETE /threads/T/messages/msg_x", None, 404, "No message found with id 'msg_x'."),
    ("GET /threads/T/messages?after=msg_x", None, 404, "No message found with id 'msg_x'."),
    ("GET /threads/T/messages?limit=101", None, 400, "Invalid 'limit': integer above maximum value."),
    ("GET /threads/T/runs?order=up", None, 400, "Invalid value: 'up'. Supported values are: 'asc' and 'desc'."),
    ("GET /threads/T/runs?before=run_x", None, 404, "No run found with id 'run_x'."),
    ("GET /threads/T/runs/run_x", None, 404, "No run found with id 'run_x'."),
    ("GET /threads/T/runs/x", None, 400, "Invalid 'run_id': 'x'. Expected an ID that begins with 'run'."),
    ("GET /threads/E/runs/R", None, 404, "No run found with id"),
    ("POST /threads/T/runs/run_x/cancel", None, 404, "No run found with id 'run_x'."),
    ("GET /threads/T/runs/R/steps/step_x", None, 404, "No run step found with id 'step_x'."),
    ("GET /threads/T/runs/R/steps/x", None, 400, "Invalid 'step_id': 'x'. Expected an ID that begins with 'step'."),
    (f"GET /threads/T/runs/R/steps?include={CONTENT}", None, 200, ""),
    ("GET /threads/T/runs/R/steps?include[]=x", None, 400, "Invalid value: 'x'. Supported values are: 'step_details"),
    ("GET /threads", None, 405, "Not allowed to GET on /v1/threads"),
    ("DELETE /threads/T/runs/R", None, 405, "Not allowed to DELETE"),
]
REFUSED: list[Row] = [
    ("POST /threads/T", {"messages": []}, 400, "Unknown parameter: 'messages'."),
    ("POST /threads", {"tool_resources": {"file_search": {"vector_stores": [{}, {}]}}}, 400, "Invalid 'tool_resources"),
    ("POST /threads/T/messages/M", {"role": "user"}, 400, "Unknown parameter: 'role'."),
    ("POST /threads/T/runs/R", {"model": "x"}, 400, "Unknown parameter: 'model'."),
    ("POST /threads/E/runs", {"assistant_id": "asst_x"}, 404, "No assistant found with id 'asst_x'."),
    ("POST /threads/E/runs", {"assistant_id": "A", "tool_resources": {}}, 400, "Unknown parameter: 'tool_resources'."),
    ("POST /threads/E/runs", {"assistant_id": "A", "temperature": 3}, 400, "Invalid 'temperature': decimal above"),
    ("POST /threads/E/runs", {"assistant_id": "A", "tool_choice": "x"}, 400, "Invalid value: 'x'. Supported values"),
    ("POST /threads/runs", {"assistant_id": "A", "additional_messages": []}, 400, "Unknown parameter: 'additional_me"),
    ("POST /threads/runs", {"assistant_id": "A", "reasoning_effort": "low"}, 400, "Unknown parameter: 'reasoning_eff"),
    ("POST /threads/runs", {"assistant_id": "A", "thread": {"x": 1}}, 400, "Unknown parameter: 'thread.x'."),
    ("POST /uploads", {"filename": "a", "purpose": "assistants", "bytes": 2**40, "mime_type": "x"}, 400, "Invalid 'by"),
]
LOCKED: list[Row] = [
    ("POST /threads/T/messages", {"role": "user", "content": "x"}, 400, "Can't add messages to T while a run R is ac"),
    ("POST /threads/T/runs", {"assistant_id": "A"}, 400, "Thread T already has an active run R."),
    ("POST /threads/T", {"metadata": {"a": "b"}}, 200, ""),
    ("POST /threads/T/messages/M", {"metadata": {"a": "b"}}, 200, ""),
    ("POST /threads/T/runs/R", {"metadata": {"a": "b"}}, 200, ""),
]
OUTPUTS: list[tuple[object, str]] = [
    (None, "Missing required parameter: 'tool_outputs'."),
    ([], f"Expected tool outputs for call_ids {CALLS}, got []"),
    ([{"tool_call_id": "call_00"}], f"Expected tool outputs for call_ids {CALLS}, got ['call_00']"),
    ([{"tool_call_id": "call_00"}, {"tool_call_id": "x"}], f"Expected tool outputs for call_ids {CALLS}, got ['call_0"),
    ([{"tool_call_id": "call_00"}] * 2, f"Expected tool outputs for call_ids {CALLS}, got ['call_00', 'call_00']"),
    ([{"output": "x"}], "Missing required parameter: 'tool_outputs[0].tool_call_id'."),
    ([{"tool_call_id": "call_00", "output": {"a": 1}}], "Invalid type for 'tool_outputs[0].output': expected a string"),
]
SUBMITTED: list[Row] = [
    ("POST /threads/T/runs/R/submit_tool_outputs", {"tool_outputs": said}, 400, message) for said, message in OUTPUTS
]
CANCELLING: list[Row] = [
    ("POST /threads/T/runs/R/cancel", None, 200, ""),
    ("POST /threads/T/runs/R/cancel", None, 400, "Cannot cancel run with status 'cancelling'."),
    ("POST /threads/T/messages", {"role": "user", "content": "x"}, 400, "Can't add messages to T while a run R is ac"),
    *[(SUBMITTED[1][0], {"tool_outputs": []}, 400, 'Runs in status "cancelling" do not accept tool outputs.')],
]
CANCELLED: list[Row] = [
    ("POST /threads/T/runs/R/cancel", None, 400, "Cannot cancel run with status 'cancelled'."),
    *[(SUBMITTED[1][0], {"tool_outputs": []}, 400, 'Runs in status "cancelled" do not accept tool outputs.')],
    ("POST /threads/T/messages", {"role": "user", "content": "x"}, 200, ""),
]


@pytest.mark.services_do_not_matter
def test_every_odd_call_is_answered_in_the_hosted_words(api: API, model: ScriptedModel) -> None:
    model.calls(("weather", "{}"), ("weather", "{}"))
    names = {"A": assistant(api, instructions="Go.", tools=[FUNCTION])}
    run = ask(api, names["A"])
    work()
    names |= {"T": run["thread_id"], "R": run["id"], "E": api.send("/threads").json()["id"]}
    names["M"] = api.fetch(f"/threads/{names['T']}/messages")["data"][0]["id"]

    for row in [*UNKNOWN, *REFUSED, *LOCKED, *SUBMITTED, *CANCELLING]:
        check(api, row, names)
    work()
    for row in CANCELLED:
        check(api, row, names)


def check(api: API, row: Row, names: dict[str, str]) -> None:
    call, body, status, begins = row
    method, _, address = call.partition(" ")
    pieces = [names.get(piece, piece) for piece in address.split("/")]
    if isinstance(body, dict) and body.get("assistant_id") == "A":
        body = body | {"assistant_id": names["A"]}
    address = "/".join(pieces)
    answer = api.send(address, body) if method == "POST" else api.generic(method, f"/v1{address}")
    words = " ".join(names.get(word, word) for word in begins.removesuffix(".").split(" "))
    assert answer.status_code == status, (row, answer.content)
    if status != 200:
        error = answer.json()["error"]
        assert error["message"].startswith(words), (row, error)
        assert error["type"] == "invalid_request_error"


@pytest.mark.services_do_not_matter
def test_the_tools_of_a_run_may_be_sent_again(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api, instructions="Go.", tools=[SEARCH, FUNCTION]))
    again = ask(api, run["assistant_id"], tools=run["tools"])

    assert look(api, again)["tools"] == run["tools"]
    assert run["tools"][0]["file_search"]["ranking_options"]["hybrid_search"] is None
    answer = api.send(f"/assistants/{run['assistant_id']}", {"tools": run["tools"]})
    assert answer.status_code == 200, answer.content
    assert path(again) != path(run)
