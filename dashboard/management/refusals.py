"""What a command says when it cannot work: one sentence for the operator instead of a traceback."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError

from dashboard.audit.errors import AuditUnavailable

# What a caller catches; :func:`sentence_about` knows which of them are the operator's to mend.
REFUSALS = (ImproperlyConfigured, DatabaseError, AuditUnavailable)

# PostgreSQL's names for a table and a column that are not there.
UNPREPARED_STATES = {"42P01", "42703"}
UNPREPARED_WORDS = ("no such table", "no such column")
# A role that may not make tables, and a file that is no database, are not called operational errors.
UNUSABLE_STATES = {"42501"}
UNUSABLE_WORDS = ("file is not a database",)


def sentence_about(error: Exception) -> str | None:
    """What to tell the operator; None for a fault of ours, which deserves its traceback."""
    if isinstance(error, ImproperlyConfigured):
        return f"Cannot start: {error}"
    cause = error.__cause__ if isinstance(error, AuditUnavailable) else error
    if not isinstance(cause, DatabaseError):
        return None
    message, state = str(cause).strip(), getattr(cause.__cause__, "sqlstate", None)
    if state in UNPREPARED_STATES or message.startswith(UNPREPARED_WORDS):
        return "The database is not prepared for this version: start the site once, or run manage.py migrate."
    if isinstance(cause, OperationalError) or state in UNUSABLE_STATES or message.startswith(UNUSABLE_WORDS):
        return f"The database that DATABASE_URL names cannot be used: {message.partition(chr(10))[0]}"
    return None
