"""The questions of an assistant, kept here; each change of them is in the record, in one transaction with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from assistants_ui.domain.actions import Action
from assistants_ui.evaluations.forms import QuestionForm, values_of
from assistants_ui.models import Question
from assistants_ui.service import Service
from dashboard.audit import api as audit

MOST_QUESTIONS = 1000


class TooManyQuestionsError(Exception):
    """An assistant has as many questions as it may have."""


def of_assistant(workspace: str, assistant_id: str) -> list[Question]:
    """Group by group, in the order in which they were made."""
    return list(Question.objects.filter(workspace=workspace, assistant_id=assistant_id))


def find(workspace: str, assistant_id: str, pk: int) -> Question | None:
    return Question.objects.filter(workspace=workspace, assistant_id=assistant_id, pk=pk).first()


def keep(service: Service, assistant_id: str, *, text: str) -> Question:
    """Keep this text as a question without checks; the one that is there already if it is."""
    workspace = service.gateway.workspace
    text = text.replace("\r\n", "\n").strip()
    found = Question.objects.filter(workspace=workspace, assistant_id=assistant_id, text=text).first()
    if found is not None:
        return found
    return _create(service, Question(workspace=workspace, assistant_id=assistant_id, text=text))


def create(service: Service, assistant_id: str, form: QuestionForm) -> Question:
    """Raises :class:`TooManyQuestionsError`."""
    return _create(service, form.fill(Question(workspace=service.gateway.workspace, assistant_id=assistant_id)))


def update(service: Service, question: Question, form: QuestionForm) -> bool:
    """Save what was changed; whether anything was."""
    before = _state(question)
    after = _state(form.fill(question))
    if before == after:
        return False
    with transaction.atomic():
        question.save()
        _record(service, Action.QUESTION_UPDATE, question, before=before, after=after)
    return True


def delete(service: Service, question: Question) -> None:
    """Delete it; runs that asked it keep their own copy."""
    with transaction.atomic():
        _record(service, Action.QUESTION_DELETE, question, before=_state(question), after=None)
        question.delete()


def bring_in(service: Service, assistant_id: str, rows: Sequence[QuestionForm]) -> tuple[int, int]:
    """Make or change questions by rows of a file: one of the same text is changed. Gives how many of each."""
    workspace = service.gateway.workspace
    known = {question.text: question for question in of_assistant(workspace, assistant_id)}
    made = changed = 0
    with transaction.atomic():
        for form in rows:
            text = form.cleaned_data["question"].replace("\r\n", "\n").strip()
            if text in known:
                changed += update(service, known[text], form)
            else:
                known[text] = create(service, assistant_id, form)
                made += 1
    return made, changed


def _create(service: Service, question: Question) -> Question:
    if len(of_assistant(question.workspace, question.assistant_id)) >= MOST_QUESTIONS:
        raise TooManyQuestionsError
    with transaction.atomic():
        question.save()
        _record(service, Action.QUESTION_CREATE, question, before=None, after=_state(question))
    return question


def _state(question: Question) -> dict[str, Any]:
    """What the record keeps of it: the filled fields."""
    values = values_of(question)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}


def _record(
    service: Service,
    action: Action,
    question: Question,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    gateway = service.gateway
    audit.record(
        action=action,
        actor=gateway.actor,
        workspace=gateway.workspace,
        target=audit.Target(type="question", id=str(question.pk), label=question.text[:100]),
        detail={"assistant_id": question.assistant_id},
        before=before,
        after=after,
        request_id=gateway.request_id,
    )
