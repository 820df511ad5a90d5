"""Somebody changes a sentence, tries it before it is saved, and keeps what must go on being answered well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from assistants_client import Assistant, Client
from assistants_server.models import File, Thread, VectorStore
from assistants_server.runs import connect, worker
from assistants_server.runs.citations import MARK
from assistants_server.runs.model import End, ModelError, Text, ToolCall, Turn
from assistants_server.vector_stores import indexing
from assistants_ui.evaluations import worker as questions
from assistants_ui.models import BorrowedThread, CannedAnswer, Draft, Question
from assistants_ui.workspaces.connections import workspace_client
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.scripted import USAGE, Said, Step
from tests.browser.conftest import Visit
from tests.browser.editing import press_while_shown
from tests.browser.test_accessibility import EVERY_RULE, broken_rules
from tests.conftest import Person

FUNCTION = {"type": "function", "function": {"name": "order_status", "parameters": {"type": "object"}}}


class Echo:
    """A model that says which instructions it was given, and waits in the middle while a test wants it to.

    Asked for an order it calls a function, asked for a cake it searches, and then says what it was given.
    """

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()

    def stream(self, turn: Turn, *, seconds: float) -> Said:
        told = [str(message["content"]) for message in turn.messages if message["role"] == "system"]
        given = [str(message["content"]) for message in turn.messages if message["role"] == "tool"]
        question = next(str(message["content"]) for message in reversed(turn.messages) if message["role"] == "user")
        if "fail" in question:
            raise ModelError("The model server is out of order.")
        if "order" in question and not given:
            return Said([ToolCall(0, "call_1", "order_status", '{"number": 7}'), End("tool_calls", USAGE)])
        if "cake" in question and not given:
            return Said([ToolCall(0, "call_1", "file_search", '{"queries": ["cake"]}'), End("tool_calls", USAGE)])
        if given:
            found = MARK.search(given[0])
            return Said([Text(f"It is lemon.{found[0]}" if found else f"I was given: {given[0]}"), End("stop", USAGE)])

        def wait() -> None:
            self.go_on.wait(10)

        return Slow([Text("I was told: "), wait, Text(" ".join(told)), End("stop", USAGE)], self.go_on)


class Slow(Said):
    """An answer that whoever stops it need not wait for."""

    def __init__(self, steps: list[Step], go_on: threading.Event) -> None:
        super().__init__(steps)
        self.go_on = go_on

    def close(self) -> None:
        self.go_on.set()


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

        def wake() -> None:
            threads.append(threading.Thread(target=run, daemon=True))
            threads[-1].start()

        return wake

    served = ModelServer(base_url="http://model.example/v1")
    settings.WORKSPACES = {"main": WorkspaceSettings(name="main", label="Main", model=served)}
    settings.RUN_LOOK_SECONDS = 0.1
    monkeypatch.setattr(connect, "open_model", lambda workspace: model)
    monkeypatch.setattr("assistants_server.models_api.offered.ask", lambda server: [])
    workers = worker.RunWorkers(4)
    monkeypatch.setattr(worker, "_wake", workers.wake)
    threads.append(threading.Thread(target=workers.keep_watch, daemon=True))
    threads[0].start()
    monkeypatch.setattr(questions, "wake", in_background(questions.work))
    yield model
    model.go_on.set()
    workers.leave()
    workers.join()
    for thread in threads:
        thread.join()


@pytest.fixture
def desk(echo: Echo) -> Assistant:
    client: Client = workspace_client("main")
    file = client.files.create(
        file=("cakes.md", b"Anna bakes bread.\n\nThe cake is a lemon cake."), purpose="assistants"
    )
    store = client.vector_stores.create(file_ids=[file.id])
    indexing.wait()
    return client.assistants.create(
        model="gpt-4o",
        name="Desk",
        instructions="Answer politely.",
        tools=[{"type": "file_search"}, FUNCTION],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )


def nothing_is_left() -> bool:
    """As before: no thread, no lease on one, and the one file and store that the assistant searches."""
    return not (Thread.objects.exists() or BorrowedThread.objects.exists()) and (
        File.objects.count(),
        VectorStore.objects.count(),
    ) == (1, 1)


def rules_kept(page: Page) -> list[str]:
    """What a program finds wrong with the page as it is."""
    return list(broken_rules(page, EVERY_RULE))


DARK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}


def tab_to(target: Locator) -> None:
    """Go there by the Tab key alone, as somebody without a mouse does."""
    page = target.page
    for _ in range(120):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {target}")


def press(target: Locator, key: str = "Enter") -> None:
    tab_to(target)
    target.page.keyboard.press(key)


def write(target: Locator, text: str) -> None:
    tab_to(target)
    target.page.keyboard.press("Control+a")
    target.page.keyboard.type(text)


def test_beside_the_editor_by_keys_alone(dora: Person, visit: Visit, echo: Echo, desk: Assistant) -> None:
    page = visit(dora, f"/w/main/assistants/{desk.id}/edit/", viewport={"width": 1280, "height": 900})
    write(page.locator("[name=instructions]"), "Answer in Latin.")
    page.keyboard.press("Control+Enter")
    panel = page.get_by_role("complementary", name="Try it")
    now = panel.locator("[data-try-now]")
    expect(panel.get_by_label("Question")).to_be_focused()
    page.keyboard.type("Who are you?")
    echo.go_on.clear()
    press(panel.get_by_role("button", name="Ask"))
    expect(now.get_by_text("I was told:")).to_be_visible()
    expect(panel.get_by_role("button", name="Stop")).to_be_visible()
    assert rules_kept(page) == []
    echo.go_on.set()
    expect(now.locator("article").get_by_text("I was told: Answer in Latin.")).to_be_visible()
    press(now.locator("summary", has_text="Show what was sent"))
    expect(now.locator(".sent").get_by_text("Answer in Latin.").first).to_be_visible()
    assert rules_kept(page) == []

    # The answer before stays beside the new one.
    write(page.locator("[name=instructions]"), "Answer in Greek.")
    page.keyboard.press("Control+Enter")
    expect(now.locator("article").get_by_text("I was told: Answer in Greek.")).to_be_visible()
    expect(panel.locator("[data-try-before]").get_by_text("I was told: Answer in Latin.")).to_be_visible()
    expect(panel.locator("[data-try-before]").get_by_text("Who are you?").first).to_be_visible()
    press(now.get_by_role("button", name="Keep as a question"))
    expect(now.get_by_text("Kept as a question.")).to_be_visible()
    expect(page.get_by_text("1 test question, never asked.")).to_be_visible()

    echo.go_on.clear()
    page.keyboard.press("Control+Enter")
    expect(now.get_by_text("I was told:")).to_be_visible()
    press(panel.get_by_role("button", name="Stop"))
    expect(now.get_by_text("It was stopped before it was complete.")).to_be_visible()
    assert rules_kept(page) == []
    write(panel.get_by_label("Question"), "Do you fail?")
    page.keyboard.press("Control+Enter")
    expect(now.get_by_text("The model server is out of order.")).to_be_visible()
    assert rules_kept(page) == []
    assert nothing_is_left()
    assert workspace_client("main").assistants.retrieve(desk.id).instructions == "Answer politely."


def test_functions_and_sources_beside_the_editor(dora: Person, visit: Visit, echo: Echo, desk: Assistant) -> None:
    page = visit(dora, f"/w/main/assistants/{desk.id}/edit/", **DARK)
    press(page.get_by_role("button", name="Try it"))
    panel = page.get_by_role("complementary", name="Try it")
    now = panel.locator("[data-try-now]")
    write(panel.get_by_label("Question"), "Where is my order?")
    page.keyboard.press("Control+Enter")
    expect(now.get_by_text('"number": 7')).to_be_visible()
    assert rules_kept(page) == []
    write(now.get_by_label("What order_status gives"), "On its way.")
    press(now.get_by_label("Use this each time"), "Space")
    press(now.get_by_role("button", name="Answer for the function"))
    expect(now.locator("article").get_by_text("I was given: On its way.")).to_be_visible()
    assert CannedAnswer.objects.get().output == "On its way."

    write(panel.get_by_label("Question"), "Which cake?")
    page.keyboard.press("Control+Enter")
    expect(now.get_by_text("The cake is a lemon cake.").first).to_be_visible()
    expect(now.get_by_text("Anna bakes bread.").first).to_be_hidden()
    assert rules_kept(page) == []
    press(now.get_by_role("link", name="Source 1"))
    expect(now.locator("li:target")).to_contain_text("The cake is a lemon cake.")
    with page.expect_popup() as opened:
        press(now.get_by_role("link", name="cakes.md"))
    expect(opened.value.get_by_role("heading", name="cakes.md", level=1)).to_be_visible()
    assert nothing_is_left()


def test_five_questions_on_old_and_new_are_judged_and_saved(
    dora: Person, visit: Visit, echo: Echo, desk: Assistant, settings: Settings
) -> None:
    strict = replace(settings.WORKSPACES["main"], requires_questions=True)
    settings.WORKSPACES = settings.WORKSPACES | {"main": strict}
    for number, checks in enumerate(({"contains_all": ["greek"]}, {"contains_all": ["latin"]}, {}, {}, {})):
        Question.objects.create(workspace="main", assistant_id=desk.id, text=f"Question {number}", checks=checks)
    here = f"/w/main/assistants/{desk.id}"
    page = visit(dora, f"{here}/edit/", viewport={"width": 1280, "height": 900})
    write(page.locator("[name=instructions]"), "Answer in Greek.")
    press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Run the test questions first")).to_be_visible()
    assert rules_kept(page) == []
    while not Draft.objects.filter(body__contains="Answer in Greek.").exists():
        page.wait_for_timeout(100)
    page.goto(f"{here}/questions/?draft=use")
    echo.go_on.clear()
    press(page.get_by_role("button", name="Run the questions"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert rules_kept(page) == []
    echo.go_on.set()
    expect(page.get_by_role("button", name="Judge").first).to_be_visible(timeout=30_000)
    # Broken ones come first, and one that holds is told as one of one.
    expect(page.locator("details.result").first).to_contain_text("Question 1")
    expect(page.locator("[data-standing=held]")).to_contain_text("0 of 1 → 1 of 1")
    expect(page.locator("ins").first).to_contain_text("Greek")
    assert rules_kept(page) == []
    for number in range(5):
        one = page.locator(f"#question-{number}")
        if not one.get_by_label("Better").is_visible():
            press(one.locator("summary").first)
        press(one.get_by_label("Better"), "Space")
        page.keyboard.press("Tab")
        page.keyboard.type("Greek it is.")
        page.keyboard.press("Enter")
        expect(one.get_by_text("Judged by Dora")).to_be_visible()
    assert nothing_is_left()
    page.goto(f"{here}/edit/?draft=use")
    expect(page.get_by_text("on exactly this text: 5 better")).to_be_visible()
    # What is said of the text is gone as soon as it is another text.
    write(page.locator("[name=instructions]"), "Answer in Greek!")
    expect(page.get_by_text("on exactly this text: 5 better")).to_be_hidden()
    expect(page.get_by_text("before this change")).to_be_visible()
    write(page.locator("[name=instructions]"), "Answer in Greek.")
    expect(page.get_by_text("on exactly this text: 5 better")).to_be_visible()
    press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Assistant saved.")).to_be_visible()
    expect(page.get_by_text("on exactly this text: 5 better")).to_be_visible()
    assert workspace_client("main").assistants.retrieve(desk.id).instructions == "Answer in Greek."


def test_on_the_page_of_its_own_the_answer_is_shown_as_it_is_written(
    dora: Person, visit: Visit, echo: Echo, desk: Assistant
) -> None:
    page = visit(dora, f"/w/main/assistants/{desk.id}/try/", viewport={"width": 390, "height": 844})
    question, state = page.get_by_label("Question", exact=True), page.locator("[data-try-state]")
    now, before = page.get_by_role("region", name="Answer", exact=True), page.locator("[data-try-before]")
    expect(now).to_be_hidden()
    echo.go_on.clear()
    question.fill("Who are you?")
    question.press("Control+Enter")
    expect(now).to_contain_text("I was told:")
    expect(state).to_have_text("Writing…")
    expect(now).not_to_contain_text("Answer politely.")
    echo.go_on.set()
    expect(now.get_by_text("I was told: Answer politely.").first).to_be_visible()
    expect(page.get_by_text("left today")).to_have_count(0)
    question.fill("Which cake?")
    page.get_by_role("button", name="Ask").click()
    expect(now).to_contain_text("It is lemon.")
    expect(before).to_contain_text("I was told: Answer politely.")
    assert list(broken_rules(page, EVERY_RULE)) == []
    echo.go_on.clear()
    question.fill("Who are you?")
    page.get_by_role("button", name="Ask").click()
    expect(now).to_contain_text("I was told:")
    page.get_by_role("button", name="Stop").click()
    expect(now).to_contain_text("It was stopped before it was complete.")
    assert page.url.endswith("/try/")
    assert nothing_is_left()


PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def test_on_a_phone_without_javascript(dora: Person, visit: Visit, echo: Echo, desk: Assistant) -> None:
    here = f"/w/main/assistants/{desk.id}"
    page = visit(dora, f"{here}/edit/", java_script_enabled=False, **PHONE)

    def ask(question: str) -> None:
        page.get_by_label("Question", exact=True).fill(question)
        page.get_by_role("button", name="Ask").click()

    page.locator("[name=instructions]").fill("Answer in Latin.")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("differs from the saved version in Instructions")).to_be_visible()
    ask("Who are you?")
    expect(page.get_by_text("I was told: Answer in Latin.").first).to_be_visible()
    page.get_by_label("The saved version").check()
    ask("Who are you?")
    expect(page.get_by_text("I was told: Answer politely.").first).to_be_visible()
    expect(page.get_by_text("I was told: Answer in Latin.").first).to_be_visible()

    ask("Which cake?")
    expect(page.get_by_text("The cake is a lemon cake.").first).to_be_visible()
    ask("Where is my order?")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("It was stopped before it was complete.")).to_be_visible()
    ask("Where is my order?")
    page.get_by_label("What order_status gives").fill("On its way.")
    page.get_by_role("button", name="Answer for the function").click()
    expect(page.get_by_text("I was given: On its way.").first).to_be_visible()
    page.get_by_role("button", name="Keep as a question").click()
    page.get_by_label("Must contain all of").fill("on its way")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("The saved version alone").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Run the questions").click()
    press_while_shown(page, page.get_by_role("link", name="Look again"))
    # Nobody keeps an answer for the function, so nothing is green.
    expect(page.get_by_text("of which no answer is kept")).to_be_visible()
    page.get_by_label("Wrong").check()
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_text("Judged by Dora")).to_be_visible()
    assert nothing_is_left()
