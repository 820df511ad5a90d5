"""The actions of the record itself and of the site's start; every app registers its own."""

from __future__ import annotations

from dashboard.audit.registry import Happening, LogAction, registry
from dashboard.lib.counting import counted


def register() -> None:
    registry.register_actions(
        "audit",
        "Audit log",
        LogAction(
            name="audit.export", past="exported the audit log", infinitive="export the audit log", phrase=_exported
        ),
        LogAction(
            name="audit.verify", past="verified the audit log", infinitive="verify the audit log", phrase=_verified
        ),
        LogAction(
            name="audit.purge",
            past="purged old rows of the audit log",
            infinitive="purge old rows of the audit log",
            phrase=_purged,
        ),
        LogAction(
            name="audit.key",
            past="printed the keys that verify exports",
            infinitive="print the keys that verify exports",
        ),
    )
    registry.register_actions(
        "site", "Site", LogAction(name="site.start", past="started the site", infinitive="start the site")
    )
    registry.register_actions(
        "security",
        "Security",
        LogAction(
            name="security.head_unconfirmed",
            past="found the head of the audit log changed",
            infinitive="confirm the head of the audit log",
        ),
    )


def _exported(row: Happening) -> str | None:
    return f"exported {counted(row.detail['rows'], 'row')} of the audit log" if "rows" in row.detail else None


def _purged(row: Happening) -> str | None:
    return f"purged the audit log up to row {row.detail['purged_to']}" if "purged_to" in row.detail else None


def _verified(row: Happening) -> str | None:
    if "whole" not in row.detail:
        return None
    if row.detail["whole"]:
        return "verified the audit log: it is whole"
    holds = row.detail.get("holds")
    return "verified the audit log: " + (
        "its chain holds, but a noted head does not fit it" if holds else "it is broken"
    )
