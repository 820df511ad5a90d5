"""A vector store's own name, expiry and metadata, put back as they were before one change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.assistants.history.restore import Choice
from assistants_ui.audit_log.undoable import STORE_FIELDS
from assistants_ui.domain.actions import Action
from assistants_ui.domain.canonical import digest_of
from dashboard.audit.read.comparison import compare
from dashboard.audit.read.operations import Operation
from dashboard.audit.record.redaction import holds_kept_out, without_secrets
from dashboard.lib.matching import Budget


def choices_of(operation: Operation, store: wire.VectorStore) -> list[Choice]:
    """The fields that this change set and that are not as they were before it."""
    before, after = operation.before or {}, operation.after or {}
    budget = Budget()
    offered = []
    for field in STORE_FIELDS:
        old, new, now = before.get(field), after.get(field), store.raw.get(field)
        changes = compare({field: now}, {field: old}, budget=budget)
        if _same(old, new) or not changes:
            continue
        kept_out = holds_kept_out(old)
        offered.append(
            Choice(
                field=field,
                label=changes[0].label,
                changes=changes,
                obstacle=gettext("It held something that looks like a key, which the record never keeps.")
                if kept_out
                else "",
                is_disputed=not _same(without_secrets(now), new),
            )
        )
    return offered


def as_before(operation: Operation, fields: list[str], *, store: wire.VectorStore) -> dict[str, Any]:
    """What to send to bring these fields back.

    A server that emptied them by itself empties what it is not sent, so everything is sent to it.
    """
    before = operation.before or {}
    wanted = {field: before.get(field) for field in fields}
    if operation.action == Action.VECTOR_STORE_CHANGED_OUTSIDE:
        wanted = {field: wanted.get(field, store.raw.get(field)) for field in STORE_FIELDS}
    return {field: value or ({} if field == "metadata" else None) for field, value in wanted.items()}


def fingerprint(store: wire.VectorStore) -> str:
    """One short name for all states in which these fields are the same."""
    return digest_of({field: store.raw.get(field) for field in STORE_FIELDS})


def _same(one: Mapping[str, Any] | str | None, other: Mapping[str, Any] | str | None) -> bool:
    return one == other or (not one and not other)
