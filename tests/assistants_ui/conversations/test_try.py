"""Trying an assistant on its page: which text answers, and that nothing of it stays."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client
from assistants_server.models import Thread
from assistants_ui.models import BorrowedThread, Draft, Question, TryCount
from dashboard.audit.models import Record
from tests.assistants_server.scripted import ScriptedModel
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import form_of, nothing_is_left, try_page
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person


def test_a_question_is_answered_and_nothing_stays(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, server: Client
) -> None:
    model.says("Thirty", " days.")
    page = read(alice.post(try_page(desk), {"message": "How long may I return it?"}))

    assert "Thirty days." in page.text
    assert "Answered" in page.text
    assert "15 tokens" in page.text
    assert "tiny:1b (for gpt-4o)" in page.text
    assert nothing_is_left()
    assert server.assistants.retrieve(desk.id).raw == desk.raw
    row = Record.objects.get(action="assistant.try")
    assert "How long" not in row.head + row.body
    assert "Thirty" not in row.head + row.body
    count = TryCount.objects.get(user=alice.user)
    assert (count.answers, count.tokens) == (1, 15)


def test_the_answer_comes_from_what_is_in_the_form(
    alice: Person, carol: Person, tap: Tap, model: ScriptedModel, desk: Assistant, server: Client
) -> None:
    model.says("Arr.")
    typed = form_of(desk, instructions="Answer as a pirate.", temperature="0.2", model="gpt-4.1")
    page = read(alice.post(try_page(desk), typed | {"message": "Hello?"}))

    assert "Arr." in page.text
    assert "differs from the saved version in Model, Instructions and Temperature" in page.text
    [turn] = model.turns
    assert turn.messages[0] == {"role": "system", "content": "Answer as a pirate."}
    assert turn.temperature == 0.2
    assert server.assistants.retrieve(desk.id).instructions == "Answer politely."
    assert "unsaved changes to Model, Instructions and Temperature" in read(carol.get("/audit/")).text


def test_the_editor_leads_to_the_page_with_its_text_as_a_draft(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    opened = alice.post(try_page(desk), form_of(desk, instructions="Answer in Latin."), follow=True)
    page = read(opened)
    assert "differs from the saved version in Instructions" in page.text
    assert "3 words Answer in Latin." in page.text, "each unsaved text can be told from another"
    model.says("Salve.")
    model.says("Hello.")
    first = alice.post(try_page(desk), {**page.forms[-1], "message": "Hi?"})
    assert "Salve." in read(first).text
    again = next(form for form in read(first).forms if "message" in form)
    second = read(alice.post(try_page(desk), again | {"draft": "none"}))
    assert "Salve." in second.text
    assert "Hello." in second.text
    assert [turn.messages[0]["content"] for turn in model.turns] == ["Answer in Latin.", "Answer politely."]


def test_trying_what_nobody_changed_makes_no_draft(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    opened = editor_form(alice.get(f"/w/main/assistants/{desk.id}/edit/"))
    alice.post(try_page(desk), opened | {"instructions": "Answer in Latin."})
    renamed = read(alice.post(try_page(desk), opened | {"name": "Front desk"}, follow=True)).text
    assert "Your unsaved text changes nothing that reaches the model" in renamed
    assert "Answers come from the saved version." not in renamed

    # The same form again, as it was opened: what it left behind is given up too.
    page = read(alice.post(try_page(desk), opened, follow=True)).text
    assert "Answers come from the saved version." in page
    assert "Your unsaved text" not in page
    assert not Draft.objects.exists()


def test_emptied_instructions_and_settings_are_empty_for_the_model(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    made = server.assistants.create(
        model="gpt-4o", name="Desk", instructions="Rhyme.", temperature=0.1, reasoning_effort="low"
    )
    model.says("Plain.")
    page = read(alice.post(try_page(made), form_of(made, instructions="", reasoning_effort="") | {"message": "Hi"}))

    assert all(message["role"] != "system" for message in model.turns[0].messages)
    assert model.turns[0].temperature is None
    assert "did not use your unsaved Reasoning effort" in page.text


def test_the_settings_that_were_sent_are_told_in_words(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    settings: dict[str, Any] = {"temperature": 0.3, "reasoning_effort": "low", "response_format": {"type": "text"}}
    made = server.assistants.create(model="gpt-4o", name="Desk", **settings)
    model.says("Hallo.")
    told = read(alice.post(try_page(made), {"message": "Hi"}, headers={"Accept-Language": "de"})).text

    assert "DenkaufwandNiedrigTemperatur0,3Top P1AntwortformatText" in told


def test_the_token_of_one_person_is_nothing_to_another(
    alice: Person, dora: Person, tap: Tap, desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistants_ui.conversations.asking.WAIT_SECONDS", 0.0)
    form = next(f for f in read(alice.post(try_page(desk), {"message": "Hi"})).forms if "exchange" in f)

    assert "No longer there" in read(dora.post(try_page(desk), form)).text
    assert Thread.objects.exists()


def test_what_a_dead_process_left_is_deleted_later(
    alice: Person, tap: Tap, desk: Assistant, server: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have died before it heard the id of its thread."""
    heard: list[httpx.Response] = []

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path == "/v1/threads":
            heard.append(tap.server.handle_request(request))
            raise httpx.ReadError("The line is cut.", request=request)
        return None

    tap.answer = lose
    page = read(alice.post(try_page(desk), {"message": "Hi"}))
    assert "No answer heard" in page.text
    assert Thread.objects.count() == 1
    assert BorrowedThread.objects.get().thread_id == ""
    tap.answer = lambda request: None
    alice.get(try_page(desk))
    assert nothing_is_left()


def test_a_thread_that_cannot_be_deleted_now_is_deleted_later(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    model.says("Yes.")
    tap.answer = lambda request: httpx.Response(503, json={}) if request.method == "DELETE" else None
    assert "Yes." in read(alice.post(try_page(desk), {"message": "Hi"})).text
    assert Thread.objects.count() == 1
    tap.answer = lambda request: None
    alice.get(try_page(desk))
    assert nothing_is_left()


def test_a_draft_that_cannot_be_saved_is_not_tried(alice: Person, tap: Tap, desk: Assistant) -> None:
    answer = alice.post(try_page(desk), form_of(desk, temperature="9") | {"message": "Hi"})

    assert answer.status_code == 422
    assert "Temperature" in read(answer).text
    assert not any("threads" in sent for sent in tap.sent)
    assert alice.post(try_page(desk), {"message": "  "}).status_code == 422


def test_a_draft_that_cancel_kept_is_offered_but_not_chosen(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    opened = form_of(desk, instructions="Answer in Latin.")
    page = read(alice.post(try_page(desk), opened, follow=True))
    assert next(form for form in page.forms if "message" in form)["draft"] != "none", (
        "Try it of the form means its text"
    )
    assert next(form for form in read(alice.get(try_page(desk))).forms if "message" in form)["draft"] == "none"
    assert "Your unsaved text" in read(alice.get(try_page(desk))).text
    Question.objects.create(workspace="main", assistant_id=desk.id, text="How long?")
    questions = f"/w/main/assistants/{desk.id}/questions/"
    asked = next(form for form in read(alice.get(questions)).forms if "repeats" in form or "draft" in form)
    assert asked["draft"] == "none"
    standing = read(alice.post(f"{questions}standing/", opened))
    form = next(form for form in read(alice.get(standing.links["Test questions"])).forms if "draft" in form)
    assert form["draft"] != "none", "beside unsaved text the questions are about that"
