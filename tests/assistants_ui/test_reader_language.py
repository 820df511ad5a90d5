"""What is made in a reader's language, and what stays the same whoever acted."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

import assistants_client as wire
from assistants_client import Client
from assistants_client.errors import BY_STATUS
from assistants_ui.models import AttachmentJob, BulkItem
from assistants_ui.workspaces import problems
from dashboard.audit.errors import AuditUnavailable, OutcomeNotRecorded
from dashboard.audit.models import Record
from dashboard.lib.stored_texts import english, reword
from dashboard.lib.texts import as_choice, as_list, with_markup
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

LANGUAGES = pytest.mark.parametrize("language", ["de", "fr"])
NOT_SHARED = re.compile(r" \([0-9]+\)|(asst|file|vs|vsfb|req|resp)_?-?[A-Za-z0-9_-]{6,}|[0-9a-f]{12,}|[0-9]+|click-\w+")
ENGLISH = re.compile(r"\b(the|this|was|assistant service|nothing|try again|changed|an administrator)\b", re.IGNORECASE)


def errors() -> list[wire.APIError]:
    """One of every kind that the client raises, with a server's word where there is one."""
    answered = [
        kind("Nein", status_code=status, retry_after=30)
        for status, kind in ({**BY_STATUS, 405: wire.APIStatusError, 501: wire.InternalServerError}).items()
    ]
    moved = wire.RedirectError("Dort", status_code=302)
    lost_route = wire.NotFoundError("Nein", status_code=404)
    lost_route.is_route = True
    unanswered = [wire.APITimeoutError("Zeit"), wire.APIConnectionError("Netz"), wire.APIResponseValidationError("Was")]
    return [*answered, moved, lost_route, *unanswered, wire.RateLimitError("Nein", status_code=429)]


@LANGUAGES
def test_every_problem_of_a_server_is_told_without_english(language: str) -> None:
    told = []
    with translation.override(language):
        for error in errors():
            for outcome in (wire.Outcome.REFUSED, wire.Outcome.UNKNOWN):
                error.outcome = outcome
                for writing in (True, False):
                    problem = problems.explain(error, writing=writing)
                    told += [str(problem.title), str(problem.text)]
                told.append(problems.why_unread(error))
        fixed = (problems.STILL_UNKNOWN, problems.UNPROVEN, problems.LOCK_TIMEOUT)
        found = [
            *fixed,
            *(problems.explain_record(error) for error in (AuditUnavailable("x"), OutcomeNotRecorded("x"))),
        ]
        told += [str(text) for problem in found for text in (problem.title, problem.text)]

    assert [text for text in told if ENGLISH.search(text)] == []


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        ("Somebody else is saving it just now.", "Gerade speichert ihn jemand anderes."),
        (
            "The assistant service isn't answering. Nothing was changed. Try again in a moment.",
            "Der Assistentendienst antwortet nicht. Es wurde nichts geändert. Versuchen Sie es gleich noch einmal.",
        ),
        (
            "It is kept, because it is in use by Support, Sales.",
            "Sie bleibt erhalten, weil sie verwendet wird von: Support, Sales.",
        ),
        # Only our words are translated: an assistant may be called “Files”.
        ("It is kept, because it is in use by Files.", "Sie bleibt erhalten, weil sie verwendet wird von: Files."),
        ("Quota of this month is used up: ask Bob.", "Quota of this month is used up: ask Bob."),
        ("", ""),
    ],
)
def test_a_stored_sentence_is_read_in_the_readers_language(stored: str, german: str) -> None:
    # What rows may hold is known once the pages are loaded.
    assert reverse("assistant-list", args=["main"])
    with translation.override("de"):
        assert reword(stored) == german
        with english():
            assert reword(stored) == stored


def test_lists_are_joined_as_the_reader_joins_them() -> None:
    with translation.override("de"):
        assert (as_list(["a", "b", "c"]), as_choice(["a", "b"]), as_list(["a"])) == ("a, b und c", "a oder b", "a")
    with translation.override("fr"):
        assert as_list(["a", "b", "c"]) == "a, b et c"
    assert as_list(["a", "b", "c"]) == "a, b and c"


def test_markup_in_a_sentence_is_ours_and_a_name_is_not() -> None:
    assert with_markup("{%(name)s} & <b>", name="<i>") == "{&lt;i&gt;} &amp; &lt;b&gt;"


def work(person: Person, server: Client, language: str) -> list[str]:
    """Save, attach, delete and change many with this browser; gives the rows without ids and times."""
    speaks: Any = {"headers": {"Accept-Language": language}}
    before = Record.objects.count()
    first, other = (server.assistants.create(model="gpt-4.1", name=name, instructions="Call 1.") for name in "AB")
    form = editor_form(person.get(page_of(first, "edit"), **speaks))
    answer = person.post(page_of(first, "edit"), form | {"instructions": "Call 2.", "temperature": "0.5"}, **speaks)
    assert answer.status_code == 302
    files = sent(upload(), token=f"click-{language}", even_if_known="on")
    assert person.post(page_of(first, "files"), files, **speaks).status_code == 302
    choice = {"kind": "replace", "find": "Call", "replacement": "Ring"}
    job = person.post(f"/w/main/assistants/change/?id={first.id}&id={other.id}", choice, **speaks)
    person.post(job.headers["Location"], **speaks)
    person.post(page_of(other, "delete"), **speaks)
    person.post(page_of(other, "delete"), **speaks)
    rows = Record.objects.order_by("seq")[before:]
    return [alike(row.head + row.body) for row in rows] + [
        *map(alike, AttachmentJob.objects.filter(token=f"click-{language}").values_list("state", flat=True)),
        *map(alike, BulkItem.objects.filter(assistant_id__in=(first.id, other.id)).values_list("state", flat=True)),
    ]


def alike(text: str) -> str:
    """The bytes of a row, apart from what no two rows share: numbers, times, ids."""
    return NOT_SHARED.sub("", text)


@pytest.mark.django_db(transaction=True)
def test_rows_are_the_same_whichever_language_their_author_reads(alice: Person, server: Client) -> None:
    in_english, in_german = (work(alice, server, language) for language in ("en", "de"))
    assert len(in_english) > 10
    assert in_german == in_english
    assert "Prüfprotokoll" not in json.dumps(in_german)
    german = alice.get("/w/main/assistants/", headers={"Accept-Language": "de"})
    assert 'lang="de"' in german.content.decode()
    assert read(german).text
