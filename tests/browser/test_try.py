"""Somebody changes a sentence, tries it before it is saved, and keeps what must go on being answered well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect
from pytest_django import Settings

from assistants_client import Assistant, Client
from assistants_server.models import Thread
from assistants_server.runs import connect, worker
from assistants_server.runs.model import End, Text, Turn
from assistants_ui.evaluations import worker as questions
from assistants_ui.models import BorrowedThread, Draft
from assistants_ui.workspaces.connections import workspace_client
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.scripted import USAGE, Said, work
from tests.browser.conftest import Visit
from tests.conftest import Person


class Echo:
    """A model that says which instructions it was given, and waits in the middle while a test wants it to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()

    def stream(self, turn: Turn, *, seconds: float) -> Said:
        told = [str(message["content"]) for message in turn.messages if message["role"] == "system"]

        def wait() -> None:
            self.go_on.wait(10)

        return Said([Text("I was told: "), wait, Text(" ".join(told)), End("stop", USAGE)])


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch, settings: Settings, transactional_db: None) -> Iterator[Echo]:
    model = Echo()
    threads: list[threading.Thread] = []

    def in_background(action: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                action()
            finally:
                connection.close()

        def ring() -> None:
            threads.append(threading.Thread(target=run, daemon=True))
            threads[-1].start()

        return ring

    served = ModelServer(base_url="http://model.example/v1")
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main", model=served)}
    settings.RUN_LOOK_SECONDS = 0.1
    monkeypatch.setattr(connect, "open_model", lambda workspace: model)
    monkeypatch.setattr("assistants_server.models_api.offered.ask", lambda server: [])
    monkeypatch.setattr(worker, "_ring", in_background(work))
    monkeypatch.setattr(questions, "ring", in_background(questions.work))
    yield model
    model.go_on.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def desk(echo: Echo) -> Assistant:
    client: Client = workspace_client("main")
    return client.assistants.create(model="gpt-4o", name="Desk", instructions="Answer politely.")


def test_beside_the_editor(dora: Person, visit: Visit, echo: Echo, desk: Assistant) -> None:
    page = visit(dora, f"/w/main/assistants/{desk.id}/edit/", viewport={"width": 1440, "height": 900})
    page.locator("[name=instructions]").fill("Answer in Latin.")
    page.get_by_role("button", name="Try it").click()
    panel = page.get_by_role("complementary", name="Try it")
    panel.get_by_label("Question").fill("Who are you?")
    echo.go_on.clear()
    panel.get_by_role("button", name="Ask").click()
    expect(panel.get_by_text("I was told:")).to_be_visible()
    expect(panel.get_by_role("button", name="Stop")).to_be_visible()
    echo.go_on.set()
    expect(panel.get_by_text("I was told: Answer in Latin.")).to_be_visible()
    expect(panel.get_by_text("15 tokens")).to_be_visible()

    page.locator("[name=instructions]").fill("Answer in Greek.")
    page.keyboard.press("Control+Enter")
    expect(panel.get_by_text("I was told: Answer in Greek.")).to_be_visible()
    expect(panel.get_by_text("I was told: Answer in Latin.")).to_be_visible()
    # By the time that both are told to have ended, their threads are gone.
    expect(panel.get_by_text("15 tokens")).to_have_count(2)
    assert not Thread.objects.exists()
    assert not BorrowedThread.objects.exists()
    assert workspace_client("main").assistants.retrieve(desk.id).instructions == "Answer politely."

    panel.get_by_role("button", name="Keep as a question").first.click()
    expect(panel.get_by_text("Kept as a question.")).to_be_visible()
    while not Draft.objects.filter(body__contains="Answer in Greek.").exists():
        page.wait_for_timeout(100)
    page.goto(f"/w/main/assistants/{desk.id}/questions/")
    page.get_by_role("button", name="Run the questions").click()
    expect(page.locator("ins").first).to_contain_text("Greek")
    page.get_by_label("Better").check()
    page.get_by_label("Why, in a line").fill("It answers in Greek.")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_text("Judged by Dora")).to_be_visible()
    page.goto(f"/w/main/assistants/{desk.id}/questions/")
    page.goto(f"/w/main/assistants/{desk.id}/edit/?draft=use")
    expect(page.get_by_text("on exactly this text: 1 better")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Assistant saved.")).to_be_visible()
    expect(page.get_by_text("on exactly this text: 1 better")).to_be_visible()


PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def test_on_a_phone_without_javascript(dora: Person, visit: Visit, echo: Echo, desk: Assistant) -> None:
    page = visit(dora, f"/w/main/assistants/{desk.id}/edit/", java_script_enabled=False, **PHONE)
    page.locator("[name=instructions]").fill("Answer in Latin.")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("differs from the saved version in Instructions")).to_be_visible()
    page.get_by_label("Question").fill("Who are you?")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("I was told: Answer in Latin.").first).to_be_visible()
    page.get_by_label("The saved version").check()
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("I was told: Answer politely.").first).to_be_visible()
    expect(page.get_by_text("I was told: Answer in Latin.").first).to_be_visible()
    assert not Thread.objects.exists()
