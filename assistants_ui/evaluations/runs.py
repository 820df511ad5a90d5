"""Runs of test questions: started, stopped and judged here, asked by the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.evaluations import questions
from assistants_ui.models import Question, QuestionAnswer, QuestionRun, QuestionVerdict
from assistants_ui.question_results.checks import CheckResult
from assistants_ui.question_results.fingerprints import answering_fingerprint, answering_state
from assistants_ui.service import Service
from dashboard.audit import api as audit

State = QuestionAnswer.State
MOST_REPEATS = 5
VERDICTS = ("better", "same", "worse", "wrong")
MOST_IN_LINE = 500


def start(
    service: Service, assistant: wire.Assistant, *, user: User, draft: Mapping[str, Any] | None, repeats: int
) -> QuestionRun:
    """Queue every question, asked of the saved state and of the draft where there is one.

    The run, its answers to be and its record are one transaction.
    """
    workspace = service.gateway.workspace
    with transaction.atomic():
        run = QuestionRun.objects.create(
            workspace=workspace,
            assistant_id=assistant.id,
            user=user,
            by=service.gateway.actor.name,
            saved=answering_state(assistant.raw),
            draft=answering_state(draft) if draft is not None else None,
            saved_fingerprint=answering_fingerprint(assistant.raw),
            draft_fingerprint=answering_fingerprint(draft) if draft is not None else "",
            repeats=repeats,
            created_at=timezone.now(),
        )
        asked = list(questions.of_assistant(workspace, assistant.id))
        QuestionAnswer.objects.bulk_create(_answers(run, asked))
        detail = {"questions": len(asked), "has_draft": draft is not None, "repeats": repeats}
        _record(service, Action.QUESTION_RUN_START, run, detail=detail)
    return run


def _answers(run: QuestionRun, asked: Sequence[Question]) -> list[QuestionAnswer]:
    """An answer still to be given for each question, of each state, as often as it is asked."""
    return [
        QuestionAnswer(
            run=run,
            question=question,
            position=position,
            group=question.group,
            text=question.text,
            checks=question.checks,
            good_answer=question.good_answer,
            is_draft=is_draft,
            number=number,
        )
        for position, question in enumerate(asked)
        for is_draft in ((False, True) if run.draft is not None else (False,))
        for number in range(1, run.repeats + 1)
    ]


def cancel(service: Service, run: QuestionRun) -> None:
    """Ask no more; what is being answered just now is stopped by whoever asks it."""
    with transaction.atomic():
        stopped = QuestionRun.objects.filter(pk=run.pk, ended_at=None, is_cancelled=False).update(is_cancelled=True)
        if not stopped:
            return
        waiting = QuestionAnswer.objects.filter(run=run, state=State.WAITING)
        waiting.update(state=State.DONE, outcome="stopped", result=CheckResult.UNKNOWN.value)
        _record(service, Action.QUESTION_RUN_CANCEL, run, detail={})
    end_if_done(run.pk)


def judge(service: Service, run: QuestionRun, position: int, *, verdict: str, line: str) -> None:
    """Keep what a person says of the answers to one question, in place of what was said before."""
    gateway = service.gateway
    text = QuestionAnswer.objects.filter(run=run, position=position).values_list("text", flat=True).first() or ""
    with transaction.atomic():
        QuestionVerdict.objects.update_or_create(
            run=run,
            position=position,
            defaults={"verdict": verdict, "line": line[:MOST_IN_LINE], "by": gateway.actor.name, "at": timezone.now()},
        )
        detail = {"verdict": verdict, "line": line[:MOST_IN_LINE], "question": text[:100]}
        _record(service, Action.QUESTION_RUN_JUDGE, run, detail=detail)


def end_if_done(run_pk: int) -> None:
    """Note the end of a run of which nothing is open any more."""
    if not QuestionAnswer.objects.filter(run_id=run_pk).exclude(state=State.DONE).exists():
        QuestionRun.objects.filter(pk=run_pk, ended_at=None).update(ended_at=timezone.now())


def find(workspace: str, assistant_id: str, pk: int) -> QuestionRun | None:
    return QuestionRun.objects.filter(workspace=workspace, assistant_id=assistant_id, pk=pk).first()


def latest(workspace: str, assistant_id: str, *, most: int) -> list[QuestionRun]:
    """The runs of the assistant's questions, the newest first."""
    found = QuestionRun.objects.filter(workspace=workspace, assistant_id=assistant_id)
    return list(found.order_by("-created_at", "-pk")[:most])


def _record(service: Service, action: Action, run: QuestionRun, *, detail: Mapping[str, Any]) -> None:
    gateway, name = service.gateway, str(run.saved.get("name") or "")
    prints = {"saved": run.saved_fingerprint, "draft": run.draft_fingerprint} if run.draft is not None else {}
    subject = {"assistant_id": run.assistant_id, "assistant_name": name}
    audit.record(
        action=action,
        actor=gateway.actor,
        workspace=gateway.workspace,
        target=audit.Target(type="question_run", id=str(run.pk), label=name),
        detail={**subject, "saved": run.saved_fingerprint, **prints, **detail},
        request_id=gateway.request_id,
        subject_id=run.assistant_id,
    )
