"""Trying an assistant on its page: which text answers, what became of it, and that nothing of it stays."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from assistants_client import Assistant, Client
from assistants_server.models import File, Run, Thread, VectorStore
from assistants_server.runs.model import End, ModelError, RefusedText, Text
from assistants_server.runs.model.errors import FILTERED, TOO_LONG_FOR_IT, said_error
from assistants_server.vector_stores import indexing
from assistants_ui.models import BorrowedThread, CannedAnswer, Draft, Question, TryCount
from dashboard.audit.models import Record
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.conftest import read_files
from tests.assistants_server.scripted import USAGE, ScriptedModel, work
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import form_of, try_page
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


def nothing_is_left() -> bool:
    return not (Thread.objects.exists() or Run.objects.exists() or BorrowedThread.objects.exists())


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


@pytest.mark.parametrize(
    ("steps", "outcome", "words"),
    [
        ([Text("Only half"), End("length", USAGE)], "cut_off", "Cut off"),
        ([Text("I"), End("content_filter", USAGE)], "blocked", "Blocked by the provider"),
        ([RefusedText("I will not."), End("stop", USAGE)], "refused", "declined to answer"),
        ([ModelError("Slow down.", code="rate_limit_exceeded")], "limit_reached", "Slow down."),
        ([ModelError("The model server failed to answer.")], "failed", "The model server failed to answer."),
        ([Text("Only"), ModelError("It went away.")], "broke_off", "The answer broke off"),
        ([ModelError(TOO_LONG_FOR_IT, code="invalid_prompt")], "too_long", "Shorten the instructions"),
        ([ModelError(FILTERED, code="invalid_prompt")], "not_accepted", "because of its content"),
    ],
)
def test_each_way_of_ending_has_its_own_words(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, steps: list[Any], outcome: str, words: str
) -> None:
    model.does(*steps)
    answer = alice.post(try_page(desk), {"message": "Hi"})

    assert f'data-outcome="{outcome}"' in answer.content.decode()
    assert words in read(answer).text
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([ModelError(FILTERED, code="invalid_prompt")], "hat das Gespräch wegen seines Inhalts abgelehnt."),
        ([said_error(None, "No", status=418)], "hat die Anfrage abgelehnt (Status 418)."),
        ([said_error("insufficient_quota", "Pay first.", status=429)], "Pay first."),
    ],
)
def test_why_a_run_failed_is_told_in_the_reader_s_language(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, steps: list[Any], words: str
) -> None:
    """The run itself keeps it in English, for the programs that read it."""
    model.does(*steps)
    answer = alice.post(try_page(desk), {"message": "Hi"}, headers={"Accept-Language": "de"})

    assert words in read(answer).text


def test_the_settings_that_were_sent_are_told_in_words(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    settings: dict[str, Any] = {"temperature": 0.3, "reasoning_effort": "low", "response_format": {"type": "text"}}
    made = server.assistants.create(model="gpt-4o", name="Desk", **settings)
    model.says("Hallo.")
    told = read(alice.post(try_page(made), {"message": "Hi"}, headers={"Accept-Language": "de"})).text

    assert "DenkaufwandNiedrigTemperatur0,3Top P1AntwortformatText" in told


def test_a_tool_that_was_not_offered_is_told_only_beside_an_answer(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", tools=[{"type": "code_interpreter"}])
    model.says("Four.")
    model.does(ModelError("The model server failed to answer."))
    answered, failed = (read(alice.post(try_page(made), {"message": "2 + 2?"})).text for _ in range(2))

    assert "answered without “Code interpreter”" in answered
    assert "answered without" not in failed


def test_a_function_is_answered_by_hand_and_its_answer_kept(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", tools=[FUNCTION])
    model.calls(("weather", '{"city": "Rome"}'))
    model.says("Warm.")
    page = read(alice.post(try_page(made), {"message": "Weather?"}))
    assert '"city": "Rome"' in page.text
    form = next(form for form in page.forms if "exchange" in form)
    output = next(name for name in form if name.startswith("output-"))
    call_id = output.removeprefix("output-")
    typed = form | {output: "20 degrees", f"keep-{call_id}": "on"}
    assert not nothing_is_left()
    done = read(alice.post(try_page(made), typed))

    assert "Warm." in done.text
    assert "20 degrees" in done.text
    assert nothing_is_left()
    assert CannedAnswer.objects.get().output == "20 degrees"
    assert model.turns[1].messages[-1]["content"] == "20 degrees"
    # Sent a second time, when it is over.
    assert "No longer there" in read(alice.post(try_page(made), typed)).text


def test_a_waiting_function_can_be_stopped(alice: Person, tap: Tap, model: ScriptedModel, server: Client) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", tools=[FUNCTION])
    model.calls(("weather", "{}"))
    form = next(form for form in read(alice.post(try_page(made), {"message": "?"})).forms if "exchange" in form)

    assert "Stopped" in read(alice.post(f"{try_page(made)}stop/", form)).text
    assert nothing_is_left()


def test_sources_are_links_with_their_passages(alice: Person, tap: Tap, model: ScriptedModel, server: Client) -> None:
    file = server.files.create(
        file=("foods.txt", b"Anna eats rye bread.\n\nFilip likes cake most of all."), purpose="assistants"
    )
    store = server.vector_stores.create(file_ids=[file.id])
    read_files(store.id)
    made = server.assistants.create(
        model="gpt-4o",
        name="Desk",
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )
    model.calls(("file_search", '{"queries": ["Filip cake"]}'))
    model.says("Filip likes cake\u30104:0\u2020foods.txt\u3011.")
    page = read(alice.post(try_page(made), {"message": "What does Filip like?"}))

    assert "Filip likes cake[1]." in page.text
    assert page.links["[1]"].startswith("#source-")
    assert "No attached file was used" not in page.text
    # The paragraph that the sentence rests on, where the file's page holds it; the rest of the passage is folded.
    assert page.links["foods.txt"] == f"/w/main/files/{file.id}/#:~:text=Filip%20likes%20cake%20most%20of%20all."
    _, _, sources = page.text.partition("Sources")
    assert sources.split()[:2] == ["[1]", "foods.txt"], "the marks of the text are found again"
    assert sources.index("Filip likes cake most") < sources.index("The whole passage") < sources.index("Anna eats")
    assert nothing_is_left()
    assert (File.objects.count(), VectorStore.objects.count()) == (1, 1)


def test_a_slow_answer_is_shown_as_far_as_it_is_and_looked_at_again(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistants_ui.conversations.asking.WAIT_SECONDS", 0.0)
    answer = alice.post(try_page(desk), {"message": "Hi"})
    page = read(answer)
    assert "Still being written" in page.text
    assert 'hx-trigger="load delay' in answer.content.decode()
    [borrowed] = BorrowedThread.objects.all()
    assert borrowed.thread_id == Thread.objects.get().wire_id
    model.says("At last.")
    form = next(form for form in page.forms if "exchange" in form)
    assert "Still being written" in read(alice.post(try_page(desk), form)).text
    work()
    assert "At last." in read(alice.get(try_page(desk), {"exchange": form["exchange"]})).text
    assert nothing_is_left()


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


def test_a_draft_that_cannot_be_saved_is_not_tried(alice: Person, tap: Tap, desk: Assistant) -> None:
    answer = alice.post(try_page(desk), form_of(desk, temperature="9") | {"message": "Hi"})

    assert answer.status_code == 422
    assert "Temperature" in read(answer).text
    assert not any("threads" in sent for sent in tap.sent)
    assert alice.post(try_page(desk), {"message": "  "}).status_code == 422


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


def test_an_answer_without_a_tool_says_what_is_missing_and_how_it_is_added(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    coder = server.assistants.create(model="gpt-4o", instructions="Compute.", tools=[{"type": "code_interpreter"}])
    model.says("About four.")
    page = alice.post(try_page(coder), {"message": "2 + 2?"}).content.decode()

    assert "About four." in page
    assert "This server cannot run code yet" in page
    assert "<code>make code-interpreter</code>" in page


def test_answers_of_the_built_in_model_are_labelled(
    alice: Person, tap: Tap, desk: Assistant, settings: Settings
) -> None:
    pages = (try_page(desk), f"/w/main/assistants/{desk.id}/edit/")
    assert not any("Demonstration: a tiny built-in model" in read(alice.get(page)).text for page in pages)
    served = WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url="builtin"))
    settings.WORKSPACES = settings.WORKSPACES | {"main": served}
    assert all("Demonstration: a tiny built-in model" in read(alice.get(page)).text for page in pages)


def test_a_refusal_of_the_server_is_told_in_its_words(alice: Person, tap: Tap, desk: Assistant) -> None:
    body = json.dumps({"error": {"message": "The model 'gpt-4o' has been retired."}})
    tap.answer = lambda request: httpx.Response(400, content=body) if request.url.path.endswith("/runs") else None
    page = read(alice.post(try_page(desk), {"message": "Hi"}))

    assert "refused the question" in page.text
    assert "has been retired" in page.text
    assert nothing_is_left()


def test_an_answer_for_which_no_attached_file_was_used_says_so(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    store = server.vector_stores.create(name="Notes")
    empty = "There is no file yet that this assistant can search."
    being_read = "The attached files are still being read"
    given: dict[str, Any] = {"tool_resources": {"file_search": {"vector_store_ids": [store.id]}}}
    desk = server.assistants.create(model="gpt-4o", name="Desk", tools=[{"type": "file_search"}], **given)
    text = "No attached file was used for this answer."
    model.says("I think so.")
    page = read(alice.post(try_page(desk), {"message": "Is it so?"})).text
    assert empty in page
    assert text not in page
    file = server.files.create(file=("notes.txt", b"It is so."), purpose="assistants")
    server.vector_stores.files.create(store.id, file_id=file.id)
    model.says("I think so.")
    assert being_read in read(alice.post(try_page(desk), {"message": "Is it so?"})).text
    indexing.read_waiting(VectorStore.objects.get().pk)
    model.says("I think so.")
    assert text in read(alice.post(try_page(desk), {"message": "Is it so?"})).text
    model.says("I think so.")
    bare = server.assistants.create(model="gpt-4o", name="Desk", tools=[{"type": "file_search"}])
    page = read(alice.post(try_page(bare), {"message": "Is it so?"})).text
    assert text not in page
    assert empty not in page


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


def test_an_answer_of_json_is_one_block_as_it_came(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    model.says('{\n  "days": 30\n}')
    page = alice.post(try_page(desk), {"message": "How long?"}).content.decode()
    assert "data-answer-text>{\n  &quot;days&quot;: 30\n}</pre>" in page
    model.says("{Thirty} days.")
    assert "{Thirty} days.</div>" in alice.post(try_page(desk), {"message": "How long?"}).content.decode()
