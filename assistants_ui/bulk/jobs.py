"""A change of many assistants: previewed, carried out one by one, resumed, and taken back."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.bulk.changes import DELETE, UNDO, ManyChange, OverlongTextError
from assistants_ui.domain.labels import field_names
from assistants_ui.models import BulkItem, BulkJob
from assistants_ui.service import Service
from assistants_ui.workspaces import cache
from assistants_ui.workspaces.locks import LockTimeout, assistant_lock, lock
from assistants_ui.workspaces.problems import explain
from dashboard.audit.api import Target
from dashboard.audit.read import revisions
from dashboard.audit.record.types import JOB_KEY
from dashboard.lib.stored_texts import english

State = BulkItem.State
IS_BEING_SAVED = gettext_noop("Somebody else is saving it just now.")
CACHED = "whether many were ever changed"
# How many one job takes; who has more repeats it with the rest.
MOST = 5000
HOW_MANY_DONE = Count("items", filter=Q(items__state=State.DONE))
# How many past ones are listed.
RECENT = 20
# How many are held in memory at a time.
PIECE = 20
# How long one request goes on with it.
SECONDS = 2.0
# Others may be editing; nobody's turn is waited for long.
PATIENCE_SECONDS = 2.0


class SkipReason(Enum):
    """Why an assistant that was chosen is not part of the change."""

    SAME = "it is like that already"
    TOO_LONG = "its instructions would become longer than they may be"


def prepare(
    workspace: str, user: User, change: ManyChange, assistants: Iterable[wire.Assistant], *, came_from: str = ""
) -> tuple[BulkJob, Counter[SkipReason]]:
    """Write down what would change, and return how many would stay as they are, by reason. Nothing is sent yet."""
    stays: Counter[SkipReason] = Counter()

    def items() -> Iterator[BulkItem]:
        for assistant in assistants:
            try:
                after = {} if change.kind == DELETE else change.of(assistant.raw)
            except OverlongTextError:
                stays[SkipReason.TOO_LONG] += 1
                continue
            if not after and change.kind != DELETE:
                stays[SkipReason.SAME] += 1
                continue
            before = assistant.raw if change.kind == DELETE else {name: assistant.raw.get(name) for name in after}
            yield _item(assistant.id, assistant.name or assistant.id, before=before, after=after)

    return _store(workspace, user, change, items(), came_from=came_from), stays


def prepare_undo(done: BulkJob, user: User) -> BulkJob:
    """The job that takes back whatever another one has done."""
    items = (
        _item(item.assistant_id, item.label, before=item.new, after=item.old)
        for item in done.items.filter(state=State.DONE).iterator(PIECE)
    )
    change = ManyChange(kind=UNDO, value=ManyChange.from_json(done.change).kind)
    return _store(done.workspace, user, change, items, undo_of=done.id, came_from=done.came_from)


def _item(assistant_id: str, label: str, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> BulkItem:
    texts = {"before": json.dumps(before), "after": json.dumps(after)}
    return BulkItem(assistant_id=assistant_id, label=label.replace("\x00", ""), **texts)


def _store(workspace: str, user: User, change: ManyChange, items: Iterator[BulkItem], **origin: str) -> BulkJob:
    """Write the items down a few at a time: each may hold a long text twice. ``origin`` is where the job comes from."""
    with transaction.atomic():
        job = BulkJob.objects.create(workspace=workspace, user=user, change=change.to_json(), **origin)
        while some := list(islice(items, PIECE)):
            for item in some:
                item.job = job
            BulkItem.objects.bulk_create(some)
    return job


def recent(workspace: str) -> QuerySet[BulkJob]:
    """The last jobs of a workspace that were carried out, newest first, each with how many it has ``done``."""
    begun = BulkJob.objects.filter(workspace=workspace, is_begun=True).select_related("user")
    return begun.annotate(done=HOW_MANY_DONE).order_by("-created_at")[:RECENT]


def has_any(workspace: str) -> bool:
    """Whether a change of many was ever carried out in a workspace. Every list asks, so the answer is cached."""
    begun = BulkJob.objects.filter(workspace=workspace, is_begun=True)
    return bool(cache.own(workspace, CACHED, {}, begun.exists).data)


def of_groups(workspace: str, groups: Iterable[str]) -> dict[str, BulkJob]:
    """Those groups of the record that are changes of many assistants, each with how many it has ``done``."""
    named = {group for group in groups if group}
    found = BulkJob.objects.filter(workspace=workspace, pk__in=named).annotate(done=HOW_MANY_DONE) if named else ()
    return {job.pk: job for job in found}


def cleared_settings(job: BulkJob) -> list[tuple[str, int]]:
    """The settings that go back to the server's default along with the change of model, each with how many lose it."""
    names = Counter(name for item in job.items.iterator(PIECE) for name in item.new if name != "model")
    return [(field_names((name,)), number) for name, number in names.most_common()]


