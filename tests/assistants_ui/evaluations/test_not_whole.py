"""An answer that is not whole, in whatever way, holds no check."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from assistants_client import Assistant
from assistants_server.models import Run
from assistants_server.runs.model import End, ModelError, RefusedText, Text, ToolCall
from assistants_server.runs.writer import CancelledError
from assistants_ui.evaluations import worker
from assistants_ui.models import Question, QuestionAnswer
from assistants_ui.question_results import results
from assistants_ui.question_results.checks import Checks
from tests.assistants_server.scripted import USAGE, ScriptedModel
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.evaluations.asking import ask_about, draft_of, nothing_is_left, started
from tests.assistants_ui.evaluations.test_checks import CHECKS
from tests.conftest import Person


@pytest.mark.parametrize(
    "steps",
    [
        [Text("thirty\0"), End("length", USAGE)],
        [RefusedText("thirty"), End("stop", USAGE)],
        [Text("thirty"), End("content_filter", USAGE)],
        [ModelError("No.")],
        [Text("thirty"), ModelError("Broke off.")],
    ],
)
def test_an_answer_that_is_not_whole_is_never_green(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, steps: list[Any]
) -> None:
    ask_about(desk, "How long?", contains_all=["thirty"])
    model.does(*steps)
    run = started(alice, desk)
    worker.work()
    assert "\0" not in QuestionAnswer.objects.get().answer

    assert [one.standing.value for one in results.results_of(run)] == ["could not tell"]
    assert nothing_is_left()


def test_a_server_that_falls_silent_gives_no_green(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    """It took the question, and then is heard of no more."""
    ask_about(desk, "How long?", contains_all=["thirty"], contains_none=["sorry"])
    model.says("Thirty.")

    def hang(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and "/runs/" in request.url.path:
            raise httpx.ReadTimeout("Nothing was heard.", request=request)
        return None

    run = started(alice, desk)
    tap.answer = hang
    worker.work()
    assert QuestionAnswer.objects.get().outcome == "no_answer"
    assert [one.standing.value for one in results.results_of(run)] == ["could not tell"]


def test_a_server_that_ignores_the_draft_gives_no_green(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    ask_about(desk, "How long?", contains_all=["thirty"])
    draft_of(alice, desk, instructions="Say thirty.")
    model.says("thirty")
    model.says("thirty")

    def drop(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/runs"):
            body = httpx.Request(
                "POST", request.url, headers={"OpenAI-Beta": "assistants=v2"}, json={"assistant_id": desk.id}
            )
            return tap.server.handle_request(body)
        return None

    tap.answer = drop
    run = started(alice, desk, draft="use")
    worker.work()

    [one] = results.results_of(run)
    assert (one.old.result.value, one.new.result.value if one.new else "") == ("held", "could not tell")


def cancel_the_run() -> None:
    """What a worker sees of a run that somebody stopped."""
    Run.objects.update(status=Run.Status.CANCELLING)
    raise CancelledError


def fall_silent(request: httpx.Request) -> httpx.Response | None:
    if request.method == "GET" and "/runs/" in request.url.path:
        raise httpx.ReadTimeout("Nothing was heard.", request=request)
    return None


def drift(request: httpx.Request) -> httpx.Response | None:
    """A server that answers from the saved text, whatever the run says."""
    if request.method == "POST" and request.url.path.endswith("/runs"):
        asked = {"assistant_id": json.loads(request.content)["assistant_id"]}
        return Tap().server.handle_request(
            httpx.Request("POST", request.url, headers={"OpenAI-Beta": "assistants=v2"}, json=asked)
        )
    return None


ENDS = {"cut": "cut_off", "blocked": "blocked", "refused": "refused", "stopped": "stopped", "hang": "no_answer"}
# How an answer that begins well comes to be none: what the model does after it, and what the server does.
NOT_WHOLE: dict[str, tuple[list[Any], Any]] = {
    "cut": ([End("length", USAGE)], None),
    "blocked": ([End("content_filter", USAGE)], None),
    "refused": ([RefusedText("I will not."), End("stop", USAGE)], None),
    "broken off": ([ModelError("Broke off.")], None),
    "no end": ([], None),
    "limit": ([ModelError("Slow down.", code="rate_limit_exceeded")], None),
    "function": ([ToolCall(0, "call_1", "f", "{}"), End("tool_calls", USAGE)], None),
    "stopped": ([cancel_the_run], None),
    "hang": ([End("stop", USAGE)], fall_silent),
    "drift": ([End("stop", USAGE)], drift),
}


@pytest.mark.services_do_not_matter
@settings_of_hypothesis(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(checks=CHECKS.filter(bool), is_begun=st.booleans())
@pytest.mark.parametrize("how", [*NOT_WHOLE, "empty"])
def test_no_check_is_held_by_an_answer_that_was_not_whole(
    alice: Person,
    tap: Tap,
    model: ScriptedModel,
    desk: Assistant,
    how: str,
    checks: Checks,
    is_begun: bool,
) -> None:
    """Through the whole path: a model behind the embedded server, the worker that asks, and what is kept."""
    Question.objects.all().delete()
    model.answers.clear()
    ask_about(desk, "How long?", **checks.stored())
    draft_of(alice, desk, instructions="Say thirty.")
    # Were it whole, the texts that it has to contain would be there.
    text = Text(" ".join([*checks.contains_all, *checks.contains_any, "{}"]))
    after, trouble = NOT_WHOLE.get(how, ([End("stop", USAGE)], None))
    is_silent = how == "empty" or (how in ("limit", "function") and not is_begun)
    for _ in range(2):
        model.does(*([] if is_silent else [text]), *after)
    tap.answer = trouble or (lambda request: None)
    run = started(alice, desk, draft="use")
    worker.work()

    [row] = QuestionAnswer.objects.filter(run=run, is_draft=True)
    assert (row.state, len(row.findings) > 0) == (QuestionAnswer.State.DONE, True)
    assert "held" not in [row.result, *(finding["result"] for finding in row.findings)], (row.outcome, row.findings)
    assert not results.results_of(run)[0].standing.is_passed
    assert row.outcome == ENDS.get(how, row.outcome)
