"""How a run ends that does not simply answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from assistants_server.models import Message, Run, RunStep
from assistants_server.runs import executor, worker, writer
from assistants_server.runs.executor import Control, execute
from assistants_server.runs.model import End, ModelError, Text, ToolCall
from dashboard.bounds import ANSWER_CHARACTERS
from dashboard.environment.models import ModelServer
from tests.assistants_server.conftest import API
from tests.assistants_server.model_server import refuses, serving
from tests.assistants_server.running import FUNCTION, SEARCH, ask, assistant, look, names, newest, path, steps
from tests.assistants_server.scripted import USAGE, ScriptedModel, Step, work
from tests.work import endless_after

pytestmark = pytest.mark.django_db


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


def connect_to(settings: Settings, base_url: str, key: str = "") -> None:
    served = ModelServer(base_url=base_url, api_key=key)
    settings.WORKSPACES = {"main": replace(settings.WORKSPACES["main"], model=served)}


@pytest.mark.parametrize(
    ("base_url", "cause"),
    [
        ("http://127.0.0.1:9/v1", "Connection refused"),
        ("http://nowhere.invalid/v1", "There is no server of that name."),
    ],
)
def test_the_log_names_the_model_server_and_why_it_did_not_answer(
    api: API,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    base_url: str,
    cause: str,
) -> None:
    monkeypatch.setattr(Control, "wait", lambda control, seconds: None)
    connect_to(settings, base_url)
    ask(api, assistant(api))
    work()

    told = [
        line.getMessage() for line in caplog.records if line.levelname == "WARNING" and "Run " in line.msg % line.args
    ]
    assert ["tries again" in line for line in told] == [True, False]
    assert all(f"(workspace main, answered by {base_url})" in line and cause in line for line in told)


def test_the_log_holds_no_key_that_a_model_server_repeats(
    api: API, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with serving() as server:
        connect_to(settings, server.base_url, key="plain-key-of-ours")
        said = "Bad key plain-key-of-ours, sk-abcdefghijklmnop1234, token=t0p-s3cret, Authorization: Bearer xyz12345"
        server.scripts += [refuses(401, {"message": said})] * 2
        run = ask(api, assistant(api))
        work()

    assert "Bad key …, [kept out of the record: " in caplog.text
    for secret in ("plain-key", "abcdefghijklmnop", "t0p-s3cret", "xyz12345"):
        assert secret not in caplog.text
        assert secret not in str(look(api, run))


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


RESTARTED = {"code": "server_error", "message": "The server was restarted while it was answering."}


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
    assert ended["last_error"] == (RESTARTED if shown else None)
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

    ended = look(api, run)
    assert (ended["status"], ended["last_error"], model.turns) == ("failed", RESTARTED, [])


def test_a_deleted_thread_stops_its_run(api: API, model: ScriptedModel) -> None:
    run = ask(api, assistant(api))

    def delete() -> None:
        api.delete(f"/v1/threads/{run['thread_id']}")

    model.does(Text("One"), delete, Text("two"), End("stop", USAGE))
    work()

    assert api.get(f"/v1{path(run)}").status_code == 404
    assert not Run.objects.exists()


def test_the_model_is_called_at_most_twenty_times(api: API, model: ScriptedModel) -> None:
    for _ in range(executor.MOST_CALLS):
        model.calls(("file_search", '{"queries": ["x"]}'))
    run = ask(api, assistant(api, tools=[SEARCH]))
    work()

    assert (look(api, run)["status"], len(model.turns)) == ("failed", executor.MOST_CALLS)


def test_who_claims_a_run_while_the_watch_looks_is_not_taken_for_lost(api: API, model: ScriptedModel) -> None:
    queued = Run.objects.get(wire_id=ask(api, assistant(api))["id"])
    control = Control(writer.Writer(queued, is_claimed=False))
    workers = worker.RunWorkers(1)
    workers._active[queued.pk] = control

    def claims_meanwhile(execute_sql: Any, sql: str, *rest: Any) -> Any:
        found = execute_sql(sql, *rest)
        if sql.startswith("SELECT") and not control.held.is_claimed:
            control.held.write(status=Run.Status.IN_PROGRESS)
        return found

    with connection.execute_wrapper(claims_meanwhile):
        workers._was_woken = True
        workers.look()
    assert control.held.is_claimed
    control.check()


@pytest.mark.parametrize("piece", [Text("word " * 200), ToolCall(0, "call_a", "weather", "1" * 1000)])
def test_an_answer_may_be_so_long(api: API, model: ScriptedModel, piece: Step) -> None:
    def more() -> None:
        raise AssertionError("It was read beyond its bound.")

    model.does(*[piece] * (ANSWER_CHARACTERS // 1000 + 1), more)
    run = ask(api, assistant(api, tools=[FUNCTION]))
    work()

    ended = look(api, run)
    assert (ended["status"], ended["incomplete_details"]) == ("incomplete", {"reason": "max_completion_tokens"})
    if isinstance(piece, Text):
        said = newest(api, run)["content"][0]["text"]["value"]
        assert 0.9 * ANSWER_CHARACTERS < len(said) <= ANSWER_CHARACTERS


def test_an_answer_may_call_so_many_tools(api: API, model: ScriptedModel) -> None:
    model.does(*[ToolCall(at, f"call_{at}", "weather") for at in range(ANSWER_CHARACTERS // 1000)], End("tool_calls"))
    run = ask(api, assistant(api, tools=[FUNCTION]))
    work()
    assert look(api, run)["status"] == "incomplete"


@pytest.mark.parametrize(
    "pieces",
    [["\u3010" * 400_000], ["<think>", *["thought " * 20] * 10_000], [" " * 100] * 15_000],
    ids=["marks that never end", "thoughts that never end", "blanks"],
)
def test_the_work_on_an_answer_grows_with_its_length(api: API, model: ScriptedModel, pieces: list[str]) -> None:
    model.says(*pieces, "</think>Yes.")
    run = ask(api, assistant(api))
    with endless_after(10):
        work()
    assert look(api, run)["status"] == "completed"
