"""The page of an assistant's test questions."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from assistants_client import Assistant
from assistants_ui.models import Question
from dashboard.audit.models import Record
from tests.assistants_server.scripted import ScriptedModel
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.conversations.conftest import try_page
from tests.assistants_ui.pages import read
from tests.conftest import Person


def base(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/questions/"


def test_a_question_is_made_changed_and_deleted_on_the_record(
    alice: Person,
    carol: Person,
    tap: Tap,
    desk: Assistant,
) -> None:
    assert "No test questions yet" in read(alice.get(base(desk))).text
    typed = {"question": "How long?", "group": "Returns", "must_contain_all": "30\r\ndays", "at_most_words": "20"}
    assert "“30”" in read(alice.post(f"{base(desk)}new/", typed, follow=True)).text
    row = Question.objects.get()
    assert (row.workspace, row.assistant_id, row.checks) == (
        "main",
        desk.id,
        {"contains_all": ["30", "days"], "most_words": 20},
    )
    where = f"{base(desk)}{row.pk}/"
    form = next(form for form in read(alice.get(where)).forms if "question" in form)
    assert form["must_contain_all"].split() == ["30", "days"]
    assert "Nothing was changed" in read(alice.post(where, form, follow=True)).text
    alice.post(where, form | {"must_contain_all": "31 days"})
    row.refresh_from_db()
    assert row.checks == {"contains_all": ["31 days"], "most_words": 20}
    assert alice.post(where, form | {"must_call_with": "{}"}).status_code == 422
    alice.post(f"{where}delete/")
    assert not Question.objects.exists()
    assert "kept the question" in read(carol.get(f"/audit/?target={desk.id}")).text
    log = read(carol.get("/audit/")).text
    assert "kept the question" in log
    assert "deleted the question" in log


def test_checks_that_few_questions_need_are_folded_until_one_is_used(alice: Person, tap: Tap, desk: Assistant) -> None:
    new = f"{base(desk)}new/"
    assert "<details><summary>More checks" in alice.get(new).content.decode()
    wrong = alice.post(new, {"question": "How long?", "must_call_with": "{}"}).content.decode()
    assert "<details open><summary>More checks" in wrong
    alice.post(new, {"question": "How long?", "at_most_words": "20"})
    kept = alice.get(f"{base(desk)}{Question.objects.get().pk}/").content.decode()
    assert "<details open><summary>More checks" in kept


def test_a_deleted_question_is_brought_back_from_the_message_and_from_the_log(
    dora: Person, tap: Tap, desk: Assistant
) -> None:
    typed = {"question": "How long?", "group": "Returns", "must_contain_all": "30\r\ndays", "at_most_words": "20"}
    dora.post(f"{base(desk)}new/", typed)
    row = Question.objects.get()
    page = dora.post(f"{base(desk)}{row.pk}/delete/", follow=True).content.decode()
    (undo,) = re.findall(rf'action="({base(desk)}deleted/\d+/)"', page)
    assert "kept again" in read(dora.get(undo)).text
    assert "The question is back." in read(dora.post(undo, follow=True)).text
    back = Question.objects.get()
    assert (back.pk, back.text, back.group, back.checks) == (row.pk, row.text, row.group, row.checks)
    assert dora.post(undo).status_code == 409
    assert dora.post(undo.replace(desk.id, "asst_other")).status_code == 404
    assert Question.objects.count() == 1
    newest = Record.objects.order_by("-seq")[0]
    assert newest.action == "question.create"
    logged = dora.get(f"/audit/{newest.seq}/").content.decode()
    assert f'<a href="/audit/{undo.rstrip("/").rpartition("/")[2]}/">' in re.sub(r"<a\s+", "<a ", logged)
    assert "Undo of" not in logged
    assert f'"undo_of":{undo.split("/")[-2]}' in newest.head
    assert f'href="{undo}"' in dora.get(f"/audit/{undo.split('/')[-2]}/").content.decode()


def test_a_question_comes_back_to_no_assistant_that_is_gone(dora: Person, desk: Assistant) -> None:
    dora.post(f"{base(desk)}new/", {"question": "How long?"})
    page = dora.post(f"{base(desk)}{Question.objects.get().pk}/delete/", follow=True).content.decode()
    (undo,) = re.findall(rf'action="({base(desk)}deleted/\d+/)"', page)
    dora.post(f"/w/main/assistants/{desk.id}/delete/", follow=True)
    assert dora.get(undo).status_code == dora.post(undo).status_code == 404
    assert not Question.objects.exists()


def test_who_deletes_what_the_record_does_not_keep_is_told_that_it_is_gone(dora: Person, desk: Assistant) -> None:
    dora.post(f"{base(desk)}new/", {"question": f"Is sk-{'a1B2' * 10} still good?"})
    page = dora.post(f"{base(desk)}{Question.objects.get().pk}/delete/", follow=True)
    assert "deleted for good" in read(page).text
    assert "/deleted/" not in page.content.decode()


def test_a_question_belongs_to_one_assistant_of_one_workspace(alice: Person, tap: Tap, desk: Assistant) -> None:
    other = Question.objects.create(workspace="other", assistant_id=desk.id, text="Theirs")

    assert "Theirs" not in read(alice.get(base(desk))).text
    assert alice.get(f"{base(desk)}{other.pk}/").status_code == 404
    assert alice.post(f"{base(desk)}{other.pk}/delete/").status_code == 404


def test_the_question_of_an_answer_is_kept_once(
    alice: Person,
    tap: Tap,
    model: ScriptedModel,
    desk: Assistant,
) -> None:
    model.says("Yes.")
    page = read(alice.post(try_page(desk), {"message": "Is it?"}))
    form = next(form for form in page.forms if "text" in form)
    assert "what a good answer" in read(alice.post(f"{base(desk)}keep/", form, follow=True)).text
    partial = alice.post(f"{base(desk)}keep/", form, headers={"HX-Request": "true"})

    assert "Kept as a question" in read(partial).text
    assert Question.objects.get().text == "Is it?"


def test_a_file_is_imported_whole_or_not_at_all(alice: Person, tap: Tap, desk: Assistant) -> None:
    def send(content: str | bytes) -> str:
        content = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile("questions.csv", content)
        return read(alice.post(f"{base(desk)}import/", {"file": file}, follow=True)).text

    assert "Line 3: at_most_words" in send("question,at_most_words\nHi,3\nHo,many\n")
    assert not Question.objects.exists()
    assert "2 questions added, 0 changed" in send("question,group\nHi,A\nHo,B\n")
    assert "0 questions added, 1 changed" in send("question,group\nHi,A\nHo,C\n")
    exported = alice.get(f"{base(desk)}export/").getvalue().decode()
    assert "0 questions added, 0 changed" in send(exported)
    assert "not UTF-8" in send(b"question\n\xff")
    assert "holds no questions" in send("question\n")
