"""Questions, and the runs that ask them."""

from __future__ import annotations

from typing import Any

from assistants_client import Assistant
from assistants_server.models import Run, Thread
from assistants_ui.models import BorrowedThread, Question, QuestionRun
from tests.assistants_ui.conversations.conftest import form_of
from tests.conftest import Person


def base(assistant: Assistant) -> str:
    return f"/w/main/assistants/{assistant.id}/questions/"


def ask_about(assistant: Assistant, *texts: str, **checks: Any) -> None:
    for text in texts:
        Question.objects.create(workspace="main", assistant_id=assistant.id, text=text, checks=checks)


def started(person: Person, assistant: Assistant, **form: Any) -> QuestionRun:
    person.post(f"{base(assistant)}run/", {"draft": "none", "repeats": 1} | form)
    return QuestionRun.objects.latest("pk")


def draft_of(person: Person, assistant: Assistant, **fields: Any) -> None:
    person.post(f"/w/main/assistants/{assistant.id}/edit/draft/", form_of(assistant, **fields) | {"dirty": "1"})


def nothing_is_left() -> bool:
    return not (Thread.objects.exists() or Run.objects.exists() or BorrowedThread.objects.exists())
