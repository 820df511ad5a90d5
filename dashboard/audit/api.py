"""The record of everything that changes: written before and after, sealed, and reviewable.

What other packages call; the modules behind it may move.
"""

from __future__ import annotations

from dashboard.audit.errors import AuditUnavailable, OutcomeNotRecorded
from dashboard.audit.record.operations import PendingOperation, operation, record
from dashboard.audit.record.reconciliation import UnresolvedOperation, open_operations, unknown_count
from dashboard.audit.record.refusals import record_refusal
from dashboard.audit.record.types import (
    OUTSIDE,
    SERVER,
    SYSTEM,
    Actor,
    OperationOutcome,
    Target,
    actor_of,
    command_actor,
)
from dashboard.audit.registry import LogAction, registry
from dashboard.lib.head_log import head_log

# Before this process makes room for another program: what waits to be logged would be lost.
log_head = head_log.flush

__all__ = [
    "OUTSIDE",
    "SERVER",
    "SYSTEM",
    "Actor",
    "AuditUnavailable",
    "LogAction",
    "OperationOutcome",
    "OutcomeNotRecorded",
    "PendingOperation",
    "Target",
    "UnresolvedOperation",
    "actor_of",
    "command_actor",
    "log_head",
    "open_operations",
    "operation",
    "record",
    "record_refusal",
    "registry",
    "unknown_count",
]
