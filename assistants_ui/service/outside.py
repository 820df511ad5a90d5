"""Noticing what was changed past the dashboard: by a script, another tool, the server itself."""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError

from assistants_ui import wire
from assistants_ui.service.doors import Doors
from assistants_ui.service.fields import CREATE_FIELDS
from assistants_ui.wire import Call
from dashboard.audit import Target, revisions
from dashboard.audit.changes import changes_between
from dashboard.audit.redaction import without_secrets

log = logging.getLogger(__name__)


def send(doors: Doors, assistant_id: str, call: Call[wire.Assistant]) -> wire.Assistant:
    """Ask the server for an assistant, and record the difference if it is not as it was left.

    The last recorded state is read before the server is asked, and compared only when nothing
    was recorded meanwhile, so that a colleague's change on its way is not taken for a stranger's.
    """
    target = Target(type="assistant", id=assistant_id)
    known = revisions.latest_of(target, workspace=doors.workspace)
    answer = doors.client.send(call)
    if known is None or known.state is None or not _differs(known, answer):
        return answer
    target = Target(type="assistant", id=answer.id, label=answer.name)
    latest = revisions.latest_of(target, workspace=doors.workspace)
    is_settled = not revisions.has_open_operation(target, workspace=doors.workspace)
    if latest is not None and latest.seq == known.seq and is_settled:
        try:
            revisions.notice_outside(
                target,
                workspace=doors.workspace,
                known=known,
                found=answer.raw,
                noticed_by=doors.actor,
                request_id=doors.request_id,
            )
        except DatabaseError:
            # Reading goes on without the record; the next read notices the same difference.
            log.warning("A change made outside could not be recorded.")
    return answer


def _differs(known: revisions.Revision, answer: wire.Assistant) -> bool:
    """Whether a field that somebody sets is another one. What servers count up themselves is no change."""
    state, raw = known.state or {}, answer.raw
    # The two versions of the protocol tell the same assistant in different fields.
    if ("file_ids" in state) != ("file_ids" in raw):
        return False
    names = {name for version in CREATE_FIELDS.values() for name in version if name in state and name in raw}
    return bool(
        changes_between({name: state[name] for name in names}, without_secrets({name: raw[name] for name in names}))
    )
