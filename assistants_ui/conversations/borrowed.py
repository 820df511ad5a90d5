"""Threads that are made to try an assistant, and deleted again whatever happens in between.

What is to be deleted is written down before it is made. Whoever uses a thread prolongs its lease; one whose user
died is deleted by the next :func:`sweep`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

import assistants_client as wire
from assistants_client.types.base import mapping
from assistants_ui.models import BorrowedThread
from assistants_ui.service import Service

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# Whoever reads a page with a half-written answer, or types what a function gives, may take so long.
PATIENCE = timedelta(minutes=11)
# How long a thread is tried to be deleted from a server that does not answer, or refuses it.
GIVEN_UP_AFTER = timedelta(days=30)
MOST_AT_ONCE = 20


def borrow(service: Service) -> BorrowedThread:
    """A new, empty thread. Raises the wire client's errors."""
    now = timezone.now()
    row = BorrowedThread.objects.create(
        key=secrets.token_hex(16), workspace=service.gateway.workspace, lease_until=now + LEASE, created_at=now
    )
    try:
        thread = service.runs.make_thread(key=row.key)
    except wire.APIError as error:
        if error.outcome is wire.Outcome.UNKNOWN:
            _end_lease(row)
        else:
            row.delete()
        raise
    row.thread_id = thread.id
    row.save(update_fields=["thread_id"])
    return row


def prolong(key: str, lease: timedelta = LEASE) -> None:
    """Say that the thread is still in use."""
    BorrowedThread.objects.filter(key=key).update(lease_until=timezone.now() + lease)


def give_back(service: Service, key: str, *, outputs: Iterable[str] | None = None) -> bool:
    """Delete the thread and what was made on it; False when that could not be done now, and will be tried again.

    ``outputs`` are the files that its runs made; None to have them looked for. A run at work is stopped first.
    """
    row = BorrowedThread.objects.filter(key=key).first()
    if row is None:
        return True
    try:
        if not row.thread_id:
            row.thread_id = service.runs.make_thread(key=row.key).id
            row.save(update_fields=["thread_id"])
        for file_id in outputs_on(service, row.thread_id) if outputs is None else outputs:
            service.runs.delete_output(file_id)
        service.runs.delete_thread(row.thread_id)
    except wire.APIError as error:
        log.warning("A thread of workspace %s could not be deleted yet: %s", row.workspace, error.message)
        _end_lease(row)
        return False
    row.delete()
    return True


def sweep(service: Service) -> int:
    """Delete the threads of the workspace that nobody uses any more; gives how many. Never raises for a server."""
    now = timezone.now()
    workspace = service.gateway.workspace
    BorrowedThread.objects.filter(workspace=workspace, created_at__lt=now - GIVEN_UP_AFTER).delete()
    left = BorrowedThread.objects.filter(workspace=workspace, lease_until__lt=now)
    deleted = 0
    for key in list(left.order_by("lease_until").values_list("key", flat=True)[:MOST_AT_ONCE]):
        # Of several processes one does it.
        if not BorrowedThread.objects.filter(key=key, lease_until__lt=now).update(lease_until=now + LEASE):
            continue
        if not give_back(service, key):
            break
        deleted += 1
    return deleted


def outputs_on(service: Service, thread_id: str) -> list[str]:
    """The files that runs made on the thread. Stops a run that is still at work."""
    try:
        runs = service.runs.runs(thread_id)
    except wire.APIStatusError as error:
        # Gone, or a server that has no such list: then there is nothing to be learnt from it.
        if error.outcome is not wire.Outcome.REFUSED:
            raise
        return []
    for run in runs:
        if run.is_active or run.status == "requires_action":
            service.runs.cancel(run.id, thread_id)
    if not any(tool.get("type") == "code_interpreter" for run in runs for tool in run.tools):
        return []
    steps = [step for run in runs for step in service.runs.steps(run.id, thread_id)]
    return outputs_of(service.runs.messages(thread_id), steps)


def outputs_of(messages: Iterable[wire.Message], steps: Iterable[wire.RunStep]) -> list[str]:
    """The ids of files that runs may have made: images and downloads in messages, and what code drew."""
    found: list[str] = []
    for message in messages:
        if message.role != "assistant":
            continue
        found += [str(mapping(part.get("image_file")).get("file_id") or "") for part in message.content]
        found += [str(mapping(item.get("file_path")).get("file_id") or "") for item in message.annotations]
    for call in (call for step in steps for call in step.tool_calls):
        outputs = mapping(call.get("code_interpreter")).get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            found.append(str(mapping(mapping(output).get("image")).get("file_id") or ""))
    return list(dict.fromkeys(item for item in found if item))


def _end_lease(row: BorrowedThread) -> None:
    BorrowedThread.objects.filter(pk=row.pk).update(lease_until=timezone.now())
