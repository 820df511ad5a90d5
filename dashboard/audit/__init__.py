"""The record of everything that changes: written before and after, sealed, and reviewable.

This is the door for everybody else; the modules behind it are for this package alone.
"""

from __future__ import annotations

from dashboard.audit.actions import Action
from dashboard.audit.facts import OUTSIDE, SYSTEM, Actor, Outcome, Target, actor_of
from dashboard.audit.operations import AuditUnavailable, Operation, OutcomeNotRecorded, operation, record
from dashboard.audit.refusals import record_refusal
from dashboard.audit.settling import OpenAct, open_operations, unknown_count

__all__ = [
    "OUTSIDE",
    "SYSTEM",
    "Action",
    "Actor",
    "AuditUnavailable",
    "OpenAct",
    "Operation",
    "Outcome",
    "OutcomeNotRecorded",
    "Target",
    "actor_of",
    "open_operations",
    "operation",
    "record",
    "record_refusal",
    "unknown_count",
]
