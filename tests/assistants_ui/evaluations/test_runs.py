"""Runs of test questions: on the saved text and on a draft, once each, whatever dies in between."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings

from assistants_client import Assistant, Client
from assistants_ui.conversations import canned
from assistants_ui.evaluations import answering, worker
from assistants_ui.models import BorrowedThread, Question, QuestionAnswer, QuestionRun
from assistants_ui.question_results import results
from assistants_ui.question_results.fingerprints import answering_fingerprint
from dashboard.audit.models import Record
from tests.assistants_server.scripted import ScriptedModel
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import FUNCTION, form_of
from tests.assistants_ui.evaluations.asking import ask_about, base, draft_of, nothing_is_left, started
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person, html


def test_old_and_new_are_asked_side_by_side_and_judged(
    alice: Person, carol: Person, tap: Tap, model: ScriptedModel, desk: Assistant, server: Client
) -> None:
    ask_about(desk, "How long?", contains_all=["thirty"])
    ask_about(desk, "Who are you?")
    draft_of(alice, desk, instructions="Say thirty.")
    for answer in ("Twenty days.", "Thirty days.", "A desk.", "A desk."):
        model.says(answer)
    run = started(alice, desk, draft="use")
    page = read(alice.get(f"{base(desk)}runs/{run.pk}/"))
    assert "0 of 4 answers" in page.text
    assert worker.work() == 4

    page = read(alice.get(f"{base(desk)}runs/{run.pk}/"))
    assert "0 of 1 → 1 of 1" in page.text
    assert "unsaved changes to Instructions" in page.text
    told = [turn.messages[0]["content"] for turn in model.turns]
    assert told == ["Answer politely.", "Say thirty.", "Answer politely.", "Say thirty."]
    standings = [one.standing.value for one in results.results_of(run)]
    assert standings == ["held", "as before"]
    assert "passed" in page.text
    assert "held" not in page.text
    assert "#chevron-right" in alice.get(f"{base(desk)}runs/{run.pk}/").content.decode(), (
        "what opens shows that it does"
    )
    assert nothing_is_left()
    assert "Compared with the saved version, the new answer is BetterSameWorseWrong" in page.text
    verdict = {"position": 0, "verdict": "better", "line": "Now it knows."}
    judged = read(alice.post(f"{base(desk)}runs/{run.pk}/judge/", verdict, follow=True))
    assert "Judged by Alice" in judged.text
    draft = server.assistants.retrieve(desk.id).raw | {"instructions": "Say thirty."}
    found = results.tested("main", desk.id, draft)
    assert found is not None
    assert found.sentence == "2 test questions, asked just now on exactly this text: 1 as before, 1 better."
    assert found.is_passed
    log = read(carol.get("/audit/")).text
    assert "ran 2 test questions on the saved version and unsaved changes" in log
    assert "judged an answer to a test question: better" in log
    verdict_row = read(carol.get(f"/audit/{Record.objects.get(action='question_run.judge').seq}/")).text
    assert f"For{desk.name}" in verdict_row
    assert "stayed as it was" not in verdict_row
    assert "This action changed no recorded field." in verdict_row
    of_desk = read(carol.get(f"/audit/?target={desk.id}")).text
    assert "ran 2 test questions" in of_desk
    assert "judged an answer" in of_desk
    assert "judged an answer" not in read(alice.get(f"/w/main/assistants/{desk.id}/history/")).text
    assert not Record.objects.filter(action="assistant.try").exists()


def test_what_a_person_typed_is_never_translated(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    ask_about(desk, "Yes?", contains_all=["yes"], contains_any=["yes", "Files"], cites=["Files"], most_words=1)
    model.says("Yes, sir.")
    run = started(alice, desk)
    worker.work()

    page = read(alice.get(f"{base(desk)}runs/{run.pk}/", headers={"Accept-Language": "de"})).text
    for check in ("enthält „yes“", "enthält „yes“ oder „Files“", "zitiert Files", "höchstens 1 Wörter Es sind 2."):
        assert check in page


def test_a_result_is_bound_to_exactly_what_was_tested(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, server: Client
) -> None:
    ask_about(desk, "How long?", contains_all=["thirty"])

    def sentence() -> str:
        found = results.tested("main", desk.id, server.assistants.retrieve(desk.id).raw)
        assert found is not None
        return found.sentence

    assert sentence() == "1 test question, never asked."
    model.says("Thirty.")
    run = started(alice, desk)
    worker.work()
    assert sentence() == "1 test question, asked just now on exactly this text: 1 passed."
    # Beside an unsaved text, it says which one it means.
    draft_of(alice, desk, instructions="Say thirty.")
    ask_about(desk, "Who are you?")
    page = read(alice.get(base(desk))).text
    assert "1 test question, asked just now on the saved version: 1 passed, 1 not asked yet." in page
    assert "this text" not in page
    Question.objects.latest("pk").delete()
    server.assistants.update(desk.id, name="Another name", metadata={"a": "b"})
    assert "exactly this text" in sentence()
    server.assistants.update(desk.id, instructions="Answer politely!")
    assert sentence() == "1 test question, last asked just now, before this change."
    found = results.tested("main", desk.id, {}, is_saved_version=True)
    assert found is not None
    assert found.sentence == "1 test question, last asked just now, before the last saved change."
    assert "Tested before the last change" in read(alice.get(f"{base(desk)}runs/{run.pk}/")).text
    assert answering_fingerprint({}) == answering_fingerprint(
        {"temperature": 1.0, "tools": [], "response_format": "auto"}
    )


def test_an_answer_with_nothing_beside_it_is_right_or_wrong(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, server: Client
) -> None:
    ask_about(desk, "How long?")
    model.says("Thirty.")
    run = started(alice, desk)
    worker.work()
    page = f"{base(desk)}runs/{run.pk}/"

    assert "The answer is As it should beWrong" in read(alice.get(page)).text
    assert alice.post(f"{page}judge/", {"position": 0, "verdict": "better"}).status_code == 404
    alice.post(f"{page}judge/", {"position": 0, "verdict": "same"})
    assert [one.standing.value for one in results.results_of(run)] == ["held"]


def test_versions_and_the_runs_on_their_texts_lead_to_each_other(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    here = f"/w/main/assistants/{desk.id}"
    ask_about(desk, "How long?", contains_all=["thirty"])

    def save(instructions: str) -> None:
        opened = editor_form(alice.get(f"{here}/edit/"))
        alice.post(f"{here}/edit/", opened | {"instructions": instructions})

    save("Say twenty.")
    draft_of(alice, desk, instructions="Say thirty.")
    for answer in ("Twenty.", "Thirty."):
        model.says(answer)
    run = started(alice, desk, draft="use")
    worker.work()
    save("Say thirty.")
    save("Say forty.")

    shown = read(alice.get(f"{base(desk)}runs/{run.pk}/"))
    assert re.search(r"In the history: Version 2 ?, Version 1", shown.text)
    history = html(alice.get(f"{here}/history/"))
    assert history.count(f'href="{base(desk)}runs/{run.pk}/"') == 2
    tested, newest = (read(alice.get(path)) for path in (shown.links["Version 2"], page_of_newest(alice, here)))
    assert "on exactly this text: 1 passed" in tested.text
    assert tested.links["Results"] == f"{base(desk)}runs/{run.pk}/"
    # Of a text that nobody tested nothing is said.
    assert "test question" not in newest.text


def page_of_newest(person: Person, here: str) -> str:
    return str(re.findall(rf'href="({here}/history/\d+/)"', html(person.get(f"{here}/history/")))[0])


def test_one_broken_answer_of_three_breaks_the_question(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant
) -> None:
    ask_about(desk, "How long?", contains_all=["thirty"])
    for answer in ("thirty", "twenty", "thirty"):
        model.says(answer)
    run = started(alice, desk, repeats=3)
    worker.work()

    [one] = results.results_of(run)
    assert (one.standing.value, one.old.tally) == ("broken", "2 of 3")


def test_functions_are_answered_by_what_is_kept_beside_them(
    alice: Person, tap: Tap, model: ScriptedModel, server: Client
) -> None:
    made = server.assistants.create(model="gpt-4o", name="Desk", tools=[FUNCTION])
    ask_about(made, "Weather?", calls="weather", contains_all=["warm"])
    model.calls(("weather", "{}"))
    first = started(alice, made)
    worker.work()
    [one] = results.results_of(first)
    assert (one.standing.value, one.old.first.outcome) == ("could not tell", "waiting")
    assert "no answer is kept" in one.old.first.detail
    canned.keep("main", made.id, {"weather": "20"})
    model.calls(("weather", "{}"))
    model.says("Warm.")
    second = started(alice, made)
    worker.work()

    [one] = results.results_of(second)
    assert (one.standing.value, one.old.first.calls) == ("held", [["weather", "{}"]])
    assert nothing_is_left()


@pytest.mark.parametrize("where", ["threads", "messages", "runs", "look"])
def test_whoever_dies_is_carried_on_from_and_nothing_is_asked_twice(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, where: str
) -> None:
    """The process dies right after the server took a request, before it heard of it."""
    ask_about(desk, "One?", "Two?", contains_all=["yes"])
    model.says("Yes.")
    model.says("Yes.")
    run = started(alice, desk)

    class Killed(BaseException):
        pass

    def die(request: httpx.Request) -> httpx.Response | None:
        is_look = request.method == "GET" and "/runs/" in request.url.path
        is_hit = is_look if where == "look" else request.method == "POST" and request.url.path.endswith(f"/{where}")
        if not is_hit:
            return None
        tap.server.handle_request(request).close()
        tap.answer = lambda request: None
        raise Killed

    tap.answer = die
    with pytest.raises(Killed):
        worker.work()
    assert QuestionAnswer.objects.filter(state="asking").count() == 1
    QuestionAnswer.objects.update(lease_until=timezone.now())
    worker.work()

    assert [one.standing.value for one in results.results_of(run)] == ["held", "held"]
    assert len(model.turns) == 2
    run.refresh_from_db()
    assert run.ended_at is not None
    BorrowedThread.objects.update(lease_until=timezone.now())
    worker.sweep()
    assert nothing_is_left()


def test_a_stopped_run_asks_no_more(alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant) -> None:
    ask_about(desk, "One?", "Two?")
    run = started(alice, desk)
    alice.post(f"{base(desk)}runs/{run.pk}/cancel/")

    assert worker.work() == 0
    assert model.turns == []
    page = read(alice.get(f"{base(desk)}runs/{run.pk}/"))
    assert "This run was stopped" in page.text
    assert [one.standing.value for one in results.results_of(run)] == ["could not tell", "could not tell"]


def test_a_run_that_costs_too_much_is_not_begun(
    alice: Person, tap: Tap, desk: Assistant, settings: Settings, model: ScriptedModel
) -> None:
    settings.TRIES_PER_DAY = 3
    page = read(alice.post(f"{base(desk)}run/", {"draft": "none"}, follow=True))
    assert "There is no question to ask yet" in page.text
    ask_about(desk, "One?", "Two?")
    page = read(alice.post(f"{base(desk)}run/", {"draft": "none", "repeats": 2}, follow=True))
    assert "This asks for 4 answers, and you have 3 left today" in page.text
    assert not QuestionRun.objects.exists()


def test_what_stands_beside_save(alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant) -> None:
    assert read(alice.post(f"{base(desk)}standing/", form_of(desk))).text == ""
    ask_about(desk, "How long?")

    assert "1 test question, never asked." in read(alice.post(f"{base(desk)}standing/", form_of(desk))).text


def test_two_processes_never_ask_the_same(alice: Person, tap: Tap, desk: Assistant, model: ScriptedModel) -> None:
    ask_about(desk, "One?")
    started(alice, desk)
    pk = QuestionAnswer.objects.get().pk

    assert answering.claim(pk) is not None
    assert answering.claim(pk) is None


def test_a_workspace_may_ask_for_the_questions_before_a_change_is_saved(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, settings: Settings, server: Client
) -> None:
    strict = replace(settings.WORKSPACES["main"], requires_questions=True)
    settings.WORKSPACES = settings.WORKSPACES | {"main": strict}
    ask_about(desk, "How long?", contains_all=["thirty"])
    where = f"/w/main/assistants/{desk.id}/edit/"
    opened = editor_form(alice.get(where))
    typed = opened | {"instructions": "Say thirty."}
    refused = alice.post(where, typed)
    assert (refused.status_code, "Run the test questions first" in read(refused).text) == (409, True)
    assert server.assistants.retrieve(desk.id).instructions == "Answer politely."
    alice.post(f"{where}draft/", typed | {"dirty": "1"})
    model.says("twenty")
    model.says("thirty")
    started(alice, desk, draft="use")
    worker.work()
    saved = read(alice.post(where, typed, follow=True)).text

    assert "Assistant saved." in saved
    assert "on exactly this text: 1 passed" in saved
    revision = read(alice.get(f"/w/main/assistants/{desk.id}/history/")).links
    versions = [link for link in revision.values() if re.search(r"/history/\d+/$", link)]
    assert "on exactly this text: 1 passed" in read(alice.get(versions[0])).text
    # What reaches no model is not held up.
    renamed = editor_form(alice.get(where)) | {"name": "Front desk", "instructions": "Say thirty."}
    assert "Assistant saved." in read(alice.post(where, renamed, follow=True)).text


def test_what_passed_before_and_now_says_both(alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant) -> None:
    ask_about(desk, "How long?", contains_all=["thirty"])
    draft_of(alice, desk, instructions="Say thirty.")
    for answer in ("Thirty days.", "It is thirty days."):
        model.says(answer)
    run = started(alice, desk, draft="use")
    worker.work()
    assert "passed before and now" in read(alice.get(f"{base(desk)}runs/{run.pk}/")).text
    page = read(alice.get(f"{base(desk)}runs/{run.pk}/", headers={"Accept-Language": "de"})).text
    assert "vorher und jetzt erfüllt" in page


def test_beside_a_form_without_changes_the_last_run_was_before_the_last_saved_change(
    alice: Person, tap: Tap, model: ScriptedModel, desk: Assistant, server: Client
) -> None:
    ask_about(desk, "How long?")
    model.says("Thirty.")
    started(alice, desk)
    worker.work()
    server.assistants.update(desk.id, instructions="Answer politely!")
    unchanged = editor_form(alice.get(f"/w/main/assistants/{desk.id}/edit/"))
    assert "before the last saved change" in read(alice.post(f"{base(desk)}standing/", unchanged)).text
    typed = unchanged | {"instructions": "Be quick."}
    assert "before this change" in read(alice.post(f"{base(desk)}standing/", typed)).text