def begin(job: BulkJob, *, left_out: Iterable[str], why: str = "") -> None:
    """Let it be carried out, without those that somebody left out. Pressing twice begins once."""
    change = replace(ManyChange.from_json(job.change), why=why).to_json()
    # Both at once: whoever sees that it has begun goes on with all that is not left out.
    with transaction.atomic():
        has_begun = BulkJob.objects.filter(pk=job.pk, is_begun=False).update(is_begun=True, change=change)
        if has_begun:
            job.items.filter(assistant_id__in=list(left_out)).update(state=State.LEFT_OUT)
    if has_begun:
        cache.drop(job.workspace, CACHED, {})


def go_on(service: Service, job: BulkJob, *, seconds: float) -> None:
    """Carry out what is still waiting, for about so long; only one request at a time does."""
    late = time.monotonic() + seconds
    change = ManyChange.from_json(job.change)
    try:
        with lock(f"bulk/{job.pk}", patience=0):
            while job.is_begun and (item := job.items.filter(state=State.WAITING).first()) is not None:
                item.state, item.problem = _apply(service, job, change, item)
                item.save(update_fields=["state", "problem"])
                if time.monotonic() >= late:
                    break
    except LockTimeout:
        # Another request goes on with it just now.
        return


def _apply(service: Service, job: BulkJob, change: ManyChange, item: BulkItem) -> tuple[State, str]:
    try:
        with assistant_lock(job.workspace, item.assistant_id, patience=PATIENCE_SECONDS):
            return _change(service, job, change, item)
    except LockTimeout:
        return State.REFUSED, IS_BEING_SAVED
    except wire.APIError as error:
        state = State.REFUSED if error.outcome != wire.Outcome.UNKNOWN else State.UNKNOWN
        with english():
            return state, str(explain(error, writing=True).title)


def _change(service: Service, job: BulkJob, change: ManyChange, item: BulkItem) -> tuple[State, str]:
    context = {JOB_KEY: job.id} | ({"why": change.why} if change.why else {})
    current = service.assistants.find(item.assistant_id)
    if change.kind == UNDO and change.value == DELETE:
        return _undelete(service, job, item, is_there=current is not None, context=context)
    if current is None:
        return State.GONE, ""
    if any(current.raw.get(name) != value for name, value in item.old.items() if name != "updated_at"):
        return State.DISPUTED, ""
    if change.kind == DELETE:
        service.assistants.delete(current, context=context)
    else:
        service.assistants.update(current, item.new, context=context)
    return State.DONE, ""


def _undelete(
    service: Service, job: BulkJob, item: BulkItem, *, is_there: bool, context: Mapping[str, str]
) -> tuple[State, str]:
    """Create a deleted assistant again."""
    if is_there:
        return State.DISPUTED, ""
    target = Target(type="assistant", id=item.assistant_id)
    last = revisions.latest_of(target, workspace=job.workspace)
    fields = service.assistants.sendable(item.new)
    service.assistants.undelete(item.assistant_id, fields, revision=last.seq if last else 0, context=context)
    return State.DONE, ""
