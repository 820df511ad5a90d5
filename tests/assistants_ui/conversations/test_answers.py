"""What a page shows of an answer: how it ended, its words, its sources, its functions and tools."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client
from assistants_server.models import File, Thread, VectorStore
from assistants_server.runs.model import End, ModelError, RefusedText, Text
from assistants_server.runs.model.errors import FILTERED, TOO_LONG_FOR_IT, said_error
from assistants_server.vector_stores import indexing
from assistants_ui.models import BorrowedThread, CannedAnswer
from tests.assistants_server.conftest import read_files
from tests.assistants_server.scripted import USAGE, ScriptedModel, work
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import FUNCTION, nothing_is_left, try_page
from tests.assistants_ui.pages import read
from tests.conftest import Person


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


def test_a_refusal_of_the_server_is_told_in_its_words(alice: Person, tap: Tap, desk: Assistant) -> None:
    body = json.dumps({"error": {"message": "The model 'gpt-4o' has been retired."}})
    tap.answer = lambda request: httpx.Response(400, content=body) if request.url.path.endswith("/runs") else None
    page = read(alice.post(try_page(desk), {"message": "Hi"}))

    assert "refused the question" in page.text
    assert "has been retired" in page.text
    assert nothing_is_left()


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


def test_an_answer_of_json_is_one_block_as_it_came(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    model.says('{\n  "days": 30\n}')
    page = alice.post(try_page(desk), {"message": "How long?"}).content.decode()
    assert "data-answer-text>{\n  &quot;days&quot;: 30\n}</pre>" in page
    model.says("{Thirty} days.")
    assert "{Thirty} days.</div>" in alice.post(try_page(desk), {"message": "How long?"}).content.decode()


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


def test_a_tool_that_was_not_offered_is_told_only_beside_an_answer(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", tools=[{"type": "code_interpreter"}])
    model.says("Four.")
    model.does(ModelError("The model server failed to answer."))
    answered, failed = (read(alice.post(try_page(made), {"message": "2 + 2?"})).text for _ in range(2))

    assert "answered without “Code interpreter”" in answered
    assert "answered without" not in failed


def test_an_answer_without_a_tool_says_what_is_missing_and_how_it_is_added(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    coder = server.assistants.create(model="gpt-4o", instructions="Compute.", tools=[{"type": "code_interpreter"}])
    model.says("About four.")
    page = alice.post(try_page(coder), {"message": "2 + 2?"}).content.decode()

    assert "About four." in page
    assert "This server cannot run code yet" in page
    assert "<code>make code-interpreter</code>" in page
