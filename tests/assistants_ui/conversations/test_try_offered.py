"""When trying is offered: with threads, a model, and answers left for today."""

from __future__ import annotations

import httpx
import pytest
from pytest_django import Settings

from assistants_client import Assistant
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.scripted import ScriptedModel
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import nothing_is_left, try_page
from tests.assistants_ui.pages import read
from tests.conftest import Person


def test_a_day_has_so_many_answers_and_tokens(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, settings: Settings
) -> None:
    settings.TRIES_PER_DAY = 1
    model.says("Yes.")
    assert "You have 0 answers left" in read(alice.post(try_page(desk), {"message": "Hi"})).text
    tap.clear()
    assert "You have reached today's limit" in read(alice.post(try_page(desk), {"message": "Hi"})).text
    assert not any("threads" in sent for sent in tap.sent)
    settings.TRIES_PER_DAY, settings.TRY_TOKENS_PER_DAY = 100, 15
    assert "You have reached today's limit" in read(alice.post(try_page(desk), {"message": "Hi"})).text
    settings.TRIES_PER_DAY = 0
    assert "switched off" in read(alice.get(try_page(desk))).text
    assert alice.post(try_page(desk), {"message": "Hi"}).status_code == 422


@pytest.mark.parametrize("answer", [(404, "Unknown request URL: GET /v1/threads"), (405, "No."), (404, "Not found")])
def test_a_server_without_threads_is_told_and_offered_nothing(
    alice: Person, tap: Tap, desk: Assistant, settings: Settings, answer: tuple[int, str]
) -> None:
    status, message = answer
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main", base_url="http://far.example/v1")}
    lacking = httpx.Response(status, json={"error": {"message": message}})
    tap.answer = lambda request: (
        httpx.Response(lacking.status_code, content=lacking.content)
        if (request.url.path.startswith("/v1/threads"))
        else None
    )
    page = read(alice.get(try_page(desk)))

    if "threads" in message:
        # Its words could mean a thread that is not there, and so it is asked for one.
        assert "message" in page.forms[-1]
        return
    assert "has no threads" in page.text
    assert not any("message" in form for form in page.forms)
    assert nothing_is_left()


def test_without_a_model_nothing_is_offered(alice: Person, tap: Tap, desk: Assistant, settings: Settings) -> None:
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main")}

    text = read(alice.get(try_page(desk))).text
    assert "MODEL_BASE_URL" in text
    assert "MODEL_API_KEY" in text


def test_answers_of_the_built_in_model_are_labelled(
    alice: Person, tap: Tap, desk: Assistant, settings: Settings
) -> None:
    pages = (try_page(desk), f"/w/main/assistants/{desk.id}/edit/")
    assert not any("Demonstration: a tiny built-in model" in read(alice.get(page)).text for page in pages)
    served = WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url="builtin"))
    settings.WORKSPACES = settings.WORKSPACES | {"main": served}
    assert all("Demonstration: a tiny built-in model" in read(alice.get(page)).text for page in pages)
