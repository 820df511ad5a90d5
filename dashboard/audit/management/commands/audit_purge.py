"""Remove rows that are older than the site keeps them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.audit.record.types import command_actor
from dashboard.audit.retention import LogIsBrokenError, purge
from dashboard.lib.counting import counted


class Command(BaseCommand):
    help = "Remove audit rows older than AUDIT_RETENTION_DAYS, behind a sealed row that says so."

    def handle(self, *args: Any, **options: Any) -> None:
        days = settings.AUDIT_RETENTION_DAYS
        if not days:
            self.stdout.write("AUDIT_RETENTION_DAYS is not set: the audit log is kept for ever.")
            return
        try:
            removed = purge(days=days, actor=command_actor("audit_purge"))
        except LogIsBrokenError as error:
            raise CommandError("The audit log is broken, so nothing was removed. Run audit_verify.") from error
        self.stdout.write(
            f"{counted(removed, 'row')} older than {counted(days, 'day')} {'was' if removed == 1 else 'were'} removed."
        )
