"""Sends one person's changes of an assistant, on top of whatever others have changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import assistants_client as wire
from assistants_ui.assistants.editor.merge import Conflict, Decide, Merge, merge, undecided
from assistants_ui.assistants.editor.reconcile import reconcile_submission
from assistants_ui.domain.canonical import same, stored_otherwise
from assistants_ui.service import Service
from assistants_ui.workspaces.locks import assistant_lock

# How often a change is put together anew because somebody was quicker.
ATTEMPTS = 4
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The server took what was wanted. ``sent`` are the fields sent, perhaps none; ``kept`` those of others.

    ``otherwise`` are those of ``sent`` that the server stored in words of its own.
    """

    assistant: wire.Assistant
    sent: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaveConflict:
    """Nothing was sent: not each of ``conflicts`` is decided. ``theirs`` is what the server holds."""

    theirs: wire.Assistant
    conflicts: list[Conflict]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotSaved:
    """We only looked: the server does not hold the change."""

    theirs: wire.Assistant


def save(
    service: Service,
    assistant_id: str,
    *,
    base: Mapping[str, Any] | None,
    mine: Mapping[str, Any],
    op: str = "",
    why: str = "",
    decide: Decide = undecided,
    only_look: bool = False,
) -> Saved | SaveConflict | NotSaved:
    """Bring ``mine``, the changes made from ``base``, to the server, and nothing else.

    The server's state is read first, and its version is named with the change where it has one, so
    that nobody's change is overwritten unseen; others who save here wait meanwhile.

    ``why`` is the author's own reason, which the record keeps.

    Raises the wire client's errors, one whose outcome is unknown only after another look did not
    find the change made, and :class:`assistants_ui.workspaces.locks.LockTimeout`.
    """
    with assistant_lock(service.gateway.workspace, assistant_id, patience=PATIENCE_SECONDS):
        for attempt in range(1, ATTEMPTS + 1):
            theirs = service.assistants.retrieve(assistant_id, fresh=True)
            merged = merge(base, theirs.raw, mine, decide=decide)
            if merged.open:
                return SaveConflict(theirs=theirs, conflicts=merged.conflicts, kept=tuple(merged.kept))
            if not merged.changes:
                if op:
                    reconcile_submission(service, op)
                return Saved(assistant=theirs, kept=tuple(merged.kept))
            if only_look:
                return NotSaved(theirs=theirs)
            try:
                return _send(service, theirs, merged, op=op, why=why)
            except wire.ConflictError as error:
                if error.status_code != 412 or attempt == ATTEMPTS:
                    raise
    raise AssertionError("the last attempt returns or raises")


def _send(service: Service, theirs: wire.Assistant, merged: Merge, *, op: str, why: str) -> Saved:
    """Send what was put together; a change without an answer is looked for before its error goes on."""
    context = {name: value for name, value in (("submission", op), ("why", why)) if value}
    sent, kept = tuple(merged.changes), tuple(merged.kept)
    try:
        updated = service.assistants.update(theirs, merged.changes, context=context)
    except wire.APIError as error:
        if error.outcome != wire.Outcome.UNKNOWN:
            raise
        updated = _found_made(service, theirs.id, merged.changes, error=error)
        if op:
            reconcile_submission(service, op)
        return Saved(assistant=updated, sent=sent, kept=kept)
    stored = service.assistants.look_again(theirs) or updated
    return Saved(assistant=stored, sent=sent, kept=kept, otherwise=stored_otherwise(merged.changes, stored.raw))


def _found_made(
    service: Service, assistant_id: str, changes: Mapping[str, Any], *, error: wire.APIError
) -> wire.Assistant:
    """The assistant, if it is as the unanswered change would have made it; else that change's own error."""
    try:
        found = service.assistants.retrieve(assistant_id, fresh=True)
    except wire.APIError:
        raise error from None
    if not all(same(name, found.raw.get(name), value) for name, value in changes.items()):
        raise error
    return found
