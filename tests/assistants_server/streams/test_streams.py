"""Runs as they are in real life: the official SDK, worker threads, and a model server on a socket."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import openai
import pytest
from django.db import OperationalError
from openai import AssistantEventHandler, OpenAI
from pytest_django import DjangoAssertNumQueries, Settings

from assistants_server.models import Message, Run, Thread
from assistants_server.runs import executor, feed
from tests.assistants_server.model_server import Handler, Script, ScriptedServer, calls, drips, hangs, refuses, says
from tests.assistants_server.streams.asking import WEATHER, ask

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
both = pytest.mark.parametrize("api", ["chat", "responses"])


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


@both
@pytest.mark.parametrize("script", [hangs, drips])
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
