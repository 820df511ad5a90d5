"""Runs as they are in real life: the official SDK, worker threads, and a model server on a socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import openai
import pytest
from django.db import OperationalError, connection
from openai import AssistantEventHandler, OpenAI
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.live_server_helper import LiveServer

from assistants_server.http.authentication import new_key
from assistants_server.models import Message, Run, Thread
from assistants_server.runs import executor, feed, worker
from assistants_server.runs.model.server import model_of_server
from assistants_server.vector_stores import indexing
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.model_server import Handler, Script, ScriptedServer, calls, refuses, says, serving

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "recordings"
WEATHER: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture
def model() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def api() -> str:
    """The API of the model server; tests that look at both are run with each."""
    return "chat"


both = pytest.mark.parametrize("api", ["chat", "responses"])


@pytest.fixture
def client(
    live_server: LiveServer, model: ScriptedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, api: str
) -> Iterator[OpenAI]:
    served = ModelServer(base_url=model.base_url, api_key="model-key", api=api, models={"*": "local"})
    settings.WORKSPACES = settings.WORKSPACES | {"main": WorkspaceSettings(name="main", label="Main", model=served)}
    settings.RUN_LOOK_SECONDS = 0.05
    workers = worker.RunWorkers(8)
    monkeypatch.setattr(worker, "_workers", workers)

    def watch() -> None:
        try:
            workers.keep_watch()
        finally:
            connection.close()

    watching = threading.Thread(target=watch)
    watching.start()
    with OpenAI(base_url=f"{live_server.url}/v1", api_key=new_key(name="sdk", workspace="main")[1]) as client:
        yield client
    workers.stop()
    workers.wake()
    watching.join()
    workers.join()
    indexing.wait()
    model_of_server(model.base_url, "model-key", api).client.close()
    model_of_server.cache_clear()


def ask(client: OpenAI, **fields: Any) -> tuple[str, str]:
    """An assistant and a thread with a question."""
    assistant = client.beta.assistants.create(model="gpt-4o", **fields)
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello?"}])
    return assistant.id, thread.id


class Collector(AssistantEventHandler):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""

    def on_event(self, event: Any) -> None:
        self.names.append(event.event)

    def on_text_delta(self, delta: Any, snapshot: Any) -> None:
        self.text += delta.value


@both
def test_the_stream_helper_hears_every_word(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts.append(says("Good ", "morning", "!"))
    assistant, thread = ask(client)
    heard = Collector()
    with client.beta.threads.runs.stream(thread_id=thread, assistant_id=assistant, event_handler=heard) as stream:
        stream.until_done()

    assert heard.text == "Good morning!"
    assert heard.names[:3] == ["thread.run.created", "thread.run.queued", "thread.run.in_progress"]
    assert heard.names[-3:] == ["thread.message.completed", "thread.run.step.completed", "thread.run.completed"]
    assert heard.current_run is not None
    assert heard.current_run.status == "completed"
    assert (model.keys, model.bodies[0]["model"]) == (["Bearer model-key"], "local")


def test_the_poll_helper_gets_its_answer(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts.append(says("Polled."))
    assistant, thread = ask(client)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread, assistant_id=assistant, poll_interval_ms=20)

    assert (run.status, run.usage.total_tokens if run.usage else 0) == ("completed", 15)
    [answer] = client.beta.threads.messages.list(thread, run_id=run.id).data
    assert answer.content[0].text.value == "Polled."  # type: ignore[union-attr]  # it is text


@both
def test_outputs_are_submitted_while_the_first_stream_is_open(client: OpenAI, model: ScriptedServer, api: str) -> None:
    model.scripts += [calls("weather", '{"at": "Rome"}'), says("Warm.")]
    assistant, thread = ask(client, tools=[WEATHER])
    second = Collector()

    class Asked(Collector):
        def on_event(self, event: Any) -> None:
            super().on_event(event)
            if event.event == "thread.run.requires_action":
                run = event.data
                outputs: Any = [
                    {"tool_call_id": call.id, "output": "20"}
                    for call in run.required_action.submit_tool_outputs.tool_calls
                ]
                with client.beta.threads.runs.submit_tool_outputs_stream(
                    thread_id=thread, run_id=run.id, tool_outputs=outputs, event_handler=second
                ) as stream:
                    stream.until_done()

    with client.beta.threads.runs.stream(thread_id=thread, assistant_id=assistant, event_handler=Asked()) as stream:
        stream.until_done()
    assert second.text == "Warm."
    assert second.names[:3] == ["thread.run.step.completed", "thread.run.queued", "thread.run.in_progress"]
    assert second.names[-1] == "thread.run.completed"
    if api == "chat":
        assert model.bodies[1]["messages"][-1] == {"role": "tool", "tool_call_id": "call_1", "content": "20"}
    else:
        assert model.bodies[1]["input"][-1] == {"type": "function_call_output", "call_id": "call_1", "output": "20"}


def hang(handler: Handler) -> None:
    handler.server.released.wait(20)


def drip(handler: Handler) -> None:
    handler.begin()
    handler.text("One")
    while not handler.server.released.wait(0.05):
        handler.raw(": still here\n\n")


@both
@pytest.mark.parametrize("script", [hang, drip])
def test_a_cancel_reaches_a_model_that_does_not_answer(client: OpenAI, model: ScriptedServer, script: Script) -> None:
    asked = threading.Event()

    def script_told(handler: Handler) -> None:
        asked.set()
        script(handler)

    model.scripts.append(script_told)
    assistant, thread = ask(client)
    run = client.beta.threads.runs.create(thread_id=thread, assistant_id=assistant)
    assert asked.wait(10)
    assert client.beta.threads.runs.cancel(run.id, thread_id=thread).status == "cancelling"
    ended = client.beta.threads.runs.poll(run.id, thread_id=thread, poll_interval_ms=20)

    assert ended.status == "cancelled"
    client.beta.threads.messages.create(thread, role="user", content="Free again.")


def cut(handler: Handler) -> None:
    handler.begin()
    handler.text("Half")
    handler.is_cut = True


def cut_json(handler: Handler) -> None:
    handler.begin()
    handler.raw('data: {"choices": [{"del\n\n')


def page(handler: Handler) -> None:
    handler.begin(200, "text/html")
    handler.raw("<html>Sign in</html>")


@pytest.mark.parametrize(
    ("script", "code", "message"),
    [
        (refuses(429, {"message": "Pay first.", "code": "insufficient_quota"}), "rate_limit_exceeded", "Pay first."),
        (refuses(400, {"message": "Nonsense at http://10.0.0.1", "code": None}), "server_error", "(status 400)"),
        (refuses(401, {"message": "Bad key"}), "server_error", "(status 401)"),
        (cut, "server_error", "broke off"),
        (cut_json, "server_error", "cannot be read"),
        (page, "server_error", "cannot be read"),
    ],
)  # fmt: skip
@both
def test_a_fault_of_the_model_server_ends_the_run(
    client: OpenAI, model: ScriptedServer, script: Script, code: str, message: str
) -> None:
    model.scripts.append(script)
    assistant, thread = ask(client)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread, assistant_id=assistant, poll_interval_ms=20)

    assert run.status == "failed"
    assert run.last_error is not None
    assert (run.last_error.code, "10.0.0.1" in run.last_error.message) == (code, False)
    assert message in run.last_error.message
    assert len(model.bodies) == 1


@both
def test_an_answer_that_is_cut_off_is_incomplete(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts.append(says("Half", reason="length"))
    assistant, thread = ask(client)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread, assistant_id=assistant, poll_interval_ms=20)

    assert (run.status, run.usage.total_tokens if run.usage else 0) == ("incomplete", 15)
    assert run.incomplete_details is not None
    assert run.incomplete_details.reason == "max_completion_tokens"
    client.beta.threads.messages.create(thread, role="user", content="Free again.")


@both
def test_a_busy_model_and_one_that_takes_no_temperature_answer_in_the_end(
    client: OpenAI, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor.Control, "wait", lambda control, seconds: None)
    refused = {"message": "Unsupported value: 'temperature'", "param": "temperature", "code": "unsupported_value"}
    model.scripts += [refuses(503, {"message": "Busy"}), refuses(400, refused), says("At last.")]
    assistant, thread = ask(client, temperature=0.3)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread, assistant_id=assistant, poll_interval_ms=20)

    assert run.status == "completed"
    assert ["temperature" in body for body in model.bodies] == [True, True, False]


def test_many_runs_end_each_once(client: OpenAI, model: ScriptedServer) -> None:
    model.otherwise = says("Once.")
    assistant = client.beta.assistants.create(model="gpt-4o", instructions="Answer.").id
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: client.beta.threads.create_and_run(assistant_id=assistant), range(24)))
        poll = client.beta.threads.runs.poll
        ended = list(pool.map(lambda run: poll(run.id, thread_id=run.thread_id, poll_interval_ms=50), made))

    assert [run.status for run in ended] == ["completed"] * 24
    assert (len(model.bodies), Message.objects.filter(role="assistant").count()) == (24, 24)


def test_a_reader_who_leaves_stops_no_run(client: OpenAI, model: ScriptedServer) -> None:
    going_on = threading.Event()

    def script(handler: Handler) -> None:
        handler.begin()
        handler.text("First")
        assert going_on.wait(10)
        handler.text(" and last.")
        handler.end()

    model.scripts.append(script)
    assistant, thread = ask(client)
    for event in client.beta.threads.runs.create(thread_id=thread, assistant_id=assistant, stream=True):
        if event.event == "thread.message.delta":
            break
    going_on.set()
    [row] = Run.objects.all()
    assert client.beta.threads.runs.poll(row.wire_id, thread_id=thread, poll_interval_ms=20).status == "completed"


def test_a_long_silence_is_filled_with_pings(
    client: OpenAI, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.server.streams.PING_SECONDS", 0.05)
    done = threading.Event()

    def script(handler: Handler) -> None:
        assert done.wait(10)
        says("Now.")(handler)

    model.scripts.append(script)
    assistant, thread = ask(client)
    with client.beta.threads.runs.with_streaming_response.create(
        thread_id=thread, assistant_id=assistant, stream=True
    ) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["x-accel-buffering"] == "no"
        lines = []
        for line in response.iter_lines():
            lines.append(line)
            if line == ": ping":
                done.set()
    assert ": ping" in lines
    assert lines[-3:-1] == ["event: done", "data: [DONE]"] or lines[-2:] == ["event: done", "data: [DONE]"]


def test_a_stream_that_cannot_go_on_says_so(
    client: OpenAI, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise OperationalError("the database is down")

    # As for a stream whose run is answered by another process.
    monkeypatch.setattr(feed.Feed, "take", lambda *_: [])
    monkeypatch.setattr("assistants_server.runs.streams._stored", down)
    assistant, thread = ask(client)
    with pytest.raises(openai.APIError, match="The server had an error"):
        list(client.beta.threads.runs.create(thread_id=thread, assistant_id=assistant, stream=True))


def test_all_streams_that_wait_are_looked_after_by_one_query(
    transactional_db: None, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.RUN_LOOK_SECONDS = 60
    thread = Thread.objects.create(workspace="main", wire_id="thread_1", created_at=1)
    runs = [
        Run.objects.create(
            workspace="main",
            wire_id=f"run_{number}",
            created_at=1,
            thread=thread,
            status=Run.Status.COMPLETED,
            expires_at=1,
            next_event=2,
            ended_at=ended_at,
        )
        for number, ended_at in enumerate([None, None, 1])
    ]
    with ExitStack() as stack:
        read = {run.pk: stack.enter_context(feed.listen(run.pk)) for run in runs}
        with django_assert_num_queries(1):
            feed._look(read)
        one, two, over = read.values()
        # Event number 1 was written by another process, number 2 by nobody yet; the last run ended long ago.
        assert [one.news(1, look=0), two.news(2, look=0), over.news(2, look=0)] == [1, None, 1]
        assert one.news(1, look=1) is None


def test_a_refusal_is_an_ordinary_answer_and_no_stream(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="No thread found"):
        client.beta.threads.runs.create(thread_id="thread_x", assistant_id="asst_x", stream=True)


def collapsed(events: list[dict[str, Any]]) -> list[tuple[str, set[str]]]:
    """Event names in order with the keys of their data, repeated deltas as one."""
    found: list[tuple[str, set[str]]] = []
    for event in events:
        keys = set(event["data"]) if isinstance(event["data"], dict) else set()
        if not (found and found[-1][0] == event["event"] and event["event"].endswith(".delta")):
            found.append((event["event"], keys))
    return found


def streamed(client: OpenAI, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    headers = {"OpenAI-Beta": "assistants=v2", "Authorization": f"Bearer {client.api_key}"}
    events: list[dict[str, Any]] = []
    with client._client.stream("POST", f"{client.base_url}{path}", json=body, headers=headers, timeout=20) as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            if line.startswith("event: "):
                events.append({"event": line[7:]})
            elif line.startswith("data: "):
                events[-1]["data"] = line[6:] if line == "data: [DONE]" else json.loads(line[6:])
    return events


def recorded_streams(name: str) -> list[list[dict[str, Any]]]:
    entries = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
    answers = [entry["response"] for entry in entries if isinstance(entry["response"], dict)]
    return [answer["events"] for answer in answers if "events" in answer]


def compare(ours: list[dict[str, Any]], recorded: list[dict[str, Any]]) -> None:
    mine, theirs = collapsed(ours), collapsed(recorded)
    assert [name for name, _ in mine] == [name for name, _ in theirs]
    missing = [(name, keys - own) for (name, keys), (_, own) in zip(theirs, mine, strict=True) if keys - own]
    assert missing == []


needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are beside some clones only")


@needs_recordings
def test_a_streamed_answer_is_as_recorded(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts.append(says("Hel", "lo"))
    assistant, thread = ask(client)
    [recorded] = recorded_streams("StreamingRunWorks.json")
    compare(streamed(client, f"threads/{thread}/runs", {"assistant_id": assistant, "stream": True}), recorded)


@needs_recordings
def test_a_streamed_function_call_is_as_recorded(client: OpenAI, model: ScriptedServer) -> None:
    model.scripts += [calls("weather", "{}"), says("Sunny")]
    assistant, _ = ask(client, tools=[WEATHER])
    first, second = recorded_streams("StreamingToolCall.json")
    thread = {"messages": [{"role": "user", "content": "What to wear?"}]}
    events = streamed(client, "threads/runs", {"assistant_id": assistant, "thread": thread, "stream": True})
    compare(events, first)
    run = events[-2]["data"]
    call = run["required_action"]["submit_tool_outputs"]["tool_calls"][0]
    body = {"tool_outputs": [{"tool_call_id": call["id"], "output": "warm"}], "stream": True}
    compare(streamed(client, f"threads/{run['thread_id']}/runs/{run['id']}/submit_tool_outputs", body), second)


@needs_recordings
def test_a_streamed_search_is_as_recorded(client: OpenAI, model: ScriptedServer) -> None:
    file = client.files.create(file=("foods.txt", b"Filip: cake"), purpose="assistants")
    stores: Any = {"file_search": {"vector_stores": [{"file_ids": [file.id]}]}}
    model.scripts += [calls("file_search", '{"queries": ["Filip"]}'), says("Cake\u30104:0\u2020foods.txt\u3011", ".")]
    assistant, thread = ask(client, tools=[{"type": "file_search"}], tool_resources=stores)
    indexing.wait()
    [recorded] = recorded_streams("FileSearchStreamingWorks.json")
    events = streamed(client, f"threads/{thread}/runs", {"assistant_id": assistant, "stream": True})
    compare(events, recorded)
    cited = [event["data"] for event in events if "file_citation" in str(event["data"]) and "delta" in event["event"]]
    theirs = [
        event["data"] for event in recorded if "file_citation" in str(event["data"]) and "delta" in event["event"]
    ]
    [mine], [other] = (data[0]["delta"]["content"][0]["text"]["annotations"] for data in (cited, theirs))
    assert set(mine) == set(other)
    assert set(mine["file_citation"]) == set(other["file_citation"])


@needs_recordings
def test_the_polled_sessions_have_the_recorded_keys(client: OpenAI, model: ScriptedServer) -> None:
    entries = json.loads((RECORDINGS / "FunctionToolsWork.json").read_text(encoding="utf-8"))
    model.scripts += [calls("weather", "{}"), says("Tacos")]
    assistant, _ = ask(client, tools=[WEATHER])
    run = client.beta.threads.create_and_run_poll(
        assistant_id=assistant, thread={"messages": [{"role": "user", "content": "Eat?"}]}, poll_interval_ms=20
    )
    statuses = [entry["response"]["status"] for entry in entries if entry["response"].get("object") == "thread.run"]
    assert run.status == "requires_action"
    assert "requires_action" in statuses
    recorded = next(entry["response"] for entry in entries if entry["response"].get("object") == "thread.run")
    assert set(recorded) - set(run.to_dict()) == set()
    outputs: Any = [{"tool_call_id": "call_1", "output": "tacos"}]
    again = client.beta.threads.runs.submit_tool_outputs(run.id, thread_id=run.thread_id, tool_outputs=outputs)
    assert again.status == "queued"
    assert client.beta.threads.runs.poll(run.id, thread_id=run.thread_id, poll_interval_ms=20).status == "completed"
    recorded_message = entries[-1]["response"]["data"][0]
    assert set(recorded_message) - set(client.beta.threads.messages.list(run.thread_id).data[0].to_dict()) == set()
