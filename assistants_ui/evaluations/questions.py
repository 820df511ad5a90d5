"""The questions of an assistant, kept here; each change of them is in the record, in one transaction with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from assistants_ui.domain.actions import Action
from assistants_ui.evaluations.forms import QuestionForm, values_of
from assistants_ui.models import Question
from assistants_ui.service import Service
from dashboard.audit import api as audit
from dashboard.audit.read.operations import Operation
from dashboard.audit.record.redaction import holds_kept_out

MOST_QUESTIONS = 1000
READ_AT_ONCE = 10


def of_assistant(workspace: str, assistant_id: str) -> QuerySet[Question]:
    """Group by group, in the order in which they were made."""
    return Question.objects.filter(workspace=workspace, assistant_id=assistant_id)


def one_by_one(rows: QuerySet[Question]) -> Iterator[Question]:
    """The questions, of which only a few are held at a time; each may be as long as an answer."""
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), READ_AT_ONCE):
        yield from rows.filter(pk__in=ids[start : start + READ_AT_ONCE])


def find(workspace: str, assistant_id: str, pk: int) -> Question | None:
    return Question.objects.filter(workspace=workspace, assistant_id=assistant_id, pk=pk).first()


def keep(service: Service, assistant_id: str, *, text: str) -> Question | None:
    """Keep this text as a question without checks; the one that is there already if it is. None for one too many."""
    workspace = service.gateway.workspace
    text = text.replace("\r\n", "\n").replace("\0", "\ufffd").strip()
    found = Question.objects.filter(workspace=workspace, assistant_id=assistant_id, text=text).first()
    if found is not None:
        return found
    return _create(service, Question(workspace=workspace, assistant_id=assistant_id, text=text))


def create(service: Service, assistant_id: str, form: QuestionForm) -> Question | None:
    """The new question; None when the assistant has as many as it may have."""
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


def deleted(operation: Operation) -> Question | None:
    """The question that this deletion took away, not saved yet; None where the record does not hold all of it."""
    before, line = operation.before, operation.line
    if before is None or holds_kept_out(before):
        return None
    form = QuestionForm(
        {name: "\n".join(value) if isinstance(value, list) else value for name, value in before.items()}
    )
    if not form.is_valid():
        return None
    return form.fill(Question(pk=int(line.target_id), workspace=line.workspace, assistant_id=assistant_of(line.head)))


def assistant_of(head: Mapping[str, Any]) -> str:
    """The assistant to which the question belongs that a row of the record tells of."""
    return str((head.get("detail") or {}).get("assistant_id", ""))


def undelete(service: Service, question: Question, *, undo_of: int) -> Question | None:
    """Add a deleted question again, under its old number; None when the assistant has as many as it may have."""
    return _create(service, question, undo_of=undo_of)


def import_rows(service: Service, assistant_id: str, rows: Sequence[QuestionForm]) -> tuple[int, int] | None:
    """Add questions from the rows of a file, or change those of the same text; how many were added and changed.

    None, and nothing is done, when there would be too many.
    """
    workspace = service.gateway.workspace
    known = {question.text: question for question in of_assistant(workspace, assistant_id)}
    if len(known.keys() | {text_of(form) for form in rows}) > MOST_QUESTIONS:
        return None
    made = changed = 0
    with transaction.atomic():
        for form in rows:
            text = text_of(form)
            if text in known:
                changed += update(service, known[text], form)
            elif (question := create(service, assistant_id, form)) is not None:
                known[text] = question
                made += 1
    return made, changed


def text_of(form: QuestionForm) -> str:
    return form.fill(Question()).text


def _create(service: Service, question: Question, **note: int) -> Question | None:
    held = Question.objects.filter(workspace=question.workspace, assistant_id=question.assistant_id)
    if held.count() >= MOST_QUESTIONS:
        return None
    with transaction.atomic():
        question.save()
        _record(service, Action.QUESTION_CREATE, question, before=None, after=_state(question), note=note)
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
    note: Mapping[str, int] | None = None,
) -> None:
    gateway = service.gateway
    audit.record(
        action=action,
        actor=gateway.actor,
        workspace=gateway.workspace,
        target=audit.Target(type="question", id=str(question.pk), label=question.text[:100]),
        detail={"assistant_id": question.assistant_id, **(note or {})},
        before=before,
        after=after,
        request_id=gateway.request_id,
        subject_id=question.assistant_id,
    )
