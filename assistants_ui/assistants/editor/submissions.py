"""One click, one object: an assistant is made once, however often its form is sent."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

import assistants_client as wire
from assistants_ui.assistants.editor.reconcile import created_by, reconcile_submission
from assistants_ui.domain.canonical import sent_digest, stored_otherwise
from assistants_ui.models import Submission
from assistants_ui.service import Service
from assistants_ui.workspaces.problems import StillUnknown

# Longer than a create may take: whoever is still sending after this has died.
SENDING_ENDS = timedelta(seconds=45)
WAIT_SECONDS = 20.0
LOOK_EVERY_SECONDS = 0.1
KEPT_FOR = timedelta(days=14)
# A call of the form that was on its way when Save was pressed arrives within this time.
JUST_NOW = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class CreateResult:
    """The assistant of a submission. ``is_new``: by this very request; ``as_sent``: of the same words.

    ``otherwise`` are the fields that the server stored in words of its own.
    """

    id: str
    is_new: bool
    as_sent: bool = True
    otherwise: tuple[str, ...] = ()


def create(
    service: Service,
    *,
    user: User,
    op: str,
    fields: Mapping[str, Any],
    context: Mapping[str, Any] | None = None,
    again: bool = False,
) -> CreateResult:
    """Make the assistant of ``fields`` unless submission ``op`` has made one; ``op`` may be empty.

    ``again`` sends it once more although an earlier try may have been carried out unseen. Raises
    the wire client's errors, and :class:`StillUnknown`.
    """
    op = op or secrets.token_hex(16)
    sent = sent_digest(fields)
    submission = _begin(service, user=user, op=op, sent=sent, names=_names(fields))
    if submission is not None:
        as_sent = submission.sent == sent
        if submission.state == Submission.State.DONE:
            return CreateResult(id=submission.result_id, is_new=False, as_sent=as_sent)
        found = _look(service, submission)
        if found:
            return CreateResult(id=found.id, is_new=False, as_sent=as_sent)
        if not again:
            raise StillUnknown
        Submission.objects.filter(id=op).update(
            state=Submission.State.SENDING, sent=sent, fields=_names(fields), sent_at=timezone.now()
        )
    return _send(service, op=op, fields=fields, context=context)


def _begin(service: Service, *, user: User, op: str, sent: str, names: str) -> Submission | None:
    """None when this request is the one to send; else the submission as another request left it."""
    now = timezone.now()
    until = time.monotonic() + WAIT_SECONDS
    Submission.objects.filter(sent_at__lt=now - KEPT_FOR).delete()
    while True:
        submission, is_first = Submission.objects.get_or_create(
            id=op,
            defaults={
                "workspace": service.gateway.workspace,
                "user": user,
                "sent": sent,
                "fields": names,
                "sent_at": now,
            },
        )
        if is_first:
            return None
        is_over = submission.state != Submission.State.SENDING or submission.sent_at < now - SENDING_ENDS
        if is_over or time.monotonic() > until:
            return submission
        time.sleep(LOOK_EVERY_SECONDS)


def _send(service: Service, *, op: str, fields: Mapping[str, Any], context: Mapping[str, Any] | None) -> CreateResult:
    submission = Submission.objects.get(id=op)
    try:
        created = service.assistants.create(fields, context={"submission": op, **(context or {})})
    except wire.APIError as error:
        if error.outcome != wire.Outcome.UNKNOWN:
            submission.delete()
            raise
        Submission.objects.filter(id=op).update(state=Submission.State.UNKNOWN)
        try:
            found = _look(service, submission)
        except wire.APIError:
            raise error from None
        if found is None:
            raise
        return CreateResult(id=found.id, is_new=True)
    _done(op, created.id)
    return CreateResult(id=created.id, is_new=True, otherwise=stored_otherwise(fields, created.raw))


def _look(service: Service, submission: Submission) -> wire.Assistant | None:
    """The assistant that the unanswered submission made after all, now claimed and recorded."""
    context = {"submission": submission.id, "sent": {"fields": submission.fields.split(","), "digest": submission.sent}}
    found = created_by(service, context, since=submission.sent_at.timestamp())
    if found:
        # Recorded before it is claimed, since the record looks among what nobody has claimed.
        reconcile_submission(service, submission.id)
        _done(submission.id, found.id)
    return found


def note_saved(service: Service, *, user: User, op: str) -> None:
    """Remember that the form of this job has just been saved."""
    workspace, now = service.gateway.workspace, timezone.now()
    ended = Submission(id=op, workspace=workspace, user=user, state=Submission.State.DONE, sent_at=now)
    Submission.objects.bulk_create(
        [ended],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["workspace", "user", "state", "sent_at"],
    )


def ended_just_now(op: str) -> bool:
    """Whether the form was saved a moment ago, so that a draft of it that still arrives is none."""
    done = Submission.objects.filter(id=op, state=Submission.State.DONE)
    return done.filter(sent_at__gte=timezone.now() - JUST_NOW).exists()


def _done(op: str, assistant_id: str) -> None:
    Submission.objects.filter(id=op).update(state=Submission.State.DONE, result_id=assistant_id, sent_at=timezone.now())


def _names(fields: Mapping[str, Any]) -> str:
    return ",".join(sorted(fields))
