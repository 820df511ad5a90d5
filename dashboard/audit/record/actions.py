"""The actions of the record itself and of the site's start; every app registers its own."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from dashboard.audit.registry import LogAction, LogRowFacts, registry


def register() -> None:
    _register_notes()
    registry.register_actions(
        "audit",
        gettext_lazy("Audit log"),
        LogAction(
            "audit.export",
            gettext_lazy("exported the audit log"),
            pgettext_lazy("infinitive", "export the audit log"),
            phrase=_exported,
        ),
        LogAction(
            "audit.verify",
            gettext_lazy("verified the audit log"),
            pgettext_lazy("infinitive", "verify the audit log"),
            phrase=_verified,
        ),
        LogAction(
            "audit.purge",
            gettext_lazy("purged old rows of the audit log"),
            pgettext_lazy("infinitive", "purge old rows of the audit log"),
            phrase=_purged,
        ),
        LogAction(
            "audit.key",
            gettext_lazy("printed the keys that verify exports"),
            pgettext_lazy("infinitive", "print the keys that verify exports"),
        ),
    )
    _register_those_of_the_site()


def _register_notes() -> None:
    registry.register_notes(
        format=gettext_lazy("Format"),
        filters=gettext_lazy("Filters"),
        rows=gettext_lazy("Rows"),
        head=gettext_lazy("Head"),
        holds=gettext_lazy("The seals hold"),
        whole=gettext_lazy("The record is whole"),
        purged_to=gettext_lazy("Purged up to row"),
        seal=gettext_lazy("Its seal"),
        days=gettext_lazy("Days kept"),
        version=gettext_lazy("Version"),
        database=gettext_lazy("Database"),
        cache=gettext_lazy("Cache"),
        workers=gettext_lazy("Processes"),
        workspaces=gettext_lazy("Workspaces"),
        sign_on=gettext_lazy("Identity provider"),
    )
    registry.register_note_words("format", {"csv": "CSV", "jsonl": "JSON Lines"})


def _register_those_of_the_site() -> None:
    registry.register_actions(
        "site",
        gettext_lazy("Site"),
        LogAction("site.start", gettext_lazy("started the site"), pgettext_lazy("infinitive", "start the site")),
    )
    registry.register_actions(
        "security",
        gettext_lazy("Security"),
        LogAction(
            "security.head_unconfirmed",
            gettext_lazy("found the head of the audit log changed"),
            pgettext_lazy("infinitive", "confirm the head of the audit log"),
        ),
    )


def _exported(row: LogRowFacts) -> list[str] | None:
    rows = row.detail.get("rows")
    if rows is None:
        return None
    clause = ngettext("exported %(rows)d row of the audit log", "exported %(rows)d rows of the audit log", rows)
    return [clause % {"rows": rows}]


def _purged(row: LogRowFacts) -> list[str] | None:
    if "purged_to" not in row.detail:
        return None
    return [gettext("purged the audit log up to row %(row)s") % {"row": row.detail["purged_to"]}]


def _verified(row: LogRowFacts) -> list[str] | None:
    if "whole" not in row.detail:
        return None
    if row.detail["whole"]:
        return [gettext("verified the audit log: it is whole")]
    if row.detail.get("holds"):
        return [gettext("verified the audit log: its chain holds, but a noted head does not fit it")]
    return [gettext("verified the audit log: it is broken")]
